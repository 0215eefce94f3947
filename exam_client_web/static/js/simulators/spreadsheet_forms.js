// The small forms in the page for sorting, filtering and copying.

import { element, write } from "../lib/dom.js";
import { button } from "./acts.js";
import { columnName } from "./spreadsheet_formula.js";
import { areaOf, areaName, shownIn } from "./spreadsheet_state.js";

export const FILTER_SIGNS = ["=", "<>", "contains", "begins", ">", ">=", "<", "<="];
const SIGN_TEXTS = { "=": "equal", "<>": "other", contains: "contains", begins: "begins", ">": "above", ">=": "least", "<": "below", "<=": "most" };
const MOST_SUGGESTIONS = 30;
let forms = 0;

/** A range as people type it: " a1 : d9 " is A1:D9. */
export function tidyRange(typed) {
  return typed.replace(/[\s$]/g, "").toUpperCase();
}

function field(label, control) {
  const id = `sheet-field-${(forms += 1)}`;
  control.id = id;
  return element("div", { class: "field sheet__field" }, element("label", { for: id }, label), control);
}

const rangeInput = (value) => {
  const input = element("input", { class: "input sheet__range", type: "text", autocomplete: "off", spellcheck: "false", maxlength: 9 });
  input.value = value;
  return input;
};

const choice = (pairs) => element("select", { class: "input" }, ...pairs.map(([value, label]) => element("option", { value }, label)));

/** The columns of a range with what stands in their first row: "B – Prix". */
function columnPairs(sheet, area) {
  return Array.from({ length: area.right - area.left + 1 }, (_, index) => {
    const column = area.left + index;
    const title = shownIn(sheet, column, area.top);
    return [columnName(column), title ? `${columnName(column)} – ${title}` : columnName(column)];
  });
}

/** A select of the range's columns that follows what is typed as the range. */
function columnChoice(sheet, range, column) {
  const select = choice([]);
  const refill = () => {
    const area = areaOf(tidyRange(range.value));
    if (area === null || area.right > sheet.scene.columns) return;
    const kept = select.value || column;
    select.replaceChildren(...columnPairs(sheet, area).map(([value, label]) => element("option", { value }, label)));
    if ([...select.options].some((option) => option.value === kept)) select.value = kept;
  };
  refill();
  range.addEventListener("input", refill);
  return select;
}

/** `submit` gives null when the act was done, else the sentence that says why not. */
function form(title, text, fields, label, submit, close) {
  const error = element("p", { class: "field__error", role: "alert" });
  const go = () => {
    const problem = submit();
    write(error, problem ?? "");
    if (problem === null) close();
  };
  const panel = element(
    "div",
    { class: "sim__panel sheet__form", role: "group", "aria-label": title },
    element("div", { class: "sheet__fields" }, ...fields),
    error,
    element("div", { class: "row" }, button(label, go, { class: "button button--primary sim__button" }), button(text("sheet_cancel"), close)),
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target.tagName === "INPUT") go();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return panel;
}

export function sortForm(sheet, area, cursor, text, perform, close) {
  const range = rangeInput(areaName(area));
  const column = columnChoice(sheet, range, columnName(cursor.column));
  const order = choice([["asc", text("sheet_ascending")], ["desc", text("sheet_descending")]]);
  const header = element("input", { type: "checkbox" });
  header.checked = true;
  const titles = element("label", { class: "sheet__check" }, header, text("sheet_titles"));
  const fields = [field(text("sheet_range"), range), field(text("sheet_by"), column), field(text("sheet_order"), order), titles];
  const submit = () => perform("sort", tidyRange(range.value), column.value, order.value, header.checked ? "header" : "no_header");
  return form(text("sheet_sort"), text, fields, text("sheet_sort"), submit, close);
}

/** The values of a column below its title, each once, for the list that typing is helped by. */
export function valuesOf(sheet, area, column) {
  const found = new Set();
  for (let row = area.top + 1; row <= area.bottom && found.size < MOST_SUGGESTIONS; row += 1) {
    const value = shownIn(sheet, column, row);
    if (value !== "") found.add(value);
  }
  return [...found];
}

export function filterForm(sheet, area, cursor, text, perform, close) {
  const range = rangeInput(areaName(area));
  const column = columnChoice(sheet, range, columnName(cursor.column));
  const sign = choice(FILTER_SIGNS.map((one) => [one, text(`sheet_sign_${SIGN_TEXTS[one]}`)]));
  const operand = element("input", { class: "input", type: "text", autocomplete: "off", spellcheck: "false", maxlength: 200 });
  const list = element("datalist", { id: `sheet-values-${(forms += 1)}` });
  operand.setAttribute("list", list.id);
  const refill = () => {
    const inside = areaOf(tidyRange(range.value));
    const values = inside === null ? [] : valuesOf(sheet, inside, column.value.charCodeAt(0) - 64);
    list.replaceChildren(...values.map((value) => element("option", { value })));
  };
  refill();
  column.addEventListener("change", refill);
  range.addEventListener("input", refill);
  const fields = [field(text("sheet_range"), range), field(text("sheet_column"), column), field(text("sheet_condition"), sign), field(text("sheet_value"), operand), list];
  const submit = () => perform("filter", tidyRange(range.value), column.value, sign.value, operand.value);
  return form(text("sheet_filter"), text, fields, text("sheet_filter"), submit, close);
}

export function fillForm(source, area, text, perform, close) {
  const from = rangeInput(source);
  const to = rangeInput(areaName(area));
  const fields = [field(text("sheet_from"), from), field(text("sheet_to"), to)];
  const submit = () => perform("fill", tidyRange(from.value), tidyRange(to.value));
  return form(text("sheet_fill"), text, fields, text("sheet_fill"), submit, close);
}

export const signText = (sign, text) => text(`sheet_sign_${SIGN_TEXTS[sign]}`);
