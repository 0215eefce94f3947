/** What the board says about itself: state in one word, next step, time left, counts. Pure. */

import { isOver } from "./reducer.js";

/** The one word for a candidate, as a code that the page's texts translate. */
export function stateOf(candidate, session) {
  const { attempt } = candidate;
  if (isOver(attempt)) return attempt.state;
  if (attempt !== null) {
    if (attempt.state === "paused") return "paused";
    return session.stopped ? "room_stopped" : "in_progress";
  }
  if (candidate.state === "present") return candidate.seat ? "seated" : "identified";
  return hasLapsed(candidate) ? "lapsed" : candidate.state;
}

/** Admitted, and too long ago: the start needs a new admission. */
const hasLapsed = ({ state, attempt, lapsed }) => state === "admitted" && attempt === null && lapsed === true;

/** The family of a state: which shape and colour its badge wears. */
export const TONES = Object.freeze({
  registered: "idle",
  absent: "idle",
  refused: "idle",
  lapsed: "warn",
  identified: "info",
  seated: "info",
  admitted: "info",
  in_progress: "ok",
  paused: "warn",
  room_stopped: "warn",
  completed: "ok",
  timed_out: "ok",
  terminated: "stop",
});

/** Milliseconds of test that remain at `now`; null when nothing runs (not begun, or over). */
export function timeLeft({ attempt }, now) {
  if (attempt === null || isOver(attempt)) return null;
  if (attempt.deadline !== null) return Math.max(0, attempt.deadline - now);
  return attempt.left_ms;
}

/** The one obvious next thing to do for this candidate at check-in, or null. */
export function nextStep(candidate, session) {
  if (session.state !== "open" || candidate.attempt !== null) return null;
  if (candidate.state === "registered") return "identity";
  if (hasLapsed(candidate)) return "admit";
  if (candidate.state !== "present") return null;
  return candidate.seat === null ? "seat" : "admit";
}

/** Everything that this person may do for this candidate now, in the order of the menu. */
export function actionsFor(candidate, session) {
  if (session.state !== "open") return [];
  const { attempt } = candidate;
  if (isOver(attempt)) return ["incident"];
  if (session.looks_on) return [...decisionsOn(candidate, session), "incident"];
  if (attempt !== null) {
    const pause = attempt.state === "paused" ? "resume" : "pause";
    const rest = attempt.state !== "paused" && (candidate.accommodations?.breaks ?? null) !== null ? ["break"] : [];
    return [...decisionsOn(candidate, session), ...answersTo(candidate), ...rest, pause, "extend", "message", "card", "incident", "terminate"];
  }
  return [...ARRIVING[candidate.state](candidate), "card", "incident"];
}

/** A request to end the test waits for a second person. */
export const isRequested = (candidate) => (candidate.fraud ?? null) !== null && !isOver(candidate.attempt);

/** Whoever has asked may take it back; anybody else decides. */
function decisionsOn(candidate, { me }) {
  if (!isRequested(candidate)) return [];
  return candidate.fraud.by === me ? ["fraud_withdraw"] : ["fraud_confirm", "fraud_withdraw"];
}

/** What may be done about a help call that waits; nothing without one. */
function answersTo(candidate) {
  if (!isCalling(candidate)) return [];
  const answers = ["help_item", "help_time", "help_dismiss"];
  return candidate.help.state === "open" ? ["help_come", ...answers] : answers;
}

/** Before the test: what each state allows. The seat is fixed once the test has begun, since the items follow from it. */
const ARRIVING = {
  registered: () => ["identity", "seat", "absent", "refuse"],
  present: ({ seat }) => (seat === null ? ["seat", "absent", "refuse"] : ["admit", "seat", "absent", "refuse"]),
  admitted: (candidate) => [...(hasLapsed(candidate) ? ["admit"] : []), "seat", "absent", "refuse"],
  absent: () => ["identity", "refuse"],
  refused: () => ["withdraw"],
};

/** Candidates whose identity and seat are known and who only wait to be admitted. */
export const readyToAdmit = (board) => board.candidates.filter((candidate) => nextStep(candidate, board.session) === "admit");

/** Candidates of whom nothing is known yet: neither present, nor absent, nor refused. */
export const awaited = (board) => board.candidates.filter(({ state, attempt }) => state === "registered" && attempt === null);

/** Whole minutes since the end of the check-in phase; null while it lasts. */
export function minutesLate({ now, session: { check_in_ends_at: ends } }) {
  return ends === null || now < ends ? null : Math.floor((now - ends) / 60_000);
}

/** A connection that was there and is not any more, while it matters. */
export const isLost = (candidate) => candidate.presence === "lost" && !isOver(candidate.attempt);

/** A help call waits: nobody has come, or somebody is on the way. */
export const isCalling = (candidate) => (candidate.help ?? null) !== null && !isOver(candidate.attempt);

/** The groups of the count line; each one is also a filter. */
export const GROUPS = Object.freeze({
  all: () => true,
  expected: (candidate) => candidate.state === "registered" && candidate.attempt === null,
  present: (candidate) => candidate.state === "present" || candidate.state === "admitted",
  admitted: (candidate) => candidate.state === "admitted",
  running: (candidate) => candidate.attempt !== null && !isOver(candidate.attempt),
  over: (candidate) => isOver(candidate.attempt),
  lost: isLost,
  calling: isCalling,
});

/** How many candidates each group holds. */
export function counts(board) {
  return Object.fromEntries(Object.entries(GROUPS).map(([name, holds]) => [name, board.candidates.filter(holds).length]));
}
