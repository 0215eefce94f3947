/** Help calls on the board: what each event changes, what may be answered, and who comes first. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { apply } from "../../../proctor_console/static/js/board/reducer.js";
import { visible } from "../../../proctor_console/static/js/board/order.js";
import { actionsFor, counts, isCalling } from "../../../proctor_console/static/js/board/summary.js";
import { candidate, event, frozen, MINUTE, room, running, START } from "./support.mjs";

const after = (board, ...messages) => messages.reduce((now, message) => apply(frozen(now), frozen(message)), board);
const first = (board) => board.candidates[0];
const inTest = (change = {}) => candidate("a", { state: "admitted", attempt: running(), ...change });
const board = (change) => room([inTest(change), candidate("b", { state: "admitted", attempt: running() })]);
const made = (number, facts = {}) => event(number, "HelpCallMade", "a", { kind: "technical", left_ms: 90 * MINUTE, ...facts });

test("a call that stops the clock shows what it is about and keeps the time left", () => {
  const { help, attempt } = first(after(board(), made(11)));
  assert.deepEqual(help, { call: 11, kind: "technical", state: "open", at: START + 11_000, by: null });
  assert.deepEqual([attempt.state, attempt.deadline, attempt.left_ms], ["in_progress", null, 90 * MINUTE]);
});

test("a call that does not stop the clock leaves the deadline", () => {
  const { attempt } = first(after(board(), made(11, { kind: "personal", left_ms: null })));
  assert.deepEqual([attempt.deadline, attempt.left_ms], [START + 105 * MINUTE, null]);
});

test("an answer says who comes, and only to the call that waits", () => {
  const answered = (call) => event(12, "HelpCallAnswered", "a", { call, by: "M. Essai" });
  const { help } = first(after(board(), made(11), answered(11)));
  assert.deepEqual([help.state, help.by], ["answered", "M. Essai"]);
  assert.equal(first(after(board(), made(11), answered(4))).help.state, "open");
});

for (const kind of ["HelpCallResolved", "HelpCallWithdrawn"]) {
  test(`${kind} ends the call, and the clock runs to the deadline that the server says`, () => {
    const over = event(12, kind, "a", { call: 11, deadline: START + 109 * MINUTE, left_ms: null });
    const { help, attempt } = first(after(board(), made(11), over));
    assert.deepEqual([help, attempt.deadline, attempt.left_ms], [null, START + 109 * MINUTE, null]);
  });

  test(`${kind} of an older call leaves the one that waits`, () => {
    const over = event(12, kind, "a", { call: 4, deadline: START, left_ms: null });
    const { help, attempt } = first(after(board(), made(11), over));
    assert.deepEqual([help.call, attempt.left_ms], [11, 90 * MINUTE]);
  });
}

test("a call that ends during a pause leaves the clock standing", () => {
  const paused = event(12, "AttemptPaused", "a", { reason: "?", left_ms: 90 * MINUTE });
  const over = event(13, "HelpCallResolved", "a", { call: 11, how: "dismissed", deadline: null, left_ms: 90 * MINUTE });
  const { help, attempt } = first(after(board(), made(11), paused, over));
  assert.deepEqual([help, attempt.state, attempt.deadline, attempt.left_ms], [null, "paused", null, 90 * MINUTE]);
});

test("a pause that ends while the call waits leaves the clock standing", () => {
  const events = [event(12, "AttemptPaused", "a", { reason: "?", left_ms: 90 * MINUTE }), event(13, "AttemptResumed", "a", { deadline: null })];
  const { attempt } = first(after(board(), made(11), ...events));
  assert.deepEqual([attempt.state, attempt.deadline, attempt.left_ms], ["in_progress", null, 90 * MINUTE]);
});

test("with a call its answers come first in the menu; saying twice that one comes is not among them", () => {
  const calling = after(board(), made(11));
  const answers = ["help_item", "help_time", "help_dismiss"];
  assert.deepEqual(actionsFor(first(calling), calling.session), ["help_come", ...answers, "pause", "extend", "message", "card", "incident", "terminate"]);
  const coming = after(calling, event(12, "HelpCallAnswered", "a", { call: 11, by: "x" }));
  assert.deepEqual(actionsFor(first(coming), coming.session), [...answers, "pause", "extend", "message", "card", "incident", "terminate"]);
  assert.deepEqual(actionsFor(coming.candidates[1], coming.session), ["pause", "extend", "message", "card", "incident", "terminate"]);
});

test("whoever calls comes before everybody else, a lost connection included", () => {
  const lost = candidate("b", { state: "admitted", attempt: running(), presence: "lost", last_sign: START });
  const calling = after(room([lost, inTest()]), made(11));
  assert.deepEqual(visible(calling, { order: "attention" }).map(({ id }) => id), ["a", "b"]);
  assert.deepEqual([counts(calling).calling, visible(calling, { group: "calling" }).length], [1, 1]);
});

test("an end leaves nobody calling", () => {
  const over = event(12, "AttemptTerminated", "a", { reason: "technical" });
  assert.equal(isCalling(first(after(board(), made(11), over))), false);
});
