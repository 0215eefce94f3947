// The text of an item: paragraphs, and preformatted parts (tables, files) that scroll in their own box.

import { element } from "../lib/dom.js";

/** A preformatted part takes the focus, so that the arrow keys can scroll it. */
export function showStem(root, stem, text) {
  root.replaceChildren(
    ...stem.map((part) =>
      part.kind === "preformatted"
        ? element("pre", { tabindex: "0", role: "region", "aria-label": text("document") }, part.text)
        : element("p", {}, part.text),
    ),
  );
}
