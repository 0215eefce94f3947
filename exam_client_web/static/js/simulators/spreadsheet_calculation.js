// From the raw texts of a sheet to the values of its cells, each after what it needs, in bounded time.

import { isFormula, parsed } from "./spreadsheet_formula.js";
import { ALIASES, FUNCTIONS, cellsOf, commonStyle, countedNumber } from "./spreadsheet_functions.js";
import {
  FAULT, Faulty, LONGEST_VALUE, ZERO, bounded, compared, fraction, isFault, isNumber, isText, isTruth, shown, typed,
} from "./spreadsheet_values.js";

const MOST_WORK = 30_000;
const LARGEST_EXPONENT = 400n;

/** One number for a column and a row, so that a Map can be asked. */
export const keyOf = (column, row) => row * 1000 + column;

const clipped = (area, { columns, rows }) => ({ ...area, right: Math.min(area.right, columns), bottom: Math.min(area.bottom, rows) });
const sizeOf = ({ left, top, right, bottom }) => Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);

/** {values, work}: the values of all filled cells (Map by key), and what they cost. */
export function calculated(raws, size) {
  const values = new Map();
  const formulas = new Map();
  let work = 0;
  for (const key of [...raws.keys()].sort((one, other) => one - other)) {
    const raw = raws.get(key);
    if (!isFormula(raw)) {
      values.set(key, typed(raw));
      continue;
    }
    const formula = parsed(raw);
    const cost = formula.references.reduce((sum, area) => sum + sizeOf(clipped(area, size)), formula.work);
    if (work + cost > MOST_WORK) {
      values.set(key, { fault: FAULT.complex });
      continue;
    }
    work += cost;
    formulas.set(key, formula);
  }
  calculate(values, formulas, size);
  return { values, work };
}

/** Each formula once all that it needs is known; what is never ready is in a circle, or hangs on one. */
function calculate(values, formulas, size) {
  const waiting = new Map();
  const users = new Map([...formulas.keys()].map((key) => [key, []]));
  for (const [key, formula] of formulas) {
    const needs = needsOf(formula, formulas, size);
    waiting.set(key, needs.size);
    for (const need of needs) users.get(need).push(key);
  }
  const ready = [...formulas.keys()].filter((key) => waiting.get(key) === 0);
  const calculator = new Calculator(values, size);
  for (const key of ready) {
    values.set(key, calculator.result(formulas.get(key).root));
    for (const user of users.get(key)) {
      waiting.set(user, waiting.get(user) - 1);
      if (waiting.get(user) === 0) ready.push(user);
    }
  }
  for (const [key, count] of waiting) if (count > 0) values.set(key, { fault: FAULT.circular });
}

function needsOf(formula, formulas, size) {
  const needs = new Set();
  for (const area of formula.references) {
    for (const place of cellsOf(clipped(area, size))) if (formulas.has(keyOf(...place))) needs.add(keyOf(...place));
  }
  return needs;
}

function raise(fault) {
  const error = new Faulty("value");
  error.fault = fault;
  throw error;
}

/** Evaluates trees over the values that are known by then. */
class Calculator {
  constructor(values, size) {
    this.values = values;
    this.size = size;
  }

  /** What the cell of a formula is worth: an empty cell that is referred to shows as 0. */
  result(root) {
    try {
      return this.value(root) ?? ZERO;
    } catch (error) {
      if (!(error instanceof Faulty)) throw error;
      return { fault: error.fault };
    }
  }

  cell(column, row) {
    return this.values.get(keyOf(column, row)) ?? null;
  }

  area(node) {
    if (node.kind === "literal" && isFault(node.value)) raise(node.value.fault);
    if (node.kind !== "reference") throw new Faulty("value");
    return clipped(node.area, this.size);
  }

  value(node) {
    const value = this[node.kind](node);
    if (isFault(value)) raise(value.fault);
    if (isText(value) && [...value].length > LONGEST_VALUE) throw new Faulty("value");
    return value;
  }

  literal(node) {
    return node.value;
  }

