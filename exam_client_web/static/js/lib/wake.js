// Notices that this computer slept, or that its date was set: then the server is asked what time it is.

// Two readings are a quarter of a second apart; clocks that are steered gently part by far less.
const SLACK = 1000;

/**
 * `date` reads the computer's date, `perf` its steady clock, which stands still while it sleeps. The function that is
 * given back says whether the two have parted since it was last called. What the date says is never believed.
 */
export function createWake({ date, perf, slack = SLACK }) {
  let apart = date() - perf();
  return () => {
    const before = apart;
    apart = date() - perf();
    return Math.abs(apart - before) > slack;
  };
}
