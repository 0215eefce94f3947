/** Passkeys: octets and JSON both ways, where they work, and what is offered to whom. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { firstWay } from "../../../proctor_console/static/js/lib/confirmation.js";
import { answerOf, creationOf, fromOctets, passkeysWork, requestOf, saidOf, toOctets } from "../../../proctor_console/static/js/lib/passkeys.js";
import { seeded } from "./support.mjs";

const octets = (...values) => Uint8Array.from(values);

test("octets become base64url and come back, whatever they are", () => {
  const chance = seeded(7);
  for (let length = 0; length < 70; length += 1) {
    const some = Uint8Array.from({ length }, () => Math.floor(chance() * 256));
    const text = fromOctets(some.buffer);
    assert.match(text, /^[A-Za-z0-9_-]*$/);
    assert.equal(text, Buffer.from(some).toString("base64url"));
    assert.deepEqual(toOctets(text), some);
  }
});

test("the server's options are given to the browser with octets where it wants them, and nothing else changed", () => {
  const known = [{ type: "public-key", id: "AQID" }];
  const user = { id: "_w", name: "a@b.example", displayName: "A" };
  const made = creationOf({ challenge: "AAE", user, excludeCredentials: known, attestation: "none", rp: { id: "b.example" } });
  assert.deepEqual(made, {
    publicKey: {
      challenge: octets(0, 1),
      user: { ...user, id: octets(255) },
      excludeCredentials: [{ type: "public-key", id: octets(1, 2, 3) }],
      attestation: "none",
      rp: { id: "b.example" },
    },
  });
  const asked = requestOf({ challenge: "AAE", allowCredentials: known, userVerification: "required" });
  assert.deepEqual(asked.publicKey, { challenge: octets(0, 1), allowCredentials: [{ type: "public-key", id: octets(1, 2, 3) }], userVerification: "required" });
});

test("of the browser's answer the parts that it has are sent", () => {
  const response = { clientDataJSON: octets(1).buffer, authenticatorData: octets(2).buffer, signature: octets(3).buffer, userHandle: null };
  assert.deepEqual(answerOf({ id: "AQ", rawId: octets(1).buffer, type: "public-key", response }), {
    id: "AQ",
    rawId: "AQ",
    type: "public-key",
    response: { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw" },
  });
});

test("passkeys work under a name that is carried safely, in a browser that knows them", () => {
  const at = (hostname, more = {}) => passkeysWork({ isSecureContext: true, PublicKeyCredential: {}, location: { hostname }, ...more });
  assert.equal(at("passation.example"), true);
  assert.equal(at("localhost"), true);
  for (const figures of ["127.0.0.1", "192.0.2.7", "[::1]"]) assert.equal(at(figures), false);
  assert.equal(at("passation.example", { isSecureContext: false }), false);
  assert.equal(at("passation.example", { PublicKeyCredential: undefined }), false);
});

test("what the browser refused has words of its own", () => {
  assert.equal(saidOf({ name: "NotAllowedError" }), "passkey_left");
  assert.equal(saidOf({ name: "InvalidStateError" }), "passkey_here_already");
  assert.equal(saidOf({ name: "SecurityError" }), "passkey_elsewhere");
  assert.equal(saidOf(new TypeError("?")), "passkey_failed");
});

test("a passkey is offered first, the code where there is none that works here", () => {
  const has = (has_passkey, has_code) => ({ has_passkey, has_code });
  assert.equal(firstWay(has(true, true), true), "passkey");
  assert.equal(firstWay(has(true, true), false), "code");
  assert.equal(firstWay(has(false, true), true), "code");
  assert.equal(firstWay(has(true, false), false), "none");
  assert.equal(firstWay(has(false, false), true), "none");
});
