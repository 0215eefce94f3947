import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_ACTS, Refused, actsIn, contentOf, missing, replayed, withAct } from "../../../exam_client_web/static/js/simulators/acts.js";

const add = (state, [verb, amount]) => {
  if (verb !== "add") throw new Refused("unknown");
  return state + amount;
};

test("acts: a draft keeps only what is well-formed", () => {
  assert.deepEqual(actsIn({ acts: [["add", 1], [], "add", [1], ["add", null], ["add", 1.5], ["add", "x", 2]] }), [["add", 1], ["add", "x", 2]]);
  assert.deepEqual(actsIn({ acts: "add" }), []);
  assert.deepEqual(actsIn(null), []);
  assert.deepEqual(contentOf([["add", 1]]), { acts: [["add", 1]] });
});

test("acts: a draft is done again up to the first act that is not possible", () => {
  assert.deepEqual(replayed(0, [["add", 1], ["add", 2], ["drop", 1], ["add", 4]], add), { state: 3, acts: [["add", 1], ["add", 2]] });
});

test("acts: a fault of the machine is not taken for a refusal", () => {
  assert.throws(() => replayed(0, [["add", 1]], () => null.x), TypeError);
});

test("acts: one more than the server takes is refused", () => {
  const full = { state: 0, acts: Array.from({ length: MOST_ACTS }, () => ["add", 0]) };
  assert.throws(() => withAct(full, ["add", 1], add), Refused);
  assert.deepEqual(withAct({ state: 1, acts: [] }, ["add", 1], add), { state: 2, acts: [["add", 1]] });
});

test("acts: nothing done is nothing to send", () => {
  assert.equal(missing({}, null), "act_first");
  assert.equal(missing({}, { acts: [] }), "act_first");
  assert.equal(missing({}, { acts: [["add", 1]] }), null);
});
