/** The readers of a code on paper, on bytes that anybody may hand in: an answer or a refusal, never a fault. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused, fromBase45, fromCbor, partsOf, standingOf } from "../../../proctor_console/static/js/verify/offline.js";

test("base45 is that of RFC 9285", () => {
  assert.deepEqual(fromBase45("BB8"), new TextEncoder().encode("AB"));
  assert.deepEqual(fromBase45("%69 VD92EX0"), new TextEncoder().encode("Hello!!"));
  assert.deepEqual(fromBase45("QED8WEX0"), new TextEncoder().encode("ietf!"));
});

for (const text of ["GGW", ":::", "A", "AAAA", "abc", "A_A"]) {
  test(`"${text}" is no base45`, () => assert.throws(() => fromBase45(text), Refused));
}

test("CBOR gives back what its standard writes", () => {
  const read = (...octets) => fromCbor(Uint8Array.from(octets));
  assert.equal(read(0x18, 0x64), 100);
  assert.equal(read(0x39, 0x01, 0xf3), -500);
  assert.equal(read(0x62, 0xc3, 0xbc), "ü");
  assert.deepEqual(read(0x83, 1, 2, 3), [1, 2, 3]);
  assert.deepEqual(read(0xa1, 1, 0x41, 7), new Map([[1, Uint8Array.of(7)]]));
});

test("no bytes are a fault: they are read or refused", () => {
  let seed = 20261126;
  const chance = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let turn = 0; turn < 3000; turn += 1) {
    const octets = Uint8Array.from({ length: Math.floor(chance() * 60) }, () => Math.floor(chance() * 256));
    for (const reader of [fromCbor, partsOf]) {
      try {
        reader(octets);
      } catch (error) {
        assert.ok(error instanceof Refused || error instanceof TypeError, String(error));
      }
    }
  }
});

const KEY = { from: 1000, to: 2000, revoked: null };
for (const [issued, revoked, expected] of [
  [999, null, "expired"], [1000, null, "valid"], [2000, null, "valid"], [2001, null, "expired"],
  [1499, 1500, "doubtful"], [1500, 1500, "revoked"], [1501, 1500, "revoked"],
]) {
  test(`signed at ${issued} with a key ${revoked === null ? "in force" : `revoked at ${revoked}`} is ${expected}`, () => {
    assert.equal(standingOf({ issued, key: { ...KEY, revoked } }), expected);
  });
}
