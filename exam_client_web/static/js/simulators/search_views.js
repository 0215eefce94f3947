// What a search page shows: a result, a page of results, an opened document, the marked documents.

import { element } from "../lib/dom.js";
import { showStem } from "../views/stem.js";
import { button } from "./acts.js";
import { PAGE } from "./search_page_state.js";

/** "15 mars 2026" */
export function dayOf(date) {
  const language = document.documentElement.lang || "fr";
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

const hidden = (text, lang = null) => element("span", { class: "visually-hidden", lang }, text);

/** The buttons and badges of one kind of mark: "choose" or "bookmark". */
function markButton(found, mark, page, marked) {
  const verb = marked ? `un${mark}` : mark;
  const node = button(page.text(`search_${verb}`), () => page.perform(verb, found.id), { "data-key": `${mark} ${found.id}` });
  node.append(hidden(` : ${found.title}`, found.language));
  return node;
}

/** Which marks the page offers, with the documents that carry them. */
export function marksOf(page) {
  return [
    ["choose", page.item.choosing, page.state.chosen],
    ["bookmark", page.item.bookmarking, page.state.bookmarked],
  ].filter(([, offered]) => offered);
}

function markRow(found, page) {
  const row = element("div", { class: "result__marks" });
  for (const [mark, , marked] of marksOf(page)) {
    const has = marked.includes(found.id);
    row.append(markButton(found, mark, page, has));
    if (has) row.append(element("span", { class: "badge badge--ok" }, page.text(`search_${mark}_done`)));
  }
  return row;
}

function factsOf(found, text) {
  const facts = found.kind === "page" ? [] : [text(`search_kind_${found.kind}`)];
  if (found.language !== "fr") facts.push(text(`search_language_${found.language}`));
  if (found.date) facts.push(dayOf(found.date));
  return facts.join(" · ");
}

function buildResult(found, page) {
  const open = element("button", { type: "button", class: "result__open", "data-key": `open ${found.id}`, lang: found.language }, found.title);
  open.addEventListener("click", () => page.perform("open", found.id));
  const facts = factsOf(found, page.text);
  const snippet = element("p", { class: "result__snippet" });
  if (found.sponsored) snippet.append(element("span", { class: "result__ad" }, page.text("search_ad")), " ");
  if (facts) snippet.append(element("span", { class: "result__facts" }, `${facts} – `));
  snippet.append(element("span", { lang: found.language }, found.snippet));
  return element(
    "li",
    { class: "result" },
    element("h2", { class: "result__title" }, open),
    element("p", { class: "result__address", lang: found.language }, found.site ? `${found.site} – ${found.address}` : found.address),
    snippet,
    markRow(found, page),
  );
}

function pageButtons(page, count) {
  const row = element("div", { class: "results__pages", role: "group", "aria-label": page.text("search_pages") });
  for (let n = 1; n <= count; n += 1) {
    const attributes = { "aria-current": n === page.shownPage ? "true" : null, "data-key": `page ${n}` };
    const node = button(String(n), () => page.turnTo(n), attributes);
    node.prepend(hidden(`${page.text("search_page_number")} `));
    row.append(node);
  }
  return row;
}

/** The results that stand on one page, with a line that counts them all. */
export function buildResults(page) {
  const { text, state } = page;
  const { names } = state.results;
  const root = element("div", { class: "results" });
  root.append(element("p", { class: "results__count", tabindex: "-1", "data-key": "count" }, countSentence(state, text)));
  const from = (page.shownPage - 1) * PAGE;
  const list = element("ol", { class: "results__list" });
  for (const name of names.slice(from, from + PAGE)) list.append(buildResult(page.documentOf(name), page));
  if (names.length > 0) root.append(list);
  if (names.length > PAGE) root.append(pageButtons(page, Math.ceil(names.length / PAGE)));
  return root;
}

export function countSentence({ query, results }, text) {
  if (query === "") return text("search_start");
  if (results.names.length === 0) return text("search_none");
  const counted = text.counted("search_found", results.names.length);
  return results.loosened ? `${text("search_loosened")} ${counted}` : counted;
}

function detail(list, name, value, lang = null) {
  if (value) list.append(element("div", {}, element("dt", {}, name), element("dd", { lang }, value)));
}

/** A document as it is seen when it is open. */
export function buildDocument(found, page) {
  const { text } = page;
  const body = element("div", { class: "document__body", lang: found.language });
  showStem(body, found.blocks, text);
  const facts = element("dl", { class: "document__facts" });
  detail(facts, text("search_author"), found.author, found.language);
  detail(facts, text("search_published"), found.date && dayOf(found.date));
  detail(facts, text("search_updated"), found.updated && dayOf(found.updated));
  detail(facts, text("search_licence"), found.licence !== "unknown" && text(`search_licence_${found.licence}`));
  const root = element("div", { class: "document" });
  const back = button(text("search_back"), () => page.perform("back"), { "data-key": "back" });
  root.append(element("div", { class: "document__bar" }, back, element("span", { class: "document__address" }, found.address)));
  const paper = element("div", { class: "document__paper" });
  if (found.kind !== "page") paper.append(element("p", { class: "document__kind" }, text(`search_kind_${found.kind}`)));
  paper.append(element("h2", { class: "document__title", tabindex: "-1", "data-key": "title", lang: found.language }, found.title));
  if (found.site) paper.append(element("p", { class: "document__site", lang: found.language }, found.site));
  paper.append(body);
  if (found.sources.length > 0) {
    const sources = found.sources.map((source) => element("li", { lang: found.language }, source));
    paper.append(element("h3", {}, text("search_sources")), element("ul", { class: "document__sources" }, ...sources));
  }
  if (facts.children.length > 0) paper.append(facts);
  root.append(paper, markRow(found, page));
  return root;
}

/** The documents that carry a mark, each one to open or to take out. */
export function buildMarked(mark, marked, page) {
  const list = element("ul", { class: "marked__list" });
  for (const name of marked) {
    const found = page.documentOf(name);
    const open = element("button", { type: "button", class: "result__open", "data-key": `marked ${mark} ${name}`, lang: found.language }, found.title);
    open.addEventListener("click", () => page.perform("open", name));
    const out = button(page.text(`search_un${mark}`), () => page.perform(`un${mark}`, name), { "data-key": `out ${mark} ${name}` });
    out.append(hidden(` : ${found.title}`, found.language));
    list.append(element("li", { class: "marked__row" }, open, out));
  }
  const title = page.text(`search_${mark}_list`, { n: marked.length });
  const section = element("section", { class: "marked", "aria-label": title }, element("h2", { class: "marked__title", tabindex: "-1", "data-key": `list ${mark}` }, title));
  section.append(marked.length > 0 ? list : element("p", { class: "soft" }, page.text(`search_${mark}_none`)));
  return section;
}
