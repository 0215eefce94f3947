// The spreadsheet on the page: toolbar, small forms, formula bar, cells, and what the filter leaves.

import { element, write } from "../lib/dom.js";
import { Simulator, button, define } from "./acts.js";
import { FormulaBar } from "./spreadsheet_bar.js";
import { fillForm, filterForm, signText, sortForm } from "./spreadsheet_forms.js";
import { columnName } from "./spreadsheet_formula.js";
import { cellsOf } from "./spreadsheet_functions.js";
import { Grid } from "./spreadsheet_grid.js";
import { belowIt, filteredRows, nameOf, stepped, tableAround } from "./spreadsheet_region.js";
import { apply, areaName, isLocked, shownIn, startOf } from "./spreadsheet_state.js";
import { isFault } from "./spreadsheet_values.js";

const isOne = (area) => area.left === area.right && area.top === area.bottom;

export class Spreadsheet extends Simulator {
  start(item) {
    return startOf(item);
  }

  apply(state, act) {
    return apply(state, act);
  }

  /** After the time is over, or while a response is on its way, nothing is changed. */
  get isOff() {
    return this.closest("fieldset")?.disabled ?? false;
  }

  build() {
    this.bar = new FormulaBar(this.text, {
      cursor: () => this.grid.cursor,
      commit: (place, raw, move) => this.commit(place, raw, move),
      cancel: (place) => this.cancelled(place),
      typing: (place, typed) => this.grid.preview(place, typed),
    });
    this.grid = new Grid(this.state, this.text, {
      move: () => this.drawLine(),
      edit: (typed) => this.edit(typed),
      clear: () => this.clear(),
      copy: () => this.copy(),
      paste: () => this.paste(),
      press: (place) => this.bar.point(place, false),
      drag: (place) => this.bar.point(place, true),
    });
    this.panel = element("div", { class: "sheet__panel" });
    this.why = element("p", { class: "sheet__why" });
    this.filtered = element("p", { class: "sheet__filtered" });
    this.stage.append(this.buildTools(), this.panel, this.bar.bar, this.why, this.grid.box, this.filtered);
  }

  buildTools() {
    const opens = (name, tool) => {
      const node = button(this.text(`sheet_${tool}`), () => this.open(name), { "aria-expanded": "false" });
      node.hidden = !this.state.scene.tools.has(tool);
      return node;
    };
    this.openers = { sort: opens("sort", "sort"), filter: opens("filter", "filter"), fill: opens("fill", "fill") };
    this.all = button(this.text("sheet_show_all"), () => this.perform("clear_filter") && this.openers.filter.focus());
    const bar = element("div", { class: "sim__bar", role: "group", "aria-label": this.text("sheet_tools") }, ...Object.values(this.openers), this.all);
    bar.hidden = this.state.scene.tools.size === 0;
    return bar;
  }

  /** A refusal is said below the cells: it must be seen. */
  perform(...act) {
    const isDone = super.perform(...act);
    if (!isDone) this.foot.said.scrollIntoView({ block: "nearest" });
    return isDone;
  }

  // ---- forms

  open(name) {
    const wasOpen = this.openers[name].getAttribute("aria-expanded") === "true";
    this.close();
    if (wasOpen) return;
    const { state, text, grid } = this;
    const close = () => this.closeTo(name);
    const perform = (...act) => (super.perform(...act) ? null : this.foot.said.textContent);
    const area = isOne(grid.selection) ? tableAround(state, grid.cursor) : grid.selection;
    const forms = {
      sort: () => sortForm(state, area, grid.cursor, text, perform, close),
      filter: () => filterForm(state, state.filter?.area ?? area, grid.cursor, text, perform, close),
      fill: () => this.buildFill(perform, close),
    };
    this.panel.replaceChildren(forms[name]());
    this.openers[name].setAttribute("aria-expanded", "true");
    this.panel.querySelector("input, select").focus();
  }

  buildFill(perform, close) {
    const { grid, state } = this;
    const alone = isOne(grid.selection);
    const source = alone ? grid.cursor : { column: grid.selection.left, row: grid.selection.top };
    return fillForm(nameOf(source), alone ? belowIt(state, source) : grid.selection, this.text, perform, close);
  }

  close() {
    this.panel.replaceChildren();
    for (const node of Object.values(this.openers)) node.setAttribute("aria-expanded", "false");
  }

