/** Who needs the invigilator, and why, in one word. Pure: `now` is an argument. */

import { isOver } from "./reducer.js";
import { isLost, isRequested, nextStep, timeLeft } from "./summary.js";

const MINUTE = 60_000;
/** For so long on one item without a response, a draft or a stop: worth a look. */
export const IDLE_AFTER = 8 * MINUTE;
/** With less than this left, a candidate may need a word. */
export const LATE = 5 * MINUTE;

/** The reasons, the most pressing first; the page's texts say each in two or three words. */
export const NEEDS = Object.freeze(["call", "second", "lost", "idle", "admit", "late"]);
/** Those for which a sound may be made: somebody waits for the invigilator, or should be looked after. */
export const PRESSING = Object.freeze(new Set(["call", "second", "lost", "idle"]));
const REST = NEEDS.length;
const DONE = REST + 2;

/** How long the candidate has shown no work on the item in hand; null where no clock runs. */
export function idleFor({ attempt, worked_at: workedAt }, session, now) {
  const runs = attempt?.state === "in_progress" && attempt.deadline !== null && !session.stopped;
  return runs ? Math.max(0, now - Math.max(workedAt ?? 0, attempt.started_at)) : null;
}

/** Why this candidate comes first: one of NEEDS, or null. A candidate whose test is over needs nobody. */
export function needOf(candidate, session, now) {
  const { attempt } = candidate;
  if (isOver(attempt) || session.state !== "open") return null;
  if (candidate.help?.state === "open") return "call";
  if (isRequested(candidate)) return "second";
  if (attempt === null) return nextStep(candidate, session) === "admit" ? "admit" : null;
  if (isLost(candidate)) return "lost";
  const idle = idleFor(candidate, session, now);
  if (idle !== null && idle >= IDLE_AFTER) return "idle";
  return idle !== null && timeLeft(candidate, now) < LATE ? "late" : null;
}

/** The place in "who needs me first": the needs in their order, then who is stopped, the others, and who is done. */
export function rankOf(candidate, session, now) {
  const need = needOf(candidate, session, now);
  if (need !== null) return NEEDS.indexOf(need);
  if (candidate.state === "absent" || candidate.state === "refused" || isOver(candidate.attempt)) return DONE;
  return candidate.attempt?.state === "paused" ? REST : REST + 1;
}

/** The candidates, by id, who press and did not before: for them a sound may be made. */
export function newlyPressing(before, board, now) {
  const pressing = board.candidates.filter((candidate) => PRESSING.has(needOf(candidate, board.session, now)));
  return { ids: new Set(pressing.map(({ id }) => id)), isNew: pressing.some(({ id }) => !before.has(id)) };
}
