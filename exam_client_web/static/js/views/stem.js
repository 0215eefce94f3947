// The text of an item: paragraphs, lists, and preformatted parts (tables, files) that scroll in their own box.

import { element } from "../lib/dom.js";

/** The names of an item's preformatted parts: a number tells several of them apart. */
export function namer(count, text, one = "document", several = "document_n") {
  let number = 0;
  return () => (count > 1 ? text(several, { n: (number += 1) }) : text(one));
}

// What a line of a list begins with, as in question_bank/typography.py.
const MARK = /^(?:[-–•]|(\d{1,2})[.)]) /;

/** What stands together: {tag, lines: [{mark, text}]}, one line each but for lists, whose lines follow one another. */
export function groupsOf(stem) {
  const groups = [];
  for (const { kind, text } of stem) {
    const [mark, number] = (kind !== "preformatted" && MARK.exec(text)) || [""];
    const list = number === undefined ? "ul" : "ol";
    const tag = kind === "preformatted" ? "pre" : mark === "" ? "p" : list;
    const line = { mark, text: text.slice(mark.length) };
    if (mark !== "" && groups.at(-1)?.tag === tag) groups.at(-1).lines.push(line);
    else groups.push({ tag, lines: [line] });
  }
  return groups;
}

/** Styles write the mark; without them a browser writes its own. */
export function buildList(tag, lines) {
  const row = ({ mark, text }) => element("li", { "data-mark": mark, value: tag === "ol" ? parseInt(mark, 10) : null }, text);
  return element(tag, { class: "lines" }, ...lines.map(row));
}

/** A preformatted part takes the focus, so that the arrow keys can scroll it. */
export function showStem(root, stem, text) {
  const name = namer(stem.filter((part) => part.kind === "preformatted").length, text);
  root.replaceChildren(
    ...groupsOf(stem).map(({ tag, lines }) => {
      if (tag === "pre") return element("pre", { tabindex: "0", role: "region", "aria-label": name() }, lines[0].text);
      return tag === "p" ? element("p", {}, lines[0].text) : buildList(tag, lines);
    }),
  );
}
