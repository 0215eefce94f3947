import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnswering } from "../../../exam_client_web/static/js/lib/answering.js";
import * as hands from "../../../exam_client_web/static/js/lib/hand.js";
import { createKept } from "../../../exam_client_web/static/js/lib/kept.js";
import { draftOf } from "../../../exam_client_web/static/js/items/index.js";
import { handTimers } from "./chance.mjs";

/** What sessionStorage is for us: it outlives the page, not the tab. */
function createStorage() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
  };
}

const stateOf = (position, { draft = null, saved = null, given_name = "Lou", type = "short_text" } = {}) => ({
  phase: "test",
  candidate: { family_name: "Exemple", given_name, birth_date: "2011-03-04" },
  time: { started_at: 1 },
  item: { position, type, options: [] },
  draft,
  saved,
});

function page(storage = createStorage()) {
  const timers = handTimers();
  const put = [];
  const answering = createAnswering({
    put: (entry) => put.push(entry), kept: createKept(storage), serverNow: () => 1234.6, timers, delay: () => 600, draftOf,
  });
  return { answering, put, timers, storage };
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
  const { answering, storage } = page();
  answering.take(stateOf(3, { draft: { revision: 2, content: { text: "old" } } }));
  answering.change({ text: "new" });
  const after = page(storage);
  after.answering.take(stateOf(3, { draft: { revision: 2, content: { text: "old" } } }));
  assert.deepEqual(after.answering.hand().content, { text: "new" });
  assert.deepEqual(after.put.map((entry) => [entry.revision, entry.content.text]), [[3, "new"]]);
});

test("a reload after validating, before the answer, validates again", () => {
  const { answering, storage } = page();
  answering.take(stateOf(3));
  answering.finish({ text: "done" });
  const after = page(storage);
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

test("what was kept for another position or another candidate is not shown", () => {
  const { answering, storage } = page();
  answering.take(stateOf(3));
  answering.change({ text: "mine" });
  const next = page(storage);
  next.answering.take(stateOf(4));
  assert.equal(next.answering.hand().content, null);
  const other = page(storage);
  other.answering.take(stateOf(3, { given_name: "Sam" }));
  assert.equal(other.answering.hand().content, null);
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

test("a browser that forbids storage still lets the test go on", () => {
  const forbidden = { getItem() { throw new Error("no"); }, setItem() { throw new Error("no"); }, removeItem() { throw new Error("no"); } };
  for (const storage of [null, forbidden]) {
    const { answering, put } = page(storage);
    answering.take(stateOf(1));
    answering.finish({ text: "a" });
    createKept(storage).forget();
    assert.equal(put.length, 1);
  }
});
