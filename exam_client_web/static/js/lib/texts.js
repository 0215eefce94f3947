// The sentences that scripts show: written by the page (so that they are translated there), read here.

/** Put values into a sentence: fill("Question {n}", {n: 5}). An unknown name stays visible. */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A reader over a dictionary of sentences; a missing one shows its key rather than nothing. */
export function createTexts(sentences) {
  const text = (key, values) => fill(sentences[key] ?? key, values);
  /** For counted things: the sentences "key_one" and "key_many". */
  text.counted = (key, count, values = {}) =>
    text(`${key}_${count < 2 ? "one" : "many"}`, { ...values, n: count });
  return text;
}

/** The sentences of this page, from its <script type="application/json" id="texts">. */
export function readTexts(page = document) {
  const block = page.getElementById("texts");
  return createTexts(block ? JSON.parse(block.textContent) : {});
}
