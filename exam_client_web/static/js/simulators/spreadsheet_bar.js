// The formula bar: the name of the cell, what stands in it, and typing there.

import { element, write } from "../lib/dom.js";
import { button } from "./acts.js";
import { areaOfCorners, nameOf, takesReference, withReference } from "./spreadsheet_region.js";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class FormulaBar {
  /** `on` gives cursor() and hears commit(place, raw, move), cancel(place), typing(place, text). */
  constructor(text, on) {
    this.on = on;
    this.place = null; // of the cell that is being edited
    this.pointing = null;
    this.isOver = false;
    this.name = element("span", { class: "sheet__name tabular" });
    this.input = element("input", {
      class: "input sheet__formula",
      type: "text",
      autocomplete: "off",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
      maxlength: 200,
    });
    this.label = element("label", { class: "sheet__label" }, element("span", { class: "visually-hidden" }, text("sheet_content")), this.name, this.input);
    this.done = button(text("sheet_done"), () => this.commit([0, 1]), { hidden: true });
    this.undo = button(text("sheet_cancel"), () => this.cancel(), { hidden: true });
    this.bar = element("div", { class: "sheet__line" }, this.label, this.done, this.undo);
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.pointing = null;
      if (!this.isEditing) this.open(this.on.cursor());
      this.on.typing(this.place, this.input.value);
    });
    // A button that took the focus would end the typing before it is pressed.
    for (const node of [this.done, this.undo]) node.addEventListener("mousedown", (event) => event.preventDefault());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.bar.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.place !== null && !this.bar.contains(relatedTarget)) this.commit(null);
    });
  }

  key(event) {
    const back = event.shiftKey ? -1 : 1;
    // Whoever typed over a cell goes on with an arrow; in a formula, or after F2, arrows move in the text.
    const arrow = this.isOver && !this.input.value.startsWith("=") ? ARROWS[event.key] : undefined;
    if (arrow) this.commit(arrow);
    else if (event.key === "Tab" && this.isEditing) this.commit([back, 0]);
    else if (event.key === "Enter" && this.isEditing) this.commit([0, back]);
    else if (event.key === "Enter" || event.key === "Escape") this.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  get isEditing() {
    return this.place !== null;
  }

  /** Nothing is edited: the bar tells what stands in the cell. */
  show(place, raw) {
    if (this.isEditing) return;
    write(this.name, nameOf(place));
    if (this.input.value !== raw) this.input.value = raw;
  }

  open(place) {
    this.place = place;
    this.pointing = null;
    write(this.name, nameOf(place));
    this.done.hidden = this.undo.hidden = false;
  }

  /** `isOver`: the first letter was typed over what stood in the cell. */
  begin(place, raw, isOver) {
    this.open(place);
    this.isOver = isOver;
    this.input.value = raw;
    this.input.focus();
    this.input.setSelectionRange(raw.length, raw.length);
  }

  end() {
    const { place } = this;
    this.place = null;
    this.pointing = null;
    this.isOver = false;
    this.done.hidden = this.undo.hidden = true;
    return place;
  }

  commit(move) {
    if (!this.isEditing) return;
    const raw = this.input.value;
    this.on.commit(this.end(), raw, move);
  }

  /** Back to the cells; what was typed is left out. */
  cancel() {
    this.on.cancel(this.isEditing ? this.end() : this.on.cursor());
  }

  /** A cell was pressed while a formula is typed: its name is written where the caret stands. */
  point(cell, extending) {
    if (!this.isEditing) return false;
    if (this.pointing === null) {
      const caret = this.input.selectionStart;
      if (extending || !takesReference(this.input.value, caret)) return false;
      this.pointing = { start: caret, end: this.input.selectionEnd, from: cell };
    } else if (!extending) this.pointing.from = cell;
    const { text, caret } = withReference(this.input.value, this.pointing.start, this.pointing.end, areaOfCorners(this.pointing.from, cell));
    this.input.value = text;
    this.pointing.end = caret;
    this.input.setSelectionRange(caret, caret);
    this.on.typing(this.place, text);
    return true;
  }
}
