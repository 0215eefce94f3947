// A simulated search engine, and perhaps a field for the answer that is to be found there.

import { element } from "../lib/dom.js";
import { actsIn, buildSimulator, unfinished } from "../simulators/acts.js";
import "../simulators/search_page.js";
import * as numeric from "./numeric.js";
import * as short_text from "./short_text.js";

export { unfinished };

const ANSWERS = { number: numeric, text: short_text };

/** {"acts": […], "answer": "1987"}; the answer only where there is one. */
export function contentOf(acts, answer) {
  return answer === "" ? { acts } : { acts, answer };
}

export function missing(item, content) {
  const acts = actsIn(content);
  const answer = content?.answer ?? "";
  if (item.answer === null) return acts.length === 0 ? "act_first" : null;
  if (answer === "") return acts.length === 0 ? "act_first" : "type_found";
  return ANSWERS[item.answer].missing(item, { [item.answer]: answer });
}

/** What was done is worth keeping on the server even before the answer is typed. */
export function isWorthKeeping(item, content) {
  return missing(item, content) === "type_found";
}

export function build(container, item, draft, onChange, text) {
  let acts = actsIn(draft);
  let answer = draft?.answer ?? "";
  const tell = () => onChange(contentOf(acts, answer));
  buildSimulator("passation-search-page", container, item, draft, (content) => {
    acts = content.acts;
    tell();
  }, text);
  if (item.answer === null) return;
  const field = element("div", { class: "search-answer" });
  ANSWERS[item.answer].build(field, item, { [item.answer]: answer }, (content) => {
    answer = content[item.answer];
    tell();
  }, text);
  field.querySelector("label").className = "search-answer__label";
  container.append(field);
}
