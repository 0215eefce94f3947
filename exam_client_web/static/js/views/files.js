// The files of a question: what each is and what opens it. A plain link saves it; the page stays where it is.

import { element, slot, write } from "../lib/dom.js";

/** What is shown of each file: where it is, its name, and in words what it is. */
export function linksOf(item, text) {
  return (item?.files ?? []).map(({ id, name, kind }) => ({
    address: `${item.files_at ?? "/exam/files"}/${encodeURIComponent(id)}`,
    name,
    about: text(`file_${kind}`),
  }));
}

/** Fills the part of the page above the answer, or hides it where the question has no file. */
export function showFiles(part, item, text) {
  const links = linksOf(item, text);
  part.hidden = links.length === 0;
  write(slot(part, "files-title"), text.counted("files_title", links.length));
  write(slot(part, "files-where"), text.counted("files_where", links.length));
  slot(part, "files").replaceChildren(
    ...links.map(({ address, name, about }) =>
      element(
        "li",
        {},
        element(
          "a",
          { class: "file", href: address, download: name },
          element("span", { class: "file__name", lang: "fr" }, name),
          " ",
          element("span", { class: "file__about" }, about),
        ),
      ),
    ),
  );
}
