import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refused } from "../../../exam_client_web/static/js/simulators/acts.js";
import { addressesIn, apply, knownPeople, recipientsOf, start, subjectOf } from "../../../exam_client_web/static/js/simulators/mailbox_state.js";

const { shown, cases } = JSON.parse(readFileSync(new URL("../../simulators/mailbox_cases.json", import.meta.url), "utf8"));
const message = (id) => shown.messages.find((one) => one.id === id);

function walk(tried) {
  let state = start(shown);
  const refused = [];
  tried.forEach((act, place) => {
    try {
      state = apply(shown, state, act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(place);
    }
  });
  return { refused, state };
}

const plain = ({ messages, sent, done }) => ({
  messages: Object.fromEntries(Object.entries(messages).map(([id, one]) => [id, [one.folder, one.reported, one.starred, one.read]])),
  sent,
  done,
});

for (const { name, tried, refused, state } of cases) {
  test(`mailbox, as on the server: ${name}`, () => {
    const found = walk(tried);
    assert.deepEqual(found.refused, refused);
    assert.deepEqual(plain(found.state), state);
  });
}

test("mailbox: a reply goes to whom the sender wants, to all means everybody but oneself", () => {
  assert.deepEqual(recipientsOf(shown, "reply", message("m1")), { to: ["pirate@loin.example"], cc: [] });
  assert.deepEqual(recipientsOf(shown, "reply", message("m2")), { to: ["c.petit@lycee.example"], cc: [] });
  assert.deepEqual(recipientsOf(shown, "reply_all", message("m2")), { to: ["c.petit@lycee.example", "paul.roy@lycee.example"], cc: ["sara@lycee.example"] });
  assert.deepEqual(recipientsOf(shown, "reply", message("m4")), { to: ["paul.roy@lycee.example"], cc: [] });
  assert.deepEqual(recipientsOf(shown, "forward", message("m2")), { to: [], cc: [] });
});

test("mailbox: the subject says once that it is a reply or a forward", () => {
  assert.equal(subjectOf("reply", "Sortie"), "Re\u00a0: Sortie");
  assert.equal(subjectOf("reply_all", "Re : Sortie"), "Re : Sortie");
  assert.equal(subjectOf("forward", "Re : Sortie"), "Tr\u00a0: Re : Sortie");
  assert.equal(subjectOf("reply", "Retard"), "Re\u00a0: Retard");
  assert.equal(subjectOf("new", ""), "");
});

test("mailbox: typed addresses are cut at commas, semicolons and blanks", () => {
  assert.deepEqual(addressesIn(" a@b.example, c@d.example;\ne@f.example "), ["a@b.example", "c@d.example", "e@f.example"]);
});

test("mailbox: known people stand once, without oneself", () => {
  const addresses = knownPeople(shown).map((one) => one.address);
  assert.equal(new Set(addresses).size, addresses.length);
  assert.equal(addresses[0], "paul.roy@lycee.example");
  assert.ok(!addresses.includes("lina.morel@lycee.example"));
});
