import assert from "node:assert/strict";
import { test } from "node:test";

import { quoting } from "../../../exam_client_web/static/js/lib/dom.js";
import { groupsOf } from "../../../exam_client_web/static/js/views/stem.js";

const line = (text) => ({ kind: "paragraph", text });
const shape = (stem) => groupsOf(stem).map(({ tag, lines }) => [tag, ...lines.map(({ mark, text }) => `${mark}|${text}`)]);

test("lines of a list that follow one another are one list, its marks kept apart from its texts", () => {
  assert.deepEqual(shape([line("Il faut :"), line("- lire"), line("- écrire"), line("Que faire ?")]), [
    ["p", "|Il faut :"],
    ["ul", "- |lire", "- |écrire"],
    ["p", "|Que faire ?"],
  ]);
  assert.deepEqual(shape([line("2. Ouvrir"), line("3) Fermer")]), [["ol", "2. |Ouvrir", "3) |Fermer"]]);
  assert.deepEqual(shape([line("• un"), line("– deux")]), [["ul", "• |un", "– |deux"]]);
});

test("another kind of mark, a paragraph or a file between two lines ends a list", () => {
  const table = { kind: "preformatted", text: "- a\n- b" };
  assert.deepEqual(shape([line("- a"), line("1. b"), table, line("2. c")]), [
    ["ul", "- |a"],
    ["ol", "1. |b"],
    ["pre", "|- a\n- b"],
    ["ol", "2. |c"],
  ]);
});

test("what only looks like a mark is text", () => {
  assert.deepEqual(shape([line("-5 degrés"), line("2026. Une année"), line("1.5 Go")]), [
    ["p", "|-5 degrés"],
    ["p", "|2026. Une année"],
    ["p", "|1.5 Go"],
  ]);
});

test("a sentence of the page keeps its own words apart from those it quotes; a number is no word", () => {
  globalThis.document = { createElement: (tag) => ({ tag, setAttribute(name, value) { this[name] = value; }, append(...words) { this.words = words; } }) };
  const [before, quoted, after, count] = quoting("“{what}”: {n}", { what: "Lire", n: 2 });
  assert.deepEqual([before, after, count], ["“", "”: ", "2"]);
  assert.deepEqual([quoted.tag, quoted.lang, quoted.words], ["span", "fr", ["Lire"]]);
  delete globalThis.document;
});
