/** The rehearsal of a room as a value: what the server gave, counted and laid out. Pure. */

import { timeOfDay } from "../lib/format.js";

export const READINESS = Object.freeze(["ready", "to_look_at", "not_ready", "untried"]);

/** The kinds of event after which the sheet is another one. */
const NEWS = new Set([
  "RehearsalBegun",
  "RehearsalEnded",
  "SeatRehearsed",
  "SessionChanged",
  "SessionCancelled",
  "SessionOpened",
  "SessionClosed",
]);

/** Whether a message of the socket says that the sheet has to be fetched again. */
export function isNews(sheet, message) {
  if (message.type === "reset") return true;
  return message.type === "event" && message.event.number > sheet.number && NEWS.has(message.event.kind);
}

export const keyOf = ({ row, column }) => `${row}/${column}`;

/** Every seat of the plan, row by row; one that nobody has tried is `untried`. */
export function seatsOf({ rows, columns, seats }) {
  const found = new Map(seats.map((seat) => [keyOf(seat), seat]));
  return Array.from({ length: rows * columns }, (_, place) => {
    const seat = { row: 1 + Math.floor(place / columns), column: 1 + (place % columns) };
    return found.get(keyOf(seat)) ?? { ...seat, readiness: "untried", at: null, lines: [] };
  });
}

/** How many seats of each readiness. */
export function counted(sheet) {
  const counts = Object.fromEntries(READINESS.map((readiness) => [readiness, 0]));
  for (const { readiness } of seatsOf(sheet)) counts[readiness] += 1;
  return counts;
}

/** What is the matter at a seat: the checks that are not ready. */
export const troubles = ({ lines }) => lines.filter(({ readiness }) => readiness !== "ready");

/** The seats that were measured since `before`, each time anew; none at the first look. */
export function newlyMeasured(before, sheet) {
  if (before === null) return [];
  const known = new Map(before.seats.map((seat) => [keyOf(seat), seat.at]));
  return sheet.seats.filter((seat) => known.get(keyOf(seat)) !== seat.at);
}

const dayOf = (ms, zone) => new Intl.DateTimeFormat("fr-FR", { dateStyle: "short", timeZone: zone }).format(ms);

/** An instant in one of two sentences: `key`, or on another day than now `key_on` with its date. */
export function said(key, instant, now, { say, lang, zone }) {
  const time = timeOfDay(instant, lang, zone);
  const date = dayOf(instant, zone);
  return date === dayOf(now, zone) ? say(key, { time }) : say(`${key}_on`, { date, time });
}
