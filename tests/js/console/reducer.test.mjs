/** The board's reducer: every kind of event, and that numbers alone decide what counts. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, KINDS, needs } from "../../../proctor_console/static/js/board/reducer.js";
import { actionsFor, nextStep, timeLeft } from "../../../proctor_console/static/js/board/summary.js";
import { candidate, event, frozen, MINUTE, pick, room, running, seeded, shuffled, START } from "./support.mjs";

const after = (board, ...messages) => messages.reduce((now, message) => apply(frozen(now), frozen(message)), board);
const first = (board) => board.candidates[0];
const one = (change) => room([candidate("a", change), candidate("b")]);

test("opening a session starts its check-in", () => {
  const planned = room([], { state: "planned", opened_at: null, check_in_ends_at: null });
  const { session } = after(planned, event(11, "SessionOpened", null, { check_in_ends_at: START + 900_000 }));
  assert.deepEqual([session.state, session.opened_at, session.check_in_ends_at], ["open", START + 11_000, START + 900_000]);
});

test("a changed plan shows as the room's name and size, and leaves everything else", () => {
  const planned = room([candidate("a")], { state: "planned", opened_at: null, check_in_ends_at: null });
  const board = after(planned, event(11, "SessionChanged", null, { room: "C3", rows: 4, columns: 7 }));
  assert.deepEqual(board.session, { ...planned.session, room: "C3", rows: 4, columns: 7 });
  assert.deepEqual(board.candidates, planned.candidates);
});

test("a cancelled session is no longer planned, and nothing can be done in it", () => {
  const planned = room([candidate("a")], { state: "planned", opened_at: null, check_in_ends_at: null });
  const board = after(planned, event(11, "SessionCancelled", null));
  assert.deepEqual(board.session, { ...planned.session, state: "cancelled" });
  assert.deepEqual([nextStep(first(board), board.session), actionsFor(first(board), board.session)], [null, []]);
});

test("an unregistered candidate leaves the board, and later events about them change nothing", () => {
  const board = after(one({ presence: "online", last_sign: START }), event(11, "CandidateUnregistered", "a"));
  assert.deepEqual(board.candidates, [candidate("b")]);
  const later = after(board, { type: "presence", now: START + 12_000, candidate: "a", presence: "lost", last_sign: START }, event(12, "CandidateUnregistered", "a"));
  assert.deepEqual([later.candidates, later.number], [board.candidates, 12]);
});

test("a verified identity makes a candidate present, with document, person and instant", () => {
  const seen = first(after(one(), event(11, "IdentityVerified", "a", { document: "passeport", by: "M. Essai" })));
  assert.equal(seen.state, "present");
  assert.deepEqual(seen.identity, { document: "passeport", by: "M. Essai", at: START + 11_000 });
});

test("an absent candidate who arrives becomes present again", () => {
  const late = first(after(one({ state: "absent" }), event(11, "IdentityVerified", "a", { document: "autre", by: "x" })));
  assert.equal(late.state, "present");
});

test("an absence gives the seat back", () => {
  const gone = first(after(one({ state: "present", seat: { row: 1, column: 2 } }), event(11, "CandidateAbsent", "a")));
  assert.deepEqual([gone.state, gone.seat], ["absent", null]);
});

test("a refusal frees the seat and says why; taken back, the candidate is awaited again", () => {
  const refused = after(one({ state: "admitted", seat: { row: 1, column: 2 }, admitted_until: START + MINUTE }), event(11, "CandidateRefused", "a", { reason: "no_document", note: "", by: "x" }));
  const { state, seat, refused: why, admitted_until: until, lapsed } = first(refused);
  assert.deepEqual([state, seat, why, until, lapsed], ["refused", null, { reason: "no_document", note: "" }, null, false]);
  const back = first(after(refused, event(12, "RefusalWithdrawn", "a")));
  assert.deepEqual([back.state, back.refused], ["registered", null]);
});

test("an admission without a start lapses at its end by the server's time, and a new one holds again", () => {
  const until = START + 15 * MINUTE;
  const admitted = after(one({ state: "present", seat: { row: 1, column: 1 } }), event(11, "CandidateAdmitted", "a", { until, late: false, minutes: 0 }));
  const at = (now) => after(admitted, { type: "alive", now });
  assert.equal(first(at(until - 1)).lapsed, false);
  assert.equal(first(at(until)).lapsed, true);
  assert.equal(nextStep(first(at(until)), room([]).session), "admit");
  const again = after(at(until), event(12, "CandidateAdmitted", "a", { until: until + 15 * MINUTE, late: true, minutes: 3 }, until));
  assert.deepEqual([first(again).lapsed, first(again).admitted_until], [false, until + 15 * MINUTE]);
});

test("reports are counted for the session, and a withdrawn one no longer counts", () => {
  const board = after(one(), event(11, "IncidentReported", "a", { incident: "i", category: "candidate_illness", position: null }), event(12, "IncidentReported", null, { incident: "j", category: "room_noise", position: null }));
  assert.equal(board.session.incidents, 2);
  assert.equal(after(board, event(13, "IncidentAmended", "a", { incident: "i" }), event(14, "IncidentWithdrawn", "a", { incident: "i" })).session.incidents, 1);
});

test("neither a started test nor an admission without a limit ever lapses", () => {
  const later = { type: "alive", now: START + 600 * MINUTE };
  const started = one({ state: "admitted", attempt: running(), admitted_until: START + MINUTE, lapsed: false });
  const endless = one({ state: "admitted", admitted_until: null, lapsed: false });
  for (const board of [started, endless]) assert.equal(first(after(board, later)).lapsed, false);
});

test("a seat and an admission belong to their candidate alone", () => {
  const board = after(one({ state: "present" }), event(11, "SeatGiven", "a", { row: 2, column: 3 }), event(12, "CandidateAdmitted", "a"));
  assert.deepEqual([first(board).seat, first(board).state], [{ row: 2, column: 3 }, "admitted"]);
  assert.deepEqual(board.candidates[1], candidate("b"));
});

test("extra time before the start changes the time allowed only", () => {
  const longer = first(after(one(), event(11, "ExtraTimeSet", "a", { fraction: "1/3", allowed_ms: 140 * MINUTE, deadline: null })));
  assert.deepEqual([longer.extra_time, longer.allowed_ms, longer.attempt], ["1/3", 140 * MINUTE, null]);
});

test("extra time during the test moves the deadline, or the time left of a stopped test", () => {
  const facts = { fraction: "1/3", allowed_ms: 140 * MINUTE };
  const moved = first(after(one({ attempt: running() }), event(11, "ExtraTimeSet", "a", { ...facts, deadline: START + 140 * MINUTE })));
  assert.equal(moved.attempt.deadline, START + 140 * MINUTE);
  const stopped = running({ state: "paused", deadline: null, left_ms: 50 * MINUTE });
  const kept = first(after(one({ attempt: stopped }), event(11, "ExtraTimeSet", "a", { ...facts, deadline: null })));
  assert.deepEqual([kept.attempt.deadline, kept.attempt.left_ms], [null, 85 * MINUTE]);
});

test("extra time taken back is no extra time", () => {
  const back = first(after(one({ extra_time: "1/3", allowed_ms: 140 * MINUTE }), event(11, "ExtraTimeSet", "a", { fraction: null, allowed_ms: 105 * MINUTE })));
  assert.deepEqual([back.extra_time, back.allowed_ms], [null, 105 * MINUTE]);
});

test("a new card changes nothing on the board but the number", () => {
  const board = after(one(), event(11, "AccessCardIssued", "a", { issue: 2 }));
  assert.deepEqual(board.candidates, one().candidates);
  assert.equal(board.number, 11);
});

test("entering, losing and finding the connection show as presence and sign of life", () => {
  let board = after(one(), event(11, "CandidateEntered", "a"));
  assert.deepEqual([first(board).presence, first(board).last_sign], ["online", START + 11_000]);
  board = after(board, event(12, "ConnectionLost", "a"));
  assert.deepEqual([first(board).presence, first(board).last_sign], ["lost", START + 11_000]);
  board = after(board, event(13, "ConnectionBack", "a"));
  assert.deepEqual([first(board).presence, first(board).last_sign], ["online", START + 13_000]);
});

test("a start opens the attempt with the server's deadline", () => {
  const { attempt } = first(after(one({ state: "admitted" }), event(11, "AttemptStarted", "a", { deadline: START + 99, allowed_ms: 5 })));
  assert.deepEqual(attempt, running({ started_at: START + 11_000, deadline: START + 99 }));
});

test("saved responses only ever count up, and are a sign of life", () => {
  const board = after(one({ attempt: running({ answered: 4 }) }), event(11, "ResponseSaved", "a", { position: 5, answered: 5 }), event(12, "ResponseSaved", "a", { position: 3, answered: 3 }));
  assert.deepEqual([first(board).attempt.answered, first(board).last_sign], [5, START + 12_000]);
});

test("a pause keeps the time left, a resumption gives a new deadline", () => {
  let board = after(one({ attempt: running() }), event(11, "AttemptPaused", "a", { reason: "Malaise", left_ms: 60 * MINUTE }));
  assert.deepEqual(first(board).attempt, running({ state: "paused", deadline: null, left_ms: 60 * MINUTE, reason: "Malaise" }));
  board = after(board, event(12, "AttemptResumed", "a", { deadline: START + 200 * MINUTE }));
  assert.deepEqual(first(board).attempt, running({ deadline: START + 200 * MINUTE }));
});

test("an extension lengthens the deadline, the time left of a paused test, and the time allowed", () => {
  const on = first(after(one({ attempt: running() }), event(11, "TimeExtended", "a", { minutes: 5, deadline: START + 110 * MINUTE, left_ms: null })));
  assert.deepEqual([on.attempt.deadline, on.attempt.left_ms, on.allowed_ms], [START + 110 * MINUTE, null, 110 * MINUTE]);
  const paused = running({ state: "paused", deadline: null, left_ms: 10 * MINUTE });
  const off = first(after(one({ attempt: paused }), event(11, "TimeExtended", "a", { minutes: 5, deadline: null, left_ms: 15 * MINUTE })));
  assert.deepEqual([off.attempt.deadline, off.attempt.left_ms, off.attempt.state], [null, 15 * MINUTE, "paused"]);
});

for (const [kind, facts, state, ended, reason] of [
  ["AttemptCompleted", {}, "completed", START + 11_000, null],
  ["TimeRanOut", { deadline: START + 777 }, "timed_out", START + 777, null],
  ["AttemptTerminated", { reason: "technical", note: "" }, "terminated", START + 11_000, "technical"],
  ["AttemptTerminated", { reason: "other", note: "écran cassé" }, "terminated", START + 11_000, "other"],
]) {
  test(`${kind} (${reason ?? "no reason"}) ends the attempt with no time left`, () => {
    const { attempt } = first(after(one({ attempt: running({ answered: 7 }) }), event(11, kind, "a", facts)));
    assert.deepEqual(attempt, running({ state, deadline: null, ended_at: ended, reason, answered: 7 }));
  });
}

test("a draft that counts at the end shows in the number answered", () => {
  const { attempt } = first(after(one({ attempt: running({ answered: 7 }) }), event(11, "AttemptTerminated", "a", { reason: "medical", note: "", answered: 8 })));
  assert.equal(attempt.answered, 8);
});

test("an attempt that is over stays over, whatever comes", () => {
  const over = running({ state: "completed", deadline: null, ended_at: START, answered: 32 });
  let number = 10;
  let board = one({ state: "admitted", attempt: over });
  for (const kind of ["AttemptPaused", "AttemptResumed", "TimeExtended", "TimeRanOut", "AttemptTerminated", "AttemptStarted"]) {
    number += 1;
    board = after(board, event(number, kind, "a", { left_ms: 5, deadline: START + 5, minutes: 3, reason: "technical" }));
  }
  board = after(board, event(17, "RoomPaused", null, { reason: "x", left: { a: 5 } }), event(18, "RoomResumed", null, { deadlines: { a: 9 } }));
  assert.deepEqual(first(board).attempt, over);
});

test("a stopped room keeps each one's time left, and gives each one's own deadline back", () => {
  let board = room([candidate("a", { attempt: running() }), candidate("b", { attempt: running() }), candidate("c")]);
  board = after(board, event(11, "RoomPaused", null, { reason: "Alarme incendie", left: { a: 50 * MINUTE, b: 70 * MINUTE } }));
  assert.deepEqual(board.session.stopped, { since: START + 11_000, reason: "Alarme incendie" });
  assert.deepEqual(board.candidates.map((who) => timeLeft(who, START + 9e9)), [50 * MINUTE, 70 * MINUTE, null]);
  board = after(board, event(12, "RoomResumed", null, { deadlines: { a: START + 80 * MINUTE, b: START + 100 * MINUTE } }));
  assert.equal(board.session.stopped, null);
  assert.deepEqual(board.candidates.map(({ attempt }) => attempt?.deadline ?? null), [START + 80 * MINUTE, START + 100 * MINUTE, null]);
});

test("a candidate's own pause outlasts the room's stop", () => {
  const board = after(
    one({ attempt: running() }),
    event(11, "AttemptPaused", "a", { reason: "Malaise", left_ms: 40 * MINUTE }),
    event(12, "RoomPaused", null, { reason: "Alarme", left: { a: 40 * MINUTE } }),
    event(13, "RoomResumed", null, { deadlines: {} }),
  );
  assert.deepEqual(first(board).attempt, running({ state: "paused", deadline: null, left_ms: 40 * MINUTE, reason: "Malaise" }));
});

test("a pause that ends while the room is stopped leaves the clock stopped", () => {
  const stopped = after(
    one({ attempt: running() }),
    event(11, "AttemptPaused", "a", { reason: "Malaise", left_ms: 40 * MINUTE }),
    event(12, "RoomPaused", null, { reason: "Alarme", left: { a: 40 * MINUTE } }),
    event(13, "AttemptResumed", "a", { deadline: null }),
  );
  assert.deepEqual(first(stopped).attempt, running({ deadline: null, left_ms: 40 * MINUTE }));
  const again = after(stopped, event(14, "RoomResumed", null, { deadlines: { a: START + 90 * MINUTE } }));
  assert.deepEqual(first(again).attempt, running({ deadline: START + 90 * MINUTE }));
});

test("a candidate who starts no clock in a stopped room is not touched by the stop", () => {
  const board = after(one(), event(11, "RoomPaused", null, { reason: "x", left: { a: 5 } }));
  assert.equal(first(board).attempt, null);
});

test("closing and finalising show on the session, and end a stop", () => {
  const stopped = room([], { stopped: { since: START, reason: "x" } });
  const closed = after(stopped, event(11, "SessionClosed", null));
  assert.deepEqual([closed.session.state, closed.session.stopped], ["closed", null]);
  assert.equal(after(closed, event(12, "SessionFinalised", null)).session.state, "finalised");
});

test("an unknown kind and an unknown candidate advance the number and nothing else", () => {
  const board = one();
  const next = after(board, event(11, "ItemGiven", "a", { item: "x" }), event(12, "SeatGiven", "nobody", { row: 1, column: 1 }));
  assert.equal(next.number, 12);
  assert.deepEqual(next.candidates, board.candidates);
  assert.deepEqual(next.session, board.session);
});

test("every kind of the protocol is understood", () => {
  const silent = ["AccessCardIssued", "MessageSent", "MessageRead"];
  const said = "SessionChanged SessionCancelled CandidateUnregistered SessionOpened InvigilatorAdded DutyTaken DutyLeft DutyHandedOver IdentityVerified CandidateAbsent CandidateRefused RefusalWithdrawn SeatGiven CandidateAdmitted ExtraTimeSet AccommodationsSet AccessCardIssued CandidateEntered AttemptStarted ResponseSaved Drafted AttemptPaused AttemptResumed TimeExtended RoomPaused RoomResumed AttemptCompleted TimeRanOut AttemptTerminated FraudRequested FraudConfirmed FraudWithdrawn FraudLapsed HelpCallMade HelpCallAnswered HelpCallResolved HelpCallWithdrawn ItemReplaced MessageSent MessageRead ConnectionLost ConnectionBack FocusReturned IncidentReported IncidentWithdrawn SessionClosed SessionFinalised SessionResumed ResultsPublished ResultsWithdrawn".split(" ");
  assert.deepEqual(said.filter((kind) => !silent.includes(kind)).sort(), [...KINDS].sort());
});

test("presence changes one candidate, and an older sign of life does not", () => {
  const presence = (state, sign, now) => ({ type: "presence", now, candidate: "a", presence: state, last_sign: sign });
  let board = after(one({ presence: "online", last_sign: START }), presence("quiet", START, START + 12_000));
  assert.deepEqual([first(board).presence, first(board).last_sign, board.now, board.number], ["quiet", START, START + 12_000, 10]);
  board = after(board, presence("lost", START, START + 30_000), presence("online", START - 5, START + 31_000));
  assert.equal(first(board).presence, "lost");
});

test("a sign of life of the server only moves the instant forward", () => {
  const board = one();
  assert.deepEqual(after(board, { type: "alive", now: START + 5_000 }), { ...board, now: START + 5_000 });
  assert.equal(after(board, { type: "alive", now: START - 5_000 }), board);
});

test("an old or repeated number changes nothing", () => {
  const board = one({ attempt: running() });
  for (const number of [1, 9, 10]) {
    assert.equal(after(board, event(number, "AttemptCompleted", "a")), board);
    assert.equal(needs(board, event(number, "AttemptCompleted", "a")), null);
  }
});

test("a gap is told and not jumped", () => {
  const board = one();
  assert.equal(needs(board, event(12, "CandidateAbsent", "a")), "follow");
  assert.equal(after(board, event(12, "CandidateAbsent", "a")), board);
  assert.equal(needs(board, event(11, "CandidateAbsent", "a")), null);
});

test("somebody registered while the session runs is fetched with the whole board, once", () => {
  const board = one();
  assert.equal(needs(board, event(11, "CandidateRegistered", "new")), "reload");
  assert.equal(needs({ ...board, number: 11 }, event(11, "CandidateRegistered", "new")), null);
});

test("a reset asks for the whole board; other messages need nothing", () => {
  const board = one();
  assert.equal(needs(board, { type: "reset", now: START }), "reload");
  assert.equal(after(board, { type: "reset", now: START }), board);
  assert.equal(needs(board, { type: "alive", now: START }), null);
  assert.equal(after(board, { type: "from the future", now: START }), board);
});

/** A plausible story of a session: events in order, as a server would number them. */
function story(chance, length) {
  const ids = ["a", "b", "c"];
  const kinds = [...KINDS.filter((kind) => !kind.startsWith("Session")), "ItemGiven"];
  return Array.from({ length }, (_, index) => {
    const kind = pick(chance, kinds);
    const whole = kind.startsWith("Room");
    const ms = START + Math.floor(chance() * 1e7);
    const facts = {
      document: "passeport", by: "x", row: 1 + Math.floor(chance() * 2), column: 1 + Math.floor(chance() * 3), fraction: "1/3", allowed_ms: 105 * MINUTE,
      deadline: chance() < 0.5 ? ms : null, left_ms: 1_000 + Math.floor(chance() * 1e6), answered: Math.floor(chance() * 32), position: 1, minutes: 5,
      reason: "technical", left: Object.fromEntries(ids.map((id) => [id, 5_000])), deadlines: Object.fromEntries(ids.map((id) => [id, ms])),
    };
    return event(11 + index, kind, whole ? null : pick(chance, ids), facts);
  });
}

