/** The words of a page: read once from its JSON block, with {name} places filled in. */

/** Fills the places of a sentence. A place that nobody filled stays readable. */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** A function `say(key, values)` over the words of this page. A missing key shows itself instead of breaking the page. */
export function speaker(words) {
  const say = (key, values) => fill(words[key] ?? key, values);
  say.knows = (key) => Object.hasOwn(words, key);
  return say;
}

/** Reads the page's <script type="application/json" id="texts">. */
export function pageTexts(root = document) {
  const block = root.getElementById("texts");
  return speaker(block ? JSON.parse(block.textContent) : {});
}
