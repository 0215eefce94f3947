/** The server's clock as this browser knows it: samples in, the server's instant out. Pure; the caller gives the ticks. */

/** A clock before any word from the server. `speed` is above 1 only in accelerated demonstrations. */
export const unset = Object.freeze({ at: null, tick: 0, error: Infinity, speed: 1 });

/** Takes an answer of the server: sent and received are performance.now() ticks, the best sample is the shortest trip. */
export function withAnswer(clock, { now, speed = clock.speed, sent, received }) {
  const error = ((received - sent) / 2) * speed;
  if (clock.at !== null && clock.speed === speed && clock.error <= error) {
    return notBefore(clock, { now, received });
  }
  return { at: now + error, tick: received, error, speed };
}

/** Takes a message that the server pushed: it left before it arrived, so the server is at least at that instant. */
export function notBefore(clock, { now, received }) {
  if (clock.at === null) {
    return { at: now, tick: received, error: Infinity, speed: clock.speed };
  }
  return serverNow(clock, received) >= now ? clock : { ...clock, at: now, tick: received };
}

/** The server's instant at this tick, or null before the first sample. */
export function serverNow(clock, tick) {
  return clock.at === null ? null : clock.at + (tick - clock.tick) * clock.speed;
}
