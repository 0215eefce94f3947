import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnswering } from "../../../exam_client_web/static/js/lib/answering.js";
import * as hands from "../../../exam_client_web/static/js/lib/hand.js";
import { draftOf } from "../../../exam_client_web/static/js/items/index.js";
import { handTimers } from "./chance.mjs";

const stateOf = (position, { draft = null, saved = null, given_name = "Lou", type = "short_text" } = {}) => ({
  phase: "test",
  candidate: { family_name: "Exemple", given_name, birth_date: "2011-03-04" },
  time: { started_at: 1 },
  item: { position, type, options: [] },
  draft,
  saved,
});

/** A page; `kept` is what an earlier one had in hand. */
function page(kept = null) {
  const timers = handTimers();
  const put = [];
  const heard = [];
  const answering = createAnswering({
    put: (entry) => put.push(entry), onHand: () => heard.push(answering.held()), serverNow: () => 1234.6, timers, delay: () => 600, draftOf,
  });
  answering.restore(kept);
  return { answering, put, timers, heard };
}

test("a draft is sent when the keys rest, once, with the newest content", async () => {
  const { answering, put, timers } = page();
  assert.equal(answering.take(stateOf(1)), true);
  for (const text of ["a", "ab", "abc"]) {
    answering.change({ text });
    await timers.advance(300);
  }
  await timers.advance(600);
  assert.deepEqual(put, [{ position: 1, revision: 1, content: { text: "abc" }, final: false, answered_at: 1235 }]);
});

test("each draft that goes out has its own number, and so has the final", async () => {
  const { answering, put, timers } = page();
  answering.take(stateOf(1));
  for (const text of ["a", "b"]) {
    answering.change({ text });
    await timers.advance(600);
  }
  answering.finish({ text: "b" });
  assert.deepEqual(put.map((entry) => [entry.revision, entry.final]), [[1, false], [2, false], [3, true]]);
});

test("nothing changes a validated response", async () => {
  const { answering, put, timers } = page();
  answering.take(stateOf(1));
  answering.finish({ text: "a" });
  answering.change({ text: "b" });
  answering.finish({ text: "c" });
  await timers.advance(5000);
  assert.equal(put.length, 1);
  assert.deepEqual(put[0].content, { text: "a" });
});

test("a reload before the draft was sent shows and sends what was typed", () => {
  const { answering } = page();
  answering.take(stateOf(3, { draft: { revision: 2, content: { text: "old" } } }));
  answering.change({ text: "new" });
  const after = page(answering.held());
  after.answering.take(stateOf(3, { draft: { revision: 2, content: { text: "old" } } }));
  assert.deepEqual(after.answering.hand().content, { text: "new" });
  assert.deepEqual(after.put.map((entry) => [entry.revision, entry.content.text]), [[3, "new"]]);
});

test("a reload after validating, before the answer, validates again", () => {
  const { answering } = page();
  answering.take(stateOf(3));
  answering.finish({ text: "done" });
  const after = page(answering.held());
  after.answering.take(stateOf(3));
  assert.equal(after.put[0].final, true);
  assert.equal(after.answering.hand().final, true);
});

test("the server's draft wins if its revision is higher or the same", () => {
  const kept = { position: 3, revision: 4, content: { text: "here" }, final: false };
  for (const revision of [4, 5]) {
    const hand = hands.takeUp(stateOf(3, { draft: { revision, content: { text: "there" } } }), kept);
    assert.deepEqual([hand.content.text, hand.unsent, hand.revision], ["there", false, revision]);
  }
});

test("a final that the server took in the last second is not open for another response", () => {
  const { answering, put } = page();
  answering.take(stateOf(3, { saved: { position: 3, revision: 2, final: true } }));
  answering.change({ text: "later" });
  answering.flush();
  assert.deepEqual([put.length, answering.hand().final], [0, true]);
});

test("what was kept of another position is not shown, and is not kept any longer", () => {
  const { answering } = page();
  answering.take(stateOf(3));
  answering.change({ text: "mine" });
  const next = page(answering.held());
  next.answering.take(stateOf(4));
  assert.deepEqual([next.answering.hand().content, next.answering.held().position], [null, 4]);
});

test("while the test is stopped, what was kept waits for the item", () => {
  const { answering } = page();
  answering.take(stateOf(3));
  answering.change({ text: "mine" });
  const next = page(answering.held());
  next.answering.take({ ...stateOf(3), phase: "stopped", item: null });
  assert.deepEqual(next.answering.held().content, { text: "mine" });
  next.answering.take(stateOf(3));
  assert.deepEqual(next.answering.hand().content, { text: "mine" });
});

test("every change is heard at once, long before it is sent", () => {
  const { answering, put, heard } = page();
  answering.take(stateOf(1, { type: "numeric" }));
  answering.change({ number: "-" });
  assert.deepEqual([heard.at(-1).content, heard.at(-1).unsent, put.length], [{ number: "-" }, true, 0]);
});

test("a tab that lost the test answers no more", async () => {
  const { answering, put, timers } = page();
  answering.take(stateOf(1));
  answering.change({ text: "a" });
  answering.restore(null);
  answering.change({ text: "b" });
  answering.finish({ text: "b" });
  await timers.advance(5000);
  assert.deepEqual([put, answering.held()], [[], null]);
});

test("a new state of the same item leaves what is being typed alone", () => {
  const { answering } = page();
  answering.take(stateOf(3));
  answering.change({ text: "typing" });
  assert.equal(answering.take(stateOf(3, { draft: { revision: 1, content: { text: "older" } } })), false);
  assert.deepEqual(answering.hand().content, { text: "typing" });
});

test("when another page wrote a higher revision, the next change goes above it", async () => {
  const { answering, put, timers } = page();
  answering.take(stateOf(3));
  answering.change({ text: "a" });
  answering.take(stateOf(3, { saved: { position: 3, revision: 8, final: false } }));
  await timers.advance(600);
  assert.deepEqual(put.map((entry) => entry.revision), [9]);
});

test("a refused final can be answered again, under a new number", () => {
  const { answering, put } = page();
  answering.take(stateOf(1));
  answering.finish({ text: "?" });
  answering.reopen();
  answering.change({ text: "better" });
  answering.finish({ text: "better" });
  assert.deepEqual(put.map((entry) => [entry.revision, entry.final]), [[1, true], [2, true]]);
});

test("a half-typed number stays here until it is one, and an emptied field is told as passed over", async () => {
  const { answering, put, timers } = page();
  answering.take(stateOf(1, { type: "numeric" }));
  for (const number of ["-", "-1", ""]) {
    answering.change({ number });
    await timers.advance(600);
  }
  assert.deepEqual(put.map((entry) => entry.content), [{ number: "-1" }, { skip: true }]);
  assert.deepEqual(answering.hand().content, { number: "" });
});
