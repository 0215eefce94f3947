// Places and texts of a sheet, without the page: the block around a cell, where to go, what a click writes.

import { areaName, isHidden, placeName, within } from "./spreadsheet_state.js";

const isFilled = (sheet, column, row) => sheet.raw(column, row) !== "";

function holdsAny(sheet, { left, top, right, bottom }) {
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) if (isFilled(sheet, column, row)) return true;
  }
  return false;
}

/** The block of filled cells around a cell; where there is none, everything that is filled. */
export function blockAround(sheet, { column, row }) {
  const { columns, rows } = sheet.scene;
  const clip = (area) => ({
    left: Math.max(1, area.left),
    top: Math.max(1, area.top),
    right: Math.min(columns, area.right),
    bottom: Math.min(rows, area.bottom),
  });
  let area = { left: column, top: row, right: column, bottom: row };
  if (!isFilled(sheet, column, row)) return usedArea(sheet);
  for (;;) {
    const { left, top, right, bottom } = area;
    const wider = clip({
      left: left - Number(left > 1 && holdsAny(sheet, clip({ left: left - 1, right: left - 1, top: top - 1, bottom: bottom + 1 }))),
      top: top - Number(top > 1 && holdsAny(sheet, clip({ top: top - 1, bottom: top - 1, left: left - 1, right: right + 1 }))),
      right: right + Number(right < columns && holdsAny(sheet, clip({ left: right + 1, right: right + 1, top: top - 1, bottom: bottom + 1 }))),
      bottom: bottom + Number(bottom < rows && holdsAny(sheet, clip({ top: bottom + 1, bottom: bottom + 1, left: left - 1, right: right + 1 }))),
    });
    if (areaName(wider) === areaName(area)) return area;
    area = wider;
  }
}

const FEWEST_ROWS = 3;

/** What is most likely to be sorted or filtered: the cursor's block, or the largest where that one is no table. */
export function tableAround(sheet, cursor) {
  const own = blockAround(sheet, cursor);
  if (isFilled(sheet, cursor.column, cursor.row) && own.bottom - own.top + 1 >= FEWEST_ROWS) return own;
  const blocks = [];
  for (const key of sheet.raws.keys()) {
    const place = { column: key % 1000, row: Math.floor(key / 1000) };
    if (!blocks.some((block) => within(block, place.column, place.row))) blocks.push(blockAround(sheet, place));
  }
  const size = ({ left, top, right, bottom }) => (right - left + 1) * (bottom - top + 1);
  return blocks.reduce((best, block) => (size(block) > size(best) ? block : best), blocks[0] ?? own);
}

export function usedArea(sheet) {
  const area = { left: Infinity, top: Infinity, right: 1, bottom: 1 };
  for (const key of sheet.raws.keys()) {
    const [column, row] = [key % 1000, Math.floor(key / 1000)];
    Object.assign(area, {
      left: Math.min(area.left, column),
      top: Math.min(area.top, row),
      right: Math.max(area.right, column),
      bottom: Math.max(area.bottom, row),
    });
  }
  return area.left === Infinity ? { left: 1, top: 1, right: 1, bottom: 1 } : area;
}

/** Where a cell is most often copied to: below it, as far as its neighbour's column is filled. */
export function belowIt(sheet, { column, row }) {
  const beside = [column - 1, column + 1].find((one) => one >= 1 && one <= sheet.scene.columns && isFilled(sheet, one, row + 1));
  if (beside === undefined) return { left: column, top: Math.min(row + 1, sheet.scene.rows), right: column, bottom: Math.min(row + 1, sheet.scene.rows) };
  let bottom = row + 1;
  while (bottom < sheet.scene.rows && isFilled(sheet, beside, bottom + 1)) bottom += 1;
  return { left: column, top: row + 1, right: column, bottom };
}

export const areaOfCorners = (one, other) => ({
  left: Math.min(one.column, other.column),
  top: Math.min(one.row, other.row),
  right: Math.max(one.column, other.column),
  bottom: Math.max(one.row, other.row),
});

/** The cell so many columns and rows away, over hidden rows; at the edge the cell itself. */
export function stepped(sheet, { column, row }, across, down) {
  const { columns, rows } = sheet.scene;
  let found = row;
  for (let left = Math.abs(down), next = row; left > 0; ) {
    next += Math.sign(down);
    if (next < 1 || next > rows) break;
    if (isHidden(sheet, next)) continue;
    found = next;
    left -= 1;
  }
  return { column: Math.min(columns, Math.max(1, column + across)), row: found };
}

/** Whether a click on a cell writes its name: in a formula, where a reference can stand. */
export function takesReference(text, caret) {
  return text.startsWith("=") && /[-=+*/^&(;:<>]\s*$/.test(text.slice(0, caret));
}

/** The text and the caret after the name of the cells was written over what stands from start to end. */
export function withReference(text, start, end, area) {
  const name = areaName(area);
  return { text: text.slice(0, start) + name + text.slice(end), caret: start + name.length };
}

/** How many rows of the filter are shown, and of how many. */
export function filteredRows(sheet) {
  const { top, bottom } = sheet.filter.area;
  const rows = Array.from({ length: bottom - top }, (_, index) => top + 1 + index);
  return { n: rows.filter((row) => !isHidden(sheet, row)).length, of: rows.length };
}

export const nameOf = ({ column, row }) => placeName(column, row);
