import assert from "node:assert/strict";
import { test } from "node:test";

import { createEntryRequest, randomName } from "../../../exam_client_web/static/js/lib/entry_request.js";

function createStorage() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

function page(storage) {
  let count = 0;
  return createEntryRequest({ storage, newName: () => `name ${(count += 1)} of ${Math.random()}` });
}

test("an entry that was not answered is asked again under the same name, after a reload too", () => {
  const storage = createStorage();
  const before = page(storage);
  const name = before.nameFor("BCDFGHJK");
  assert.equal(before.nameFor("BCDFGHJK"), name);
  assert.equal(page(storage).nameFor("BCDFGHJK"), name);
});

test("another code is another entry", () => {
  const storage = createStorage();
  const name = page(storage).nameFor("BCDFGHJK");
  assert.notEqual(page(storage).nameFor("BCDFGHJM"), name);
  assert.notEqual(page(storage).nameFor("BCDFGHJK"), name);
});

test("once in, nothing of the card is left in the tab", () => {
  const storage = createStorage();
  const entry = page(storage);
  const name = entry.nameFor("BCDFGHJK");
  entry.forget();
  assert.equal(storage.kept.size, 0);
  assert.notEqual(entry.nameFor("BCDFGHJK"), name);
});

test("without storage the name lasts as long as the page; what is not ours is not believed", () => {
  const refusing = {
    getItem() { throw new Error("forbidden"); },
    setItem() { throw new Error("full"); },
    removeItem() { throw new Error("forbidden"); },
  };
  for (const storage of [null, refusing]) {
    const entry = page(storage);
    assert.equal(entry.nameFor("BCDFGHJK"), entry.nameFor("BCDFGHJK"));
    entry.forget();
  }
  for (const text of ["null", "1", "{", "[]", '{"code":"BCDFGHJK","request":7}']) {
    const storage = createStorage();
    storage.setItem("passation.entry", text);
    assert.match(page(storage).nameFor("BCDFGHJK"), /^name 1/);
  }
});

test("a name is 32 hexadecimal digits", () => {
  const fill = (octets) => octets.map((_, n) => n * 17);
  assert.equal(randomName(fill), "00112233445566778899aabbccddeeff");
});
