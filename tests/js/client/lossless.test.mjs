// A page that crashes, is cut off and loaded again at any moment, before a server that keeps the rules of ours:
// what was validated arrives once, in order; what was typed and kept comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnswering } from "../../../exam_client_web/static/js/lib/answering.js";
import { createKeeping } from "../../../exam_client_web/static/js/lib/keeping.js";
import { createKept } from "../../../exam_client_web/static/js/lib/kept.js";
import { createOutbox } from "../../../exam_client_web/static/js/lib/outbox.js";
import { createSender } from "../../../exam_client_web/static/js/lib/sender.js";
import { chance, handTimers, settled } from "./chance.mjs";

const KEY = "a1".repeat(32);
const QUESTIONS = 6;

/** What acts/responding.py does with a response, in a few lines: the log is what was taken, in its order. */
function createServer() {
  let position = 1;
  let held = null;
  const log = [];
  const finals = new Map();
  const state = () => ({
    phase: position > QUESTIONS ? "ended" : "test",
    keep_with: position > QUESTIONS ? null : KEY,
    candidate: { family_name: "Exemple", given_name: "Lou" },
    time: { started_at: 1 },
    progress: { position },
    item: position > QUESTIONS ? null : { position, type: "short_text" },
    draft: held && !held.final ? { revision: held.revision, content: held.content } : null,
    saved: held && { position, revision: held.revision, final: held.final },
  });
  function respond({ position: at, revision, content, final }) {
    if (at !== position) {
      const taken = finals.get(at);
      if (taken && revision <= taken.revision) return { kind: "ok", body: { saved: { position: at, revision: taken.revision, final: true }, state: state() } };
      return { kind: "refused", error: { code: "stale_position", state: state() }, body: {} };
    }
    if (held === null || revision > held.revision) {
      held = { revision, content, final };
      log.push({ position: at, revision, content, final });
    }
    const saved = { position: at, revision: held.revision, final: held.final };
    if (held.final) {
      finals.set(at, held);
      position += 1;
      held = null;
    }
    return { kind: "ok", body: { saved, state: state() } };
  }
  return { state, respond, log };
}

/** IndexedDB's own order of things: what was not committed when the page died is not there. */
function createDisk(random) {
  const boxes = new Map();
  const slow = async () => {
    for (let wait = Math.floor(random() * 4); wait >= 0; wait -= 1) await settled();
  };
  return (page) => {
    const change = async (act) => {
      await slow();
      if (!page.alive) return new Promise(() => {});
      return act();
    };
    return {
      read: async (name) => boxes.get(name),
      keep: (name, box) => change(() => boxes.set(name, box)),
      remove: (name) => change(() => boxes.delete(name)),
      clear: () => change(() => boxes.clear()),
      keepOnly: async () => {},
    };
  };
}

/** One loading of the page: like exam.js, without anything to look at. */
function openPage({ server, disk, network, timers, random }) {
  const page = { alive: true, kept: true, position: null };
  const own = { later: (action, ms) => timers.later(() => page.alive && action(), ms), cancel: timers.cancel };
  const respond = async (entry) => {
    await settled();
    if (!page.alive) return new Promise(() => {});
    if (network.cut()) return { kind: "trouble" };
    const reply = server.respond(entry);
    await settled();
    if (!page.alive) return new Promise(() => {});
    return network.losesAnswers() ? { kind: "trouble" } : reply;
  };
  const sender = createSender({
    respond, clock: timers.clock, timers: own, random,
    onAnswer: (_, state) => learn(state),
    onRefusal: () => {},
    onChange: () => keeping.keep(),
  });
  const answering = createAnswering({
    put: sender.put, onHand: () => keeping.keep(), serverNow: timers.clock, timers: own, delay: () => 600,
    draftOf: (_, content) => (content.text.startsWith("?") ? null : content),
  });
  const storage = null;
  const outbox = createOutbox({ shelf: disk(page), crypto: globalThis.crypto, plain: createKept(storage), onKept: (is) => (page.kept = is) });
  const keeping = createKeeping({ outbox, answering, sender });
  function learn(state) {
    if (!page.alive) return;
    if (!keeping.isReady(state)) return void keeping.ready(state).then(() => learn(state));
    if (state.phase === "test") answering.take(state);
    page.position = state.item?.position ?? null;
    page.over = state.phase === "ended";
    sender.settle(state);
  }
  return Object.assign(page, { answering, learn });
}

