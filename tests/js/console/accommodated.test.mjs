/** What the invigilator reads of a candidate's accommodations: what is to be done, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { accommodated } from "../../../proctor_console/static/js/board/accommodated.js";

const say = (key, values = {}) => [key, ...Object.values(values)].join(" ");

test("nobody without a decision has a word", () => {
  assert.deepEqual(accommodated(say, {}), []);
  assert.deepEqual(accommodated(say), []);
});

test("breaks come first, in minutes, then each measure by its name", () => {
  const decided = { extra: "1/3", breaks: { most: 2, each_s: 300, total_s: 600 }, measures: ["reader", "separate_room"] };
  assert.deepEqual(accommodated(say, decided), ["breaks_many 2 5", "measure_reader", "measure_separate_room"]);
  assert.deepEqual(accommodated(say, { breaks: { most: 1, each_s: 600, total_s: 600 } }), ["breaks_one 1 10"]);
});
