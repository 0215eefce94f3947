/** Who needs the invigilator first, why, and what stays where it is while a hand is on the list. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { IDLE_AFTER, idleFor, LATE, needOf, NEEDS, newlyPressing, rankOf } from "../../../proctor_console/static/js/board/attention.js";
import { choicesIn, createChoices, USUAL } from "../../../proctor_console/static/js/board/choices.js";
import { factsOf } from "../../../proctor_console/static/js/board/facts.js";
import { places } from "../../../proctor_console/static/js/board/layout.js";
import { kept, visible } from "../../../proctor_console/static/js/board/order.js";
import { apply } from "../../../proctor_console/static/js/board/reducer.js";
import { createSound } from "../../../proctor_console/static/js/board/sound.js";
import { nextBox } from "../../../proctor_console/static/js/board/walking.js";
import { candidate, event, frozen, MINUTE, pick, room, running, seeded, shuffled, START } from "./support.mjs";

const NOW = START + 30 * MINUTE;
const working = (id, change = {}) => candidate(id, { state: "admitted", presence: "online", worked_at: NOW, attempt: running(), ...change });
const seat = { row: 1, column: 1 };
const NEEDY = {
  call: working("call", { help: { call: 9, kind: "technical", state: "open", at: NOW, by: null } }),
  second: working("second", { fraud: { request: 9, at: NOW, by: "i1", name: "Indigo", note: "x" } }),
  lost: working("lost", { presence: "lost" }),
  idle: working("idle", { worked_at: NOW - IDLE_AFTER }),
  admit: candidate("admit", { state: "present", seat }),
  late: working("late", { attempt: running({ deadline: NOW + LATE - 1 }) }),
};
const CALM = {
  paused: working("a-paused", { attempt: running({ state: "paused", deadline: null, left_ms: 5 }) }),
  working: working("b-working"),
  over: working("c-over", { help: { call: 9, kind: "technical", state: "open", at: NOW, by: null }, attempt: running({ state: "completed", deadline: null, ended_at: START }) }),
};
const ids = (list) => list.map(({ id }) => id);
const open = room([]).session;

test("a call comes first, then what waits for a second person, a lost connection, no activity, an admission, little time, and then the others", () => {
  const expected = [...NEEDS.map((need) => NEEDY[need].id), "a-paused", "b-working", "c-over"];
  for (let seed = 1; seed <= 20; seed += 1) {
    const board = room(shuffled(seeded(seed), [...Object.values(NEEDY), ...Object.values(CALM)]));
    assert.deepEqual(ids(visible(board, { order: "attention" }, NOW)), expected);
  }
});

test("each row knows why it comes first, and the others have no reason", () => {
  for (const [need, who] of Object.entries(NEEDY)) assert.equal(needOf(who, open, NOW), need);
  for (const who of Object.values(CALM)) assert.equal(needOf(who, open, NOW), null);
});

test("eight minutes without work are idle, one millisecond less is not", () => {
  assert.equal(needOf(working("a", { worked_at: NOW - IDLE_AFTER + 1 }), open, NOW), null);
  assert.equal(needOf(working("a", { worked_at: NOW - IDLE_AFTER }), open, NOW), "idle");
});

test("nobody is idle or late whose clock stands still", () => {
  const old = working("a", { worked_at: START, attempt: running({ deadline: NOW + 1 }) });
  assert.equal(needOf(old, { ...open, stopped: { since: START, reason: "x" } }, NOW), null);
  assert.equal(idleFor({ ...old, attempt: running({ state: "paused", deadline: null, left_ms: 1 }) }, open, NOW), null);
  assert.equal(needOf(old, { ...open, state: "closed" }, NOW), null);
});

test("a connection lost before the test is nobody's emergency", () => {
  assert.equal(needOf(candidate("a", { state: "admitted", seat, presence: "lost" }), open, NOW), null);
});

test("within equals the names decide, in the order of the French alphabet", () => {
  const names = ["Zed", "Étang", "Ede"];
  const board = room(names.map((name, index) => working(String(index), { family_name: name })));
  assert.deepEqual(visible(board, { order: "attention" }, NOW).map(({ family_name: name }) => name), ["Ede", "Étang", "Zed"]);
});

test("a sign of work ends the idleness: a response, a draft, the end of a stop", () => {
  for (const [kind, facts] of [["ResponseSaved", { position: 1, answered: 1 }], ["Drafted", {}], ["AttemptResumed", { deadline: NOW + 50 * MINUTE }]]) {
    const before = frozen(room([working("idle", { worked_at: START })]));
    const board = apply(before, event(11, kind, "idle", facts, NOW));
    assert.deepEqual([rankOf(before.candidates[0], open, NOW), needOf(board.candidates[0], open, NOW)], [NEEDS.indexOf("idle"), null], kind);
  }
  const stopped = frozen(room([working("idle", { worked_at: START })], { stopped: { since: START, reason: "x" } }));
  const again = apply(stopped, event(11, "RoomResumed", null, { deadlines: { idle: NOW + 50 * MINUTE } }, NOW));
  assert.equal(needOf(again.candidates[0], again.session, NOW), null);
});

test("absences from the page add up, and change nothing else", () => {
  const before = frozen(room([working("a")]));
  const once = apply(before, event(11, "FocusReturned", "a", { ms: 4_000 }, NOW));
  const twice = apply(once, event(12, "FocusReturned", "a", { ms: 36_000 }, NOW));
  const { away, last_sign: sign, ...others } = twice.candidates[0];
  assert.deepEqual([away, sign], [{ times: 2, ms: 40_000 }, NOW]);
  const { last_sign: old, ...same } = before.candidates[0];
  assert.deepEqual([others, old], [same, null]);
  assert.equal(rankOf(twice.candidates[0], open, NOW), rankOf(before.candidates[0], open, NOW));
});

test("a computer is shown with its candidate", () => {
  const board = apply(room([working("a")]), { type: "device", now: NOW, candidate: "a", browser: "firefox", width: 1366, height: 768 });
  assert.deepEqual(board.candidates[0].device, { browser: "firefox", width: 1366, height: 768 });
  assert.equal(board.number, 10);
});

test("under a hand nobody moves: the shown keep their places, the new come last, and the new order is announced", () => {
  const all = ["a", "b", "c", "d"].map((id) => working(id));
  const wanted = [all[3], all[2], all[0]];
  assert.deepEqual(kept(wanted, ["a", "b", "c"], false), { list: wanted, waits: false });
  const { list, waits } = kept(wanted, ["a", "b", "c"], true);
  assert.deepEqual([ids(list), waits], [["a", "c", "d"], true]);
  assert.equal(kept([all[0], all[2]], ["a", "b", "c"], true).waits, false);
});

test("only somebody who newly presses makes a sound, and an admission never does", () => {
  const board = room([NEEDY.idle, NEEDY.admit, NEEDY.late, CALM.working]);
  const first = newlyPressing(new Set(), board, NOW);
  assert.deepEqual([[...first.ids], first.isNew], [["idle"], true]);
  assert.equal(newlyPressing(first.ids, board, NOW).isNew, false);
  const more = newlyPressing(first.ids, room([NEEDY.idle, NEEDY.call]), NOW);
  assert.deepEqual([[...more.ids], more.isNew], [["idle", "call"], true]);
});

test("no sound is made, and no audio asked for, until it is switched on", () => {
  let made = 0;
  class Context {
    constructor() {
      made += 1;
      this.state = "suspended";
    }
    resume() {}
  }
  let on = false;
  const sound = createSound({ wanted: () => on, Context });
  sound.wake();
  sound.play();
  assert.equal(made, 0);
  on = true;
  sound.wake();
  sound.wake();
  assert.equal(made, 1);
});

test("arrows go to the neighbour, down a column goes on in the next, and nothing leaves the list", () => {
  const columns = [0, 1].flatMap((x) => [0, 1, 2].map((y) => ({ x: x * 600, y: y * 30 })));
  assert.equal(nextBox(columns, 0, "ArrowDown"), 1);
  assert.equal(nextBox(columns, 2, "ArrowDown"), 3);
  assert.equal(nextBox(columns, 3, "ArrowUp"), 2);
  assert.equal(nextBox(columns, 1, "ArrowRight"), 4);
  assert.equal(nextBox(columns, 4, "ArrowLeft"), 1);
  assert.deepEqual([nextBox(columns, 5, "ArrowDown"), nextBox(columns, 0, "ArrowUp"), nextBox(columns, 5, "ArrowRight")], [5, 0, 5]);
  assert.deepEqual([nextBox(columns, 3, "Home"), nextBox(columns, 3, "End"), nextBox(columns, 3, "x")], [0, 5, null]);
});

test("by arrows down alone, and back up, everybody is reached", () => {
  const chance = seeded(5);
  for (let round = 0; round < 20; round += 1) {
    const [rows, across] = [1 + Math.floor(chance() * 8), 1 + Math.floor(chance() * 3)];
    const boxes = Array.from({ length: across }, (_, x) => Array.from({ length: rows }, (_, y) => ({ x: x * 400, y: y * 30 }))).flat();
    let at = 0;
    const seen = new Set([0]);
    for (let step = 0; step < boxes.length; step += 1) seen.add((at = nextBox(boxes, at, "ArrowDown")));
    assert.equal(seen.size, boxes.length);
    for (let step = 0; step < boxes.length; step += 1) at = nextBox(boxes, at, "ArrowUp");
    assert.equal(at, 0);
  }
});

test("on the plan everybody has one place: the own seat, or below the room", () => {
  const some = [working("a", { seat: { row: 2, column: 3 } }), working("b"), candidate("c", { state: "absent" }), working("d"), working("e")];
  const board = room(some);
  const { at, free, divider } = places(board, some);
  assert.deepEqual(at.get("a"), { row: 2, column: 3 });
  assert.equal(new Set([...at.values()].map(({ row, column }) => `${row}/${column}`)).size, some.length);
  assert.ok(["b", "c", "d", "e"].every((id) => at.get(id).row > board.session.rows + 1));
  assert.deepEqual([free.length, divider], [5, 3]);
  assert.equal(places(room([some[0]]), [some[0]]).divider, null);
});

test("choices are remembered, and what is not ours is not taken", () => {
  const store = new Map();
  const storage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) };
  createChoices(storage).keep("layout", "plan");
  assert.equal(createChoices(storage).of("layout"), "plan");
  for (const text of [null, "", "7", "null", "{", '{"layout": 3, "other": 1}']) assert.deepEqual(choicesIn(text), USUAL);
  const full = { getItem: () => null, setItem: () => { throw new Error("full"); } };
  const choices = createChoices(full);
  choices.keep("sound", true);
  assert.equal(choices.of("sound"), true);
  assert.equal(createChoices(null).of("sound"), false);
});

test("the facts of a candidate name what is known and nothing else", () => {
  const say = (key, values = {}) => [key, ...Object.values(values)].join(" ");
  const words = { say, lang: "fr", zone: "Europe/Paris" };
  const known = working("a", { away: { times: 2, ms: 40_000 }, device: { browser: "firefox", width: 1366, height: 768 } });
  const facts = Object.fromEntries(factsOf(known, open, NOW, words));
  assert.match(facts.fact_away, /^away_often 2 40/);
  assert.match(facts.fact_device, /^device browser_firefox 1366 768$/);
  const bare = Object.keys(Object.fromEntries(factsOf(candidate("b"), open, NOW, words)));
  assert.deepEqual(bare, ["fact_state", "fact_class", "fact_born", "fact_link"]);
});

test("whatever the state, a rank is whole and a reason is one of the known", () => {
  const chance = seeded(9);
  for (let round = 0; round < 200; round += 1) {
    const who = { ...pick(chance, [...Object.values(NEEDY), ...Object.values(CALM)]), presence: pick(chance, ["never", "online", "quiet", "lost"]), worked_at: pick(chance, [null, START, NOW]) };
    const need = needOf(who, open, NOW);
    assert.ok(need === null || NEEDS.includes(need));
    assert.ok(Number.isInteger(rankOf(who, open, NOW)));
  }
});
