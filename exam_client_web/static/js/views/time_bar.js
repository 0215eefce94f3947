// The top bar: name, progress, time left, which the candidate may hide: near the end it is said all the same.

import { slot, write } from "../lib/dom.js";
import { warningDue } from "../lib/time_left.js";

const WARNING_SHOWN = 20_000;
const NEARLY_OVER = 5 * 60_000;

/** `settings` (lib/comfort_settings.js) keep the choice to hide the time; `timers` ends the announcements. */
export function createTimeBar(root, text, { settings, timers }) {
  const button = root.querySelector('[data-action="toggle-time"]');
  const part = root.querySelector('[data-part="time"]');
  const progress = slot(root, "progress");
  let left = null;
  let end = "";
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
  function showLeft() {
    if (left === null) return;
    const { hidden_time: hidden } = settings.now();
    part.dataset.hidden = String(hidden);
    part.dataset.near = String(left <= NEARLY_OVER);
    part.dataset.warning = String(warning !== null);
    write(button, text(hidden ? "show_time" : "hide_time"));
    write(slot(root, "left"), hidden ? text("time_hidden") : text("time_left", { left: text.left(left) }));
    write(slot(root, "end"), hidden ? (warning ?? "") : text("ends_at", { at: end }));
  }

  button.addEventListener("click", () => settings.change({ hidden_time: !settings.now().hidden_time }));
  settings.onChange(showLeft);

  return {
    /** `remaining` in ms, null when no time runs; `deadline` by the clock on the wall. */
    showTime(remaining, deadline) {
      left = remaining;
      end = deadline;
      part.hidden = left === null;
      if (left === null) {
        before = null;
        return;
      }
      const minutes = warningDue(before, left);
      before = left;
      if (minutes !== null) announce(minutes);
      showLeft();
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
