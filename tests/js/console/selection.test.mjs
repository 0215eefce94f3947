/** Choosing several candidates: who is chosen, whom an act concerns, and when a wish is the same one. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { onBoard, ranged, split, toggled, underWay, unfitFor } from "../../../proctor_console/static/js/board/selecting.js";
import { createRequests, newRequest } from "../../../proctor_console/static/js/lib/requests.js";
import { candidate, frozen, MINUTE, room, running, START } from "./support.mjs";

const ORDER = ["a", "b", "c", "d", "e"];
const NOW = START + 10 * MINUTE;
const ids = (set) => [...set].sort();

test("a row is ticked and unticked, and what was chosen before stays as it was", () => {
  const before = new Set(["a"]);
  assert.deepEqual(ids(toggled(before, "b")), ["a", "b"]);
  assert.deepEqual(ids(toggled(before, "a")), []);
  assert.deepEqual(ids(before), ["a"]);
});

test("a range takes both ends in either direction, as the rows lie, and unticks nobody", () => {
  assert.deepEqual(ids(ranged(new Set(["a", "e"]), ORDER, "b", "d")), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(ids(ranged(new Set(), ORDER, "d", "b")), ["b", "c", "d"]);
  assert.deepEqual(ids(ranged(new Set(["c"]), ORDER, "c", "c")), ["c"]);
});

test("a range whose beginning is not shown any more ticks the one row", () => {
  assert.deepEqual(ids(ranged(new Set(), ORDER, "gone", "b")), ["b"]);
});

test("whoever was taken out of the session is not chosen any more", () => {
  const board = room([candidate("a"), candidate("b")]);
  assert.deepEqual(ids(onBoard(new Set(["a", "x"]), board)), ["a"]);
  const chosen = new Set(["a", "b"]);
  assert.equal(onBoard(chosen, board), chosen);
});

const paused = () => running({ state: "paused", deadline: null, left_ms: 5 * MINUTE });
const over = () => running({ state: "completed", deadline: null, ended_at: START });
const held = () => running({ deadline: null, left_ms: 5 * MINUTE }); // by a stop of the room, or a help call

const TABLE = [
  ["pause", null, "not_started"], ["pause", running(), null], ["pause", held(), null], ["pause", paused(), "already_paused"], ["pause", over(), "ended"],
  ["resume", null, "not_started"], ["resume", running(), "not_paused"], ["resume", paused(), null], ["resume", over(), "ended"],
  ["extend", null, "not_started"], ["extend", running(), null], ["extend", paused(), null], ["extend", over(), "ended"],
  ["terminate", null, "not_started"], ["terminate", running(), null], ["terminate", paused(), null], ["terminate", over(), "ended"],
  ["message", null, null], ["message", running(), null], ["message", paused(), null], ["message", over(), "ended"],
];

for (const [act, attempt, why] of TABLE) {
  test(`${act} of ${attempt?.state ?? "nobody's test"}: ${why ?? "concerned"}`, () => {
    assert.equal(unfitFor(act, candidate("a", { attempt }), NOW), why);
  });
}

test("from the deadline on an act comes too late, and a message does not", () => {
  const late = candidate("a", { attempt: running({ deadline: NOW }) });
  for (const act of ["pause", "extend", "terminate"]) assert.equal(unfitFor(act, late, NOW), "time_is_over");
  assert.equal(unfitFor("extend", late, NOW - 1), null);
  assert.equal(unfitFor("message", late, NOW), null);
});

test("the chosen fall in two, and who is not chosen is in neither", () => {
  const board = frozen(room([candidate("a", { attempt: running() }), candidate("b", { attempt: paused() }), candidate("c"), candidate("d", { attempt: running() })]));
  const { fit, left } = split("pause", board, new Set(["a", "b", "c"]), NOW);
  assert.deepEqual(fit.map(({ id }) => id), ["a"]);
  assert.deepEqual(left.map(({ candidate: { id }, why }) => [id, why]), [["b", "already_paused"], ["c", "not_started"]]);
  assert.deepEqual(underWay(board), ["a", "b", "d"]);
});

test("the same wish has the same number, another one another", () => {
  let made = 0;
  const requestFor = createRequests(() => `n${(made += 1)}`);
  assert.equal(requestFor("Bonjour"), "n1");
  assert.equal(requestFor("Bonjour"), "n1");
  assert.equal(requestFor("Bonsoir"), "n2");
  assert.equal(requestFor("Bonjour"), "n3");
});

test("a number is 32 hexadecimal digits", () => {
  assert.match(newRequest(), /^[0-9a-f]{32}$/);
  assert.equal(newRequest((octets) => octets.fill(7)), "07".repeat(16));
});
