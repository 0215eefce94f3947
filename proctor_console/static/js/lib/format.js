/** How lengths and instants are written: French typography by default, English on request. */

const NBSP = "\u00a0";
const MINUTE = 60_000;

/** "1 h 45", "48 min"; under five minutes also the seconds: "4 min 12 s". Always rounded so that it never flatters. */
export function length(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) {
    return `${Math.floor(minutes / 60)}${NBSP}h${NBSP}${String(minutes % 60).padStart(2, "0")}`;
  }
  if (minutes >= 5) {
    return `${minutes}${NBSP}min`;
  }
  const rest = `${String(seconds % 60).padStart(minutes > 0 ? 2 : 1, "0")}${NBSP}s`;
  return minutes > 0 ? `${minutes}${NBSP}min${NBSP}${rest}` : rest;
}

/** "14:59": a countdown of minutes and seconds that keeps its width. */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "10 h 42" (French) or "10:42" (English), in the centre's time zone; without one, in the machine's. */
export function timeOfDay(ms, lang = "fr", zone = undefined) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).formatToParts(ms);
  const [hour, minute] = ["hour", "minute"].map((type) => parts.find((part) => part.type === type).value);
  return lang === "fr" ? `${Number(hour)}${NBSP}h${NBSP}${minute}` : `${hour}:${minute}`;
}

/** Seconds and minutes since a sign of life: "4 s", "3 min", "1 h 02". */
export function since(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds}${NBSP}s` : seconds < 3600 ? `${Math.floor(seconds / 60)}${NBSP}min` : length(ms);
}

/** Minutes as a length: 140 -> "2 h 20". */
export function minutesLength(minutes) {
  return length(Math.max(5, minutes) * MINUTE);
}

/** Text for comparing: no accents, no case, one space. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s'’-]+/g, " ").trim();
}
