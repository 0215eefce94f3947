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

/** Write only what differs, so that a screen reader or a selection is not disturbed for nothing. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
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
