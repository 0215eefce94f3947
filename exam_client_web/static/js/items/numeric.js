// A number, typed the French or the English way, with its unit beside it.

import { element, inFrench } from "../lib/dom.js";

// A sign, digits in one piece or in groups of three, a comma or a point; then perhaps a unit.
const NUMBER = /^[+-]? ?(\d{1,3}(?: \d{3})+|\d*)(?:[.,](\d+))?(?: ?([^\d\s.,+-].*))?$/u;
const MOST_DIGITS = 15;

/** As typed, with plain spaces and a plain minus; a comma that nothing follows yet is left out. */
export function tidy(text) {
  return text
    .normalize("NFKC")
    .replace(/[\u2212\u2013\u2010\u2011]/g, "-")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(\d)[.,]$/, "$1");
}

const unitWord = (text) => tidy(text).replaceAll(" ", "").toLowerCase();

/** {"number": "12,5"} */
export function contentOf(text) {
  return { number: tidy(text) };
}

export function missing(item, content) {
  const text = content?.number ?? "";
  if (text === "") return "type_number";
  const found = NUMBER.exec(text);
  if (found === null || !(found[1] || found[2])) return "not_a_number";
  const [, whole, part, unit] = found;
  if (unit && unitWord(unit) !== unitWord(item.unit ?? "")) return item.unit ? "wrong_unit" : "no_unit";
  const digits = Math.max(whole.replaceAll(" ", "").replace(/^0+/, "").length, part?.length ?? 0);
  return digits > MOST_DIGITS ? "too_many_digits" : null;
}

export function build(container, item, draft, onChange, text) {
  const input = element("input", {
    class: "input answer__number tabular",
    id: "answer",
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 40,
    "aria-describedby": item.unit ? "answer-unit" : null,
  });
  input.value = draft?.number ?? "";
  input.addEventListener("input", () => onChange(contentOf(input.value)));
  const line = element("div", { class: "answer__line" }, input);
  if (item.unit) line.append(inFrench("span", { class: "answer__unit", id: "answer-unit" }, item.unit));
  container.append(element("label", { class: "visually-hidden", for: "answer" }, text("your_number")), line);
}
