// Responses that wait for the server's word. Pure: every function returns a new queue.
//
// An entry is {position, revision, content, final, answered_at}. It leaves the queue only when the
// server has acknowledged it, when a newer revision of the same position replaces a draft that was
// never sent, or when the server says that the position or the test is over.

import { backoff } from "./backoff.js";

/** Nothing waits. `held` is null, or why nothing may be sent now ("stopped", "signed_out"). */
export function emptyQueue() {
  return { waiting: [], sending: null, failures: 0, notBefore: 0, held: null };
}

/** What this computer kept waits again, in its order, but for what the server holds already or holds newer. */
export function restored(entries, saved) {
  const isOwed = (entry) => !saved || entry.position !== saved.position || stillOwes(entry, saved);
  return entries.filter(isOwed).reduce(put, emptyQueue());
}

/** A later draft of another page was written after what was kept here: then the later one counts. */
const stillOwes = (entry, saved) => !saved.final && entry.revision > saved.revision;

/** Does `entry` say everything that `other` says? A final is outdone by nothing but its acknowledgement. */
function outdoes(entry, other) {
  return entry.position === other.position && !other.final && (entry.final || entry.revision > other.revision);
}

/** A new draft or final. After a final of a position nothing more of that position is taken. */
export function put(queue, entry) {
  const known = pending(queue).filter((other) => other.position === entry.position);
  if (known.some((other) => other.final)) return queue;
  const highest = Math.max(0, ...known.map((other) => other.revision));
  if (!entry.final && entry.revision <= highest) return queue;
  const newest = { ...entry, revision: Math.max(entry.revision, highest + 1) };
  const waiting = queue.waiting.filter((other) => !outdoes(newest, other));
  return { ...queue, waiting: [...waiting, newest] };
}

/** What to send now, with the queue that knows it is on its way; entry null when there is nothing to do. */
export function take(queue, now) {
  const free = queue.sending === null && queue.held === null && now >= queue.notBefore;
  if (!free || queue.waiting.length === 0) return { queue, entry: null };
  const [entry, ...waiting] = queue.waiting;
  return { queue: { ...queue, sending: entry, waiting }, entry };
}

/** Put what was on its way back in front, unless something newer of the same position already waits. */
function returned(queue) {
  const entry = queue.sending;
  if (entry === null) return queue;
  const outdone = queue.waiting.some((other) => outdoes(other, entry));
  return { ...queue, sending: null, waiting: outdone ? queue.waiting : [entry, ...queue.waiting] };
}

/** What a position still owes after the server said what it holds for it. */
function stillOwed(entry, saved) {
  if (entry.position > saved.position) return [entry];
  if (entry.position < saved.position || saved.final) return [];
  if (entry.revision > saved.revision) return [entry];
  // The server holds a later draft (another page wrote it). A draft gives way; a final is never
  // dropped: it goes again, under a number that the server will accept.
  return entry.final ? [{ ...entry, revision: saved.revision + 1 }] : [];
}

/** The server answered what it holds: {position, revision, final}. */
export function acknowledged(queue, saved, now, random) {
  const sent = queue.sending;
  const waiting = pending(queue).flatMap((entry) => stillOwed(entry, saved));
  // An answer that does not cover what was sent is no reason to ask at once, over and over.
  if (sent !== null && waiting[0] === sent) return failed(queue, now, random);
  return { ...queue, sending: null, waiting, failures: 0, notBefore: 0 };
}

/** No answer, or one that may pass: everything is kept, and sent again after a while. */
export function failed(queue, now, random) {
  const failures = queue.failures + 1;
  return { ...returned(queue), failures, notBefore: now + backoff(queue.failures, random) };
}

/** The server said no, by a code. Unknown codes are kept and tried again: losing is worse than asking twice. */
export function refused(queue, code, now, random) {
  const position = queue.sending?.position;
  const without = (keep) => ({ ...queue, sending: null, waiting: queue.waiting.filter(keep), failures: 0 });
  switch (code) {
    case "stopped":
    case "signed_out":
      return { ...returned(queue), held: code, failures: 0 };
    case "too_late":
      return emptyQueue();
    case "stale_position":
      return without((entry) => entry.position !== position);
    case "bad_response":
      return without(() => true);
    default:
      return failed(queue, now, random);
  }
}

/** Bring the queue in line with what the server says of the test. */
export function settle(queue, state) {
  if (state.phase === "ended") return emptyQueue();
  if (state.phase !== "test") return queue;
  const position = state.item?.position ?? state.progress.position;
  const passed = (entry) => entry.position < position;
  const waiting = queue.waiting.filter((entry) => !passed(entry));
  const held = queue.held === "stopped" ? null : queue.held;
  return waiting.length === queue.waiting.length && held === queue.held ? queue : { ...queue, waiting, held };
}

/** Everything not yet acknowledged, in the order of sending. */
export function pending(queue) {
  return queue.sending === null ? queue.waiting : [queue.sending, ...queue.waiting];
}
