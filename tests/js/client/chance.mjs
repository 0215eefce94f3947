// Repeatable chance for the tests: the same seed gives the same order of things.

export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Timers that a test moves by hand: advance(ms) runs what is due, in order. */
export function handTimers() {
  let now = 0;
  let count = 0;
  const due = new Map();
  const next = () => [...due].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  return {
    clock: () => now,
    later(action, ms) {
      count += 1;
      due.set(count, { at: now + ms, action });
      return count;
    },
    cancel: (id) => due.delete(id),
    waiting: () => due.size,
    async advance(ms) {
      await settled();
      const until = now + ms;
      for (let first = next(); first && first[1].at <= until; first = next()) {
        due.delete(first[0]);
        now = first[1].at;
        first[1].action();
        await settled();
      }
      now = until;
      await settled();
    },
  };
}

/** Let every promise that is ready run. */
export function settled() {
  return new Promise((done) => setImmediate(done));
}