  reference(node) {
    if (!node.single) throw new Faulty("value");
    return this.cell(node.area.left, node.area.top);
  }

  number(node) {
    return countedNumber(this.value(node));
  }

  text(node) {
    const value = this.value(node);
    return shown(isNumber(value) ? { ...value, style: "general" } : value);
  }

  truth(node) {
    const given = this.value(node);
    const value = isText(given) && given ? typed(given) : given;
    return isTruth(value) ? value : countedNumber(value).n !== 0n;
  }

  /** All values of the arguments, errors too, each with whether it stands in a cell. */
  given(nodes) {
    return nodes.flatMap((node) => {
      if (node.kind !== "reference") return [{ value: this.value(node), inCell: false }];
      return [...cellsOf(this.area(node))].map((place) => ({ value: this.cell(...place), inCell: true }));
    });
  }

  call(node) {
    const name = Object.hasOwn(ALIASES, node.name) ? ALIASES[node.name] : node.name;
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Faulty("name");
    const [fewest, most, compute] = FUNCTIONS[name];
    if (node.args.length < fewest || node.args.length > most) throw new Faulty("arguments");
    return compute(this, node.args);
  }

  unary(node) {
    const number = this.number(node.operand);
    if (node.sign === "%") return bounded(fraction(number.n, number.d * 100n));
    return node.sign === "-" ? { ...number, n: -number.n } : number;
  }

  binary(node) {
    if (node.sign === "&") return this.text(node.left) + this.text(node.right);
    if (Object.hasOwn(COMPARISONS, node.sign)) {
      const [left, right] = [this.value(node.left), this.value(node.right)];
      return COMPARISONS[node.sign](compared(like(left, right), like(right, left)));
    }
    const [left, right] = [this.number(node.left), this.number(node.right)];
    return { ...bounded(ARITHMETIC[node.sign](left, right)), style: mixed(node.sign, left.style, right.style) };
  }
}

/** An empty cell is like 0 beside a number, like an empty text beside a text, like FAUX beside a truth. */
function like(value, other) {
  if (value !== null) return value;
  if (isText(other)) return "";
  return isTruth(other) ? false : ZERO;
}

const COMPARISONS = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const ARITHMETIC = {
  "+": (left, right) => fraction(left.n * right.d + right.n * left.d, left.d * right.d),
  "-": (left, right) => fraction(left.n * right.d - right.n * left.d, left.d * right.d),
  "*": (left, right) => fraction(left.n * right.n, left.d * right.d),
  "/": divided,
  "^": raised,
};

function divided(left, right) {
  if (right.n === 0n) throw new Faulty("division");
  return fraction(left.n * right.d, left.d * right.n);
}

/** Whole exponents only: the others leave the fractions. */
function raised(base, exponent) {
  const times = exponent.n < 0n ? -exponent.n : exponent.n;
  if (exponent.d !== 1n || times > LARGEST_EXPONENT || (base.n === 0n && times === 0n)) throw new Faulty("number");
  if (base.n === 0n && exponent.n < 0n) throw new Faulty("division");
  const product = ARITHMETIC["*"];
  let [result, square] = [fraction(1n), base];
  for (let left = times; left > 0n; left /= 2n) {
    if (left % 2n === 1n) result = bounded(product(result, square));
    if (left > 1n) square = bounded(product(square, square));
  }
  return exponent.n < 0n ? divided(fraction(1n), result) : result;
}

/** How the result of two numbers wants to be shown. */
function mixed(sign, left, right) {
  const dates = Number(left === "date") + Number(right === "date");
  const euros = Number(left === "euro") + Number(right === "euro");
  if (dates > 0) return dates === 1 && (sign === "+" || (sign === "-" && left === "date")) ? "date" : "general";
  if (sign === "+" || sign === "-") return euros > 0 ? "euro" : commonStyle([{ style: left }, { style: right }]);
  if (sign === "*") return euros === 1 ? "euro" : "general";
  return sign === "/" && euros === 1 && left === "euro" ? "euro" : "general";
}
