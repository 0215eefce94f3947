// A search page's machine: what each act changes; the same rules as question_bank/simulators/search_page.py.

import { Refused } from "./acts.js";
import { ANY, FILTERS, search } from "./search_corpus.js";

export const MAX_QUERY = 200;
export const PAGE = 10;

const impossible = () => new Refused("sim_impossible");

function searched(item, state) {
  return { ...state, results: search(item, state.query, state.filters), opened: null };
}

export function start(item) {
  const filters = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, ANY]));
  return searched(item, { query: item.query, filters, visited: [], chosen: [], bookmarked: [] });
}

/** The filters that this page offers: without a date of today none by period. */
export function filtersOf(item) {
  return Object.entries(FILTERS).filter(([name]) => name !== "period" || item.today !== "");
}

/** Only what is on the page can be opened or marked. */
export function reaches(state, name) {
  return state.results.names.includes(name) || state.opened === name || state.chosen.includes(name) || state.bookmarked.includes(name);
}

function changed(marked, name, adding) {
  if (marked.includes(name) === adding) throw impossible();
  return adding ? [...marked, name] : marked.filter((one) => one !== name);
}

function onDocument(item, state, verb, name) {
  if (!item.documents.some((one) => one.id === name) || !reaches(state, name)) throw impossible();
  if (verb === "open") return { ...state, opened: name, visited: [...new Set([...state.visited, name])] };
  if (item.choosing && (verb === "choose" || verb === "unchoose")) {
    return { ...state, chosen: changed(state.chosen, name, verb === "choose") };
  }
  if (item.bookmarking && (verb === "bookmark" || verb === "unbookmark")) {
    return { ...state, bookmarked: changed(state.bookmarked, name, verb === "bookmark") };
  }
  throw impossible();
}

const COUNTS = { query: 1, filter: 2, back: 0 };

export function apply(item, state, [verb, ...parts]) {
  const count = Object.hasOwn(COUNTS, verb) ? COUNTS[verb] : 1;
  if (parts.length !== count || parts.some((part) => typeof part !== "string")) throw impossible();
  const [first, second] = parts;
  if (verb === "query") {
    if (first.trim() === "") throw new Refused("search_type");
    if ([...first].length > MAX_QUERY) throw impossible();
    return searched(item, { ...state, query: first });
  }
  if (verb === "filter") {
    const values = Object.fromEntries(filtersOf(item));
    if (!Object.hasOwn(values, first) || !values[first].includes(second)) throw impossible();
    return searched(item, { ...state, filters: { ...state.filters, [first]: second } });
  }
  if (verb === "back") {
    if (state.opened === null) throw impossible();
    return { ...state, opened: null };
  }
  return onDocument(item, state, verb, first);
}
