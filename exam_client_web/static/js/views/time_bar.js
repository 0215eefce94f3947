// The top bar: name, progress, time left, which the candidate may hide.

import { slot, write } from "../lib/dom.js";
import { warningDue } from "../lib/time_left.js";

const HIDDEN = "passation.time_hidden";
const WARNING_SHOWN = 20_000;
const NEARLY_OVER = 5 * 60_000;

function remember(storage, hidden) {
  try {
    if (hidden) storage?.setItem(HIDDEN, "1");
    else storage?.removeItem(HIDDEN);
  } catch {
    // Where nothing may be kept, the choice lasts as long as the page.
  }
}

function remembered(storage) {
  try {
    return storage?.getItem(HIDDEN) === "1";
  } catch {
    return false;
  }
}

/** `storage` keeps the choice to hide the time; `timers` ends the announcements. */
export function createTimeBar(root, text, { storage, timers }) {
  const button = root.querySelector('[data-action="toggle-time"]');
  const part = root.querySelector('[data-part="time"]');
  const progress = slot(root, "progress");
  let hidden = remembered(storage);
  let before = null;
  let warning = null;
  let timer = null;

  function announce(minutes) {
    timers.cancel(timer);
    warning = text.counted("minutes_left", minutes);
    write(slot(root, "time-said"), warning);
    timer = timers.later(() => {
      warning = null;
    }, WARNING_SHOWN);
  }
  function showLeft(left, end) {
    part.dataset.hidden = String(hidden);
    part.dataset.near = String(left <= NEARLY_OVER);
    part.dataset.warning = String(warning !== null);
    write(button, text(hidden ? "show_time" : "hide_time"));
    write(slot(root, "left"), hidden ? text("time_hidden") : text("time_left", { left: text.left(left) }));
    write(slot(root, "end"), hidden ? (warning ?? "") : text("ends_at", { at: end }));
  }

  button.addEventListener("click", () => {
    hidden = !hidden;
    remember(storage, hidden);
    write(button, text(hidden ? "show_time" : "hide_time"));
  });

  return {
    /** `left` in ms, null when no time runs; `end` the wall clock at the deadline. */
    showTime(left, end) {
      part.hidden = left === null;
      if (left === null) {
        before = null;
        return;
      }
      const minutes = warningDue(before, left);
      before = left;
      if (minutes !== null) announce(minutes);
      showLeft(left, end);
    },
    showProgress(state) {
      const running = state !== null && state.phase === "test";
      progress.hidden = !running;
      if (!running) return;
      progress.max = state.progress.of;
      progress.value = state.progress.answered;
    },
  };
}
