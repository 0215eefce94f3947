// How long to wait before trying again. Pure: the chance is an argument.

/** After `failures` in a row: 0.5 s, 1 s, 2 s … at most 8 s, half of it by chance so that a room spreads out. */
export function backoff(failures, random, first = 500, most = 8000) {
  const whole = Math.min(most, first * 2 ** Math.min(failures, 30));
  return whole / 2 + random * (whole / 2);
}
