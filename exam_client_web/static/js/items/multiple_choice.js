// Several choices: large rows around real checkboxes.

import { element, inFrench } from "../lib/dom.js";

/** {"options": ["o1", "o4"]}, always in the order of the item. */
export function contentOf(item, chosen) {
  return { options: item.options.map((option) => option.id).filter((id) => chosen.has(id)) };
}

/** The chosen options of a draft, as a set of ids that the item has. */
export function chosenIn(item, content) {
  const given = new Set(content?.options ?? []);
  return new Set(item.options.map((option) => option.id).filter((id) => given.has(id)));
}

export function missing(item, content) {
  return chosenIn(item, content).size === 0 ? "choose_some" : null;
}

export function build(container, item, draft, onChange) {
  const chosen = chosenIn(item, draft);
  for (const option of item.options) {
    const input = element("input", { type: "checkbox", value: option.id });
    input.checked = chosen.has(option.id);
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(option.id);
      else chosen.delete(option.id);
      onChange(contentOf(item, chosen));
    });
    container.append(element("label", { class: "choice" }, input, inFrench("span", {}, option.text)));
  }
}
