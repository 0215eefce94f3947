/** What the page tells of having been left, and of the computer that it runs on. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createAbsence, LEAST, REPORT_EVERY } from "../../../exam_client_web/static/js/lib/absence.js";
import { deviceMessage, familyOf } from "../../../exam_client_web/static/js/lib/device.js";

/** A page whose clock the test turns. */
function page() {
  const world = { now: 0, told: [], arrives: true, running: true, timers: [] };
  world.absence = createAbsence({
    report: async (ms) => {
      world.told.push([world.now, ms]);
      return world.arrives;
    },
    during: () => world.running,
    clock: () => world.now,
    timers: { later: (action, ms) => world.timers.push({ at: world.now + ms, action }) },
  });
  world.passes = async (ms) => {
    world.now += ms;
    const due = world.timers.filter(({ at }) => at <= world.now);
    world.timers = world.timers.filter(({ at }) => at > world.now);
    for (const { action } of due) await action();
  };
  world.away = async (ms) => {
    world.absence.leave();
    await world.passes(ms);
    world.absence.back();
    await world.passes(0);
  };
  return world;
}

test("an absence is told with its length when it ends", async () => {
  const world = page();
  await world.away(36_000);
  assert.deepEqual(world.told, [[36_000, 36_000]]);
});

test("a slip of the hand is not told", async () => {
  const world = page();
  await world.away(LEAST - 1);
  await world.passes(60_000);
  assert.deepEqual(world.told, []);
});

test("the two events of one absence count once", async () => {
  const world = page();
  world.absence.leave();
  await world.passes(2_000);
  world.absence.leave();
  await world.passes(2_000);
  world.absence.back();
  world.absence.back();
  await world.passes(0);
  assert.deepEqual(world.told, [[4_000, 4_000]]);
});

test("many absences make one report in five seconds, and none of them is forgotten", async () => {
  const world = page();
  for (let round = 0; round < 6; round += 1) {
    await world.away(1_500);
    await world.passes(500);
  }
  await world.passes(REPORT_EVERY);
  assert.equal(world.told.reduce((sum, [, ms]) => sum + ms, 0), 9_000);
  world.told.slice(1).forEach(([at], index) => assert.ok(at - world.told[index][0] >= REPORT_EVERY));
});

test("what did not arrive is told with the next one", async () => {
  const world = page();
  world.arrives = false;
  await world.away(2_000);
  world.arrives = true;
  await world.passes(10_000);
  await world.away(3_000);
  assert.deepEqual(world.told.map(([, ms]) => ms), [2_000, 5_000]);
});

test("before and after the test nobody counts", async () => {
  const world = page();
  world.running = false;
  await world.away(60_000);
  world.running = true;
  world.absence.leave();
  await world.passes(60_000);
  world.running = false;
  world.absence.back();
  await world.passes(10_000);
  assert.deepEqual(world.told, []);
});

test("the family of a browser is told, not its whole name", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
  assert.equal(familyOf(chrome), "chrome");
  assert.equal(familyOf(`${chrome} Edg/131.0.0.0`), "edge");
  assert.equal(familyOf(`${chrome} OPR/115.0.0.0`), "opera");
  assert.equal(familyOf("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "firefox");
  assert.equal(familyOf("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"), "safari");
  assert.equal(familyOf("curl/8"), "other");
  assert.deepEqual(deviceMessage({ userAgent: chrome }, { width: 1366.4, height: 768 }), { type: "device", browser: "chrome", width: 1366, height: 768 });
});
