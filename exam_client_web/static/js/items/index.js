// The item types that this page can show, by name.

import * as multiple_choice from "./multiple_choice.js";
import * as numeric from "./numeric.js";
import * as ordering from "./ordering.js";
import * as short_text from "./short_text.js";
import * as single_choice from "./single_choice.js";

export const ITEM_TYPES = { single_choice, multiple_choice, numeric, short_text, ordering };

/** What is validated: the response in hand, or what an untouched item already says (an order). */
export function contentInHand(item, content) {
  return content ?? ITEM_TYPES[item.type].untouched?.(item) ?? null;
}

// What the types say when there is nothing to send, as opposed to something that is not right yet.
const EMPTY = new Set(["choose_one", "choose_some", "type_number", "type_text"]);

/**
 * What a draft tells the server, or null when it has to wait: a half-typed number stays here until it is
 * one. A response that was emptied again is told as passed over, so that no older draft stands for it.
 */
export function draftOf(item, content) {
  if (content === null) return null;
  const problem = content.skip ? null : ITEM_TYPES[item.type].missing(item, content);
  if (problem === null) return content;
  return EMPTY.has(problem) ? { skip: true } : null;
}
