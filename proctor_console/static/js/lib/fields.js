/** What a form holds and where each problem belongs: the body to send, errors beside fields, the summary. */

import { el, setAttribute } from "./dom.js";

/**
 * The JSON body of a form's entries ([name, value] pairs). Names in `lists` become arrays (also empty ones), names in
 * `numbers` become numbers where they are numbers; text loses the spaces around it, except in `verbatim`.
 */
export function bodyOf(entries, { lists = [], numbers = [], verbatim = [] } = {}) {
  const body = Object.fromEntries(lists.map((name) => [name, []]));
  for (const [name, typed] of entries) {
    const value = verbatim.includes(name) ? typed : typed.trim();
    if (lists.includes(name)) body[name].push(value);
    else body[name] = numbers.includes(name) && value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
  }
  return body;
}

/** Problems by field, in their order; what names no field of this form is `general`. */
export function sorted(problems, fields) {
  const general = [];
  const byField = new Map();
  for (const { field, problem, remedy = null } of problems) {
    const text = [problem, remedy].filter(Boolean).join(" ");
    if (!fields.includes(field)) general.push(text);
    else byField.set(field, [...(byField.get(field) ?? []), text]);
  }
  return { general, byField };
}

/** What the registration of a class says: how many, and who was refused with the reason. */
export function registeredLines({ registered = 0, refused = [] }, say) {
  const key = registered === 0 ? "registered_none" : registered === 1 ? "registered_one" : "registered_done";
  return { title: say(key, { n: registered }), refused: refused.map(({ name, why }) => `${name}\u00a0: ${why}`) };
}

export const fieldNames = (form) => [...new Set([...form.elements].map(({ name }) => name).filter(Boolean))];

/** Which fields are lists, numbers or to be taken as typed, read from the form itself. */
export function kindsOf(form) {
  const all = [...form.elements].filter(({ name }) => name);
  const named = (test) => [...new Set(all.filter(test).map(({ name }) => name))];
  return {
    lists: named(({ type, dataset }) => type === "checkbox" && !("consent" in dataset)),
    numbers: named(({ dataset }) => dataset.type === "number"),
    verbatim: named(({ type, dataset }) => type === "password" || "verbatim" in dataset),
  };
}

/** The id of a field's error: a page may have several forms with the same names. */
const errorOf = (field) => `${field.id || field.name}-error`;
export const describedBy = (field) => (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);

/** A hint of the page's own and the error are both read out: aria-errormessage alone is not, in most screen readers. */
export const describe = (field, ids) => setAttribute(field, "aria-describedby", ids.length > 0 ? ids.join(" ") : null);

/** Takes away what an earlier try said. */
export function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    describe(field, describedBy(field).filter((id) => id !== errorOf(field)));
  }
  for (const error of form.querySelectorAll("[data-made]")) error.remove();
  const summary = form.querySelector("[data-summary]");
  if (summary) summary.hidden = true;
}

/** Puts each text beside its field and gives the focus to the first one that is wrong. */
export function showByField(form, byField) {
  for (const [name, texts] of byField) {
    const group = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const field = form.elements[name] instanceof RadioNodeList ? form.elements[name][0] : form.elements[name];
    const place = group ?? field.closest(".field") ?? field.parentElement;
    const id = errorOf(field);
    place.append(el("span", { class: "field__error", id, "data-made": true, text: texts.join(" ") }));
    setAttribute(field, "aria-invalid", "true");
    describe(field, [...describedBy(field).filter((one) => one !== id), id]);
  }
  const [first] = byField.keys();
  if (first === undefined) return false;
  const target = form.elements[first] instanceof RadioNodeList ? form.elements[first][0] : form.elements[first];
  target.focus();
  return true;
}

/** The summary of a form: a notice that takes the focus, so that a screen reader starts there. */
export function showSummary(form, { kind, title, lines = [], more = [] }) {
  const summary = form.querySelector("[data-summary]");
  if (!summary) return;
  const list = lines.length > 1 ? [el("ul", {}, ...lines.map((text) => el("li", { text })))] : lines.map((text) => el("p", { text }));
  summary.className = `notice${kind ? ` notice--${kind}` : ""}`;
  summary.replaceChildren(el("p", { class: "notice__title", text: title }), ...list, ...more);
  summary.hidden = false;
  summary.focus();
}

/** Shows a refusal of the server: beside its fields where it names them, else in the summary. */
export function showRefusal(form, error) {
  const { general, byField } = sorted(error.problems, fieldNames(form));
  if (byField.size === 0 || general.length > 0) {
    showSummary(form, { kind: "error", title: error.message, lines: [error.remedy, ...general].filter(Boolean) });
  }
  showByField(form, byField);
}
