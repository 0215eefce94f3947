// The cells on the page: a table that is one stop of the Tab key, with a cursor and a selection.

import { element, inFrench, write } from "../lib/dom.js";
import { columnName, isFormula } from "./spreadsheet_formula.js";
import { areaOfCorners, nameOf, stepped } from "./spreadsheet_region.js";
import { isHidden, isLocked, shownIn, within } from "./spreadsheet_state.js";
import { isFault, isNumber } from "./spreadsheet_values.js";

const PAGE = 10;
const MOVES = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  PageUp: [0, -PAGE],
  PageDown: [0, PAGE],
};

/** Where a key leads from a cell, or null when it is not a key that moves. */
export function movedBy(sheet, from, { key, ctrlKey }) {
  if (key === "Home") return { column: 1, row: ctrlKey ? stepped(sheet, { column: 1, row: 0 }, 0, 1).row : from.row };
  if (key === "End") return { column: sheet.scene.columns, row: ctrlKey ? stepped(sheet, { column: 1, row: sheet.scene.rows + 1 }, 0, -1).row : from.row };
  const move = MOVES[key];
  return move ? stepped(sheet, from, ...move) : null;
}

/** What a screen reader says of a cell: its name, what it shows, its formula, whether it is protected. */
export function described(sheet, { column, row }, text) {
  const shown = shownIn(sheet, column, row);
  const value = sheet.value(column, row);
  const raw = sheet.raw(column, row);
  const parts = [nameOf({ column, row }), shown === "" ? text("sheet_empty") : shown];
  if (isFault(value)) parts.push(text(`sheet_why_${value.fault}`));
  if (isFormula(raw)) parts.push(text("sheet_formula", { what: raw.slice(1) }));
  if (sheet.scene.editable && isLocked(sheet, column, row)) parts.push(text("sheet_locked"));
  return parts.join(", ");
}

export class Grid {
  /** `on` hears: move(cursor), edit(text or null), clear(), copy(), paste(), press(cell, event) -> whether it took it. */
  constructor(sheet, text, on) {
    this.sheet = sheet;
    this.text = text;
    this.on = on;
    this.cursor = { column: 1, row: 1 };
    this.anchor = this.cursor;
    this.cells = new Map();
    this.rows = new Map();
    const { columns, rows } = sheet.scene;
    const head = element("tr", {}, element("th", { class: "sheet__corner", scope: "col" }, element("span", { class: "visually-hidden" }, text("sheet_row"))));
    for (let column = 1; column <= columns; column += 1) head.append(element("th", { scope: "col" }, columnName(column)));
    const body = inFrench("tbody", {}, ...Array.from({ length: rows }, (_, index) => this.buildRow(index + 1, columns)));
    const table = element("table", { class: "sheet__table tabular", role: "grid", "aria-label": text("sheet_grid"), "aria-multiselectable": "true" }, element("thead", {}, head), body);
    this.box = element("div", { class: "sheet__box" }, table);
    this.listen(table);
  }

  buildRow(row, columns) {
    const line = element("tr", {}, element("th", { scope: "row" }, String(row)));
    for (let column = 1; column <= columns; column += 1) {
      const cell = element("td", { role: "gridcell", tabindex: "-1" });
      cell.place = { column, row };
      this.cells.set(nameOf(cell.place), cell);
      line.append(cell);
    }
    this.rows.set(row, line);
    return line;
  }

  listen(table) {
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("mousedown", (event) => this.press(event));
    table.addEventListener("mouseover", (event) => {
      const cell = event.target.closest("td");
      if (!cell || event.buttons !== 1 || !this.dragging) return;
      if (!this.on.drag(cell.place)) this.goTo(cell.place, true);
    });
    table.addEventListener("dblclick", (event) => event.target.closest("td") && this.on.edit(null));
    table.addEventListener("focusin", ({ target }) => target.place && this.follow(target.place));
  }

  press(event) {
    const cell = event.target.closest("td");
    if (!cell || event.button !== 0) return;
    this.dragging = true;
    globalThis.addEventListener("mouseup", () => (this.dragging = false), { once: true });
    event.preventDefault(); // no text is selected, and a formula that is being typed keeps the focus
    if (!this.on.press(cell.place)) this.goTo(cell.place, event.shiftKey);
  }

  key(event) {
    const to = movedBy(this.sheet, this.cursor, event);
    if (to !== null) this.goTo(to, event.shiftKey);
    else if (event.key === "Enter" || event.key === "F2") this.on.edit(null);
    else if (event.key === "Delete" || event.key === "Backspace") this.on.clear();
    else if (event.key === "Escape") this.goTo(this.cursor, false);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c") this.on.copy();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v") this.on.paste();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) this.on.edit(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  get selection() {
    return areaOfCorners(this.cursor, this.anchor);
  }

  goTo(cursor, extends_) {
    this.cursor = cursor;
    if (!extends_) this.anchor = cursor;
    this.mark();
    const cell = this.cells.get(nameOf(cursor));
    cell.focus();
    cell.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    this.on.move(cursor);
  }

  /** The focus came to a cell by itself: by Tab, or by a screen reader. */
  follow(place) {
    if (place.column === this.cursor.column && place.row === this.cursor.row) return;
    this.cursor = place;
    this.anchor = place;
    this.mark();
    this.on.move(place);
  }

  mark() {
    const selection = this.selection;
    for (const cell of this.cells.values()) {
      const { column, row } = cell.place;
      const isCursor = column === this.cursor.column && row === this.cursor.row;
      cell.tabIndex = isCursor ? 0 : -1;
      cell.setAttribute("aria-selected", String(within(selection, column, row)));
      cell.classList.toggle("sheet__cursor", isCursor);
    }
  }

  draw(sheet) {
    this.sheet = sheet;
    for (const [row, line] of this.rows) line.hidden = isHidden(sheet, row);
    if (isHidden(sheet, this.cursor.row)) {
      const next = stepped(sheet, this.cursor, 0, 1);
      this.cursor = isHidden(sheet, next.row) ? stepped(sheet, this.cursor, 0, -1) : next;
      this.anchor = this.cursor;
    }
    for (const cell of this.cells.values()) this.drawCell(cell);
    this.mark();
  }

  drawCell(cell) {
    const { column, row } = cell.place;
    const value = this.sheet.value(column, row);
    write(cell, shownIn(this.sheet, column, row));
    cell.setAttribute("aria-label", described(this.sheet, cell.place, this.text));
    cell.classList.toggle("sheet__number", isNumber(value));
    cell.classList.toggle("sheet__fault", isFault(value));
    const locked = this.sheet.scene.editable && isLocked(this.sheet, column, row);
    cell.classList.toggle("sheet__locked", locked);
    cell.setAttribute("aria-readonly", String(isLocked(this.sheet, column, row)));
  }

  /** What is being typed shows in the cell too. */
  preview(place, typed) {
    write(this.cells.get(nameOf(place)), typed);
  }
}
