/** Importing a file: chosen or dropped, sent with its progress, then what was kept or what to mend, line by line. */

import { el, setText } from "./lib/dom.js";
import { read, Refused } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const MOST_WARNINGS = 50;

/** What a report says, as plain values: a kind, a title, sentences, problems to show, and what to offer: the valid rows, or to confirm. */
export function told(report, say) {
  const { saved, rows, problems = [], problems_total: total = problems.length, left = 0, confirm_left: leaving = 0 } = report;
  if (!saved && leaving > 0) {
    const lines = [say("import_leaving", { n: leaving }), say("import_leaving_hint")];
    return { kind: "warn", title: say("import_nothing_yet"), lines, problems, offer: false, confirm: true };
  }
  if (!saved) {
    const title = say("import_nothing");
    const count = total === 1 ? say("import_problem_one") : say("import_problems", { n: total });
    const shown = problems.length < total ? [say("import_shown", { n: problems.length })] : [];
    return { kind: "error", title, lines: [count, ...shown], problems, offer: rows > 0 };
  }
  const lines = [say("import_counts", report)];
  if (left > 0) lines.push(say("import_left", { n: left }));
  if (total > 0) lines.push(say(total === 1 ? "import_kept_one" : "import_kept", { n: total }));
  return { kind: total > 0 ? "warn" : "", title: say("import_saved"), lines, problems, offer: false };
}

const columns = ["file", "line", "field", "problem", "remedy"];

function problemTable(problems, say) {
  const heads = columns.map((name) => el("th", { scope: "col", text: say(name === "line" ? "import_line_head" : `import_${name}`) }));
  const cell = (problem, name) => el("td", { class: name === "line" ? "number" : null, text: String(problem[name] ?? "—") });
  const rows = problems.map((problem) => el("tr", {}, ...columns.map((name) => cell(problem, name))));
  const table = el("table", { class: "table table--problems", "aria-label": say("import_problem") }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  return el("div", { class: "table-scroll problems", tabindex: "0", role: "region", "aria-label": say("import_problem") }, table);
}

function folded(title, texts) {
  return el("details", { class: "import__more" }, el("summary", { text: title }), el("ul", {}, ...texts.slice(0, MOST_WARNINGS).map((text) => el("li", { text }))));
}

function showReport(place, report, say, { keepValid, confirmLeft }) {
  const { kind, title, lines, problems, offer, confirm = false } = told(report, say);
  const parts = [el("p", { class: "notice__title", text: title }), ...lines.map((text) => el("p", { text }))];
  if (report.saved) parts.push(el("p", {}, el("a", { class: "button button--small", href: say("import_see_at"), text: say("import_see") })));
  if (offer) {
    const button = el("button", { type: "button", class: "button button--primary", text: say("import_keep") });
    button.addEventListener("click", keepValid);
    parts.push(button, el("p", { class: "small", text: say("import_keep_hint") }));
  }
  if (confirm) {
    const button = el("button", { type: "button", class: "button button--primary", text: say("import_confirm_left") });
    button.addEventListener("click", confirmLeft);
    parts.push(button);
  }
  const { skipped = [], warnings = [] } = report;
  const extra = [];
  if (problems.length > 0) extra.push(problemTable(problems, say));
  if (skipped.length > 0) extra.push(folded(say("import_skipped", { n: skipped.length }), skipped.map(({ line, why }) => `${say("import_line", { line })}, ${why}`)));
  if (warnings.length > 0) extra.push(folded(say("import_warnings", { n: warnings.length }), warnings.map(warningText(say))));
  place.replaceChildren(el("div", { class: `notice stack stack--tight${kind ? ` notice--${kind}` : ""}` }, ...parts), ...extra);
  place.focus();
}

const warningText = (say) => ({ line, field, problem, remedy }) =>
  [line != null ? `${say("import_line", { line })},` : null, field ? `${field}\u00a0:` : null, problem, remedy].filter(Boolean).join(" ");

function showRefusal(place, error, say) {
  const lines = [error.remedy].filter(Boolean).map((text) => el("p", { text }));
  const table = error.problems.length > 0 ? [problemTable(error.problems, say)] : [];
  place.replaceChildren(el("div", { class: "notice notice--error stack stack--tight" }, el("p", { class: "notice__title", text: error.message }), ...lines), ...table);
  place.focus();
}

/** Sends by XMLHttpRequest, because fetch cannot tell how much of a file has gone out. */
function send(url, file, agreed, say, onProgress) {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("keep_valid", agreed.keepValid ? "1" : "0");
  form.append("confirm_left", agreed.confirmLeft ? "1" : "0");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => onProgress(lengthComputable ? loaded / total : null);
    request.onload = () => {
      try {
        resolve(read(request.status, request.responseText, say));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new Refused({ code: "network", message: say("error_network"), remedy: say("error_network_remedy") }));
    request.send(form);
  });
}

function wire(form, say) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const place = form.querySelector("[data-result]");
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[data-progress-text]");

  async function take(file, agreed = {}) {
    if (!file || !progress.hidden) return;
    place.replaceChildren();
    progress.hidden = false;
    setText(words, say("import_reading", { name: file.name }));
    try {
      const report = await send(form.getAttribute("action"), file, agreed, say, (part) => {
        if (part === null || part >= 1) {
          bar.removeAttribute("value");
          setText(words, say("import_checking"));
        } else {
          bar.value = part;
        }
      });
      progress.hidden = true;
      showReport(place, report, say, {
        keepValid: () => take(file, { ...agreed, keepValid: true }),
        confirmLeft: () => take(file, { ...agreed, confirmLeft: true }),
      });
    } catch (error) {
      progress.hidden = true;
      showRefusal(place, error, say);
    }
    input.value = "";
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => take(input.files[0]));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("drop--over");
    });
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("drop--over");
  });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("drop--over");
    take(event.dataTransfer.files[0]);
  });
}

if (typeof document !== "undefined") {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-import]")) wire(form, say);
  // "#import-profiles" in the address opens the folded part that holds it.
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  const fold = wanted && wanted.closest("details");
  if (fold) {
    fold.open = true;
    wanted.scrollIntoView();
  }
}
