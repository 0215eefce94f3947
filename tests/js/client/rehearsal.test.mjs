// What a computer of the room says of itself in a rehearsal: from samples to whole numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createExchanges, tryConnection } from "../../../exam_client_web/static/js/rehearsal/exchanges.js";
import { createMark } from "../../../exam_client_web/static/js/rehearsal/mark.js";
import { lacking, median, screenMeasured, speed, stepped, tripsMeasured, zoomOf } from "../../../exam_client_web/static/js/rehearsal/measuring.js";
import { voiceFound } from "../../../exam_client_web/static/js/rehearsal/voice.js";

const NOW = 1_795_340_000_000;

/** A round trip of so many ms, its two ways equally long; this computer's clock is `off` ms ahead. */
const trip = (length, off = 0, at = 1000) => ({ now: NOW + at + length / 2, sent: at, received: at + length, date: NOW + at + length + off });

test("the median is the one in the middle, whatever the order", () => {
  assert.equal(median([]), null);
  assert.equal(median([7]), 7);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 1, 4, 2]), 3);
  assert.equal(median([100, 9, 10]), 10, "by size, not as text");
});

test("a clock that is right is right however long the way is", () => {
  for (const length of [0, 10, 400, 9000]) assert.equal(tripsMeasured([trip(length)]).clock_offset_ms, 0);
});

test("a clock is as wrong as most trips say, and one that was held up changes nothing", () => {
  const late = { ...trip(4000, 180_000), now: NOW + 1000 }; // answered at once, then held up on the way back
  const trips = [trip(10, 180_000), late, trip(20, 180_000), trip(15, 180_000)];
  assert.equal(tripsMeasured(trips).clock_offset_ms, 180_000);
  assert.equal(tripsMeasured([trip(10, -3_600_000)]).clock_offset_ms, -3_600_000);
});

test("the usual and the longest way are told apart", () => {
  const { latency_ms: usual, worst_ms: worst } = tripsMeasured([trip(10), trip(12), trip(900), trip(11), trip(13)]);
  assert.deepEqual([usual, worst], [12, 900]);
});

test("no trip, no numbers", () => {
  assert.deepEqual(tripsMeasured([]), { latency_ms: null, worst_ms: null, clock_offset_ms: null });
});

test("a speed is bits by time, the way there and back taken off, never off the whole", () => {
  assert.equal(speed([{ octets: 125_000, ms: 1_010 }], 10), 1_000);
  assert.equal(speed([{ octets: 1000, ms: 5 }], 10), 8_000, "a time below the latency counts as 1 ms");
  assert.equal(speed([{ octets: 1000, ms: 101 }, { octets: 1000, ms: 101 }], 1), 80);
  assert.equal(speed([{ octets: 1000, ms: 8 }], null), 1_000);
});

test("a block that did not arrive leaves no speed", () => {
  assert.equal(speed([{ octets: 1000, ms: 8 }, null], 1), null);
  assert.equal(speed([], 1), null);
});

test("the zoom is told in steps, and is 100 where a browser does not say", () => {
  assert.equal(zoomOf({ outerWidth: 1382, innerWidth: 1366 }), 100);
  assert.equal(zoomOf({ outerWidth: 1366, innerWidth: 683 }), 200);
  assert.equal(zoomOf({ outerWidth: 1366, innerWidth: 1821 }), 75);
  assert.equal(zoomOf({ outerWidth: 0, innerWidth: 1366 }), 100);
  assert.equal(zoomOf({ outerWidth: 1e9, innerWidth: 1 }), 1000);
});

test("sides are whole and within what the server takes", () => {
  const found = screenMeasured({ innerWidth: 1365.6, innerHeight: 0, outerWidth: 1366, screen: { width: 99_999, height: 768 } });
  assert.deepEqual(found, { width: 1366, height: 1, screen_width: 20_000, screen_height: 768, zoom: 100 });
});

test("a browser names what it lacks", () => {
  assert.deepEqual(lacking({}), ["timeouts", "randomness", "dialogs", "dates"]);
  const modern = { AbortSignal: { timeout() {} }, crypto: { getRandomValues() {} }, HTMLDialogElement: class { showModal() {} }, Intl };
  assert.deepEqual(lacking(modern), []);
  assert.deepEqual(lacking({ ...modern, crypto: undefined }), ["randomness"]);
});

test("arrows walk the room and never leave it", () => {
  const room = { rows: 2, columns: 3 };
  assert.deepEqual(stepped({ row: 1, column: 1 }, "ArrowDown", room), { row: 2, column: 1 });
  assert.deepEqual(stepped({ row: 2, column: 1 }, "ArrowDown", room), { row: 2, column: 1 });
  assert.deepEqual(stepped({ row: 1, column: 3 }, "ArrowRight", room), { row: 1, column: 3 });
  assert.deepEqual(stepped({ row: 1, column: 1 }, "ArrowUp", room), { row: 1, column: 1 });
  assert.equal(stepped({ row: 1, column: 1 }, "a", room), null);
});

// ---- the browser's storage ----------------------------------------------------------------------------------

function aStorage() {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
}

test("what one page wrote is found by the next: kept", () => {
  const storage = aStorage();
  createMark(() => storage).leave();
  assert.equal(createMark(() => storage).found(), "kept");
  assert.equal(createMark(() => storage).found(), "kept", "and found again");
});

