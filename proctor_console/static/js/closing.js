/** Closing a session: one reason for each unfinished test, all sent at once. */

import { setAttribute } from "./lib/dom.js";
import { showRefusal, showSummary } from "./lib/fields.js";
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
  const consent = form.querySelector("[data-consent]");
  if (!consent.checked) {
    showSummary(form, { kind: "warn", title: say("consent_missing") });
    consent.focus();
    return;
  }
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await postJson(form.getAttribute("action"), { reasons: found.reasons }, say);
    location.assign(answer.next ?? location.pathname);
  } catch (error) {
    button.disabled = false;
    showRefusal(form, error);
  }
}

function start() {
  const say = pageTexts();
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
