// How much time the candidate has left, and when to say so. Pure.

import { MINUTE } from "./format.js";

const WARN_AT = [30, 10, 5, 1];

/** Milliseconds left at the server's `now`; null while no time runs or has run. */
export function timeLeft(time, now) {
  if (time.stopped) return time.left_ms;
  if (time.deadline === null) return null;
  return Math.max(0, time.deadline - now);
}

/** The number of minutes to announce when the time left went from `before` to `after`; else null. */
export function warningDue(before, after) {
  if (before === null || after === null) return null;
  const crossed = WARN_AT.filter((minutes) => before > minutes * MINUTE && after <= minutes * MINUTE);
  return crossed.length > 0 && after > 0 ? Math.min(...crossed) : null;
}

/** How long a draft waits for the next key before it is sent, in real milliseconds. */
export function draftDelay(left, speed) {
  const real = left === null ? Infinity : left / speed;
  return real < 5000 ? 100 : 600;
}
