/** Checks a certificate by its code: the code goes in a body, never in an address. */

import { el, setText } from "../lib/dom.js";
import { clear, showByField, showRefusal } from "../lib/fields.js";
import { postJson } from "../lib/send.js";
import { pageTexts } from "../lib/texts.js";

const say = pageTexts();
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const day = (iso) =>
  new Date(`${iso}T12:00:00Z`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** What the page says of a certificate, by the slots that it has. */
export function slotsOf(found, say, day) {
  return {
    title: say(found.state),
    what: say(`${found.state}_what`),
    person: `${found.family_name} ${found.given_names}`,
    birth: day(found.birth_date),
    session: say("session", { day: day(found.date), centre: found.centre }),
    score: say("score", { n: found.score }),
  };
}

function show(found) {
  const result = part("result");
  for (const [name, text] of Object.entries(slotsOf(found, say, day))) setText(result.querySelector(`[data-slot="${name}"]`), text);
  result.classList.toggle("notice--ok", found.state === "valid");
  result.classList.toggle("notice--warn", found.state !== "valid");
  const rows = found.levels.map(({ competence, level }) =>
    el("tr", {}, el("th", { scope: "row", text: competence }), el("td", { class: "number", text: level < 0 ? say("level_none") : String(level) })),
  );
  part("levels").replaceChildren(...rows);
  result.hidden = false;
  result.focus();
}

function start() {
  const form = document.querySelector("form[data-verify]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    part("result").hidden = true;
    const code = form.elements.code.value;
    if (showByField(form, new Map(code.trim() ? [] : [["code", [say("field_missing")]]]))) return;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      show(await postJson("/verify", { code }, say));
    } catch (error) {
      showRefusal(form, error);
    } finally {
      button.disabled = false;
    }
  });
}

if (typeof document !== "undefined") start();
