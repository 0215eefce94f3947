/** A proposal's page: a line that the check names is shown, and a text that is not saved is not left unasked. */

import { lineAt } from "./lines.js";

const source = document.getElementById("source");

/** Puts the caret on a line, in the middle of what is seen. */
function show(number) {
  const { start, end } = lineAt(source.value, number);
  source.closest("details")?.setAttribute("open", "");
  source.focus();
  source.setSelectionRange(start, end);
  const height = Number.parseFloat(getComputedStyle(source).lineHeight);
  source.scrollTop = Math.max(0, (number - 4) * height);
  source.scrollLeft = 0;
}

for (const button of document.querySelectorAll("[data-line]")) {
  button.addEventListener("click", () => show(Number(button.dataset.line)));
}

const form = document.querySelector("form[data-source]");
if (form !== null) {
  const saved = source.value;
  window.addEventListener("beforeunload", (event) => {
    if (source.value !== saved && !form.dataset.sending) event.preventDefault();
  });
}
