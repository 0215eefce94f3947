// Work in a small sheet, and perhaps a question beside it.

import { element } from "../lib/dom.js";
import { actsIn, buildSimulator, contentOf as contentOfActs } from "../simulators/acts.js";
import "../simulators/spreadsheet.js";
import * as numeric from "./numeric.js";
import * as shortText from "./short_text.js";

const NAME = "passation-spreadsheet";

/** {"acts": […]}, with "answer" where the item asks something. */
export function contentOf(item, acts, typed) {
  if (item.answer === null) return contentOfActs(acts);
  const answer = item.answer.kind === "number" ? numeric.contentOf(typed).number : shortText.contentOf(typed).text;
  return { ...contentOfActs(acts), answer };
}

/** What the answer lacks, as the item type says it that the answer is like. */
function missingAnswer(item, typed) {
  const type = item.answer.kind === "number" ? numeric : shortText;
  return type.missing(item.answer, item.answer.kind === "number" ? { number: typed } : { text: typed });
}

export function missing(item, content) {
  const idle = actsIn(content).length === 0;
  const typed = content?.answer ?? "";
  if (item.answer === null || (item.acts_needed && idle && typed === "")) return idle ? "act_first" : null;
  // Work in the sheet is not nothing: it waits for the answer instead of being told as passed over.
  if (typed === "" && !idle) return "sheet_answer_too";
  const problem = missingAnswer(item, typed);
  return problem ?? (item.acts_needed && idle ? "sheet_act_too" : null);
}

function answerField(item, typed, onInput, text) {
  const { unit } = item.answer;
  const input = element("input", {
    class: `input ${item.answer.kind === "number" ? "answer__number tabular" : "answer__text"}`,
    id: "answer",
    type: "text",
    inputmode: item.answer.kind === "number" ? "decimal" : null,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: item.answer.max_length ?? 40,
    "aria-describedby": unit ? "answer-unit" : null,
  });
  input.value = typed;
  input.addEventListener("input", () => onInput(input.value));
  const line = element("div", { class: "answer__line" }, input);
  if (unit) line.append(element("span", { class: "answer__unit", id: "answer-unit" }, unit));
  return element("div", { class: "field sheet__answer" }, element("label", { for: "answer" }, text("sheet_answer")), line);
}

export function build(container, item, draft, onChange, text) {
  if (item.answer === null) return buildSimulator(NAME, container, item, draft, onChange, text);
  let acts = actsIn(draft);
  let typed = draft?.answer ?? "";
  const tell = () => onChange(contentOf(item, acts, typed));
  const hear = (content) => {
    acts = actsIn(content);
    tell();
  };
  buildSimulator(NAME, container, item, draft, hear, text);
  const onInput = (value) => {
    typed = value;
    tell();
  };
  container.append(answerField(item, typed, onInput, text));
}
