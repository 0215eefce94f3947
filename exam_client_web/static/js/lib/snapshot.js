// What this computer keeps: the response in hand and everything that the server has not acknowledged. Pure.

import { pending } from "./queue.js";

const whole = (value, least) => Number.isSafeInteger(value) && value >= least;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** What has to be kept now; null when the server has all of it. */
export function snapshotOf(hand, queue) {
  const waiting = pending(queue);
  if (waiting.length === 0 && (hand === null || !hand.unsent)) return null;
  return { hand: hand === null ? null : handIn(hand), queue: waiting };
}

/** A snapshot that was kept; null for anything that is not one. */
export function readSnapshot(value) {
  if (!isObject(value) || !Array.isArray(value.queue)) return null;
  const queue = value.queue.filter((entry) => isGiven(entry) && isObject(entry.content) && whole(entry.answered_at, 0));
  const hand = isGiven(value.hand) && (value.hand.content === null || isObject(value.hand.content)) ? handIn(value.hand) : null;
  return queue.length > 0 || hand !== null ? { hand, queue } : null;
}

const handIn = ({ position, revision, content, final }) => ({ position, revision, content, final });

const isGiven = (one) => isObject(one) && whole(one.position, 1) && whole(one.revision, 1) && typeof one.final === "boolean";