  closeTo(name) {
    this.close();
    this.openers[name].focus();
  }

  // ---- typing

  edit(typed) {
    const { cursor } = this.grid;
    if (this.isOff || this.bar.isEditing) return;
    if (isLocked(this.state, cursor.column, cursor.row)) {
      if (this.state.scene.editable) this.refuse("sheet_is_locked", { what: nameOf(cursor) });
      else if (typed !== null) this.refuse("sheet_not_editable");
      return;
    }
    this.grid.anchor = cursor;
    this.grid.mark();
    this.bar.begin(cursor, typed ?? this.state.raw(cursor.column, cursor.row), typed !== null);
    if (typed !== null) this.grid.preview(cursor, typed);
  }

  refuse(key, values) {
    this.foot.said.dataset.kind = "refused";
    this.say(this.text(key, values));
    this.foot.said.scrollIntoView({ block: "nearest" });
  }

  commit(place, raw, move) {
    if (raw !== this.state.raw(place.column, place.row)) this.perform("set", nameOf(place), raw);
    this.draw();
    if (move !== null) this.grid.goTo(stepped(this.state, place, ...move), false);
  }

  cancelled(place) {
    this.draw();
    this.grid.goTo(place, false);
  }

  clear() {
    if (this.isOff) return;
    const { cursor } = this.grid;
    if (!this.state.scene.editable) return this.refuse("sheet_not_editable");
    const filled = [...cellsOf(this.grid.selection)].filter((place) => this.state.raw(...place) !== "");
    const free = filled.filter((place) => !isLocked(this.state, ...place));
    if (filled.length > 0 && free.length === 0) return this.refuse("sheet_is_locked", { what: nameOf(cursor) });
    for (const [column, row] of free) if (!this.perform("set", nameOf({ column, row }), "")) return;
  }

  copy() {
    this.copied = nameOf(this.grid.anchor);
    this.say(this.text("sheet_copied", { what: this.copied }));
  }

  paste() {
    if (this.isOff || !this.copied) return;
    if (!this.state.scene.tools.has("fill")) return this.refuse("sheet_impossible");
    this.perform("fill", this.copied, areaName(this.grid.selection));
  }

  // ---- showing

  draw() {
    if (!this.grid) this.build();
    this.grid.draw(this.state);
    this.drawLine();
    this.all.hidden = this.state.filter === null;
    write(this.filtered, this.filterSentence());
    this.filtered.hidden = this.state.filter === null;
  }

  drawLine() {
    const { column, row } = this.grid.cursor;
    this.bar.show(this.grid.cursor, this.state.raw(column, row));
    this.bar.input.readOnly = isLocked(this.state, column, row);
    const value = this.state.value(column, row);
    write(this.why, isFault(value) ? `${value.fault}${this.text("sheet_colon")}${this.text(`sheet_why_${value.fault}`)}` : "");
    this.why.hidden = !isFault(value);
  }

  filterSentence() {
    if (this.state.filter === null) return "";
    const { area, conditions } = this.state.filter;
    const titled = (column) => shownIn(this.state, column, area.top) || columnName(column);
    const parts = conditions.map(({ column, sign, operand }) => `${titled(column)} ${signText(sign, this.text)} ${operand || this.text("sheet_empty")}`);
    return this.text("sheet_filtered", { what: parts.join(this.text("sheet_and")), ...filteredRows(this.state) });
  }

  told([verb, ...args]) {
    if (verb === "set") return this.toldSet(args[0]);
    if (verb === "fill") return this.text("sheet_told_fill", { what: args[0], to: args[1] });
    if (verb === "sort") return this.text(`sheet_told_${args[2]}`, { what: args[0], by: args[1] });
    return this.state.filter === null ? this.text("sheet_told_all") : this.text("sheet_told_filter", filteredRows(this.state));
  }

  toldSet(name) {
    const [column, row] = [name.charCodeAt(0) - 64, Number(name.slice(1))];
    const value = this.state.value(column, row);
    const shown = shownIn(this.state, column, row) || this.text("sheet_empty");
    const why = isFault(value) ? ` (${this.text(`sheet_why_${value.fault}`)})` : "";
    return `${name}${this.text("sheet_colon")}${shown}${why}`;
  }

  restarted() {
    this.close();
    this.copied = null;
    if (this.bar.isEditing) this.bar.end();
  }
}

define("passation-spreadsheet", Spreadsheet);
