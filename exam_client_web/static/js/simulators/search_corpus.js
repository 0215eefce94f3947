// What a query with its filters finds, in which order; the same rules as question_bank/simulators/search_corpus.py.

import { singular, wordsOf } from "./folding.js";
import { bareAddress, mayBeLoosened, parseQuery } from "./search_query.js";

export const ANY = "any";
const FILE_TYPES = {
  page: "page", html: "page", htm: "page", pdf: "pdf", image: "image", jpg: "image", jpeg: "image", png: "image",
  tableur: "sheet", sheet: "sheet", xlsx: "sheet", xls: "sheet", ods: "sheet", csv: "sheet", video: "video", mp4: "video",
};
const FREE = ["cc_by", "cc_by_sa", "cc_by_nc", "cc_by_nd", "cc_by_nc_sa", "cc_by_nc_nd", "cc0", "public_domain"];
const LICENCES = {
  reuse: FREE,
  modify: FREE.filter((one) => !/_nd\b/.test(one)),
  commercial: FREE.filter((one) => !/_nc/.test(one)),
  commercial_modify: FREE.filter((one) => !/_n[cd]/.test(one)),
};

/** The filters of the tool bar and their values, in the order in which they are shown. */
export const FILTERS = {
  kind: [ANY, "page", "pdf", "image", "sheet", "video"],
  period: [ANY, "week", "month", "year", "five_years"],
  language: [ANY, "fr", "en", "es", "de", "it"],
  licence: [ANY, ...Object.keys(LICENCES)],
};

const indexes = new WeakMap();

/** The words of a document; a phrase does not run from one part into the next. */
function indexOf(document) {
  if (!indexes.has(document)) {
    const text = document.blocks.map((block) => block.text).join("\n");
    const title = wordsOf(document.title);
    const parts = [title, ...[document.site, document.snippet, document.keywords, document.author, text].map(wordsOf)];
    indexes.set(document, { title, parts, all: new Set(parts.flat().map(singular)), inTitle: new Set(title.map(singular)) });
  }
  return indexes.get(document);
}

const runs = (words, phrase) => words.some((_, start) => phrase.every((word, at) => words[start + at] === word));

function isIn(address, site) {
  const host = address.split("/", 1)[0];
  return address === site || address.startsWith(`${site}/`) || host === site || host.endsWith(`.${site}`);
}

function isInTitle(document, term) {
  const { title, inTitle } = indexOf(document);
  return term.exact ? runs(title, term.words) : term.words.every((word) => inTitle.has(word));
}

function holds(document, term) {
  if (term.kind === "site") return isIn(bareAddress(document.address), term.words[0]);
  if (term.kind === "filetype") return Object.hasOwn(FILE_TYPES, term.words[0]) && FILE_TYPES[term.words[0]] === document.kind;
  if (term.kind === "intitle") return isInTitle(document, term);
  const { parts, all } = indexOf(document);
  return term.exact ? parts.some((part) => runs(part, term.words)) : term.words.every((word) => all.has(word));
}

const meets = (document, group) => group.some((term) => holds(document, term) !== term.excluded);

function pointsOf(document, term) {
  if (term.excluded || term.kind === "site" || term.kind === "filetype" || !holds(document, term)) return 0;
  return isInTitle(document, term) ? 3 : 1;
}

const points = (document, query) => query.reduce((sum, group) => sum + Math.max(...group.map((term) => pointsOf(document, term))), 0);

function passes(document, days, filters) {
  return (
    [ANY, document.kind].includes(filters.kind) &&
    [ANY, document.language].includes(filters.language) &&
    (filters.period === ANY || document.date >= days[filters.period]) &&
    (filters.licence === ANY || LICENCES[filters.licence].includes(document.licence))
  );
}

/** {names, loosened}: sponsored first, then by weight, by points, by authored order. */
export function search(item, typed, filters) {
  const query = parseQuery(typed);
  if (query.length === 0) return { names: [], loosened: false };
  const firm = query.filter((group) => !mayBeLoosened(group));
  const loose = query.filter(mayBeLoosened);
  const kept = item.documents.filter((one) => passes(one, item.days, filters) && firm.every((group) => meets(one, group)));
  let found = kept.filter((one) => loose.every((group) => meets(one, group)));
  const loosened = found.length === 0 && loose.length > 0;
  if (loosened) found = kept.filter((one) => loose.some((group) => meets(one, group)));
  const ranked = found.map((one) => ({ one, points: points(one, query) }));
  ranked.sort((a, b) => b.one.sponsored - a.one.sponsored || b.one.weight - a.one.weight || b.points - a.points);
  return { names: ranked.map(({ one }) => one.id), loosened: loosened && found.length > 0 };
}
