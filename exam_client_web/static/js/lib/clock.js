// What time it is on the server, estimated from its messages; this computer's own date is never read.

// Two clocks drift apart, so a sample grows less sure as it ages: 0.2 ms a second.
const DRIFT = 0.0002;
// A difference smaller than this (real time) is noise, not a clock that was set.
const SLACK = 1000;

/** No sample yet. */
export function emptyClock() {
  return null;
}

/** The server's time at `perf`, a reading of performance.now(). */
export function serverNow(clock, perf) {
  return clock.server + (perf - clock.at) * clock.speed;
}

/**
 * An answer to a request: the server's `now` lies between sending and receiving.
 * The sample with the smallest round trip is kept, unless it has aged or the new one contradicts it.
 */
export function withAnswer(clock, { now, speed, sent, received }) {
  const trip = received - sent;
  const fresh = { server: now + (trip / 2) * speed, at: received, speed, trip };
  if (clock === null || clock.speed !== speed) return fresh;
  const expected = serverNow(clock, received);
  const impossible = expected < now - SLACK * speed || expected > now + (trip + SLACK) * speed;
  const worn = clock.trip + (received - clock.at) * DRIFT;
  return impossible || trip <= worn ? fresh : clock;
}

/**
 * A message that the server sent by itself. Its way here took an unknown time, so it is only a lower
 * bound: it pulls a clock that stayed behind (a computer that slept) forward, and never back.
 */
export function withMessage(clock, { now, received, speed = clock?.speed ?? 1 }) {
  if (clock === null || clock.speed !== speed) return { server: now, at: received, speed, trip: Infinity };
  if (serverNow(clock, received) >= now) return clock;
  return { server: now, at: received, speed, trip: clock.trip };
}
