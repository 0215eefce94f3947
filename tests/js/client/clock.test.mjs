import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyClock, serverNow, withAnswer, withMessage } from "../../../exam_client_web/static/js/lib/clock.js";
import { chance } from "./chance.mjs";

const answer = (now, sent, received, speed = 1) => ({ now, sent, received, speed });

test("an answer puts the server's time in the middle of its round trip", () => {
  const clock = withAnswer(emptyClock(), answer(1_000_000, 0, 200));
  assert.equal(serverNow(clock, 200), 1_000_100);
  assert.equal(serverNow(clock, 1200), 1_001_100);
});

test("the answer with the shorter round trip is kept", () => {
  const quick = withAnswer(emptyClock(), answer(1_000_000, 0, 20));
  assert.equal(withAnswer(quick, answer(1_001_000, 900, 1300)), quick);
  const slow = withAnswer(emptyClock(), answer(1_000_000, 0, 400));
  assert.equal(serverNow(withAnswer(slow, answer(1_001_000, 1000, 1010)), 1010), 1_001_005);
});

test("time runs faster in an accelerated demonstration, and a change of speed counts at once", () => {
  const clock = withAnswer(emptyClock(), answer(0, 0, 0, 60));
  assert.equal(serverNow(clock, 1000), 60_000);
  assert.equal(withAnswer(clock, answer(60_000, 900, 1100, 1)).speed, 1);
});

test("a clock that the server was set back or forward is believed, although its trip was short", () => {
  const clock = withAnswer(emptyClock(), answer(1_000_000, 0, 10));
  const back = withAnswer(clock, answer(500_000, 1000, 1100));
  assert.equal(serverNow(back, 1100), 500_050);
});

test("a message pulls a clock forward after sleep, and a late message never pulls it back", () => {
  const clock = withAnswer(emptyClock(), answer(1_000_000, 0, 10));
  const slept = withMessage(clock, { now: 1_600_000, received: 1000 });
  assert.equal(serverNow(slept, 1000), 1_600_000);
  assert.equal(withMessage(slept, { now: 1_600_000, received: 3000 }), slept);
});

test("whatever the trips, the estimate stays within half of the best one (and the drift)", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = chance(seed);
    const offset = Math.round(random() * 1e12);
    let clock = emptyClock();
    let perf = 0;
    let best = Infinity;
    for (let round = 0; round < 20; round += 1) {
      perf += random() * 10_000;
      const there = random() * 800;
      const backAgain = random() * 800;
      const trip = there + backAgain;
      clock = withAnswer(clock, answer(perf + there + offset, perf, perf + trip));
      perf += trip;
      best = Math.min(best + 10_000 * 0.0002 + 1, trip);
      assert.ok(Math.abs(serverNow(clock, perf) - (perf + offset)) <= trip / 2 + best / 2 + 50, `seed ${seed}`);
    }
  }
});
