import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff } from "../../../exam_client_web/static/js/lib/backoff.js";
import { caretIn, cleanCode, codeInHash, isWhole, shownCode } from "../../../exam_client_web/static/js/lib/code.js";
import { createLive, readMessage, socketUrl } from "../../../exam_client_web/static/js/lib/live.js";
import { handTimers } from "./chance.mjs";

test("a code may be typed or pasted in any way", () => {
  for (const typed of ["ABCDEFGH", "abcd-efgh", " abcd efgh\n", "A B C D – E F G H", "ABCD-EFGH-trop-long"]) {
    assert.equal(cleanCode(typed), "ABCDEFGH");
    assert.equal(shownCode(typed), "ABCD-EFGH");
    assert.ok(isWhole(typed));
  }
  assert.ok(!isWhole("ABCD-EFG"));
});

test("while typing, the hyphen appears with the fifth letter and does not stop deleting", () => {
  assert.equal(shownCode("ABCD"), "ABCD");
  assert.equal(shownCode("ABCDE"), "ABCD-E");
  assert.equal(shownCode("ABCD-"), "ABCD");
});

test("the caret stays behind the same letter", () => {
  assert.equal(caretIn("abcde", 5), 6);
  assert.equal(caretIn("abcd", 4), 4);
  assert.equal(caretIn("aXbcd-efg", 2), 2);
});

test("a link may bring the code", () => {
  assert.equal(codeInHash("#code=abcdefgh"), "ABCD-EFGH");
  assert.equal(codeInHash("#other"), "");
  assert.equal(codeInHash(""), "");
});

test("pauses between attempts grow, are spread by chance and stay between half a second and eight", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 50].map((n) => backoff(n, 1)), [500, 1000, 2000, 4000, 8000, 8000]);
  assert.equal(backoff(4, 0), 4000);
});

test("the live line is on this page's own origin", () => {
  assert.equal(socketUrl({ protocol: "https:", host: "salle.test" }, "/exam/live"), "wss://salle.test/exam/live");
  assert.equal(socketUrl({ protocol: "http:", host: "localhost:8000" }, "/exam/live"), "ws://localhost:8000/exam/live");
});

test("a message that is not one of ours is no message", () => {
  assert.deepEqual(readMessage('{"type":"alive","now":1}'), { type: "alive", now: 1 });
  for (const text of ["", "null", "[]", "1", '{"kind":"x"}', "<html>"]) assert.equal(readMessage(text), null);
});

/** The browser's WebSocket, opened and closed by the test. */
function createSockets() {
  const sockets = [];
  class Socket {
    constructor(url) {
      Object.assign(this, { url, readyState: 0, said: [] });
      sockets.push(this);
    }
    open() {
      this.readyState = 1;
      this.onopen();
    }
    send(text) {
      this.said.push(JSON.parse(text));
    }
    close() {
      this.readyState = 3;
      this.onclose?.();
    }
  }
  return { Socket, sockets };
}

function startLive() {
  const timers = handTimers();
  const { Socket, sockets } = createSockets();
  const links = [];
  const messages = [];
  const live = createLive({
    url: "ws://x", Socket, timers, random: () => 1,
    onMessage: (message) => messages.push(message), onLink: (link) => links.push(link),
  });
  return { timers, sockets, links, messages, live };
}

test("an open line shows a sign of life every five seconds", async () => {
  const { timers, sockets } = startLive();
  sockets[0].open();
  for (let round = 0; round < 4; round += 1) {
    sockets[0].onmessage({ data: '{"type":"alive","now":1}' });
    await timers.advance(5000);
  }
  assert.equal(sockets.length, 1);
  assert.equal(sockets[0].said.length, 5);
});

test("a line that is cut is opened again, later and later, until it works", async () => {
  const { timers, sockets, links } = startLive();
  sockets[0].open();
  sockets[0].close();
  await timers.advance(500);
  sockets[1].close();
  await timers.advance(999);
  assert.equal(sockets.length, 2);
  await timers.advance(1);
  sockets[2].open();
  assert.deepEqual(links, ["open", "lost", "lost", "open"]);
});

test("a silent line is given up although nobody closed it", async () => {
  const { timers, sockets, links } = startLive();
  sockets[0].open();
  await timers.advance(16_000);
  assert.deepEqual(links, ["open", "lost"]);
  await timers.advance(500);
  assert.equal(sockets.length, 2);
});

test("after stop() nothing happens any more", async () => {
  const { timers, sockets, links, live } = startLive();
  sockets[0].open();
  live.stop();
  await timers.advance(60_000);
  assert.deepEqual([sockets.length, links, timers.waiting()], [1, ["open"], 0]);
});
