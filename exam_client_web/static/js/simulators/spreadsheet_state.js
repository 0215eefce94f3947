// The sheet that candidates work in: its cells, and the acts that change it, as on the server.

import { Refused } from "./acts.js";
import { calculated, keyOf } from "./spreadsheet_calculation.js";
import { FILTER_SIGNS, passes } from "./spreadsheet_criteria.js";
import { columnName, columnNumber, isFormula, moved, parsed } from "./spreadsheet_formula.js";
import { cellsOf } from "./spreadsheet_functions.js";
import { LONGEST_RAW, clean, compared, shown } from "./spreadsheet_values.js";

const MOST_WORK_IN_ALL = 60_000;
const MOST_ROWS = 60;
const AREA = /^([A-L])([1-9][0-9]?)(?::([A-L])([1-9][0-9]?))?$/;

export const placeName = (column, row) => `${columnName(column)}${row}`;

/** "B2:D9", or "B2" for one cell. */
export function areaName({ left, top, right, bottom }) {
  const first = placeName(left, top);
  return left === right && top === bottom ? first : `${first}:${placeName(right, bottom)}`;
}

/** The cells of "B2" or "B2:D9"; null where the name is not one of the largest sheet. */
export function areaOf(name) {
  const found = AREA.exec(name);
  if (found === null) return null;
  const [, column, row, lastColumn = column, lastRow = row] = found;
  const area = { left: columnNumber(column), top: Number(row), right: columnNumber(lastColumn), bottom: Number(lastRow) };
  return area.left > area.right || area.top > area.bottom || area.bottom > MOST_ROWS ? null : area;
}

export const within = ({ left, top, right, bottom }, column, row) => left <= column && column <= right && top <= row && row <= bottom;

const refuse = (key = "sheet_impossible", values = {}) => {
  throw new Refused(key, values);
};

/** The sheet of an item as it was rendered. */
export function startOf(item) {
  const places = Object.entries(item.cells).map(([name, raw]) => [areaOf(name), raw]);
  const scene = {
    columns: item.columns,
    rows: item.rows,
    formats: item.formats.map(({ area, pattern }) => ({ area: areaOf(area), pattern })),
    locked: item.locked.map(areaOf),
    editable: item.editable,
    tools: new Set(item.tools),
  };
  return createSheet(scene, new Map(places.map(([{ left, top }, raw]) => [keyOf(left, top), raw])), null, 0);
}

/** A sheet never changes; its values are computed once, when they are first wanted. */
function createSheet(scene, raws, filter, work) {
  let known = null;
  const results = () => (known ??= calculated(raws, scene));
  return {
    scene,
    raws,
    filter,
    work,
    cost: () => results().work,
    raw: (column, row) => raws.get(keyOf(column, row)) ?? "",
    value: (column, row) => results().values.get(keyOf(column, row)) ?? null,
  };
}

function withRaws(sheet, changes, work = sheet.work) {
  const raws = new Map([...sheet.raws, ...changes].filter(([, raw]) => raw !== ""));
  for (const [key, raw] of changes) if (raw === "") raws.delete(key);
  return createSheet(sheet.scene, raws, sheet.filter, work);
}

export function shownIn(sheet, column, row) {
  const format = sheet.scene.formats.find(({ area }) => within(area, column, row));
  return shown(sheet.value(column, row), format?.pattern ?? "");
}

export function isLocked({ scene }, column, row) {
  return !scene.editable || scene.locked.some((area) => within(area, column, row));
}

export function isHidden(sheet, row) {
  if (sheet.filter === null || row <= sheet.filter.area.top || row > sheet.filter.area.bottom) return false;
  return !sheet.filter.conditions.every(({ column, sign, operand }) => passes(sheet.value(column, row), sign, operand));
}

function areaIn({ scene }, name) {
  const area = areaOf(name);
  if (area === null || area.right > scene.columns || area.bottom > scene.rows) refuse("sheet_no_range", { what: name });
  return area;
}

function placeIn(sheet, name) {
  const area = areaIn(sheet, name);
  if (name.includes(":")) refuse("sheet_no_range", { what: name });
  return [area.left, area.top];
}