/** Lets time pass until `is()` says so; a page that never gets there is a fault. */
async function until(is, timers, why) {
  for (let round = 0; round < 6000; round += 1) {
    if (is()) return;
    await timers.advance(25);
    // Cryptography has threads of its own: where they are slow, the timers by hand run ahead of them.
    if (round % 200 === 199) await new Promise((done) => setTimeout(done, 5));
  }
  assert.fail(why);
}

async function sitThrough(seed) {
  const random = chance(seed);
  const timers = handTimers();
  const server = createServer();
  const disk = createDisk(random);
  let quiet = false;
  const network = { cut: () => !quiet && random() < 0.4, losesAnswers: () => !quiet && random() < 0.4 };
  const validated = [];
  let page = null;
  const load = async () => {
    if (page) page.alive = false;
    page = openPage({ server, disk, network, timers, random });
    page.learn(server.state());
    await until(() => page.position !== null || page.over, timers, `seed ${seed}: the page does not come back`);
  };
  await load();
  while (!page.over) {
    const { position } = page;
    let typed = null;
    for (let keys = 1 + Math.floor(random() * 3); keys > 0; keys -= 1) {
      typed = { text: `${random() < 0.3 ? "?" : ""}${position}-${Math.floor(random() * 1e9)}` };
      page.answering.change(typed);
      if (random() < 0.5) await timers.advance(random() * 1500);
      if (random() < 0.3) {
        await until(() => page.kept, timers, "kept");
        await load();
        assert.deepEqual(page.answering.hand().content, typed, `seed ${seed}: what was typed is there again`);
      }
    }
    page.answering.finish(typed);
    await until(() => page.kept || page.position !== position, timers, "kept");
    validated.push({ position, content: typed });
    while (random() < 0.4 && !page.over) {
      await timers.advance(random() * 3000);
      await load();
    }
    quiet = random() < 0.3;
    await until(() => page.over || page.position > position, timers, `seed ${seed}: question ${position} is not sent`);
  }
  const finals = server.log.filter((one) => one.final).map(({ position, content }) => ({ position, content }));
  assert.deepEqual(finals, validated, `seed ${seed}`);
  const order = server.log.map(({ position, revision }) => position * 1000 + revision);
  assert.deepEqual(order, order.toSorted((one, other) => one - other), `seed ${seed}: the log is in order`);
  assert.equal(new Set(order).size, order.length, `seed ${seed}: nothing came in twice`);
}

test("over a hundred tests with cuts, lost answers and crashes nothing is lost, doubled or out of order", async () => {
  for (let seed = 1; seed <= 100; seed += 1) await sitThrough(seed);
});

test("what this computer kept does not win over what another one wrote later", async () => {
  const timers = handTimers();
  const server = createServer();
  const disk = createDisk(() => 0);
  let cut = true;
  const network = { cut: () => cut, losesAnswers: () => false };
  const here = openPage({ server, disk, network, timers, random: () => 1 });
  here.learn(server.state());
  await until(() => here.position === 1, timers, "loaded");
  here.answering.finish({ text: "validated here, never sent" });
  await until(() => here.kept, timers, "kept");
  here.alive = false;
  for (const text of ["there", "there again"]) server.respond({ position: 1, revision: text.length, content: { text }, final: false });
  cut = false;
  const back = openPage({ server, disk, network, timers, random: () => 1 });
  back.learn(server.state());
  await until(() => back.position === 1, timers, "loaded again");
  await timers.advance(20_000);
  assert.deepEqual(back.answering.hand().content, { text: "there again" });
  assert.equal(server.log.some((one) => one.final), false, "nobody validated what is on the screen now");
});
