// The entry page: one code, typed or pasted, and calm words when it is refused.

import { createApi } from "./lib/api.js";
import { caretIn, cleanCode, codeInHash, isWhole, shownCode } from "./lib/code.js";
import { forgetComfort } from "./lib/comfort_kept.js";
import { write } from "./lib/dom.js";
import { createEntryRequest, randomName } from "./lib/entry_request.js";
import { readTexts } from "./lib/texts.js";

const text = readTexts();
const api = createApi({ fetch: (...args) => fetch(...args), perf: () => performance.now() });
const tabStorage = () => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
};
const entryRequest = createEntryRequest({
  storage: tabStorage(),
  newName: () => randomName((octets) => crypto.getRandomValues(octets)),
});
const form = document.querySelector("form");
const input = document.getElementById("code");
const button = form.querySelector("button");
const problem = document.getElementById("code-problem");

function say(sentence) {
  write(problem, sentence);
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function busy(on, label = "enter") {
  if (on) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
  write(button, text(label));
}

/** Too many tries: the button counts down by itself, then works again. */
function waitFor(milliseconds) {
  const until = performance.now() + milliseconds;
  const count = () => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    if (seconds <= 0) return busy(false);
    busy(true);
    write(button, text("retry_in", { n: seconds }));
    setTimeout(count, 250);
  };
  count();
}

function refuse(error) {
  say([error.message, error.remedy].filter(Boolean).join(" "));
  if (error.retry_ms) return waitFor(error.retry_ms);
  busy(false);
  input.focus();
  input.select();
}

input.addEventListener("input", () => {
  const caret = caretIn(input.value, input.selectionStart);
  const shown = shownCode(input.value);
  if (shown !== input.value) {
    input.value = shown;
    input.setSelectionRange(caret, caret);
  }
  say("");
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  if (!isWhole(input.value)) {
    say(text("code_short"));
    return input.focus();
  }
  busy(true, "entering");
  const code = cleanCode(input.value);
  const reply = await api.enter(code, entryRequest.nameFor(code));
  if (reply.kind === "ok") {
    entryRequest.forget();
    forgetComfort(tabStorage());
    return location.assign(reply.body.next);
  }
  if (reply.kind === "refused") return refuse(reply.error);
  busy(false);
  say(text("trouble"));
});

/** The code of a card's address; false where the address has none. */
function takeGiven() {
  const given = codeInHash(location.hash);
  if (!given) return false;
  input.value = given;
  say("");
  // The code must not stay in the address bar, where the next person could read it.
  history.replaceState(null, "", location.pathname);
  button.focus();
  return true;
}

// A card's address opened in a tab that shows this page already loads nothing anew.
addEventListener("hashchange", takeGiven);
if (!takeGiven()) input.focus();
