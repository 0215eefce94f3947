import assert from "node:assert/strict";
import { test } from "node:test";

import * as queues from "../../../exam_client_web/static/js/lib/queue.js";
import { chance } from "./chance.mjs";

const draft = (position, revision, content = { text: `${position}.${revision}` }) => ({
  position, revision, content, final: false, answered_at: 0,
});
const final = (position, revision) => ({ ...draft(position, revision), final: true });
const all = (...entries) => entries.reduce(queues.put, queues.emptyQueue());
const names = (queue) => queues.pending(queue).map((entry) => `${entry.position}.${entry.revision}${entry.final ? "!" : ""}`);

test("the newest draft of a position replaces the older ones that were not sent", () => {
  assert.deepEqual(names(all(draft(1, 1), draft(1, 2), draft(1, 3))), ["1.3"]);
});

test("an older or repeated draft changes nothing", () => {
  const queue = all(draft(1, 3));
  assert.equal(queues.put(queue, draft(1, 2)), queue);
  assert.equal(queues.put(queue, draft(1, 3)), queue);
});

test("a final replaces the drafts of its position and nothing comes after it", () => {
  const queue = all(draft(1, 1), final(1, 2));
  assert.deepEqual(names(queue), ["1.2!"]);
  assert.equal(queues.put(queue, draft(1, 9)), queue);
  assert.equal(queues.put(queue, final(1, 9)), queue);
});

test("a final with a number that is too low is renumbered, not dropped", () => {
  assert.deepEqual(names(all(draft(1, 5), final(1, 2))), ["1.6!"]);
});

test("what is on its way is not replaced, and comes first again after a failure", () => {
  const { queue: sending, entry } = queues.take(all(final(1, 1), final(2, 1)), 0);
  assert.equal(entry.position, 1);
  assert.deepEqual(names(queues.failed(sending, 0, 0)), ["1.1!", "2.1!"]);
});

test("a draft that failed gives way to a newer one", () => {
  const sending = queues.take(all(draft(1, 1)), 0).queue;
  assert.deepEqual(names(queues.failed(queues.put(sending, draft(1, 2)), 0, 0)), ["1.2"]);
});

