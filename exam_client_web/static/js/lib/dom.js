// Building and filling the page, by text only: no string ever becomes markup.

/** element("p", {class: "soft", hidden: true}, "text", child, …); null and false attributes are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/** An element of the item's own words: they are French, whatever the language of the page around them. */
export function inFrench(tag, attributes = {}, ...children) {
  return element(tag, { lang: "fr", ...attributes }, ...children);
}

/** The pieces of a sentence of the page ("Monter : {what}"); a text that it quotes is the item's, a node stays as it is. */
export function quoting(sentence, quoted) {
  return sentence.split(/\{(\w+)\}/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const value = quoted[piece];
    if (typeof value === "string") return inFrench("span", {}, value);
    return typeof value === "number" ? String(value) : value;
  });
}

/** Write only what differs, so that a screen reader or a selection is not disturbed for nothing. */
export function write(node, sentence) {
  if (!Array.isArray(sentence)) {
    if (node.textContent !== sentence) node.textContent = sentence;
  } else if (node.textContent !== sentence.map((piece) => piece.textContent ?? piece).join("")) {
    node.replaceChildren(...sentence);
  }
}

/** The one element of `root` marked data-slot="name". */
export function slot(root, name) {
  return root.querySelector(`[data-slot="${name}"]`);
}

/** Fill several slots: fillSlots(root, {name: "Lou Exemple"}). An empty value hides the slot. */
export function fillSlots(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const node of root.querySelectorAll(`[data-slot="${name}"]`)) write(node, text ?? "");
  }
}
