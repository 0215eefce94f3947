// Where a computer of the room types the rehearsal's code.

import { readTexts } from "../lib/texts.js";
import { write } from "../lib/dom.js";
import { createExchanges } from "./exchanges.js";
import { createMark } from "./mark.js";

const LENGTH = 6;
const text = readTexts();
const form = document.querySelector("form");
const input = document.getElementById("code");
const button = form.querySelector("button");
const problem = document.getElementById("code-problem");
const exchanges = createExchanges({
  fetch: (...args) => fetch(...args),
  perf: () => performance.now(),
  date: () => Date.now(),
});
const mark = createMark(() => window.localStorage);

document.querySelector("[data-part=old]").remove();

function say(sentence) {
  write(problem, sentence);
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

const typed = () => input.value.toUpperCase().replace(/[^A-Z0-9]/g, "");

input.addEventListener("input", () => say(""));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  if (typed().length !== LENGTH) {
    say(text("code_short"));
    return input.focus();
  }
  button.setAttribute("aria-disabled", "true");
  try {
    await exchanges.enter(typed());
    mark.leave();
    // The next page has this address too. The hash tells this one, should it come back, that the code was right and
    // the cookie was not kept.
    location.hash = "entered";
    location.reload();
  } catch (error) {
    button.removeAttribute("aria-disabled");
    say(error.message || text("trouble"));
    input.focus();
    input.select();
  }
});

if (location.hash === "#entered" || !navigator.cookieEnabled) say(text("cookies"));
else if (location.hash === "#over") say(text("over"));
history.replaceState(null, "", location.pathname);
input.focus();