test("after failures the pauses grow to eight seconds and end with the first success", () => {
  let queue = all(draft(1, 1));
  const pauses = [];
  for (let round = 0; round < 7; round += 1) {
    queue = queues.failed(queues.take(queue, queue.notBefore).queue, 0, 1);
    pauses.push(queue.notBefore);
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(queues.take(queue, 7999).entry, null);
  queue = queues.acknowledged(queues.take(queue, 8000).queue, { position: 1, revision: 1, final: false }, 8000, 1);
  assert.deepEqual([queue.failures, queue.notBefore, queues.pending(queue).length], [0, 0, 0]);
});

test("a final that the server outnumbers by another page's draft goes again under a higher number", () => {
  const sending = queues.take(all(final(1, 2)), 0).queue;
  assert.deepEqual(names(queues.acknowledged(sending, { position: 1, revision: 7, final: false }, 0, 0)), ["1.8!"]);
});

test("an answer that does not cover what was sent is not a reason to ask at once", () => {
  const sending = queues.take(all(final(3, 4)), 0).queue;
  const queue = queues.acknowledged(sending, { position: 3, revision: 2, final: false }, 1000, 1);
  assert.deepEqual(names(queue), ["3.4!"]);
  assert.equal(queue.notBefore, 1500);
});

test("a stop holds everything until the test goes on", () => {
  const sending = queues.take(all(draft(4, 1)), 0).queue;
  const held = queues.refused(sending, "stopped", 0, 0);
  assert.deepEqual(names(held), ["4.1"]);
  assert.equal(queues.take(held, 1e9).entry, null);
  assert.equal(queues.settle(held, { phase: "stopped" }), held);
  const going = queues.settle(held, { phase: "test", item: { position: 4 }, progress: { position: 4 } });
  assert.equal(queues.take(going, 0).entry.revision, 1);
});

test("signed out holds too, whatever the state says", () => {
  const held = queues.refused(queues.take(all(final(4, 1)), 0).queue, "signed_out", 0, 0);
  const state = { phase: "test", item: { position: 4 }, progress: { position: 4 } };
  assert.equal(queues.take(queues.settle(held, state), 0).entry, null);
});

test("each no has its own effect", () => {
  const sending = () => queues.take(all(draft(4, 1), final(5, 1)), 0).queue;
  assert.deepEqual(names(queues.refused(sending(), "too_late", 0, 0)), []);
  assert.deepEqual(names(queues.refused(sending(), "stale_position", 0, 0)), ["5.1!"]);
  assert.deepEqual(names(queues.refused(sending(), "bad_response", 0, 0)), ["5.1!"]);
  assert.deepEqual(names(queues.refused(sending(), "never_heard_of", 0, 0)), ["4.1", "5.1!"]);
});

test("positions that the server has passed owe nothing any more", () => {
  const queue = all(draft(4, 1), draft(5, 1));
  const settled = queues.settle(queue, { phase: "test", item: { position: 5 }, progress: { position: 5 } });
  assert.deepEqual(names(settled), ["5.1"]);
  assert.deepEqual(names(queues.settle(queue, { phase: "ended" })), []);
});

/** A server that keeps the rules of the contract: repeats are harmless, older revisions are ignored. */
function createServer(positions) {
  const held = new Map();
  const accepted = [];
  let position = 1;
  return {
    held,
    accepted,
    position: () => position,
    receive(entry) {
      if (entry.position > position) throw new Error("a response to an item that was never given");
      const known = held.get(entry.position) ?? { revision: 0, final: false };
      const newer = entry.position === position && entry.revision > known.revision && !known.final;
      if (newer) {
        held.set(entry.position, entry);
        accepted.push(`${entry.position}.${entry.revision}`);
        if (entry.final && position < positions) position += 1;
      }
      const { revision, final: isFinal } = held.get(entry.position) ?? known;
      return { position: entry.position, revision, final: isFinal };
    },
  };
}

/** One candidate, chance everywhere: lost requests, lost replies, stops; then the network is back for good. */
function sitThrough(seed, positions) {
  const random = chance(seed);
  const server = createServer(positions);
  const wanted = new Map();
  let queue = queues.emptyQueue();
  let now = 0;
  let position = 1;
  let revision = 0;
  const deliver = (trouble) => {
    const taken = queues.take(queue, now);
    queue = taken.queue;
    if (taken.entry === null) return;
    const luck = random();
    if (luck < trouble / 3) queue = queues.failed(queue, now, random());
    else if (luck < (2 * trouble) / 3) {
      server.receive(taken.entry);
      queue = queues.failed(queue, now, random());
    } else if (luck < trouble) queue = queues.refused(queue, "stopped", now, random());
    else queue = queues.acknowledged(queue, server.receive(taken.entry), now, random());
  };
  for (let step = 0; step < 400 && position <= positions; step += 1) {
    now += random() * 400;
    const state = { phase: "test", item: { position: server.position() }, progress: { position: server.position() } };
    if (random() < 0.3) queue = queues.settle(queue, state);
    if (server.held.get(position)?.final) [position, revision] = [position + 1, 0];
    if (random() < 0.5 && position <= positions && !queues.pending(queue).some((entry) => entry.final && entry.position === position) && server.position() === position) {
      revision += 1;
      const entry = random() < 0.3 ? final(position, revision) : draft(position, revision);
      wanted.set(position, entry);
      queue = queues.put(queue, entry);
    }
    deliver(0.6);
  }
  for (let step = 0; step < 50; step += 1) {
    now += 10_000;
    queue = queues.settle(queue, { phase: "test", item: { position: server.position() }, progress: { position: server.position() } });
    deliver(0);
  }
  return { server, wanted, queue };
}

test("with losses, doubles and stops in any order nothing is lost, nothing counts twice, order is kept", () => {
  let finals = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const { server, wanted, queue } = sitThrough(seed, 12);
    assert.deepEqual(queues.pending(queue), [], `seed ${seed}: something is still owed`);
    for (const [position, entry] of wanted) {
      assert.deepEqual(server.held.get(position), entry, `seed ${seed}: position ${position}`);
      finals += entry.final ? 1 : 0;
    }
    assert.equal(new Set(server.accepted).size, server.accepted.length, `seed ${seed}: doubled`);
    const order = server.accepted.map((name) => name.split(".").map(Number));
    const sorted = [...order].sort(([a, x], [b, y]) => a - b || x - y);
    assert.deepEqual(order, sorted, `seed ${seed}: out of order`);
  }
  assert.ok(finals > 1000, "the loop must reach validated responses");
});
