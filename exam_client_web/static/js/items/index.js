// The item types that this page can show, by name.

import * as block_program from "./block_program.js";
import * as categorising from "./categorising.js";
import * as file_manager from "./file_tree.js";
import * as fill_in from "./fill_in.js";
import * as mailbox from "./mailbox.js";
import * as matching from "./matching.js";
import * as multiple_choice from "./multiple_choice.js";
import * as numeric from "./numeric.js";
import * as ordering from "./ordering.js";
import * as point from "./point.js";
import * as search_page from "./search_page.js";
import * as settings_panel from "./settings_panel.js";
import * as short_text from "./short_text.js";
import * as single_choice from "./single_choice.js";
import * as spreadsheet from "./spreadsheet.js";

export const ITEM_TYPES = {
  single_choice,
  multiple_choice,
  numeric,
  short_text,
  ordering,
  mailbox,
  file_manager,
  spreadsheet,
  search_page,
  settings_panel,
  block_program,
  matching,
  categorising,
  fill_in,
  point,
};

/** What is validated: the response in hand, or what an untouched item already says (an order). */
export function contentInHand(item, content) {
  return content ?? ITEM_TYPES[item.type].untouched?.(item) ?? null;
}

// What the types say when there is nothing to send, as opposed to something that is not right yet.
const EMPTY = new Set([
  "act_first",
  "build_program",
  "choose_one",
  "choose_some",
  "type_number",
  "type_text",
  "match_none",
  "place_none",
  "fill_none",
  "point_none",
]);

/**
 * What a draft tells the server, or null when it has to wait: a half-typed number stays here until it is
 * one. A response that was emptied again is told as passed over, so that no older draft stands for it.
 */
export function draftOf(item, content) {
  if (content === null) return null;
  const problem = content.skip ? null : ITEM_TYPES[item.type].missing(item, content);
  if (problem === null || ITEM_TYPES[item.type].isWorthKeeping?.(item, content)) return content;
  return EMPTY.has(problem) ? { skip: true } : null;
}