const three = () => room(["a", "b", "c"].map((id) => candidate(id)));

test("any order, any repetition: following again on each gap ends in the same board", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    const told = story(chance, 40);
    const whole = told.reduce(apply, three());
    const arriving = shuffled(chance, [...told, ...told.filter(() => chance() < 0.3)]);
    let board = three();
    for (const message of arriving) {
      if (needs(board, message) === "follow") {
        const from = board.number;
        const until = 1 + Math.floor(chance() * 3);
        for (const missing of told.filter(({ event: { number } }) => number > from).slice(0, until)) board = apply(board, missing);
      }
      board = apply(board, message);
    }
    for (const rest of told.filter(({ event: { number } }) => number > board.number)) board = apply(board, rest);
    assert.deepEqual({ ...board, now: 0 }, { ...whole, now: 0 }, `seed ${seed}`);
  }
});

test("in every story a clock runs or is stopped, never both, and an end has neither", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    let board = frozen(three());
    for (const message of story(seeded(seed), 60)) {
      board = frozen(apply(board, message));
      for (const { attempt } of board.candidates) {
        if (attempt === null) continue;
        assert.ok(attempt.deadline === null || attempt.left_ms === null, `seed ${seed}: two clocks`);
        if (attempt.ended_at !== null) assert.ok(attempt.deadline === null && attempt.left_ms === null, `seed ${seed}: clock after the end`);
      }
    }
  }
});

test("a rest break is a pause that says until when, and nothing of it is left after it", () => {
  const until = START + 5 * MINUTE;
  let board = after(one({ attempt: running() }), event(11, "AttemptPaused", "a", { reason: "rest_break", left_ms: 60 * MINUTE, until }));
  assert.deepEqual([first(board).attempt.state, first(board).attempt.until], ["paused", until]);
  board = after(board, event(12, "AttemptResumed", "a", { deadline: START + 200 * MINUTE }));
  assert.deepEqual([first(board).attempt.state, first(board).attempt.until], ["in_progress", null]);
});
