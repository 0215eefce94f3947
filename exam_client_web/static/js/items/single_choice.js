// One choice among several: large rows around real radio inputs.

import { element, inFrench } from "../lib/dom.js";

/** {"option": "o2"} */
export function contentOf(optionId) {
  return { option: optionId };
}

/** The chosen option of a draft, if the item still has it. */
export function chosenIn(item, content) {
  return item.options.find((option) => option.id === content?.option)?.id ?? null;
}

/** Null when the response can be validated, else the key of the sentence that says what is missing. */
export function missing(item, content) {
  return chosenIn(item, content) === null ? "choose_one" : null;
}

export function build(container, item, draft, onChange) {
  const chosen = chosenIn(item, draft);
  for (const option of item.options) {
    const input = element("input", { type: "radio", name: "option", value: option.id });
    input.checked = option.id === chosen;
    input.addEventListener("change", () => onChange(contentOf(option.id)));
    container.append(element("label", { class: "choice" }, input, inFrench("span", {}, option.text)));
  }
}
