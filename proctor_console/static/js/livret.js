/** The livret's files: a file is sent for its report, and once more for what becomes of it; papers are made. */

import { el } from "./lib/dom.js";
import { clear, showByField, showRefusal } from "./lib/fields.js";
import { postForm, read, Refused } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const problemColumns = ["line", "field", "problem", "remedy"];
const pupilColumns = ["name", "class", "id", "line", "count", "lost"];

/** The columns that say anything: one in which every cell is empty is not shown. */
export const columnsIn = (rows, columns) => columns.filter((name) => rows.some((row) => row[name] !== null && row[name] !== ""));

/** The fields that are needed and empty, by the word that the page has for each. */
export function missingIn(form, names, say) {
  const given = (name) => form.getAll(name).filter((value) => value !== "" && !(typeof value === "object" && value.name === ""));
  return new Map(names.filter((name) => given(name).length === 0).map((name) => [name, [say(`${name}_missing`)]]));
}

function table(rows, columns, label, say) {
  const shown = columnsIn(rows, columns);
  const numbers = (name) => (name === "line" || name === "count" ? "number" : null);
  const heads = shown.map((name) => el("th", { scope: "col", class: numbers(name), text: say(`livret_${name}`) }));
  const cell = (row, name) => el(name === "name" ? "th" : "td", { class: numbers(name), scope: name === "name" ? "row" : null, text: String(row[name] ?? "—") });
  const lines = rows.map((row) => el("tr", {}, ...shown.map((name) => cell(row, name))));
  const made = el("table", { class: "table table--livret", "aria-label": label }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...lines));
  return el("div", { class: "table-scroll livret__scroll", tabindex: "0", role: "region", "aria-label": label }, made);
}

function group({ title, count, remedy, pupils, open }, say) {
  const parts = [el("summary", { text: say("livret_group", { title, count }) })];
  if (remedy) parts.push(el("p", { text: remedy }));
  parts.push(table(pupils, pupilColumns, title, say));
  if (pupils.length < count) parts.push(el("p", { class: "small", text: say("livret_shown", { n: pupils.length }) }));
  return el("details", { class: "livret__group", open }, ...parts);
}

/** Hands a file to the browser as a download. */
function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Sends a form and saves the file that comes back; throws the server's refusal. */
async function fetchFile(url, form, name, say) {
  let reply;
  try {
    reply = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (reply.ok) return save(await reply.blob(), name);
  } catch {
    throw new Refused({ code: "network", message: say("error_network"), remedy: say("error_network_remedy") });
  }
  return read(reply.status, await reply.text(), say);
}

/** Runs while the button waits and says so. */
async function busy(button, text, work) {
  const before = button.textContent;
  button.disabled = true;
  button.textContent = text;
  try {
    await work();
  } finally {
    button.disabled = false;
    button.textContent = before;
  }
}

function showReport(place, report, take, say) {
  const { merged, kind, title, sentences, problems, groups } = report;
  const lines = sentences.length > 1 ? [el("ul", {}, ...sentences.map((text) => el("li", { text })))] : sentences.map((text) => el("p", { text }));
  const parts = [el("p", { class: "notice__title", text: title }), ...lines];
  if (merged > 0) {
    const button = el("button", { type: "button", class: "button button--primary", text: say("livret_download") });
    const said = el("p", { role: "status" });
    button.addEventListener("click", () => take(button, said));
    parts.push(el("div", {}, button), said);
  }
  const more = problems.length > 0 ? [table(problems, problemColumns, say("livret_problem"), say)] : groups.map((one) => group(one, say));
  place.replaceChildren(el("div", { class: `notice stack stack--tight${kind ? ` notice--${kind}` : ""}` }, ...parts), ...more);
  place.focus();
}

function wireMerge(form, place, say) {
  form.addEventListener("input", () => place.replaceChildren());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    place.replaceChildren();
    const sent = new FormData(form);
    if (showByField(form, missingIn(sent, ["file", "classes"], say))) return;
    await busy(form.querySelector("button:not([type=button])"), say("livret_reading"), async () => {
      try {
        const report = await postForm(form.getAttribute("action"), sent, say);
        sent.set("digest", report.digest ?? "");
        showReport(place, report, (button, said) => take(button, said, sent, report), say);
      } catch (error) {
        unfold(form, error);
        showRefusal(form, error);
      }
    });
  });

  const take = (button, said, sent, report) =>
    busy(button, say("livret_making"), async () => {
      try {
        await fetchFile(form.dataset.merged, sent, report.name, say);
        said.textContent = say("livret_downloaded");
      } catch (error) {
        place.replaceChildren();
        showRefusal(form, error);
      }
    });
}

/** A field that is wrong must be seen: what folds it away is opened. */
function unfold(form, error) {
  if (error.problems.some(({ field }) => form.elements[field]?.closest?.("details"))) form.querySelector("details").open = true;
}

function wirePapers(form, say) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    const sent = new FormData(form);
    if (showByField(form, missingIn(sent, ["pupils"], say))) return;
    await busy(form.querySelector("button:not([type=button])"), say("livret_making"), async () => {
      try {
        await fetchFile(form.getAttribute("action"), sent, form.dataset.name, say);
      } catch (error) {
        showRefusal(form, error);
      }
    });
  });
}

if (typeof document !== "undefined") {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-livret]")) wireMerge(form, document.querySelector("[data-result]"), say);
  for (const form of document.querySelectorAll("form[data-papers]")) wirePapers(form, say);
}