test("what was written is gone: lost", () => {
  const storage = aStorage();
  createMark(() => storage).leave();
  storage.kept.clear();
  assert.equal(createMark(() => storage).found(), "lost");
});

test("a storage that throws, or takes and does not give back, is refused", () => {
  const throwing = createMark(() => {
    throw new Error("SecurityError");
  });
  assert.equal(throwing.found(), "refused");
  assert.equal(throwing.seat(), null);
  assert.equal(createMark(() => ({ getItem: () => null, setItem() {} })).found(), "refused");
});

test("rubbish in the storage harms nothing", () => {
  for (const text of ["", "{", "null", "7", '"x"', "[]", '{"seat":{"row":"1"}}']) {
    const storage = aStorage();
    storage.setItem("passation.rehearsal", text);
    const mark = createMark(() => storage);
    assert.equal(mark.seat(), null);
    assert.equal(mark.found(), "lost");
  }
});

test("the seat is remembered beside the mark", () => {
  const storage = aStorage();
  const mark = createMark(() => storage);
  mark.leave();
  mark.sits({ row: 2, column: 3 });
  assert.deepEqual(mark.seat(), { row: 2, column: 3 });
  assert.equal(mark.found(), "kept");
  assert.deepEqual(mark.seat(), { row: 2, column: 3 });
});

// ---- the exchanges ------------------------------------------------------------------------------------------

const answering = (status, body) => async () => new Response(body instanceof Uint8Array ? body : JSON.stringify(body), { status });
const exchanges = (fetch) => {
  let tick = 0;
  return createExchanges({ fetch, perf: () => (tick += 10), date: () => NOW });
};

test("a refusal is told in the server's words, and says when the rehearsal is over", async () => {
  const refused = exchanges(answering(401, { error: { code: "rehearsal_over", message: "Fini.", remedy: "Le code." } }));
  for (const exchange of [refused.trip, refused.down, () => refused.up(new Uint8Array(3)), () => refused.tell({ row: 1, column: 1 }, {})]) {
    await assert.rejects(exchange(), { message: "Fini. Le code.", isOver: true });
  }
  const busy = exchanges(answering(429, { error: { code: "too_many_tries", message: "Trop d’essais.", remedy: null } }));
  await assert.rejects(busy.down(), { message: "Trop d’essais.", isOver: false });
});

test("a server that does not answer leaves a block without a speed, and a trip without words", async () => {
  const silent = exchanges(async () => {
    throw new TypeError("no network");
  });
  assert.equal(await silent.down(), null);
  await assert.rejects(silent.trip(), { message: "", isOver: false });
});

test("a block's octets are counted as they arrive, or as they are sent", async () => {
  assert.deepEqual(await exchanges(answering(200, new Uint8Array(500))).down(), { octets: 500, ms: 10 });
  assert.deepEqual(await exchanges(answering(200, { received: 70 })).up(new Uint8Array(70)), { octets: 70, ms: 10 });
});

class Line {
  static opened = [];
  constructor() {
    Line.opened.push(this);
    this.said = [];
  }
  send(text) {
    this.said.push(text);
  }
  close() {
    this.closed = true;
  }
}

test("a connection works when it answers, and not when it only opens", async () => {
  const timers = [];
  const begin = () => tryConnection({ url: "ws://here", Socket: Line, later: (action) => timers.push(action) });
  const answered = begin();
  Line.opened.at(-1).onopen();
  assert.deepEqual(Line.opened.at(-1).said, ['{"type":"alive"}']);
  Line.opened.at(-1).onmessage({ data: '{"type":"alive","now":1}' });
  assert.equal(await answered, true);
  assert.equal(Line.opened.at(-1).closed, true);
  const silent = begin();
  Line.opened.at(-1).onopen();
  timers.at(-1)();
  assert.equal(await silent, false);
  const refused = begin();
  Line.opened.at(-1).onclose();
  assert.equal(await refused, false);
  const rubbish = begin();
  Line.opened.at(-1).onmessage({ data: "<html>" });
  assert.equal(await rubbish, false);
  class Forbidden {
    constructor() {
      throw new Error("SecurityError");
    }
  }
  assert.equal(await tryConnection({ url: "ws://here", Socket: Forbidden, later() {} }), false);
});

test("a French voice is found at once, or after the moment that a browser takes to name its voices", async () => {
  const waits = [];
  const later = (action, ms) => {
    waits.push(ms);
    action();
  };
  const naming = (...rounds) => ({ getVoices: () => (rounds.length > 1 ? rounds.shift() : rounds[0]) });
  const french = [{ lang: "fr-FR" }];
  assert.equal(await voiceFound(naming(french), later), "french");
  assert.deepEqual(waits, []);
  assert.equal(await voiceFound(naming([], [], french), later), "french");
  assert.equal(waits.length, 2);
  assert.equal(await voiceFound(naming([{ lang: "en-GB" }], french), later), "none");
  assert.equal(await voiceFound(null, later), "none");
});

test("a browser that never names a voice is waited for no longer than a second and a half", async () => {
  let waited = 0;
  const later = (action, ms) => {
    waited += ms;
    action();
  };
  assert.equal(await voiceFound({ getVoices: () => [] }, later), "none");
  assert.ok(waited > 0 && waited <= 1500);
});
