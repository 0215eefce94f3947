import assert from "node:assert/strict";
import { test } from "node:test";

import { lineAt } from "../../../proctor_console/static/js/author/lines.js";

const text = "un\n\ntrois\nquatre";
const shown = (number) => {
  const { start, end } = lineAt(text, number);
  return text.slice(start, end);
};

test("a line is found by its number, an empty one too", () => {
  assert.deepEqual([1, 2, 3, 4].map(shown), ["un", "", "trois", "quatre"]);
});

test("a number outside the text is its first or its last line", () => {
  assert.deepEqual([-3, 0, 5, 900].map(shown), ["un", "un", "quatre", "quatre"]);
});
