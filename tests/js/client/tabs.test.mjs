import assert from "node:assert/strict";
import { test } from "node:test";

import { createTabs } from "../../../exam_client_web/static/js/lib/tabs.js";
import { createWake } from "../../../exam_client_web/static/js/lib/wake.js";
import { chance, handTimers, settled } from "./chance.mjs";

/** The browser's locks, for one name: held by one, wanted by others in their order, and taken from it by force. */
function createLocks() {
  let holder = null;
  const queue = [];
  function grant(wish) {
    holder = wish;
    Promise.resolve(wish.held()).then(() => holder === wish && release(wish));
  }
  function release(wish) {
    if (holder !== wish) return;
    holder = null;
    wish.done();
    if (queue.length > 0) grant(queue.shift());
  }
  return {
    /** A window's own view of the locks; close() is its end. */
    window() {
      const own = [];
      return {
        request(_, options, held) {
          return new Promise((done, fail) => {
            const wish = { held, done, fail };
            own.push(wish);
            const before = holder;
            if (options.steal) {
              holder = null;
              before?.fail(new Error("AbortError"));
              grant(wish);
            } else if (holder === null) grant(wish);
            else queue.push(wish);
          });
        },
        close() {
          for (const wish of own) {
            if (queue.includes(wish)) queue.splice(queue.indexOf(wish), 1);
            release(wish);
          }
        },
      };
    },
  };
}

/** A browser's channels: each hears the others, never itself. */
function createChannels() {
  const open = [];
  return class {
    constructor() {
      open.push(this);
    }
    postMessage(message) {
      for (const other of open) if (other !== this) queueMicrotask(() => other.onmessage?.({ data: message }));
    }
    close() {
      open.splice(open.indexOf(this), 1);
    }
  };
}

/** Opens tabs of one browser, by locks or by channels alone. */
function browser(way) {
  const timers = handTimers();
  const locks = createLocks();
  const Channel = createChannels();
  let count = 0;
  return {
    timers,
    open(id = (count += 1)) {
      const seen = [];
      const window = locks.window();
      const tabs = createTabs({ locks: way === "locks" ? window : undefined, Channel, id, timers, onStanding: (standing) => seen.push(standing) });
      tabs.start();
      const close = () => {
        tabs.leave();
        window.close();
      };
      return { seen, tabs, close, standing: () => tabs.standing() };
    },
  };
}

for (const way of ["locks", "channels"]) {
  test(`${way}: alone is live at once or nearly so; a second tab is not, and takes over when it is asked to`, async () => {
    const { open, timers } = browser(way);
    const one = open();
    await timers.advance(500);
    const two = open();
    await timers.advance(500);
    assert.deepEqual([one.seen, two.seen], [["live"], ["elsewhere"]]);
    two.tabs.take();
    await timers.advance(500);
    assert.deepEqual([one.standing(), two.standing()], ["elsewhere", "live"]);
    one.tabs.take();
    await timers.advance(500);
    assert.deepEqual([one.standing(), two.standing()], ["live", "elsewhere"]);
  });

  test(`${way}: when the live tab closes, the other goes on by itself`, async () => {
    const { open, timers } = browser(way);
    const one = open();
    await timers.advance(500);
    const two = open();
    await timers.advance(500);
    one.close();
    await timers.advance(500);
    assert.equal(two.standing(), "live");
  });

  test(`${way}: a tab whose test is over keeps nobody from the next one, and stays as it is`, async () => {
    const { open, timers } = browser(way);
    const over = open();
    await timers.advance(500);
    over.tabs.leave();
    over.tabs.leave();
    const next = open();
    await timers.advance(500);
    over.tabs.take();
    await timers.advance(500);
    assert.deepEqual([over.seen, next.seen], [["live"], ["live"]]);
  });

  test(`${way}: a tab that is loaded again finds its own place free`, async () => {
    const { open, timers } = browser(way);
    const one = open();
    await timers.advance(500);
    one.close();
    const again = open(99);
    await timers.advance(500);
    assert.deepEqual(again.seen, ["live"]);
  });

  test(`${way}: whatever opens, closes and takes over in whatever order, one tab is live and no more`, async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = chance(seed);
      const { open, timers } = browser(way);
      const tabs = [open(), open()];
      for (let step = 0; step < 30; step += 1) {
        const pick = Math.floor(random() * tabs.length);
        const what = random();
        if (what < 0.35) tabs.push(open(1000 + Math.floor(random() * 1e6)));
        else if (what < 0.6 && tabs.length > 1) tabs.splice(pick, 1)[0].close();
        else if (what < 0.8) tabs[pick].tabs.take();
        if (random() < 0.7) await timers.advance(random() * 600);
        else await settled();
      }
      await timers.advance(1000);
      assert.equal(tabs.filter((tab) => tab.standing() === "live").length, 1, `seed ${seed}: ${tabs.map((tab) => tab.standing())}`);
      assert.ok(tabs.every((tab) => tab.standing() !== "deciding"));
    }
  });
}

test("a browser that can tell nothing lets every tab go on", () => {
  const seen = [];
  createTabs({ locks: undefined, Channel: undefined, id: 1, timers: handTimers(), onStanding: (s) => seen.push(s) }).start();
  assert.deepEqual(seen, ["live"]);
});

test("a computer that slept, or whose date was set, is noticed once; gentle steering is not", () => {
  let date = 1_000_000;
  let perf = 5;
  const woken = createWake({ date: () => date, perf: () => perf });
  const pass = (ofDate, ofPerf) => {
    date += ofDate;
    perf += ofPerf;
    return woken();
  };
  assert.equal(pass(250, 250), false);
  for (let tick = 0; tick < 10_000; tick += 1) assert.equal(pass(250.1, 250), false);
  assert.deepEqual([pass(3_600_250, 250), pass(250, 250)], [true, false], "set an hour on, or slept for it");
  assert.deepEqual([pass(-3_600_000, 250), pass(250, 250)], [true, false], "set back");
  assert.equal(pass(60_000, 60_000), false, "a tab that was not looked at for a minute");
});
