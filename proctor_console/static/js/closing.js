/** Closing a session, with one reason for each unfinished test; and signing its results, which the head confirms. */

import { confirmed } from "./lib/confirmation.js";
import { setAttribute } from "./lib/dom.js";
import { clear, showRefusal, showSummary } from "./lib/fields.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

/** What closing sends, and which candidates still lack a reason, or the words that "other" needs. */
export function reasonsOf(rows) {
  const chosen = rows.map(({ candidate, code, note }) => [candidate, { code, note: note.trim() }]);
  const without = rows.filter(({ code }) => code === "").map(({ candidate }) => candidate);
  const wordless = rows.filter(({ code, note }) => code === "other" && note.trim() === "").map(({ candidate }) => candidate);
  return { reasons: Object.fromEntries(chosen), without, wordless };
}

function rowsOf(form) {
  return [...form.querySelectorAll("[data-candidate]")].map((row) => ({
    row,
    candidate: row.dataset.candidate,
    code: row.querySelector("[data-reason]").value,
    note: row.querySelector("[data-note]").value,
  }));
}

function mark(rows, { without, wordless }) {
  for (const { row, candidate } of rows) {
    const lacks = without.includes(candidate);
    const mute = wordless.includes(candidate);
    blame(row.querySelector("[data-reason]"), row.querySelector("[data-error]"), lacks);
    blame(row.querySelector("[data-note]"), row.querySelector("[data-note-error]"), mute);
  }
  focusFirst(rows, [...without, ...wordless]);
}

/** Described only while it is wrong: words that are hidden would be read out all the same. */
function blame(field, error, isWrong) {
  error.hidden = !isWrong;
  setAttribute(field, "aria-invalid", isWrong ? "true" : null);
  setAttribute(field, "aria-describedby", isWrong ? error.id : null);
}

function focusFirst(rows, wrong) {
  const first = rows.find(({ candidate }) => wrong.includes(candidate));
  const field = first?.row.querySelector("[aria-invalid]");
  field?.focus();
}

async function close(form, say) {
  const rows = rowsOf(form);
  const found = reasonsOf(rows);
  const lacking = found.without.length + found.wordless.length;
  if (lacking > 0) {
    showSummary(form, { kind: "warn", title: say(lacking === 1 ? "reasons_missing_one" : "reasons_missing", { n: lacking }), lines: [say("reasons_remedy")] });
    mark(rows, found);
    return;
  }
  mark(rows, found);
  if (!hasConsent(form, say)) return;
  const body = { reasons: found.reasons };
  await once(form, () => postJson(form.getAttribute("action"), body, say));
}

/** True where the box is ticked; else says that it has to be. */
function hasConsent(form, say) {
  const consent = form.querySelector("[data-consent]");
  if (consent.checked) return true;
  showSummary(form, { kind: "warn", title: say("consent_missing") });
  consent.focus();
  return false;
}

/** Does it once; then the next page, or what is wrong. Whoever leaves the dialog stays, at the button. */
async function once(form, work) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const done = await work();
    if (done !== null) {
      location.assign(done.next ?? location.pathname);
      return;
    }
  } catch (error) {
    showRefusal(form, error);
  }
  button.removeAttribute("aria-disabled");
}

async function sign(form, say) {
  clear(form);
  if (!hasConsent(form, say)) return;
  await once(form, () => confirmed(form.getAttribute("action"), {}, say));
}

function start() {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-sign]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sign(form, say);
    });
  }
  for (const form of document.querySelectorAll("form[data-closing]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close(form, say);
    });
    const all = form.querySelector("[data-same]");
    all?.addEventListener("change", () => {
      for (const select of form.querySelectorAll("[data-reason]")) select.value = all.value;
    });
  }
}

if (typeof document !== "undefined") start();
