/** A small room to test with, events in the server's shape, and a seeded source of chance. */

const MINUTE = 60_000;
export const START = 1_795_340_000_000;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const pick = (chance, list) => list[Math.floor(chance() * list.length)];

export function shuffled(chance, list) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}

export const candidate = (id, change = {}) => ({
  id,
  family_name: `Nom${id}`,
  given_name: `Prénom${id}`,
  class_name: "3A",
  birth_date: "2011-03-04",
  state: "registered",
  identity: null,
  seat: null,
  extra_time: null,
  allowed_ms: 105 * MINUTE,
  attempt: null,
  presence: "never",
  last_sign: null,
  ...change,
});

export const running = (change = {}) => ({
  state: "in_progress",
  started_at: START,
  deadline: START + 105 * MINUTE,
  left_ms: null,
  answered: 0,
  ended_at: null,
  reason: null,
  until: null,
  ...change,
});

export const room = (candidates, session = {}) => ({
  number: 10,
  now: START,
  speed: 1,
  session: {
    id: "s1",
    code: "K4T7QX",
    room: "Salle B12",
    state: "open",
    opened_at: START,
    check_in_ends_at: START + 15 * MINUTE,
    rows: 2,
    columns: 3,
    items: 32,
    colours: 2,
    stopped: null,
    incidents: 0,
    ...session,
  },
  candidates,
});

/** The message that brings an event with this number. */
export const event = (number, kind, id, facts = {}, at = START + number * 1_000) => ({
  type: "event",
  now: at,
  event: { number, at, kind, candidate: id, facts },
});

export { MINUTE };

/** Values frozen all the way down: a reducer that writes into its input throws. */
export function frozen(value) {
  if (value !== null && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
