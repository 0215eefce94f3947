import assert from "node:assert/strict";
import { test } from "node:test";

import { createKept } from "../../../exam_client_web/static/js/lib/kept.js";
import { createOutbox } from "../../../exam_client_web/static/js/lib/outbox.js";
import { createSeal } from "../../../exam_client_web/static/js/lib/sealing.js";
import { readSnapshot } from "../../../exam_client_web/static/js/lib/snapshot.js";
import { chance, settled } from "./chance.mjs";

const KEY = "0123456789abcdef".repeat(4);
const OTHER = "fedcba9876543210".repeat(4);
const entry = (position, revision, final = false) => ({ position, revision, content: { text: `${position}.${revision}` }, final, answered_at: 5 });
const snapshot = (...queue) => ({ hand: { position: 1, revision: 1, content: { text: "Étang" }, final: false }, queue });

/** A shelf in memory, with the promises of IndexedDB; `fails` makes it a browser whose disk is full. */
function shelfOf(boxes = new Map()) {
  const shelf = { boxes, fails: false, writes: 0 };
  const act = async (change) => {
    await settled();
    if (shelf.fails) throw new Error("QuotaExceededError");
    return change();
  };
  return Object.assign(shelf, {
    read: (name) => act(() => boxes.get(name)),
    keep: (name, box) => act(() => boxes.set(name, box) && (shelf.writes += 1)),
    remove: (name) => act(() => boxes.delete(name)),
    clear: () => act(() => boxes.clear()),
    keepOnly: (name) => act(() => [...boxes.keys()].filter((one) => one !== name).forEach((one) => boxes.delete(one))),
  });
}

/** What sessionStorage is for us: it outlives the page, not the tab. */
function storageOf() {
  const values = new Map();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
  };
}

function page({ shelf = shelfOf(), storage = storageOf(), crypto = globalThis.crypto } = {}) {
  const heard = [];
  const outbox = createOutbox({ shelf, crypto, plain: createKept(storage), onKept: (is) => heard.push(is), patience: 200 });
  const kept = async () => {
    while (heard.at(-1) === false) await settled();
  };
  return { outbox, shelf, storage, heard, kept };
}

test("what was kept is there after the page, for the same attempt, whole and in order", async () => {
  const first = page();
  assert.equal(await first.outbox.open(KEY, "Lou"), null);
  first.outbox.write(snapshot(entry(1, 2, true), entry(2, 1)));
  assert.deepEqual(first.heard, [false], "it is not said to be kept before it is");
  await first.kept();
  assert.deepEqual(first.heard, [false, true]);
  assert.equal(first.storage.values.size, 0, "nothing plain beside it");
  const after = page({ shelf: first.shelf });
  assert.deepEqual(await after.outbox.open(KEY, "Lou"), snapshot(entry(1, 2, true), entry(2, 1)));
});

test("on the shelf there is noise: neither words nor the key, and never the same twice", async () => {
  const { outbox, shelf, kept } = page();
  await outbox.open(KEY, "Lou");
  const seen = new Set();
  for (const text of ["Étang", "Mare", "Étang"]) {
    outbox.write({ hand: null, queue: [{ ...entry(1, 1), content: { text } }] });
    await kept();
    const [[name, box]] = shelf.boxes;
    const octets = Buffer.from(box.sealed).toString("latin1");
    assert.equal(name.includes(KEY) || octets.includes("tang") || octets.includes("content"), false);
    seen.add(octets);
  }
  assert.equal(seen.size, 3);
});

test("another attempt's key opens nothing, and what the other kept goes", async () => {
  const { outbox, shelf, kept } = page();
  await outbox.open(KEY, "Lou");
  outbox.write(snapshot(entry(1, 1)));
  await kept();
  const [box] = shelf.boxes.values();
  const foreign = await createSeal(globalThis.crypto, OTHER);
  assert.equal(await foreign.open(box), null);
  const next = page({ shelf });
  assert.equal(await next.outbox.open(OTHER, "Sam"), null);
  assert.equal(shelf.boxes.size, 0);
});

