// From single samples to what a computer says of itself. Pure: numbers in, whole numbers out.

import { serverNow, withAnswer } from "../lib/clock.js";

/** The middle one; of an even number, the mean of the two in the middle. Null where there is none. */
export function median(numbers) {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const whole = (number) => (number === null ? null : Math.round(number));

/**
 * Of round trips { now, sent, received, date }: the server's time between two readings of performance.now(), and this
 * computer's own clock at the second. The server's time is estimated as the test's page does it.
 */
export function tripsMeasured(trips) {
  const lengths = trips.map(({ sent, received }) => received - sent);
  const offsets = trips.map(({ now, sent, received, date }) => {
    const clock = withAnswer(null, { now, speed: 1, sent, received });
    return date - serverNow(clock, received);
  });
  return {
    latency_ms: whole(median(lengths)),
    worst_ms: lengths.length === 0 ? null : Math.round(Math.max(...lengths)),
    clock_offset_ms: whole(median(offsets)),
  };
}

/** kbit/s of blocks [{ octets, ms }], the way there and back taken off each; null where one did not arrive. */
export function speed(blocks, latency) {
  if (blocks.length === 0 || blocks.includes(null)) return null;
  const octets = blocks.reduce((sum, one) => sum + one.octets, 0);
  const ms = blocks.reduce((sum, one) => sum + Math.max(1, one.ms - (latency ?? 0)), 0);
  return Math.round((octets * 8) / ms);
}

/** The zoom in percent, as near as a page can know it: in steps of 5, since a window has a frame. */
export function zoomOf({ outerWidth, innerWidth }) {
  if (!(outerWidth > 0 && innerWidth > 0)) return 100;
  return Math.min(1000, Math.max(5, Math.round((outerWidth / innerWidth) * 20) * 5));
}

/** The window, the screen and the zoom, in CSS pixels and percent. */
export function screenMeasured({ innerWidth, innerHeight, outerWidth, screen }) {
  const side = (pixels) => Math.min(20_000, Math.max(1, Math.round(pixels)));
  return {
    width: side(innerWidth),
    height: side(innerHeight),
    screen_width: side(screen.width),
    screen_height: side(screen.height),
    zoom: zoomOf({ outerWidth, innerWidth }),
  };
}

/** The names of what this browser lacks of what the pages are built on. `scope` is the window. */
export function lacking(scope) {
  const has = {
    timeouts: typeof scope.AbortSignal?.timeout === "function",
    randomness: typeof scope.crypto?.getRandomValues === "function",
    dialogs: typeof scope.HTMLDialogElement?.prototype.showModal === "function",
    dates: typeof scope.Intl?.DateTimeFormat?.prototype.formatToParts === "function",
  };
  return Object.keys(has).filter((name) => !has[name]);
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The seat that an arrow key leads to, never out of the room; null for any other key. */
export function stepped({ row, column }, key, { rows, columns }) {
  const step = STEPS[key];
  if (!step) return null;
  const within = (value, most) => Math.min(most, Math.max(1, value));
  return { row: within(row + step[0], rows), column: within(column + step[1], columns) };
}
