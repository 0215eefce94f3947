import assert from "node:assert/strict";
import { test } from "node:test";

import { ITEM_TYPES, contentInHand, draftOf } from "../../../exam_client_web/static/js/items/index.js";
import { chance } from "./chance.mjs";

const { single_choice, multiple_choice, numeric, short_text, ordering } = ITEM_TYPES;
const item = (type, ...ids) => ({ type, options: ids.map((id) => ({ id, text: id })) });

test("every item type can be built and says what is missing", () => {
  for (const [name, type] of Object.entries(ITEM_TYPES)) {
    assert.equal(typeof type.build, "function", name);
    assert.equal(typeof type.missing, "function", name);
  }
});

test("single choice: one option that the item has", () => {
  const question = item("single_choice", "o1", "o2");
  assert.deepEqual(single_choice.contentOf("o2"), { option: "o2" });
  assert.equal(single_choice.chosenIn(question, { option: "o2" }), "o2");
  assert.equal(single_choice.chosenIn(question, { option: "o9" }), null);
  assert.equal(single_choice.missing(question, null), "choose_one");
  assert.equal(single_choice.missing(question, { option: "o1" }), null);
});

test("multiple choice: the order of clicking does not show in the response", () => {
  const question = item("multiple_choice", "o1", "o2", "o3");
  assert.deepEqual(multiple_choice.contentOf(question, new Set(["o3", "o1"])), { options: ["o1", "o3"] });
  assert.deepEqual([...multiple_choice.chosenIn(question, { options: ["o3", "o9"] })], ["o3"]);
  assert.equal(multiple_choice.missing(question, { options: [] }), "choose_some");
  assert.equal(multiple_choice.missing(question, { options: ["o3"] }), null);
});

test("numbers: typed the French or the English way, with spaces in the thousands", () => {
  assert.deepEqual(numeric.contentOf(" 1\u202f024,5 "), { number: "1 024,5" });
  assert.deepEqual(numeric.contentOf("\u22123"), { number: "-3" });
  assert.deepEqual(numeric.contentOf("12,"), { number: "12" });
  for (const good of ["12", "12,5", "12.5", "-3", "+4", ",5", "12,", "1 000 000"]) {
    assert.equal(numeric.missing({}, numeric.contentOf(good)), null, good);
  }
  for (const bad of ["douze", "1,2,3", "12 34", "-", ".", "1..2"]) {
    assert.equal(numeric.missing({}, numeric.contentOf(bad)), "not_a_number", bad);
  }
  assert.equal(numeric.missing({ unit: "Mo" }, numeric.contentOf("12 mo")), null);
  assert.equal(numeric.missing({ unit: "%" }, numeric.contentOf("12 %")), null);
  assert.equal(numeric.missing({ unit: "Mo" }, numeric.contentOf("12 Go")), "wrong_unit");
  assert.equal(numeric.missing({}, numeric.contentOf("12 Go")), "no_unit");
  assert.equal(numeric.missing({}, numeric.contentOf("1".repeat(16))), "too_many_digits");
  assert.equal(numeric.missing({}, null), "type_number");
  assert.equal(numeric.missing({}, { number: "" }), "type_number");
});

test("short text: blanks around do not count, and blanks alone are nothing", () => {
  assert.deepEqual(short_text.contentOf("  mot clé "), { text: "mot clé" });
  assert.equal(short_text.missing({}, short_text.contentOf("   ")), "type_text");
  assert.equal(short_text.missing({}, { text: "a" }), null);
});

test("ordering: a draft counts only if it names exactly the item's options", () => {
  const question = item("ordering", "a", "b", "c");
  assert.deepEqual(ordering.orderIn(question, { order: ["c", "a", "b"] }), ["c", "a", "b"]);
  for (const order of [["c", "a"], ["a", "a", "b"], ["a", "b", "x"], undefined]) {
    assert.deepEqual(ordering.orderIn(question, { order }), ["a", "b", "c"]);
  }
});

test("ordering: a move shifts the others and never goes over the edge", () => {
  assert.deepEqual(ordering.moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(ordering.moved(["a", "b", "c"], 0, 1), ["b", "a", "c"]);
  const order = ["a", "b", "c"];
  assert.equal(ordering.moved(order, 0, -1), order);
  assert.equal(ordering.moved(order, 2, 3), order);
});

test("ordering: whatever the moves, everything is still there once", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = chance(seed);
    let order = ["a", "b", "c", "d", "e", "f"];
    for (let round = 0; round < 30; round += 1) {
      order = ordering.moved(order, Math.floor(random() * 6), Math.floor(random() * 8) - 1);
    }
    assert.deepEqual([...order].sort(), ["a", "b", "c", "d", "e", "f"]);
  }
});

test("a draft says what is there, says that it was emptied, or waits until it is right", () => {
  const choice = item("single_choice", "a", "b");
  assert.equal(draftOf(choice, null), null);
  assert.deepEqual(draftOf(choice, { option: "a" }), { option: "a" });
  assert.deepEqual(draftOf(item("multiple_choice", "a"), { options: [] }), { skip: true });
  assert.deepEqual(draftOf(item("short_text"), { text: "" }), { skip: true });
  assert.deepEqual(draftOf(item("short_text"), { skip: true }), { skip: true });
  assert.equal(draftOf({ type: "numeric", unit: "Mo" }, { number: "12 M" }), null);
});

test("an order that was not touched is a response; an empty choice is not", () => {
  assert.deepEqual(contentInHand(item("ordering", "a", "b"), null), { order: ["a", "b"] });
  assert.equal(contentInHand(item("single_choice", "a", "b"), null), null);
});
