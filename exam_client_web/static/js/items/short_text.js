// A few words, typed as they are.

import { element } from "../lib/dom.js";

/** {"text": "…"}: what was typed, without the blanks around it. */
export function contentOf(typed) {
  return { text: typed.trim() };
}

export function missing(item, content) {
  return (content?.text ?? "") === "" ? "type_text" : null;
}

export function build(container, item, draft, onChange, text) {
  const input = element("input", {
    class: "input answer__text",
    id: "answer",
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    maxlength: item.max_length ?? 200,
  });
  input.value = draft?.text ?? "";
  input.addEventListener("input", () => onChange(contentOf(input.value)));
  container.append(element("label", { class: "visually-hidden", for: "answer" }, text("your_text")), input);
}