function columnIn(area, letter) {
  if (!/^[A-L]$/.test(letter) || columnNumber(letter) < area.left || columnNumber(letter) > area.right) {
    refuse("sheet_no_column", { what: letter });
  }
  return columnNumber(letter);
}

const need = ({ scene }, tool) => scene.tools.has(tool) || refuse();
const fits = (raw) => [...raw].length <= LONGEST_RAW || refuse("sheet_too_long", { n: LONGEST_RAW });

function set(sheet, name, raw) {
  const [column, row] = placeIn(sheet, name);
  if (isLocked(sheet, column, row)) refuse("sheet_is_locked", { what: name });
  fits(raw);
  return withRaws(sheet, [[keyOf(column, row), clean(raw)]]);
}

/** What it costs to copy a cell. */
const copying = (raw) => (isFormula(raw) ? parsed(raw).work : 1);

function worked(sheet, work) {
  if (sheet.work + work > MOST_WORK_IN_ALL) refuse("sim_too_many");
  return sheet.work + work;
}

function copied(raw, [column, row], [toColumn, toRow]) {
  return isFormula(raw) ? moved(raw, toColumn - column, toRow - row) : raw;
}

function fill(sheet, source, name) {
  need(sheet, "fill");
  const start = placeIn(sheet, source);
  const places = [...cellsOf(areaIn(sheet, name))];
  const locked = places.find(([column, row]) => isLocked(sheet, column, row) && (column !== start[0] || row !== start[1]));
  if (locked) refuse("sheet_is_locked", { what: placeName(...locked) });
  const raw = sheet.raw(...start);
  const work = worked(sheet, places.length * copying(raw));
  return withRaws(sheet, places.map((place) => [keyOf(...place), copied(raw, start, place)]), work);
}

/** Whole rows of the area by one column; equals stay in order, empty cells come last either way. */
function sort(sheet, name, letter, order, header) {
  need(sheet, "sort");
  const area = areaIn(sheet, name);
  const column = columnIn(area, letter);
  if (!["asc", "desc"].includes(order) || !["header", "no_header"].includes(header)) refuse();
  const work = worked(sheet, [...cellsOf(area)].reduce((sum, place) => sum + copying(sheet.raw(...place)), sheet.cost()));
  const turn = order === "asc" ? 1 : -1;
  const first = area.top + Number(header === "header");
  const rows = Array.from({ length: Math.max(0, area.bottom - first + 1) }, (_, index) => first + index);
  const values = new Map(rows.map((row) => [row, sheet.value(column, row)]));
  const against = (one, other) => {
    const [left, right] = [values.get(one), values.get(other)];
    return compared(left, right) * (left === null || right === null ? 1 : turn);
  };
  const changes = [...rows].sort(against).flatMap((source, index) =>
    Array.from({ length: area.right - area.left + 1 }, (_, across) => {
      const at = area.left + across;
      return [keyOf(at, rows[index]), copied(sheet.raw(at, source), [at, source], [at, rows[index]])];
    }),
  );
  return withRaws(sheet, changes, work);
}

function filter(sheet, name, letter, sign, operand) {
  need(sheet, "filter");
  const area = areaIn(sheet, name);
  const column = columnIn(area, letter);
  if (!FILTER_SIGNS.has(sign)) refuse();
  fits(operand);
  const kept = sheet.filter !== null && areaName(sheet.filter.area) === areaName(area) ? sheet.filter.conditions : [];
  const conditions = [...kept.filter((one) => one.column !== column), { column, sign, operand: clean(operand) }];
  return createSheet(sheet.scene, sheet.raws, { area, conditions }, sheet.work);
}

function clearFilter(sheet) {
  need(sheet, "filter");
  return createSheet(sheet.scene, sheet.raws, null, sheet.work);
}

const VERBS = { set: [set, 2], fill: [fill, 2], sort: [sort, 4], filter: [filter, 4], clear_filter: [clearFilter, 0] };

/** The sheet after one act; throws Refused for one that is not possible. */
export function apply(sheet, [verb, ...args]) {
  const [change, count] = Object.hasOwn(VERBS, verb) ? VERBS[verb] : refuse();
  if (args.length !== count || !args.every((arg) => typeof arg === "string")) refuse();
  return change(sheet, ...args);
}
