/** The board is drawn once for all that comes in a frame, and what it says compares with what was drawn before. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createDrawing } from "../../../proctor_console/static/js/board/drawing.js";

function drawn() {
  const found = { calls: [], frames: [] };
  const drawing = createDrawing({ draw: (board, before) => found.calls.push([board, before]), schedule: (call) => found.frames.push(call) });
  return { ...found, drawing, frame: () => found.frames.splice(0).forEach((call) => call()) };
}

test("a thousand boards in one frame are one drawing of the newest, compared with the one before them all", () => {
  const { calls, frames, drawing, frame } = drawn();
  for (let number = 1; number <= 1000; number += 1) drawing.soon(number, number - 1);
  assert.equal(frames.length, 1);
  assert.deepEqual(calls, []);
  frame();
  assert.deepEqual(calls, [[1000, 0]]);
});

test("what comes after a drawing has a drawing of its own", () => {
  const { calls, drawing, frame } = drawn();
  drawing.soon("a", null);
  frame();
  drawing.soon("b", "a");
  frame();
  assert.deepEqual(calls, [["a", null], ["b", "a"]]);
});

test("what still waits can be drawn at once, and its frame then draws nothing again", () => {
  const { calls, drawing, frame } = drawn();
  drawing.due();
  drawing.soon("a", null);
  drawing.due();
  frame();
  assert.deepEqual(calls, [["a", null]]);
});
