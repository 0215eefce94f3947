// A number, typed the French or the English way, with its unit beside it.

import { element } from "../lib/dom.js";

const SPACES = /[\s\u00a0\u202f]/g;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** The number without spaces and with a plain minus, as typed otherwise ("1 024,5" -> "1024,5"). */
export function tidy(text) {
  return text.replace(SPACES, "").replace("\u2212", "-");
}

/** {"number": "12,5"} */
export function contentOf(text) {
  return { number: tidy(text) };
}

export function missing(item, content) {
  const text = content?.number ?? "";
  if (text === "") return "type_number";
  return NUMBER.test(text) ? null : "not_a_number";
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
  if (item.unit) line.append(element("span", { class: "answer__unit", id: "answer-unit" }, item.unit));
  container.append(element("label", { class: "visually-hidden", for: "answer" }, text("your_number")), line);
}
