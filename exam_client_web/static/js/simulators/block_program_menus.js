// The menus and fields inside a line of a program, by which its values are chosen.

import { element, inFrench } from "../lib/dom.js";
import { partText, valueText } from "./block_program_said.js";

const HOLE = "?";

/** The whole number that was typed, or the hole when it is none or too large. */
export function numberTyped(typed, { low, high }) {
  const plain = typed.trim().replace(/^[\u2212\u2013]/, "-");
  if (!/^-?\d{1,6}$/.test(plain)) return HOLE;
  const value = Number(plain) + 0;
  return value >= low && value <= high ? value : HOLE;
}

/** A test of the variables in its full length: [left, operator or null, second or null, comparison, right]. */
export function partsOfTest(test) {
  if (!Array.isArray(test)) return [HOLE, null, null, HOLE, HOLE];
  return test.length === 5 ? [...test] : [test[0], null, null, test[1], test[2]];
}

export function testOf([left, operator, second, comparison, right]) {
  return operator === null ? [left, comparison, right] : [left, operator, second, comparison, right];
}

/** A value in its full length: [left, operator or null, second or null]. */
export function partsOfValue(value) {
  return Array.isArray(value) ? [...value] : [value, null, null];
}

export function valueOf([left, operator, second]) {
  return operator === null ? left : [left, operator, second];
}

/**
 * Builds the controls of one line. `change(name, value, again)` hears a new value; `again` is true when the line
 * has other controls now. `keyOf(control)` names a control, so that the focus finds it again.
 */
export function createMenus({ item, words, text, change, keyOf }) {
  const literalRange = { low: -9999, high: 9999 };

  function select(choices, chosen, label, key, onChoice) {
    const node = element("select", { class: "bp__menu", "aria-label": label, "data-key": keyOf(key) });
    for (const [id, shown, lang = null] of choices) node.append(element("option", { value: id, selected: id === chosen, lang }, shown));
    node.addEventListener("change", () => onChoice(node.value));
    if (chosen === HOLE) node.dataset.hole = "";
    node.addEventListener("change", () => (node.value === HOLE ? (node.dataset.hole = "") : delete node.dataset.hole));
    return node;
  }
  const withHole = (choices) => [[HOLE, text("bp_choose")], ...choices];
  const menu = (ids) => (ids ?? []).filter((one) => one.offered !== false).map(({ id, text: shown }) => [id, shown, "fr"]);
  const named = (...kinds) => menu(item.names.filter(({ kind }) => kinds.includes(kind)));

  function field(value, range, label, key, onNumber) {
    const node = element("input", { class: "bp__number-field", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: "7", "aria-label": label, "data-key": keyOf(key) });
    node.value = typeof value === "number" ? String(value).replace("-", "−") : "";
    const mark = (given) => (given === HOLE ? (node.dataset.hole = "") : delete node.dataset.hole);
    mark(value);
    node.addEventListener("input", () => {
      const given = numberTyped(node.value, range);
      mark(given);
      onNumber(given);
    });
    return node;
  }

  /** A number that is typed, or one of the item's names and texts. */
  function operand(value, label, key, onOperand, redo) {
    const names = named("name", "literal", "length");
    const number = typeof value === "number" || value === "#number";
    const chosen = number ? "#number" : value;
    const choices = withHole([["#number", text("bp_a_number")], ...names]);
    const node = select(choices, chosen, label, key, (choice) => redo(choice === "#number" ? 0 : choice));
    if (!number) return [node];
    return [node, field(value, literalRange, text("bp_number_of", { what: label }), `${key}-number`, onOperand)];
  }

  function expression(name, value, set, label = "bp_value") {
    const parts = partsOfValue(value);
    const put = (place) => (part, again = false) => set(valueOf(parts.map((one, at) => (at === place ? part : one))), again, () => (parts[place] = part));
    const nodes = operandAt(parts, 0, label, `${name}-0`, put(0));
    if (menu(item.operators).length === 0 && parts[1] === null) return nodes;
    const operators = [["", text("bp_no_operator")], ...(parts[1] === HOLE ? withHole([]) : []), ...menu(item.operators)];
    const sign = select(operators, parts[1] ?? "", text("bp_operator"), `${name}-1`, (operator) => {
      const next = operator === "" ? [parts[0], null, null] : [parts[0], operator, parts[2] ?? HOLE];
      set(valueOf(next), true);
    });
    sign.classList.add("bp__menu--sign");
    nodes.push(sign);
    if (parts[1] !== null) nodes.push(...operandAt(parts, 2, "bp_second", `${name}-2`, put(2)));
    return nodes;
  }

  function operandAt(parts, place, label, key, put) {
    return operand(parts[place], text(label), key, (number) => put(number), (choice) => put(choice, true));
  }

  function condition(name, test) {
    const [left, operator, second, comparison, right] = partsOfTest(test);
    const now = { left: valueOf([left, operator, second]), comparison, right };
    const tell = (again) => {
      const [a, b, c] = partsOfValue(now.left);
      change(name, testOf([a, b, c, now.comparison, now.right]), again);
    };
    const set = (given, again, keep) => {
      keep?.();
      now.left = given;
      tell(again);
    };
    return [
      ...expression(`${name}-left`, now.left, set, "bp_left_side"),
      select(withHole(menu(item.comparisons)), comparison, text("bp_comparison"), `${name}-comparison`, (given) => {
        now.comparison = given;
        tell(false);
      }),
      ...operand(right, text("bp_right_side"), `${name}-right`, (given) => ((now.right = given), tell(false)), (given) => ((now.right = given), tell(true))),
    ];
  }

  /** The controls of a value that may be changed. */
  function controls(name, value) {
    const choose = (choices, label) => [select(withHole(choices), value, text(label), name, (choice) => change(name, choice, false))];
    if (name === "colour") return choose(menu(item.colours), "bp_colour");
    if (name === "name") return choose(named("name"), "bp_variable");
    if (name === "list") return choose(named("list"), "bp_list");
    if (name === "test") return item.world === "grid" ? choose(menu(item.tests), "bp_test") : condition(name, value);
    if (item.world === "grid") return [field(value, { low: 0, high: 99 }, text("bp_times"), name, (given) => change(name, given, false))];
    return expression(name, value, (given, again, keep) => (keep?.(), change(name, given, again)), name === "times" ? "bp_times" : "bp_value");
  }

  /** A fixed value of which some parts are to be filled in: only those have a menu. */
  function filled(name, value, model) {
    const parts = [...value];
    const isTest = name === "test";
    return model.flatMap((part, place) => {
      if (part !== HOLE) return [inFrench("span", {}, partText(words, part))];
      const put = (again) => (given) => {
        parts[place] = given;
        change(name, [...parts], again);
      };
      if (place % 2 === 0) return operand(parts[place], text("bp_value"), `${name}-${place}`, put(false), put(true));
      const signs = isTest && place === model.length - 2 ? item.comparisons : item.operators;
      return [select(withHole(menu(signs)), parts[place], text("bp_operator"), `${name}-${place}`, put(false))];
    });
  }

  /** What stands in the place of a value; `model` is what a fixed block had there, undefined for other blocks. */
  return function controlsOf(name, value, model) {
    if (model === undefined || model === HOLE) return controls(name, value);
    if (Array.isArray(model) && model.includes(HOLE)) return filled(name, value, model);
    return [inFrench("span", { class: "bp__value" }, valueText(words, value))];
  };
}
