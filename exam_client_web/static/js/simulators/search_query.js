// A query as it is parsed: groups of terms; the same rules as question_bank/simulators/search_query.py.

import { singular, wordsOf } from "./folding.js";

const EMPTY_WORDS = new Set(
  wordsOf(`a au aux avec c ce ces cet cette combien comment d dans de des du elle elles en est et il ils j je
    l la le les leur leurs m ma mais mes mon n ne nos notre nous on ou par pas pour pourquoi qu quand que
    quel quelle quelles quels qui quoi s sa se ses si son sont sur t ta te tes ton tu un une vos votre vous y`),
);
const BLANK = "\\t\\n\\r \\u00a0\\u2000-\\u200b\\u202f\\u205f\\u3000\\ufeff";
const TOKEN = new RegExp(`(-?)(?:(site|filetype|ext|intitle):)?(?:"([^"]*)"?|([^${BLANK}"]+))`, "gi");
const OR = new Set(["OR", "OU", "|"]);

/** Without what makes no difference: protocol, www, a dot in front, a stroke behind. */
export function bareAddress(address) {
  return address
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/^(?:www\.|\.)/, "")
    .replace(/\/+$/, "");
}

const sought = (words, exact) => (exact ? words : words.map(singular));

function termOf(operator, quoted, bare, excluded) {
  const written = quoted ?? bare;
  const exact = quoted !== undefined;
  const words = wordsOf(written);
  if (words.length === 0) return null;
  switch (operator?.toLowerCase()) {
    case "site":
      return { kind: "site", words: [bareAddress(written)], exact: false, excluded };
    case "filetype":
    case "ext":
      return { kind: "filetype", words: [words.join("")], exact: false, excluded };
    case "intitle":
      return { kind: "intitle", words: sought(words, exact), exact, excluded };
  }
  if (exact) return { kind: "phrase", words, exact, excluded };
  const wanted = excluded ? words : words.filter((word) => !EMPTY_WORDS.has(word));
  return wanted.length === 0 ? null : { kind: "word", words: sought(wanted, false), exact, excluded };
}

/** The groups of a query: each one must be met by one of its terms. */
export function parseQuery(typed) {
  const groups = [];
  let joined = false;
  const plain = typed
    .replace(/[“”„«»]/g, '"')
    .replace(/[\u2010\u2011\u2013\u2212]/g, "-")
    .replace(/[()]/g, " ")
    .replace(/\|/g, " | ");
  for (const [, minus, operator, quoted, bare] of plain.matchAll(TOKEN)) {
    if (OR.has(bare) && !minus && !operator) {
      joined = true;
      continue;
    }
    const term = termOf(operator, quoted, bare, minus !== "");
    if (term === null) continue;
    if (joined && groups.length > 0 && !term.excluded && !groups.at(-1)[0].excluded) groups.at(-1).push(term);
    else groups.push([term]);
    joined = false;
  }
  return groups;
}

/** Plain words may be missing when no document holds them all; what an operator asks may not. */
export function mayBeLoosened(group) {
  return group.every((term) => term.kind === "word" && !term.excluded);
}
