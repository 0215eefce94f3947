// What the saving line says. Pure.

import { pending } from "./queue.js";

/**
 * "lost" (the server cannot be reached), "sending", "saved" (the item in hand), "saved_before" (an earlier
 * item) or "none". A lost live line alone is not "lost": responses travel by another way.
 */
export function savingState({ queue, saved, position, reachable }) {
  if (queue.failures > 0 || !reachable) return "lost";
  if (pending(queue).length > 0) return "sending";
  if (!saved) return "none";
  return saved.position === position ? "saved" : "saved_before";
}

/** True when, after a cut, everything is with the server again. */
export function isBack(wasLost, kind) {
  return wasLost && kind !== "lost" && kind !== "sending";
}

/** Spoken only when the kind changes, and never the coming and going of "sending". */
export function spokenState(before, kind) {
  return kind === "sending" || kind === "none" ? before : kind;
}
