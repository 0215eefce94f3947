/** What the board says of each candidate: state, next step, actions, counts, order, seats. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { moved, plan, proposed } from "../../../proctor_console/static/js/board/seats.js";
import { lastDocument, rememberDocument, stepOnEnter } from "../../../proctor_console/static/js/board/desk.js";
import { fits, needs } from "../../../proctor_console/static/js/lib/incident_fields.js";
import { visible } from "../../../proctor_console/static/js/board/order.js";
import { actionsFor, counts, isLost, minutesLate, nextStep, readyToAdmit, stateOf, timeLeft, TONES } from "../../../proctor_console/static/js/board/summary.js";
import { candidate, MINUTE, pick, room, running, seeded, START } from "./support.mjs";

const seat = { row: 1, column: 1 };
const identity = { document: "passeport", at: START, by: "x" };
const open = room([]).session;
const STATES = {
  registered: candidate("r"),
  absent: candidate("x", { state: "absent" }),
  refused: candidate("f", { state: "refused", refused: { reason: "no_document", note: "" } }),
  lapsed: candidate("l", { state: "admitted", identity, seat, lapsed: true }),
  identified: candidate("i", { state: "present", identity }),
  seated: candidate("s", { state: "present", identity, seat }),
  admitted: candidate("a", { state: "admitted", identity, seat }),
  in_progress: candidate("p", { state: "admitted", attempt: running() }),
  paused: candidate("q", { state: "admitted", attempt: running({ state: "paused", deadline: null, left_ms: 5 }) }),
  completed: candidate("c", { state: "admitted", attempt: running({ state: "completed", deadline: null, ended_at: START }) }),
  timed_out: candidate("t", { state: "admitted", attempt: running({ state: "timed_out", deadline: null, ended_at: START }) }),
  terminated: candidate("z", { state: "admitted", attempt: running({ state: "terminated", deadline: null, ended_at: START }) }),
};

test("each situation has its own word, and each word a shape", () => {
  for (const [word, who] of Object.entries(STATES)) assert.equal(stateOf(who, open), word);
  assert.equal(stateOf(STATES.in_progress, { ...open, stopped: { since: START, reason: "x" } }), "room_stopped");
  assert.equal(stateOf(STATES.paused, { ...open, stopped: { since: START, reason: "x" } }), "paused");
  for (const word of [...Object.keys(STATES), "room_stopped"]) assert.ok(TONES[word]);
});

test("check-in has exactly one next step: identity, then seat, then admission", () => {
  const steps = Object.fromEntries(Object.entries(STATES).map(([word, who]) => [word, nextStep(who, open)]));
  const { registered, identified, seated, lapsed, ...others } = steps;
  assert.deepEqual([registered, identified, seated, lapsed], ["identity", "seat", "admit", "admit"]);
  assert.ok(Object.values(others).every((step) => step === null));
});

test("a refused candidate can only be awaited again, or get a new card", () => {
  assert.deepEqual(actionsFor(STATES.refused, open), ["withdraw", "card", "incident"]);
});

test("a report shows the categories that fit whom it is about, and asks for what each needs", () => {
  assert.deepEqual(["either", "candidate", "room"].map((about) => fits(about, "a")), [true, true, false]);
  assert.deepEqual(["either", "candidate", "room"].map((about) => fits(about, "")), [true, false, true]);
  const nothing = { outcome: "hidden", done: "hidden" };
  assert.deepEqual(needs({ position: true }, "a"), { position: "required", description: "optional", ...nothing });
  assert.deepEqual(needs({ described: true }, "a"), { position: "optional", description: "required", ...nothing });
  assert.deepEqual(needs({ described: true }, ""), { position: "hidden", description: "required", ...nothing });
});

test("what may bear on a test's end says what came of it, and what was done unless the head is to decide", () => {
  const asked = (outcome) => needs({ resolved: true }, "a", outcome);
  assert.deepEqual(["", "settled", "went_on", "ended", "undecided"].map((one) => asked(one).outcome), Array(5).fill("required"));
  assert.deepEqual(["", "settled", "went_on", "ended", "undecided"].map((one) => asked(one).done), ["hidden", "required", "required", "required", "hidden"]);
});

test("Enter welcomes the one who was found, once a kind of document is remembered", () => {
  const { registered, seated, absent, refused } = STATES;
  assert.equal(stepOnEnter([registered], open, "passeport"), "welcome");
  assert.equal(stepOnEnter([registered], open, null), "identity");
  assert.equal(stepOnEnter([seated], open, "passeport"), "admit");
  assert.equal(stepOnEnter([registered, seated], open, "passeport"), null);
  for (const nobody of [[], [absent], [refused]]) assert.equal(stepOnEnter(nobody, open, "passeport"), null);
});

test("what is remembered of documents is one of the list, or nothing", () => {
  const kept = new Map();
  const store = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  assert.equal(lastDocument(store), null);
  rememberDocument(store, "passeport");
  assert.equal(lastDocument(store), "passeport");
  rememberDocument(store, "ticket");
  assert.equal(lastDocument(store), null);
});

test("lateness is counted in whole minutes from the end of the check-in phase on", () => {
  const ends = open.check_in_ends_at;
  const late = (now) => minutesLate({ now, session: open });
  assert.deepEqual([late(ends - 1), late(ends), late(ends + 7 * MINUTE - 1), late(ends + 7 * MINUTE)], [null, 0, 6, 7]);
  assert.equal(minutesLate({ now: ends, session: { check_in_ends_at: null } }), null);
});

test("a seat given before the identity does not skip the identity", () => {
  assert.equal(nextStep(candidate("r", { seat }), open), "identity");
});

test("nothing can be done outside an open session", () => {
  for (const state of ["planned", "cancelled", "closed", "finalised"]) {
    for (const who of Object.values(STATES)) {
      assert.deepEqual(actionsFor(who, { ...open, state }), []);
      assert.equal(nextStep(who, { ...open, state }), null);
    }
  }
});

test("the next step is always among the actions", () => {
  for (const who of Object.values(STATES)) {
    const step = nextStep(who, open);
    if (step !== null) assert.ok(actionsFor(who, open).includes(step));
  }
});

test("an attempt under way can be paused or resumed, extended, terminated, and keeps its seat", () => {
  assert.deepEqual(actionsFor(STATES.in_progress, open), ["pause", "extend", "message", "card", "incident", "terminate"]);
  assert.deepEqual(actionsFor(STATES.paused, open), ["resume", "extend", "message", "card", "incident", "terminate"]);
});

test("nothing is left to do for an attempt that is over but to report what happened", () => {
  for (const word of ["completed", "timed_out", "terminated"]) assert.deepEqual(actionsFor(STATES[word], open), ["incident"]);
});

test("an absent candidate can only arrive, or get a new card", () => {
  assert.deepEqual(actionsFor(STATES.absent, open), ["identity", "refuse", "card", "incident"]);
});

test("time left runs to the deadline, stands still when stopped, and never goes below zero", () => {
  assert.equal(timeLeft(STATES.in_progress, START + 5 * MINUTE), 100 * MINUTE);
  assert.equal(timeLeft(STATES.in_progress, START + 500 * MINUTE), 0);
  assert.equal(timeLeft(STATES.paused, START + 5 * MINUTE), 5);
  for (const word of ["registered", "completed", "terminated"]) assert.equal(timeLeft(STATES[word], START), null);
});

test("only those with identity and seat are admitted together, for the first time or anew", () => {
  assert.deepEqual(readyToAdmit(room(Object.values(STATES))).map(({ id }) => id), ["l", "s"]);
});

test("counts add up: expected, present, absent and refused are everybody", () => {
  const chance = seeded(7);
  for (let round = 0; round < 100; round += 1) {
    const some = Array.from({ length: 30 }, (_, index) => ({ ...pick(chance, Object.values(STATES)), id: String(index) }));
    const count = counts(room(some));
    const away = some.filter(({ state }) => state === "absent" || state === "refused").length;
    assert.equal(count.all, 30);
    assert.equal(count.expected + count.present + away, 30);
    assert.ok(count.admitted <= count.present && count.running + count.over <= count.admitted);
  }
});

test("a lost connection matters until the test is over", () => {
  assert.ok(isLost({ ...STATES.in_progress, presence: "lost" }));
  assert.ok(!isLost({ ...STATES.completed, presence: "lost" }));
});

test("the search ignores case and accents, and takes words in any order", () => {
  const board = room([
    candidate("1", { family_name: "Étchegaray-Roc", given_name: "Zoé" }),
    candidate("2", { family_name: "Abel", given_name: "Anaïs" }),
  ]);
  const found = (query) => visible(board, { query }).map(({ id }) => id);
  assert.deepEqual(found("zoe ETCHE"), ["1"]);
  assert.deepEqual(found("anais"), ["2"]);
  assert.deepEqual(found("roc"), ["1"]);
  assert.deepEqual(found("  "), ["2", "1"]);
  assert.deepEqual(found("personne"), []);
});

test("every order shows everybody once, by name within equals", () => {
  const chance = seeded(3);
  const some = Array.from({ length: 30 }, (_, index) => ({ ...pick(chance, Object.values(STATES)), id: String(index), family_name: pick(chance, ["Zed", "Été", "Ame"]) }));
  for (const order of ["name", "seat", "attention"]) {
    assert.deepEqual(visible(room(some), { order }).map(({ id }) => id).sort(), some.map(({ id }) => id).sort());
  }
  const names = visible(room(some)).map(({ family_name: name }) => name);
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "fr")));
});

test("who needs somebody comes first", () => {
  const lost = { ...STATES.in_progress, id: "lost", presence: "lost" };
  const board = room([STATES.completed, STATES.in_progress, STATES.registered, STATES.paused, lost]);
  assert.deepEqual(visible(board, { order: "attention" }).map(({ id }) => id), ["lost", "q", "p", "r", "c"]);
});

test("the plan has every seat once, with its holder", () => {
  const board = room([candidate("a", { seat: { row: 2, column: 3 } })]);
  const seats = plan(board).flat();
  assert.equal(seats.length, 6);
  assert.deepEqual(seats.filter(({ holder }) => holder).map(({ row, column, holder }) => [row, column, holder.id]), [[2, 3, "a"]]);
});

test("the first free seat from the front is proposed, one's own before it, none in a full room", () => {
  const taken = candidate("a", { seat: { row: 1, column: 1 } });
  const next = candidate("b");
  assert.deepEqual(proposed(room([taken, next]), next), { row: 1, column: 2 });
  assert.deepEqual(proposed(room([taken, next]), taken), { row: 1, column: 1 });
  assert.equal(proposed(room([taken, next], { rows: 1, columns: 1 }), next), null);
});

test("arrows walk inside the room and never out of it", () => {
  const chance = seeded(11);
  const size = { rows: 3, columns: 4 };
  let at = { row: 1, column: 1 };
  for (let step = 0; step < 500; step += 1) {
    at = moved(at, pick(chance, ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]), size);
    assert.ok(at.row >= 1 && at.row <= 3 && at.column >= 1 && at.column <= 4);
  }
  assert.equal(moved(at, "Enter", size), null);
});
