/** Who is chosen on the board, and whom an act on the chosen concerns. Pure: `now` is an argument. */

import { isOver } from "./reducer.js";
import { GROUPS } from "./summary.js";

/** The acts on a selection, in the order of the bar. */
export const ACTS = Object.freeze(["pause", "resume", "extend", "message", "terminate"]);

/** The chosen ids with one more, or one less. */
export function toggled(chosen, id) {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The chosen ids with everyone between two rows of the list, both included, as it lies on the screen. */
export function ranged(chosen, order, from, to) {
  const ends = [order.indexOf(from), order.indexOf(to)].sort((a, b) => a - b);
  return ends[0] < 0 ? toggled(chosen, to) : new Set([...chosen, ...order.slice(ends[0], ends[1] + 1)]);
}

/** The chosen ids that are still on the board: somebody may have been taken out of the session. */
export function onBoard(chosen, board) {
  const there = board.candidates.filter(({ id }) => chosen.has(id));
  return there.length === chosen.size ? chosen : new Set(there.map(({ id }) => id));
}

/** Everyone whose test is under way. */
export const underWay = (board) => board.candidates.filter(GROUPS.running).map(({ id }) => id);

/** Why an act leaves a candidate as is: a code as the server has it; null for whom it concerns. */
export function unfitFor(act, { attempt }, now) {
  if (isOver(attempt)) return "ended";
  if (act === "message") return null;
  if (attempt === null) return "not_started";
  if (attempt.deadline !== null && attempt.deadline <= now) return "time_is_over";
  if (act === "pause" && attempt.state === "paused") return "already_paused";
  return act === "resume" && attempt.state !== "paused" ? "not_paused" : null;
}

/** The chosen in two: whom the act concerns, and the others as {candidate, why}; in the order of the board's list. */
export function split(act, board, chosen, now) {
  const everyone = board.candidates.filter(({ id }) => chosen.has(id)).map((candidate) => ({ candidate, why: unfitFor(act, candidate, now) }));
  return { fit: everyone.filter(({ why }) => why === null).map(({ candidate }) => candidate), left: everyone.filter(({ why }) => why !== null) };
}
