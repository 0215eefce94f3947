import assert from "node:assert/strict";
import { test } from "node:test";

import { initial, isNewer, ownerOf, reduce, stepsOf, viewOf, waitingFor } from "../../../exam_client_web/static/js/lib/state.js";
import { savingState, spokenState } from "../../../exam_client_web/static/js/lib/saving.js";
import { draftDelay, timeLeft, warningDue } from "../../../exam_client_web/static/js/lib/time_left.js";
import { emptyQueue, failed, put, take } from "../../../exam_client_web/static/js/lib/queue.js";
import { chance } from "./chance.mjs";

const state = (number, now = number, phase = "test") => ({ number, now, phase, item: { position: 1 } });
const learn = (...states) => states.reduce((shown, one) => reduce(shown, { type: "state", state: one }), initial());

test("a state with a lower number is ignored", () => {
  assert.equal(learn(state(5), state(4, 99)).state.number, 5);
});

test("with the same number the later one counts", () => {
  assert.equal(learn(state(5, 100), state(5, 90)).state.now, 100);
  assert.equal(learn(state(5, 100), state(5, 110)).state.now, 110);
  assert.ok(isNewer(null, state(1)));
});

test("in whatever order and however often states come, the newest is shown", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = chance(seed);
    const states = Array.from({ length: 30 }, () => state(1 + Math.floor(random() * 10), Math.floor(random() * 100)));
    const newest = states.reduce((one, other) => (isNewer(one, other) ? other : one));
    assert.deepEqual(learn(...states).state, newest);
  }
});

test("an unknown thing to learn changes nothing", () => {
  const shown = learn(state(1));
  assert.equal(reduce(shown, { type: "surprise" }), shown);
});

test("the view follows the phase; an end outlives the login, a lost login does not look like the test", () => {
  assert.equal(viewOf(initial()), "loading");
  assert.equal(viewOf(learn(state(1))), "test");
  assert.equal(viewOf(learn({ ...state(1), item: null })), "loading");
  const gone = (shown) => reduce(shown, { type: "gone", why: "signed_out" });
  assert.equal(viewOf(gone(learn(state(1)))), "signed_out");
  assert.equal(viewOf(gone(learn(state(1, 1, "ended")))), "ended");
  assert.equal(viewOf(gone(initial())), "signed_out");
});

const before = (opened, identity, seat, admitted) => ({
  session: { state: opened }, check: { identity, seat, admitted }, time: { stopped: null },
});

test("while waiting, the next missing step is named", () => {
  assert.equal(waitingFor(before("planned", false, null, false)), "opened");
  assert.equal(waitingFor(before("open", false, null, false)), "identity");
  assert.equal(waitingFor(before("open", true, null, false)), "seat");
  assert.equal(waitingFor(before("open", true, "Rang 1, place 1", false)), "admitted");
  assert.equal(waitingFor(before("open", true, "Rang 1, place 1", true)), "soon");
  assert.equal(waitingFor(before("closed", true, "Rang 1, place 1", false)), "closed");
  assert.equal(waitingFor({ ...before("open", true, null, false), time: { stopped: { since: 1 } } }), "stopped");
  assert.equal(stepsOf(before("open", true, null, false)).filter(([, done]) => done).length, 2);
});

test("an admission that lapsed says so, unless something else comes first; a new one takes the words away", () => {
  const lapsed = before("open", true, "Rang 1, place 1", false);
  lapsed.check.lapsed = true;
  assert.equal(waitingFor(lapsed), "lapsed");
  assert.deepEqual(stepsOf(lapsed).find(([, done]) => !done), ["admitted", false]);
  assert.equal(waitingFor({ ...lapsed, session: { state: "closed" } }), "closed");
  assert.equal(waitingFor({ ...lapsed, time: { stopped: { since: 1 } } }), "stopped");
});

test("another candidate, or another attempt of the same one, is another owner", () => {
  const candidate = { family_name: "Exemple", given_name: "Lou", birth_date: "2011-03-04" };
  const one = { candidate, time: { started_at: 1 } };
  assert.equal(ownerOf(one), ownerOf(structuredClone(one)));
  assert.notEqual(ownerOf(one), ownerOf({ ...one, time: { started_at: 2 } }));
  assert.notEqual(ownerOf(one), ownerOf({ ...one, candidate: { ...candidate, given_name: "Sam" } }));
});

test("the time left is counted to the deadline, stands still in a stop and is nothing before the start", () => {
  assert.equal(timeLeft({ deadline: 1000, left_ms: null, stopped: null }, 400), 600);
  assert.equal(timeLeft({ deadline: 1000, left_ms: null, stopped: null }, 1400), 0);
  assert.equal(timeLeft({ deadline: null, left_ms: 700, stopped: { since: 1 } }, 5000), 700);
  assert.equal(timeLeft({ deadline: null, left_ms: null, stopped: null }, 5000), null);
});

test("each threshold is announced once, when it is crossed", () => {
  const minute = 60_000;
  const said = [];
  for (let left = 35 * minute; left > -1000; left -= 250) {
    const due = warningDue(left + 250, Math.max(0, left));
    if (due !== null) said.push(due);
  }
  assert.deepEqual(said, [30, 10, 5, 1]);
  assert.equal(warningDue(null, 4 * minute), null);
  assert.equal(warningDue(40 * minute, 4 * minute), 5);
  assert.equal(warningDue(4 * minute, 9 * minute), null);
});

test("drafts wait for the next key, but hardly in the last real seconds", () => {
  assert.equal(draftDelay(600_000, 1), 600);
  assert.equal(draftDelay(4000, 1), 100);
  assert.equal(draftDelay(200_000, 60), 100);
  assert.equal(draftDelay(null, 1), 600);
});

test("the saving line says what is true", () => {
  const entry = { position: 5, revision: 1, content: {}, final: false, answered_at: 0 };
  const waiting = put(emptyQueue(), entry);
  const saved = { position: 5, revision: 1 };
  const line = (queue, given, reachable = true) => savingState({ queue, saved: given, position: 5, reachable });
  assert.equal(line(emptyQueue(), null), "none");
  assert.equal(line(emptyQueue(), saved), "saved");
  assert.equal(line(emptyQueue(), { position: 4, revision: 9 }), "saved_before");
  assert.equal(line(waiting, saved), "sending");
  assert.equal(line(failed(take(waiting, 0).queue, 0, 0), saved), "lost");
  assert.equal(line(emptyQueue(), saved, false), "lost");
});

test("typing does not make a screen reader say the same thing again", () => {
  const kinds = ["sending", "saved", "sending", "saved", "sending", "lost", "sending", "saved"];
  const said = [];
  kinds.reduce((spoken, kind) => {
    const next = spokenState(spoken, kind);
    if (next !== spoken) said.push(next);
    return next;
  }, "none");
  assert.deepEqual(said, ["saved", "lost", "saved"]);
});
