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

/** May a draft with this content be sent? Half-typed numbers stay here until they are numbers. */
export function sendable(item, content) {
  if (content === null) return false;
  const problem = ITEM_TYPES[item.type].missing(item, content);
  return problem !== "not_a_number";
}
