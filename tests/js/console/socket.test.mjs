/** Following a session over a connection that breaks, lies, falls silent and comes back. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { apply } from "../../../proctor_console/static/js/board/reducer.js";
import { backOff, Feed, SILENCE } from "../../../proctor_console/static/js/board/socket.js";
import { candidate, event, pick, room, running, seeded, START } from "./support.mjs";

/** A server with a log, its sockets, and a clock that the test turns. */
function scene(log = []) {
  const start = () => room([candidate("a", { attempt: running() })]);
  const world = { log: [...log], sockets: [], timers: [], tick: 0, links: [], loads: 0, fail: null };
  world.board = () => world.log.reduce(apply, start());
  world.feed = new Feed({
    load: async () => {
      world.loads += 1;
      if (world.fail) throw world.fail;
      return world.board();
    },
    open: () => {
      const socket = { readyState: 0, sent: [], send: (text) => socket.sent.push(JSON.parse(text)), close: () => (socket.readyState = 3) };
      world.sockets.push(socket);
      return socket;
    },
    wait: (ms, call) => {
      const timer = { at: world.tick + ms, call };
      world.timers.push(timer);
      return () => (world.timers = world.timers.filter((other) => other !== timer));
    },
    tick: () => world.tick,
    chance: () => 0.5,
    onBoard: () => {},
    onLink: (link) => world.links.push(link),
  });
  world.socket = () => world.sockets.at(-1);
  world.opens = () => {
    world.socket().readyState = 1;
    world.socket().onopen();
  };
  world.says = (message) => world.socket().onmessage({ data: JSON.stringify(message) });
  world.drops = () => {
    world.socket().readyState = 3;
    world.socket().onclose();
  };
  world.passes = async (ms) => {
    world.tick += ms;
    const due = world.timers.filter(({ at }) => at <= world.tick);
    world.timers = world.timers.filter(({ at }) => at > world.tick);
    for (const { call } of due) await call();
  };
  return world;
}

const saved = (number) => event(number, "ResponseSaved", "a", { position: number, answered: number - 10 });

test("the board is fetched once, then followed from its own number", async () => {
  const world = scene([saved(11)]);
  await world.feed.start();
  world.opens();
  assert.deepEqual(world.socket().sent, [{ type: "follow", after: 11, together: true }]);
  world.says(saved(12));
  assert.equal(world.feed.board.candidates[0].attempt.answered, 2);
  assert.deepEqual([world.loads, world.links], [1, ["live"]]);
});

test("after a lost connection it catches up by number, without fetching everything again", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  world.says(saved(11));
  world.drops();
  assert.equal(world.feed.link, "lost");
  await world.passes(1_000);
  world.opens();
  assert.deepEqual(world.socket().sent, [{ type: "follow", after: 11, together: true }]);
  assert.deepEqual([world.loads, world.feed.link], [1, "live"]);
});

test("a console that is offline for a minute says how old its news are, and comes back without a gap", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  world.says(saved(11));
  world.feed.cut();
  assert.deepEqual([world.feed.link, world.socket().readyState], ["lost", 3]);
  const heard = world.feed.heardAt;
  const tries = world.sockets.length;
  for (let second = 0; second < 60; second += 1) {
    await world.passes(1_000);
    if (world.sockets.length > tries && world.socket().readyState === 0) world.drops();
    world.log = [saved(11), ...Array.from({ length: second + 1 }, (_, index) => saved(12 + index))];
    world.fail = new Error("no network");
  }
  assert.equal(world.tick - heard, 60_000);
  assert.equal(world.feed.board.number, 11);
  world.fail = null;
  if (world.socket().readyState === 0) world.drops();
  world.feed.hurry();
  world.feed.hurry();
  const sockets = world.sockets.length;
  world.opens();
  await world.passes(8_000);
  assert.equal(world.sockets.length, sockets);
  const { after } = world.socket().sent.at(-1);
  for (const message of world.log.filter(({ event: { number } }) => number > after)) world.says(message);
  assert.deepEqual([world.feed.link, world.feed.board.number, world.feed.board.candidates[0].attempt.answered], ["live", 71, 61]);
});

