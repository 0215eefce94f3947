import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refused } from "../../../exam_client_web/static/js/simulators/acts.js";
import { columnName } from "../../../exam_client_web/static/js/simulators/spreadsheet_formula.js";
import { apply, areaName, areaOf, isHidden, shownIn, startOf } from "../../../exam_client_web/static/js/simulators/spreadsheet_state.js";
import { clean, shown, typed } from "../../../exam_client_web/static/js/simulators/spreadsheet_values.js";

const cases = JSON.parse(readFileSync(new URL("../../simulators/spreadsheet_cases.json", import.meta.url), "utf8"));
const scene = (cells) => ({ columns: 12, rows: 12, cells, formats: [], locked: [], editable: true, tools: ["fill", "sort", "filter"] });

test("sheet: every formula of the shared cases shows what the server shows", () => {
  assert.ok(cases.formulas.length >= 150);
  for (const [formula, expected] of cases.formulas) {
    const cells = Object.fromEntries(Object.entries(cases.sheet).map(([name, raw]) => [name, clean(raw)]));
    const sheet = startOf(scene({ ...cells, E1: clean(formula) }));
    assert.equal(shownIn(sheet, 5, 1), expected, formula);
  }
});

test("sheet: what is typed is read and shown as the server does", () => {
  for (const [raw, pattern, expected] of cases.literals) {
    assert.equal(shown(typed(clean(raw)), pattern), expected, `${raw} ${pattern}`);
  }
});

/** What the acts make of a scene, in the words of the shared cases. */
function outcome(item, acts) {
  let sheet = startOf(item);
  let refused = null;
  for (const [place, act] of acts.entries()) {
    try {
      sheet = apply(sheet, act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = place;
      break;
    }
  }
  const found = { refused, raws: {}, shown: {}, hidden: [], work: sheet.work };
  for (const [key, raw] of sheet.raws) {
    const [column, row] = [key % 1000, Math.floor(key / 1000)];
    found.raws[`${columnName(column)}${row}`] = raw;
    found.shown[`${columnName(column)}${row}`] = shownIn(sheet, column, row);
  }
  for (let row = 1; row <= item.rows; row += 1) if (isHidden(sheet, row)) found.hidden.push(row);
  return found;
}

test("sheet: every sequence of acts of the shared cases ends as on the server", () => {
  assert.ok(cases.sequences.length >= 40);
  for (const { editable, acts, ...expected } of cases.sequences) {
    const item = cases.scenes.find((one) => one.editable === editable);
    assert.deepEqual(outcome(item, acts), expected, JSON.stringify(acts));
  }
});

test("sheet: an act of the wrong shape is refused", () => {
  const sheet = startOf(scene({ A1: "1" }));
  for (const act of [["set", "A1"], ["set", "A1", 5], ["toString"], ["set", "A1", "1", "2"], ["clear_filter", "x"]]) {
    assert.throws(() => apply(sheet, act), Refused, JSON.stringify(act));
  }
});

test("sheet: the name of a range and the range are each other's", () => {
  assert.equal(areaName(areaOf("B2:D9")), "B2:D9");
  assert.equal(areaName(areaOf("C3:C3")), "C3");
  for (const bad of ["", "M1", "A61", "B2:A1", "a1", "A1:", "A01"]) assert.equal(areaOf(bad), null, bad);
});
