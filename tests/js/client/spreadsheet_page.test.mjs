import assert from "node:assert/strict";
import { test } from "node:test";

import { ITEM_TYPES, draftOf } from "../../../exam_client_web/static/js/items/index.js";
import { tidyRange, valuesOf } from "../../../exam_client_web/static/js/simulators/spreadsheet_forms.js";
import { described, movedBy } from "../../../exam_client_web/static/js/simulators/spreadsheet_grid.js";
import {
  belowIt, blockAround, filteredRows, stepped, tableAround, takesReference, withReference,
} from "../../../exam_client_web/static/js/simulators/spreadsheet_region.js";
import { apply, areaName, areaOf, startOf } from "../../../exam_client_web/static/js/simulators/spreadsheet_state.js";

const sheet = (cells, more = {}) =>
  startOf({ columns: 6, rows: 9, cells, formats: [], locked: [], editable: true, tools: ["fill", "sort", "filter"], ...more });
const TABLE = { A1: "Ville", B1: "Jours", A2: "Lyon", B2: "3", A3: "Nice", B3: "5", A4: "Lyon", B4: "5", D6: "Total" };
const at = (name) => ({ column: areaOf(name).left, row: areaOf(name).top });

test("sheet: the block around a cell ends at empty rows and columns", () => {
  const found = sheet(TABLE);
  assert.equal(areaName(blockAround(found, at("B3"))), "A1:B4");
  assert.equal(areaName(blockAround(found, at("D6"))), "D6");
  assert.equal(areaName(blockAround(found, at("F9"))), "A1:D6");
  assert.equal(areaName(blockAround(sheet({}), at("C3"))), "A1");
});

test("sheet: what is offered to be sorted is a table, wherever the cursor stands", () => {
  for (const name of ["A1", "D6", "F9"]) assert.equal(areaName(tableAround(sheet(TABLE), at(name))), "A1:B4");
});

test("sheet: a cell is copied down as far as its neighbour goes", () => {
  assert.equal(areaName(belowIt(sheet(TABLE), at("C2"))), "C3:C4");
  assert.equal(areaName(belowIt(sheet(TABLE), at("F5"))), "F6");
  assert.equal(areaName(belowIt(sheet({}), at("A9"))), "A9");
});

test("sheet: the cursor steps over hidden rows and stops at the edge", () => {
  const filtered = apply(sheet(TABLE), ["filter", "A1:B4", "A", "=", "nice"]);
  assert.deepEqual(stepped(filtered, at("A1"), 0, 1), at("A3"));
  assert.deepEqual(stepped(filtered, at("A3"), 0, -1), at("A1"));
  assert.deepEqual(stepped(filtered, at("F9"), 1, 10), at("F9"));
  assert.deepEqual(filteredRows(filtered), { n: 1, of: 3 });
  assert.deepEqual(movedBy(filtered, at("B3"), { key: "Home" }), at("A3"));
  assert.deepEqual(movedBy(filtered, at("B3"), { key: "End", ctrlKey: true }), at("F9"));
  assert.deepEqual(movedBy(filtered, at("B3"), { key: "Home", ctrlKey: true }), at("A1"));
  assert.equal(movedBy(filtered, at("B3"), { key: "x" }), null);
});

test("sheet: a press writes a reference where one can stand, and only in a formula", () => {
  for (const text of ["=", "=A1+", "=SOMME(", "=SI(A1>", "=SOMME(A1; "]) assert.ok(takesReference(text, text.length), text);
  for (const text of ["", "12", "A1+", "=A1", "=SOMME(A1)"]) assert.ok(!takesReference(text, text.length), text);
  assert.deepEqual(withReference("=A1+*2", 4, 4, areaOf("B2:B3")), { text: "=A1+B2:B3*2", caret: 9 });
  assert.deepEqual(withReference("=A1+B2", 4, 6, areaOf("C3")), { text: "=A1+C3", caret: 6 });
});

test("sheet: a screen reader hears the cell, what it shows, its formula and its protection", () => {
  const text = (key, values) => `${key}${values ? `:${values.what}` : ""}`;
  const found = sheet({ A1: "5", A2: "=A1*2", A3: "=1/0" }, { locked: ["A1"] });
  assert.equal(described(found, at("A1"), text), "A1, 5, sheet_locked");
  assert.equal(described(found, at("A2"), text), "A2, 10, sheet_formula:A1*2");
  assert.equal(described(found, at("A3"), text), "A3, #DIV/0!, sheet_why_#DIV/0!, sheet_formula:1/0");
  assert.equal(described(found, at("B1"), text), "B1, sheet_empty");
});

test("sheet: ranges are read as people type them, values of a column are offered once", () => {
  assert.equal(tidyRange(" a1 : $d$9 "), "A1:D9");
  assert.deepEqual(valuesOf(sheet(TABLE), areaOf("A1:B4"), 1), ["Lyon", "Nice"]);
});

const { spreadsheet } = ITEM_TYPES;
const item = (answer, acts_needed) => ({ type: "spreadsheet", answer, acts_needed });
const SET = ["set", "A1", "5"];

test("sheet: work and answer are asked for as the item needs them", () => {
  const text = { kind: "text", max_length: 80 };
  const number = { kind: "number", unit: "Mo" };
  assert.equal(spreadsheet.missing(item(null, true), null), "act_first");
  assert.equal(spreadsheet.missing(item(null, true), { acts: [SET] }), null);
  assert.equal(spreadsheet.missing(item(text, true), { acts: [], answer: "" }), "act_first");
  assert.equal(spreadsheet.missing(item(text, true), { acts: [SET], answer: "" }), "sheet_answer_too");
  assert.equal(spreadsheet.missing(item(text, true), { acts: [], answer: "x" }), "sheet_act_too");
  assert.equal(spreadsheet.missing(item(text, true), { acts: [SET], answer: "x" }), null);
  assert.equal(spreadsheet.missing(item(number, false), { acts: [], answer: "" }), "type_number");
  assert.equal(spreadsheet.missing(item(number, false), { acts: [], answer: "3 Go" }), "wrong_unit");
  assert.equal(spreadsheet.missing(item(number, false), { acts: [], answer: "3 Mo" }), null);
});

test("sheet: work that waits for its answer is not told as passed over", () => {
  const question = item({ kind: "text" }, true);
  assert.equal(draftOf(question, { acts: [SET], answer: "" }), null);
  assert.equal(draftOf(question, { acts: [], answer: "x" }), null);
  assert.deepEqual(draftOf(question, { acts: [], answer: "" }), { skip: true });
  assert.deepEqual(spreadsheet.contentOf(question, [SET], " x "), { acts: [SET], answer: "x" });
  assert.deepEqual(spreadsheet.contentOf(item(null, true), [SET], ""), { acts: [SET] });
});