test("a gap is asked for once, and filled in order", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  world.says(saved(11));
  world.says(saved(13));
  world.says(saved(14));
  assert.deepEqual(world.socket().sent.slice(1), [{ type: "follow", after: 11, together: true }]);
  for (const number of [12, 13, 14]) world.says(saved(number));
  assert.equal(world.feed.board.number, 14);
});

test("events that come together are taken one after the other, and what was seen before changes nothing", async () => {
  const world = scene([saved(11)]);
  await world.feed.start();
  world.opens();
  const together = [saved(11), saved(12), saved(13)].map(({ event: one }) => one);
  world.says({ type: "events", now: START + 20_000, events: together });
  assert.equal(world.feed.board.number, 13);
  assert.equal(world.feed.board.candidates[0].attempt.answered, 3);
  assert.equal(world.socket().sent.length, 1);
});

test("a reset fetches the whole board and follows from there", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  world.log = [saved(11), saved(12)];
  world.says({ type: "reset", now: START });
  await new Promise(setImmediate);
  assert.equal(world.feed.board.number, 12);
  assert.deepEqual(world.socket().sent.at(-1), { type: "follow", after: 12, together: true });
});

test("a silent connection is given up and tried again", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  for (let passed = 0; passed <= SILENCE; passed += SILENCE / 4) await world.passes(SILENCE / 4);
  assert.equal(world.feed.link, "lost");
  await world.passes(10_000);
  assert.equal(world.sockets.length, 2);
});

test("signs of life keep a connection", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  for (let round = 0; round < 20; round += 1) {
    await world.passes(5_000);
    world.says({ type: "alive", now: START + world.tick });
  }
  assert.deepEqual([world.feed.link, world.sockets.length], ["live", 1]);
});

test("where sockets never open, the board still comes by plain requests", async () => {
  const world = scene();
  await world.feed.start();
  world.drops();
  world.log = [saved(11)];
  await world.passes(10_000);
  assert.deepEqual([world.loads, world.feed.board.number], [2, 11]);
});

test("a refusal ends the feed instead of knocking for ever", async () => {
  const world = scene();
  await world.feed.start();
  world.opens();
  world.fail = Object.assign(new Error("signed out"), { status: 401 });
  world.says({ type: "reset", now: START });
  await new Promise(setImmediate);
  world.drops();
  await world.passes(60_000);
  assert.deepEqual([world.feed.link, world.sockets.length], ["refused", 1]);
});

test("a failing server is asked again until the first board comes", async () => {
  const world = scene();
  world.fail = new Error("no network");
  await world.feed.start();
  assert.equal(world.feed.board, null);
  world.drops();
  world.fail = null;
  await world.passes(10_000);
  assert.equal(world.feed.board.number, 10);
});

test("the waits grow, stay below eight seconds, and are spread", () => {
  for (const chance of [0, 0.5, 0.999]) {
    const waits = Array.from({ length: 12 }, (_, tries) => backOff(tries, chance));
    assert.ok(waits.every((wait, index) => wait > 0 && wait <= 8_000 && (index === 0 || wait >= waits[index - 1])));
  }
  assert.ok(backOff(5, 0) < backOff(5, 0.9));
});

test("whatever breaks, the board ends like the server's log", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const chance = seeded(seed);
    const world = scene();
    await world.feed.start();
    world.opens();
    let cursor = 10;
    const deliver = () => {
      const follow = world.socket().sent.at(-1);
      if (follow && world.socket().asked !== follow) {
        world.socket().asked = follow;
        cursor = follow.after;
      }
      for (const message of world.log.filter(({ event: { number } }) => number > cursor)) {
        cursor = message.event.number;
        if (chance() < 0.8) world.says(message);
      }
    };
    for (let step = 0; step < 60; step += 1) {
      const what = pick(chance, ["fact", "fact", "fact", "deliver", "drop"]);
      if (what === "fact") world.log.push(saved(11 + world.log.length));
      else if (what === "deliver") deliver();
      else {
        world.drops();
        await world.passes(8_000);
        world.opens();
      }
    }
    world.drops();
    await world.passes(8_000);
    world.opens();
    for (const message of world.log.filter(({ event: { number } }) => number > world.socket().sent[0].after)) world.says(message);
    assert.deepEqual({ ...world.feed.board, now: 0 }, { ...world.board(), now: 0 }, `seed ${seed}`);
  }
});
