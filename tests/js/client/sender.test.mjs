import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi, readReply } from "../../../exam_client_web/static/js/lib/api.js";
import { createSender } from "../../../exam_client_web/static/js/lib/sender.js";
import { handTimers, settled } from "./chance.mjs";

const entry = (position, revision, final = false) => ({ position, revision, content: { text: "x" }, final, answered_at: 0 });
const ok = ({ position, revision, final }) => ({
  kind: "ok", body: { saved: { position, revision, final, at: 0 }, state: { number: position } },
});

/** A sender whose server answers from a list; the last answer repeats. */
function setUp(answers) {
  const timers = handTimers();
  const sentEntries = [];
  const heard = [];
  const respond = async (given) => {
    sentEntries.push(`${given.position}.${given.revision}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer === "ok" ? ok(given) : answer;
  };
  const sender = createSender({
    respond, timers, clock: timers.clock, random: () => 1,
    onAnswer: (_, state) => heard.push(state.number),
    onRefusal: (code) => heard.push(code),
    onChange: () => {},
  });
  return { sender, timers, sentEntries, heard };
}

test("a response goes out at once and its answer is heard", async () => {
  const { sender, sentEntries, heard, timers } = setUp(["ok"]);
  sender.put(entry(1, 1));
  await settled();
  assert.deepEqual([sentEntries, heard, timers.waiting()], [["1.1"], [1], 0]);
});

test("after trouble it is sent again by itself until the server has it", async () => {
  const trouble = { kind: "trouble", status: 0 };
  const { sender, sentEntries, timers } = setUp([trouble, trouble, "ok"]);
  sender.put(entry(1, 1, true));
  await timers.advance(499);
  assert.deepEqual(sentEntries, ["1.1"]);
  await timers.advance(1);
  await timers.advance(1000);
  assert.deepEqual(sentEntries, ["1.1", "1.1", "1.1"]);
  assert.equal(sender.queue().failures, 0);
});

test("when the network is said to be back, the pause is over", async () => {
  const { sender, sentEntries } = setUp([{ kind: "trouble", status: 503 }, "ok"]);
  sender.put(entry(1, 1));
  await settled();
  sender.hurry();
  await settled();
  assert.deepEqual(sentEntries, ["1.1", "1.1"]);
});

test("a stop holds what was written until a state says that the test goes on", async () => {
  const stopped = { kind: "refused", error: { code: "stopped" }, body: {} };
  const { sender, sentEntries, heard, timers } = setUp([stopped, "ok"]);
  sender.put(entry(2, 1));
  await timers.advance(60_000);
  assert.deepEqual([sentEntries, heard], [["2.1"], ["stopped"]]);
  sender.settle({ phase: "test", item: { position: 2 }, progress: { position: 2 } });
  await settled();
  assert.deepEqual(sentEntries, ["2.1", "2.1"]);
});

test("what was asked before the queue was loaded anew does not disturb it", async () => {
  const timers = handTimers();
  const asked = [];
  const respond = () => new Promise((answer) => asked.push(answer));
  const sender = createSender({
    respond, timers, clock: timers.clock, random: () => 1, onAnswer: () => {}, onRefusal: () => {}, onChange: () => {},
  });
  sender.put(entry(1, 1, true));
  sender.restore([entry(1, 1, true)], null);
  sender.settle({ phase: "test", item: { position: 1 }, progress: { position: 1 } });
  await settled();
  asked[0]({ kind: "trouble", status: 0 });
  await timers.advance(20_000);
  assert.deepEqual([asked.length, sender.queue().failures], [2, 0], "the second is still on its way");
  asked[1](ok(entry(1, 1, true)));
  await settled();
  assert.deepEqual(sender.queue().waiting, []);
});

test("a stale position brings the state that the server shows", async () => {
  const stale = { kind: "refused", error: { code: "stale_position" }, body: { state: { number: 9 } } };
  const { sender, heard } = setUp([stale]);
  sender.put(entry(2, 1));
  await settled();
  assert.deepEqual(heard, ["stale_position", 9]);
  assert.deepEqual(sender.queue().waiting, []);
});

test("an answer without a word on what is saved is no acknowledgement", async () => {
  const { sender } = setUp([{ kind: "ok", body: {} }]);
  sender.put(entry(1, 1));
  await settled();
  assert.equal(sender.queue().waiting.length, 1);
});

test("replies are read by what they mean", () => {
  assert.equal(readReply(200, { saved: {} }).kind, "ok");
  assert.equal(readReply(409, { error: { code: "stopped", message: "…" } }).kind, "refused");
  assert.equal(readReply(200, null).kind, "trouble", "a captive portal answers 200 with a page");
  assert.equal(readReply(403, null).kind, "trouble");
  assert.equal(readReply(408, { error: { code: "slow" } }).kind, "trouble");
  assert.equal(readReply(500, { error: { code: "too_late" } }).kind, "trouble");
});

test("no network and a reply that is not JSON are trouble, not an exception", async () => {
  const perf = () => 0;
  const offline = createApi({ perf, fetch: async () => Promise.reject(new TypeError("offline")) });
  assert.equal((await offline.state()).kind, "trouble");
  const page = createApi({ perf, fetch: async () => new Response("<html>", { status: 200 }) });
  assert.equal((await page.state()).kind, "trouble");
});

test("a server that never answers is given up after the time-out", async () => {
  const never = (_, { signal }) => new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
  const api = createApi({ perf: () => 0, fetch: never, timeout: 20 });
  const keepAlive = setTimeout(() => {}, 1000);
  assert.equal((await api.respond(entry(1, 1))).kind, "trouble");
  clearTimeout(keepAlive);
});
