/** The time in the top bar: hidden where that is wished, announced near the end all the same. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { USUAL } from "../../../exam_client_web/static/js/lib/comfort.js";
import { createSettings } from "../../../exam_client_web/static/js/lib/comfort_settings.js";
import { createTexts } from "../../../exam_client_web/static/js/lib/texts.js";
import { createTimeBar } from "../../../exam_client_web/static/js/views/time_bar.js";

const MINUTE = 60_000;

/** A bar that remembers what is written on it. */
function bar(kept = null) {
  const nodes = new Map();
  const node = (selector) => {
    if (!nodes.has(selector)) nodes.set(selector, { textContent: "", dataset: {}, addEventListener: (_type, act) => (nodes.get(selector).press = act) });
    return nodes.get(selector);
  };
  const text = createTexts({
    hide_time: "Masquer",
    show_time: "Afficher",
    time_hidden: "Temps masqué",
    time_left: "Il reste {left}",
    ends_at: "Fin à {at}",
    minutes_left_one: "Il reste {n} minute",
    minutes_left_many: "Il reste {n} minutes",
  });
  text.left = (ms) => `${ms / MINUTE} min`;
  const settings = createSettings({ kept: { read: () => kept, write() {}, takeAway() {} } });
  const ended = [];
  const timers = { later: (action) => ended.push(action), cancel() {} };
  const shown = createTimeBar({ querySelector: node }, text, { settings, timers });
  return {
    shown,
    settings,
    pass: () => ended.splice(0).forEach((action) => action()),
    press: () => node('[data-action="toggle-time"]').press(),
    reads: () => ["left", "end", "time-said"].map((name) => node(`[data-slot="${name}"]`).textContent),
    button: () => node('[data-action="toggle-time"]').textContent,
  };
}

test("the time is there, until the candidate hides it, and again after that", () => {
  const { shown, press, reads, button, settings } = bar();
  shown.showTime(90 * MINUTE, "11 h 30");
  assert.deepEqual(reads(), ["Il reste 90 min", "Fin à 11 h 30", ""]);
  press();
  assert.deepEqual(reads(), ["Temps masqué", "", ""]);
  assert.equal(button(), "Afficher");
  assert.equal(settings.now().hidden_time, true);
  press();
  assert.deepEqual(reads(), ["Il reste 90 min", "Fin à 11 h 30", ""]);
});

test("hidden, it is announced near the end all the same, and then hidden again", () => {
  const { shown, pass, reads } = bar({ settings: { ...USUAL, hidden_time: true }, owed: false });
  shown.showTime(10 * MINUTE + 1000, "11 h 30");
  assert.deepEqual(reads(), ["Temps masqué", "", ""]);
  shown.showTime(10 * MINUTE, "11 h 30");
  assert.deepEqual(reads(), ["Temps masqué", "Il reste 10 minutes", "Il reste 10 minutes"]);
  pass();
  shown.showTime(9 * MINUTE, "11 h 30");
  assert.deepEqual(reads().slice(0, 2), ["Temps masqué", ""]);
  shown.showTime(MINUTE, "11 h 30");
  assert.equal(reads()[1], "Il reste 1 minute");
});

test("where no time runs none is shown, whatever is pressed meanwhile", () => {
  const { shown, press, reads } = bar();
  shown.showTime(null, "");
  press();
  assert.deepEqual(reads(), ["", "", ""]);
});
