// How instants and lengths are written for a person. Pure: the zone and the patterns are arguments.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NBSP = "\u00a0";

const two = (number) => String(number).padStart(2, "0");

/** The hour, minute and second that a clock on the wall shows; zone null = that of this computer. */
export function wallClock(instant, zone = null) {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  if (zone) options.timeZone = zone;
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(new Date(instant));
  const read = (type) => Number(parts.find((part) => part.type === type).value);
  return { hour: read("hour"), minute: read("minute"), second: read("second") };
}

/** "10:42:07" */
export function clockSeconds(instant, zone = null) {
  const { hour, minute, second } = wallClock(instant, zone);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** "10 h 42", or by another pattern: "{h}:{mm}" */
export function clockMinutes(instant, zone = null, pattern = `{h}${NBSP}h${NBSP}{mm}`) {
  const { hour, minute } = wallClock(instant, zone);
  return pattern.replace("{h}", String(hour)).replace("{mm}", two(minute));
}

/** A length in whole minutes, as French writes it: "45 min", "1 h", "1 h 05" */
export function minutesLong(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}${NBSP}min`;
  return rest === 0 ? `${hours}${NBSP}h` : `${hours}${NBSP}h${NBSP}${two(rest)}`;
}

/**
 * Time left. Above ten minutes only the minutes count, rounded up, so that nothing flickers at the
 * edge of the eye; from ten minutes down the seconds are shown.
 */
export function leftLong(length) {
  const left = Math.max(0, length);
  if (left > 10 * MINUTE) return minutesLong(Math.ceil(left / MINUTE));
  const seconds = Math.ceil(left / SECOND);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}${NBSP}s`;
  return `${minutes}${NBSP}min${NBSP}${two(seconds % 60)}${NBSP}s`;
}

/** "2011-03-04" -> "04/03/2011"; a date has no zone. */
export function dateShort(isoDate) {
  const [year, month, day] = isoDate.split("-");
  return `${day}/${month}/${year}`;
}

export { HOUR, MINUTE, SECOND };
