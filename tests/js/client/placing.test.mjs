import assert from "node:assert/strict";
import { test } from "node:test";

import { ITEM_TYPES, draftOf } from "../../../exam_client_web/static/js/items/index.js";
import { addressOf, placeOf, scaled } from "../../../exam_client_web/static/js/items/point.js";
import { chance } from "./chance.mjs";

const { matching, categorising, fill_in, point } = ITEM_TYPES;
const named = (...ids) => ids.map((id) => ({ id, text: `text of ${id}` }));
const pairs = { type: "matching", lefts: named("l2", "l1", "l3"), rights: named("r1", "r2", "r3", "r4"), reuse: false };
const sorting = { type: "categorising", categories: named("c1", "c2"), things: named("o3", "o1", "o2") };
const gaps = {
  type: "fill_in",
  blocks: [],
  gaps: [
    { kind: "text", max_length: 60 },
    { kind: "number", unit: "Mo" },
    { kind: "choice", options: named("o1", "o2") },
  ],
};
const picture = { type: "point", picture: { svg: "<svg/>", width: 400, height: 200, alt: "" }, zones: named("z1", "z2") };

test("matching: the response names the lines in their order, and only what the item has", () => {
  const given = matching.givenIn(pairs, { pairs: { l1: "r2", l2: "r1", l3: "r9", x: "r3" } });
  assert.deepEqual([...given], [["l2", "r1"], ["l1", "r2"]]);
  assert.deepEqual(Object.keys(matching.contentOf(pairs, given).pairs), ["l2", "l1"]);
  assert.deepEqual([...matching.givenIn(pairs, null)], []);
});

test("matching: says whether all, some or no lines have their counterpart", () => {
  assert.equal(matching.missing(pairs, null), "match_none");
  assert.equal(matching.missing(pairs, { pairs: {} }), "match_none");
  assert.equal(matching.missing(pairs, { pairs: { l1: "r1", l2: "r4" } }), "match_some");
  assert.equal(matching.missing(pairs, { pairs: { l1: "r1", l2: "r4", l3: "r2" } }), null);
});

test("matching: a counterpart that stands twice is told on both lines, unless it may be used again", () => {
  const twice = { pairs: { l1: "r1", l2: "r1", l3: "r2" } };
  const found = matching.clashes(pairs, matching.givenIn(pairs, twice));
  assert.deepEqual([...found], [["l2", "text of l1"], ["l1", "text of l2"]]);
  assert.equal(matching.missing(pairs, twice), "match_twice");
  const again = { ...pairs, reuse: true };
  assert.equal(matching.clashes(again, matching.givenIn(again, twice)).size, 0);
  assert.equal(matching.missing(again, twice), null);
});

test("categorising: every thing needs a category that the item has", () => {
  assert.equal(categorising.missing(sorting, null), "place_none");
  assert.equal(categorising.missing(sorting, { places: { o1: "c1", o2: "c2", o3: "c9" } }), "place_some");
  assert.equal(categorising.missing(sorting, { places: { o1: "c1", o2: "c2", o3: "c1" } }), null);
  const places = new Map([["o1", "c1"], ["o3", "c2"]]);
  assert.deepEqual(categorising.contentOf(sorting, places), { places: { o3: "c2", o1: "c1" } });
  assert.deepEqual(Object.keys(categorising.contentOf(sorting, places).places), ["o3", "o1"]);
});

test("matching and categorising: the first line that is left out is named", () => {
  assert.deepEqual(matching.named(pairs, { pairs: { l2: "r1", l3: "r2" } }), { what: "text of l1" });
  assert.deepEqual(categorising.named(sorting, { places: { o3: "c1" } }), { what: "text of o1" });
  for (const [type, item] of [[matching, pairs], [categorising, sorting]]) {
    const [first] = item.lefts ?? item.things;
    assert.deepEqual(type.named(item, null), { what: first.text });
  }
  assert.deepEqual(matching.named(pairs, { pairs: { l1: "r1", l2: "r1", l3: "r2" } }), { what: undefined });
});

test("filling in: texts lose the blanks around them, numbers are written plainly, choices stay names", () => {
  const content = fill_in.contentOf(gaps, ["  mot clé ", "\u22121\u202f024,", "o2"]);
  assert.deepEqual(content, { gaps: ["mot clé", "-1 024", "o2"] });
  assert.equal(fill_in.missing(gaps, content), null);
});

test("filling in: the first gap that is not right yet is named", () => {
  const said = (...values) => [fill_in.missing(gaps, { gaps: values }), fill_in.named(gaps, { gaps: values })];
  assert.deepEqual(said("", "", ""), ["fill_none", { n: 1, unit: undefined }]);
  assert.deepEqual(said("a", "", "o1"), ["fill_some", { n: 2, unit: "Mo" }]);
  assert.deepEqual(said("a", "douze", "o1"), ["gap_not_a_number", { n: 2, unit: "Mo" }]);
  assert.deepEqual(said("a", "12 Go", ""), ["gap_wrong_unit", { n: 2, unit: "Mo" }]);
  assert.deepEqual(said("a", "12 Mo", "o9"), ["fill_some", { n: 3, unit: undefined }]);
  assert.deepEqual(said("a", "1".repeat(16), "o1"), ["gap_too_many_digits", { n: 2, unit: "Mo" }]);
});

test("filling in: a draft of another shape is an empty one", () => {
  for (const content of [null, {}, { gaps: [] }, { gaps: [1, null, {}] }]) {
    assert.deepEqual(fill_in.valuesIn(gaps, content), ["", "", ""]);
  }
});

test("pointing: one zone that the item has", () => {
  assert.deepEqual(point.contentOf("z2"), { zone: "z2" });
  assert.equal(point.missing(picture, { zone: "z9" }), "point_none");
  assert.equal(point.missing(picture, null), "point_none");
  assert.equal(point.missing(picture, { zone: "z2" }), null);
});

test("pointing: a zone lies where it was drawn, at any size of the picture", () => {
  const zone = { x: 100, y: 50, width: 40, height: 20 };
  assert.deepEqual(placeOf(zone, picture.picture), { left: "25%", top: "25%", width: "10%", height: "10%" });
});

test("pointing: whatever a drawing holds, its address is one address and holds it all", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = chance(seed);
    const svg = Array.from({ length: 40 }, () => "<>\"'#?& \né%\\;,"[Math.floor(random() * 14)]).join("");
    const address = addressOf(svg);
    assert.match(address, /^data:image\/svg\+xml;charset=utf-8,[\w%!'()*.~-]*$/);
    assert.equal(decodeURIComponent(address.slice(address.indexOf(",") + 1)), svg);
  }
});

test("pointing: the picture grows and shrinks by steps, and stops at the ends", () => {
  assert.deepEqual([scaled(1, -1), scaled(1, 1), scaled(2, 1), scaled(3, 1), scaled(3, -1)], [1, 1.5, 3, 3, 2]);
});

test("a draft waits until it is whole, and tells when all of it was taken back", () => {
  assert.equal(draftOf(pairs, { pairs: { l1: "r1" } }), null);
  assert.deepEqual(draftOf(pairs, { pairs: {} }), { skip: true });
  assert.equal(draftOf(sorting, { places: { o1: "c1" } }), null);
  assert.equal(draftOf(gaps, { gaps: ["a", "12", ""] }), null);
  assert.deepEqual(draftOf(gaps, { gaps: ["", "", ""] }), { skip: true });
  assert.deepEqual(draftOf(picture, { zone: "z1" }), { zone: "z1" });
});
