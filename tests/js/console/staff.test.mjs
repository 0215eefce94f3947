/** Several people in one room: who watches, who only looks on, what takes two, and the journal of who did what. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { dutyOptions, dutyWords, watching } from "../../../proctor_console/static/js/board/duty.js";
import { deedOf, linesOf, wordsOf } from "../../../proctor_console/static/js/board/journal.js";
import { apply, MOST_ACTS, needs } from "../../../proctor_console/static/js/board/reducer.js";
import { stepOnEnter } from "../../../proctor_console/static/js/board/desk.js";
import { actionsFor } from "../../../proctor_console/static/js/board/summary.js";
import { candidate, event, frozen, room, running, START } from "./support.mjs";

const after = (board, ...messages) => messages.reduce((now, message) => apply(frozen(now), frozen(message)), board);
const by = (message, who) => ({ ...message, event: { ...message.event, by: who } });
const indigo = (since = null) => ({ id: "i", name: "Indigo", on_duty_since: since });
const turquoise = (since = null) => ({ id: "t", name: "Turquoise", on_duty_since: since });
const staffed = (change = {}, candidates = [candidate("a", { attempt: running() })]) => ({
  ...room(candidates, { me: "i", looks_on: false, fraud_needs_second: true, invigilators: [indigo(START), turquoise()], ...change }),
  people: { i: "Indigo", t: "Turquoise" },
  acts: [],
});
const say = Object.assign((key, values = {}) => [key, ...Object.values(values).filter((value) => value != null)].join(" "), { knows: () => true });
const since = ({ session }) => Object.fromEntries(session.invigilators.map(({ id, on_duty_since: at }) => [id, at]));

test("a hand-over ends one turn and begins another at the event's instant", () => {
  const board = after(staffed(), event(11, "DutyHandedOver", null, { from: "i", to: "t", reason: "" }));
  assert.deepEqual(since(board), { i: null, t: START + 11_000 });
});

test("whoever watches already goes on, coming again or relieving somebody", () => {
  const both = staffed({ invigilators: [indigo(START), turquoise(START + 5)] });
  assert.deepEqual(since(after(both, event(11, "DutyTaken", null, { to: "i" }))), { i: START, t: START + 5 });
  assert.deepEqual(since(after(both, event(11, "DutyHandedOver", null, { from: "i", to: "t" }))), { i: null, t: START + 5 });
});

test("leaving, and the closing of the session, end duty", () => {
  assert.deepEqual(since(after(staffed(), event(11, "DutyLeft", null, { from: "i", reason: "" }))), { i: null, t: null });
  assert.deepEqual(since(after(staffed(), event(11, "SessionClosed", null))), { i: null, t: null });
});

test("the bar says who watches, two by name, or that nobody does", () => {
  const words = (...invigilators) => dutyWords({ invigilators }, say);
  assert.equal(words(indigo(), turquoise()), "duty_nobody");
  assert.equal(words(indigo(1), turquoise()), "duty_one Indigo");
  assert.equal(words(indigo(1), turquoise(2)), "duty_two Indigo Turquoise");
  assert.equal(words(indigo(1), turquoise(2), { id: "v", name: "Vert", on_duty_since: 3 }), "duty_many Indigo 2");
  assert.deepEqual(watching({}), []);
});

test("on duty one hands over or leaves; off duty one relieves or comes; looking on, neither", () => {
  const options = (change) => dutyOptions(staffed(change).session).map(({ verb, id }) => `${verb} ${id}`);
  assert.deepEqual(options({}), ["hand_over t", "leave i"]);
  assert.deepEqual(options({ me: "t" }), ["take_over i", "come t"]);
  assert.deepEqual(options({ invigilators: [indigo(), turquoise()] }), ["come i"]);
  assert.deepEqual(options({ me: "head", looks_on: true }), []);
  assert.deepEqual(options({ state: "closed" }), []);
});

test("somebody who was added may act from then on, and others still look on", () => {
  const added = event(11, "InvigilatorAdded", null, { invigilator: "head", name: "Garance" });
  const mine = after(staffed({ me: "head", looks_on: true }), added);
  assert.equal(mine.session.looks_on, false);
  assert.deepEqual(mine.session.invigilators.map(({ name }) => name), ["Garance", "Indigo", "Turquoise"]);
  assert.equal(mine.people.head, "Garance");
  assert.equal(after(staffed({ me: "other", looks_on: true }), added).session.looks_on, true);
});

test("whoever looks on has no verb of the room, not by a key either", () => {
  const { session, candidates } = staffed({ looks_on: true });
  assert.deepEqual(actionsFor(candidates[0], session), ["incident"]);
  assert.equal(stepOnEnter([candidate("b")], session, "carte_scolaire"), null);
  assert.equal(stepOnEnter([candidate("b")], { ...session, looks_on: false }, "carte_scolaire"), "welcome");
});

const requested = (board) => after(board, by(event(11, "FraudRequested", "a", { by: "Indigo", note: "téléphone" }), "i"));

test("a request waits on the row: taken back by whoever asked, decided by anybody else", () => {
  const board = requested(staffed());
  const [asked] = board.candidates;
  assert.deepEqual(asked.fraud, { request: 11, at: START + 11_000, by: "i", name: "Indigo", note: "téléphone" });
  assert.deepEqual(actionsFor(asked, board.session).filter((verb) => verb.startsWith("fraud")), ["fraud_withdraw"]);
  assert.deepEqual(actionsFor(asked, { ...board.session, me: "t" }).slice(0, 2), ["fraud_confirm", "fraud_withdraw"]);
  assert.deepEqual(actionsFor(asked, { ...board.session, me: "h", looks_on: true }), ["fraud_confirm", "fraud_withdraw", "incident"]);
  assert.equal(asked.attempt.deadline, running().deadline);
});

for (const kind of ["FraudConfirmed", "FraudWithdrawn", "FraudLapsed"]) {
  test(`${kind} ends the request of its number and no other`, () => {
    const board = requested(staffed());
    assert.equal(after(board, event(12, kind, "a", { request: 11 })).candidates[0].fraud, null);
    assert.notEqual(after(board, event(12, kind, "a", { request: 10 })).candidates[0].fraud, null);
  });
}

test("the end of the test leaves no request", () => {
  assert.equal(after(requested(staffed()), event(12, "AttemptCompleted", "a")).candidates[0].fraud, null);
});

// -- the journal -------------------------------------------------------------------------------------

test("what the staff do is kept in order, up to a number; what candidates do is not", () => {
  let board = after(staffed(), event(11, "ResponseSaved", "a", { answered: 1 }), by(event(12, "AttemptPaused", "a", { reason: "x" }), "i"));
  assert.deepEqual(board.acts.map(({ number }) => number), [12]);
  for (let number = 13; number < 13 + MOST_ACTS; number += 1) board = after(board, by(event(number, "MessageSent", null, { text: "x" }), "t"));
  assert.deepEqual([board.acts.length, board.acts[0].number], [MOST_ACTS, 13]);
});

test("an act of somebody without a name has the board fetched again", () => {
  const message = by(event(11, "MessageSent", null, { text: "x" }), "stranger");
  assert.equal(needs(staffed(), message), "reload");
  assert.equal(needs(staffed(), by(message, "t")), null);
});

const act = (number, kind, who, about, facts = {}, at = number) => ({ number, at, kind, by: who, candidate: about, facts });

test("one act for a whole class is one line, and each act of its own another, the newest first", () => {
  const acts = [act(1, "IdentityVerified", "i", "a", {}, 5), act(2, "SeatGiven", "i", "a", {}, 5), act(3, "IdentityVerified", "i", "b", {}, 5), act(4, "AttemptPaused", "t", "a"), act(5, "MessageSent", "t", null, { text: "1" }, 9), act(6, "MessageSent", "t", null, { text: "2" }, 9)];
  assert.deepEqual(linesOf(acts).map(({ kind, candidates }) => [kind, candidates.join()]), [
    ["MessageSent", ""],
    ["MessageSent", ""],
    ["AttemptPaused", "a"],
    ["IdentityVerified", "a,b"],
    ["SeatGiven", "a"],
  ]);
});

test("the journal is narrowed to a person, and to a candidate with what concerns the room", () => {
  const acts = [act(1, "AttemptPaused", "i", "a"), act(2, "AttemptPaused", "t", "b"), act(3, "RoomPaused", "t", null)];
  const numbers = (wanted) => linesOf(acts, wanted).map(({ number }) => number);
  assert.deepEqual(numbers({ person: "t" }), [3, 2]);
  assert.deepEqual(numbers({ candidate: "a" }), [3, 1]);
  assert.deepEqual(numbers({ person: "t", candidate: "a" }), [3]);
  assert.equal(linesOf(Array.from({ length: 80 }, (_, n) => act(n, "MessageSent", "i", null))).length, 50);
});

test("a line says the words and the reason as the page says them", () => {
  assert.equal(wordsOf(act(1, "AttemptTerminated", "i", "a", { reason: "medical", note: "malaise" }), say), "end_medical, malaise");
  assert.equal(wordsOf(act(1, "CandidateRefused", "i", "a", { reason: "other", note: "sans carte" }), say), "sans carte");
  assert.equal(wordsOf(act(1, "MessageSent", "i", null, { text: "Silence." }), say), "Silence.");
  assert.equal(wordsOf(act(1, "SeatGiven", "i", "a", { row: 1, column: 2 }), say), "");
  assert.equal(deedOf(act(1, "DutyHandedOver", "i", null, { from: "i", to: "t" }), { i: "Indigo", t: "Turquoise" }, say), "did_DutyHandedOver Indigo Turquoise");
});
