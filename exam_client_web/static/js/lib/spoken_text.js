// What is read aloud of a part of the page: its texts block by block, and where each word stands in it.

const BLOCKS = "p, li, pre, label, legend, button, th, td, dt, dd, summary, h1, h2, h3, option";

/** Is this node on the screen, and not only for screen readers? */
function isShown(node) {
  if (node.parentElement.closest("details:not([open]) > :not(summary)") !== null) return false;
  for (let at = node.parentElement; at !== null; at = at.parentElement) {
    if (at.hidden || at.getAttribute("aria-hidden") === "true" || at.classList.contains("visually-hidden")) return false;
  }
  return true;
}

/** The blocks of these roots in reading order: {text, parts: [{node, from}]}, `from` being where the node's text begins. */
export function blocksOf(roots) {
  const blocks = [];
  let owner = null;
  for (const root of roots) {
    const walker = root.ownerDocument.createTreeWalker(root, 4); // NodeFilter.SHOW_TEXT
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.data.trim() === "" || !isShown(node)) continue;
      const block = node.parentElement.closest(BLOCKS) ?? node.parentElement;
      // A line of a list is said with its mark, which styles write.
      if (block !== owner) blocks.push({ text: block.dataset.mark ?? "", parts: [] });
      owner = block;
      const last = blocks[blocks.length - 1];
      last.parts.push({ node, from: last.text.length });
      last.text += node.data;
    }
  }
  return blocks;
}

/** The word at `index` of a block: {node, start, end} in the node's own text, or null behind the end. */
export function wordAt(block, index) {
  const part = block.parts.findLast(({ from }) => from <= index);
  if (part === undefined) return null;
  const start = index - part.from;
  const rest = part.node.data.slice(start);
  const length = /^\S+/.exec(rest)?.[0].length ?? 0;
  return length === 0 ? null : { node: part.node, start, end: start + length };
}

/** The voice to read French with: one of this computer before one of the network; null where there is none. */
export function frenchVoice(voices) {
  const french = voices.filter(({ lang }) => /^fr([-_]|$)/i.test(lang));
  return french.find(({ localService }) => localService) ?? french[0] ?? null;
}