test("bytes that were changed, cut or never ours are ignored, and keeping goes on", async () => {
  const random = chance(11);
  const seal = await createSeal(globalThis.crypto, KEY);
  const good = await seal.seal(snapshot(entry(1, 1)));
  const flipped = () => {
    const octets = new Uint8Array(good.sealed.slice(0));
    octets[Math.floor(random() * octets.length)] ^= 1 + Math.floor(random() * 255);
    return { iv: good.iv, sealed: octets };
  };
  const strange = [undefined, null, 7, "x", {}, { iv: good.iv }, { iv: new Uint8Array(3), sealed: good.sealed }];
  strange.push({ iv: good.iv, sealed: good.sealed.slice(0, 9) }, ...Array.from({ length: 50 }, flipped));
  for (const value of [[], {}, { queue: "x" }, { queue: [], hand: null }, "text"]) strange.push(await seal.seal(value));
  for (const box of strange) {
    const { outbox, shelf, kept } = page({ shelf: shelfOf(new Map([[seal.name, box]])) });
    assert.equal(await outbox.open(KEY, "Lou"), null);
    outbox.write(snapshot(entry(3, 1)));
    await kept();
    assert.deepEqual(await seal.open(shelf.boxes.get(seal.name)), snapshot(entry(3, 1)));
  }
  assert.deepEqual(await seal.open(good), snapshot(entry(1, 1)));
});

test("of a snapshot only what is a response is read", () => {
  const hostile = [null, 1, {}, { ...entry(1, 1), position: 0 }, { ...entry(1, 1), revision: "2" }, { ...entry(1, 1), final: 1 }];
  hostile.push({ ...entry(1, 1), content: [] }, { ...entry(1, 1), content: null }, { ...entry(1, 1), answered_at: -1 });
  assert.deepEqual(readSnapshot({ hand: { position: 1 }, queue: [...hostile, entry(4, 2)] }), { hand: null, queue: [entry(4, 2)] });
  assert.equal(readSnapshot({ hand: null, queue: hostile }), null);
});

test("writes that come fast are written one at a time, and the last one stands", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = chance(seed);
    const { outbox, shelf, kept } = page();
    await outbox.open(KEY, "Lou");
    let last = null;
    for (let revision = 1; revision <= 60; revision += 1) {
      last = random() < 0.1 ? null : snapshot(entry(1, revision));
      outbox.write(last);
      if (random() < 0.3) await settled();
    }
    await kept();
    assert.ok(shelf.writes < 60, "what changes meanwhile is written together");
    assert.deepEqual(await page({ shelf }).outbox.open(KEY, "Lou"), last);
  }
});

test("without cryptography, without a shelf or with a full disk, this tab keeps it, for the same owner alone", async () => {
  const full = shelfOf();
  full.fails = true;
  for (const options of [{ crypto: { getRandomValues: () => {} } }, { crypto: null }, { shelf: null }, { shelf: full }]) {
    const { outbox, storage, kept } = page(options);
    await outbox.open(KEY, "Lou");
    outbox.write(snapshot(entry(1, 1)));
    await kept();
    assert.deepEqual(await page({ ...options, storage }).outbox.open(KEY, "Lou"), snapshot(entry(1, 1)));
    assert.equal(await page({ ...options, storage }).outbox.open(OTHER, "Sam"), null);
  }
});

test("a disk that fills up in the middle costs nothing", async () => {
  const { outbox, shelf, storage, kept } = page();
  await outbox.open(KEY, "Lou");
  outbox.write(snapshot(entry(1, 1)));
  await kept();
  shelf.fails = true;
  outbox.write(snapshot(entry(1, 2)));
  await kept();
  assert.deepEqual(await page({ shelf, storage }).outbox.open(KEY, "Lou"), snapshot(entry(1, 2)));
});

test("a shelf that never answers is given up, and the test goes on", async () => {
  const never = { read: () => new Promise(() => {}), clear: async () => {} };
  const { outbox, storage, kept } = page({ shelf: never });
  assert.equal(await outbox.open(KEY, "Lou"), null);
  outbox.write(snapshot(entry(1, 1)));
  await kept();
  assert.equal(storage.values.size, 1);
});

test("what is acknowledged is taken off, and the end leaves nothing of anybody", async () => {
  const { outbox, shelf, storage, kept } = page();
  await outbox.open(KEY, "Lou");
  outbox.write(snapshot(entry(1, 1)));
  await kept();
  outbox.write(null);
  await kept();
  assert.equal(shelf.boxes.size, 0);
  outbox.write(snapshot(entry(1, 2)));
  await outbox.forget();
  outbox.write(snapshot(entry(1, 3)));
  await settled();
  assert.deepEqual([shelf.boxes.size, storage.values.size], [0, 0]);
});

test("a browser that forbids all storage still lets the test go on", async () => {
  const forbid = () => {
    throw new Error("no");
  };
  for (const storage of [null, { getItem: forbid, setItem: forbid, removeItem: forbid }]) {
    const { outbox, kept } = page({ shelf: null, storage });
    assert.equal(await outbox.open(KEY, "Lou"), null);
    outbox.write(snapshot(entry(1, 1)));
    await kept();
    await outbox.forget();
  }
});
