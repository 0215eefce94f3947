// The functions of formulas by their French names, over a calculator that evaluates their arguments.

import { criterionOf, holds } from "./spreadsheet_criteria.js";
import {
  FAULT, Faulty, MAX_DIGITS, ZERO, bounded, compared, floor, fraction, isFault, isNumber, isText, isTruth, rounded, shown, typed,
} from "./spreadsheet_values.js";

export function commonStyle(numbers) {
  const styles = new Set(numbers.map((number) => number.style));
  return styles.size === 1 ? [...styles][0] : "general";
}

const raise = (value) => {
  const error = new Faulty("value");
  error.fault = value.fault;
  throw error;
};

/** An argument that was written as a value: texts that look like numbers are numbers. */
export function countedNumber(given) {
  const value = isText(given) ? (given ? typed(given) : { fault: FAULT.value }) : given;
  if (isFault(value)) raise(value);
  if (isTruth(value)) return fraction(value ? 1n : 0n);
  if (value === null) return ZERO;
  if (!isNumber(value)) throw new Faulty("value");
  return value;
}

/** What sums count: in cells only numbers, among written values everything that is one. */
function numbers(sheet, nodes) {
  const found = [];
  for (const { value, inCell } of sheet.given(nodes)) {
    if (isFault(value)) raise(value);
    if (isNumber(value) || !inCell) found.push(countedNumber(value));
  }
  return found;
}

const plus = (left, right) => fraction(left.n * right.d + right.n * left.d, left.d * right.d);

/** Whole numbers first, one sum for each denominator: adding fractions one by one takes long. */
function total(list) {
  const tops = new Map();
  for (const { n, d } of list) tops.set(d, (tops.get(d) ?? 0n) + n);
  return [...tops].reduce((sum, [bottom, top]) => bounded(plus(sum, fraction(top, bottom))), ZERO);
}

const styled = (number, style) => ({ ...number, style });
const whole = (count) => fraction(BigInt(count));

const sumOf = (list) => styled(total(list), commonStyle(list));

function meanOf(list) {
  if (list.length === 0) throw new Faulty("division");
  const sum = total(list);
  return bounded(fraction(sum.n, sum.d * BigInt(list.length), commonStyle(list)));
}

function extreme(sheet, nodes, sign) {
  const list = numbers(sheet, nodes);
  const best = list.reduce((one, other) => (one === null || compared(other, one) * sign > 0 ? other : one), null);
  return styled(best ?? ZERO, commonStyle(list));
}

function count(sheet, nodes) {
  const counts = ({ value, inCell }) => {
    const read = !inCell && isText(value) ? typed(value) : value;
    return isNumber(read) || (!inCell && isTruth(read));
  };
  return whole(sheet.given(nodes).filter(counts).length);
}

const countFilled = (sheet, nodes) => whole(sheet.given(nodes).filter(({ value, inCell }) => value !== null || !inCell).length);

export function* cellsOf(area) {
  for (let row = area.top; row <= area.bottom; row += 1) {
    for (let column = area.left; column <= area.right; column += 1) yield [column, row];
  }
}

function countIf(sheet, nodes) {
  const area = sheet.area(nodes[0]);
  const criterion = criterionOf(sheet.value(nodes[1]));
  return whole([...cellsOf(area)].filter((place) => holds(criterion, sheet.cell(...place))).length);
}

/** The numbers beside the cells that hold the criterion. */
function chosen(sheet, nodes) {
  const area = sheet.area(nodes[0]);
  const criterion = criterionOf(sheet.value(nodes[1]));
  const beside = nodes.length > 2 ? sheet.area(nodes[2]) : area;
  const found = [];
  for (const [column, row] of cellsOf(area)) {
    if (!holds(criterion, sheet.cell(column, row))) continue;
    const value = sheet.cell(column + beside.left - area.left, row + beside.top - area.top);
    if (isFault(value)) raise(value);
    if (isNumber(value)) found.push(value);
  }
  return found;
}

function choose(sheet, nodes) {
  if (sheet.truth(nodes[0])) return sheet.value(nodes[1]);
  return nodes.length > 2 ? sheet.value(nodes[2]) : false;
}

function truths(sheet, nodes) {
  const found = [];
  for (const { value, inCell } of sheet.given(nodes)) {
    if (isFault(value)) raise(value);
    if (isTruth(value) || isNumber(value) || !inCell) found.push(isTruth(value) ? value : countedNumber(value).n !== 0n);
  }
  if (found.length === 0) throw new Faulty("value");
  return found;
}

/** A whole number that says how many; what follows the comma does not count. */
function wholePart(sheet, node) {
  const { n, d } = sheet.number(node);
  const cut = n / d;
  return Number(cut > 10_000n ? 10_000n : cut < -10_000n ? -10_000n : cut);
}

function round(sheet, nodes) {
  const number = sheet.number(nodes[0]);
  const decimals = nodes.length > 1 ? wholePart(sheet, nodes[1]) : 0;
  return bounded(rounded(number, Math.max(-MAX_DIGITS, Math.min(MAX_DIGITS, decimals))));
}

function absolute(sheet, nodes) {
  const number = sheet.number(nodes[0]);
  return number.n < 0n ? { ...number, n: -number.n } : number;
}

function modulo(sheet, nodes) {
  const [dividend, by] = [sheet.number(nodes[0]), sheet.number(nodes[1])];
  if (by.n === 0n) throw new Faulty("division");
  const times = floor(fraction(dividend.n * by.d, dividend.d * by.n));
  return bounded(plus(dividend, fraction(-by.n * times, by.d)));
}

const unstyled = (value) => (isNumber(value) ? styled(value, "general") : value);

function joined(sheet, nodes) {
  return sheet
    .given(nodes)
    .map(({ value }) => (isFault(value) ? raise(value) : shown(unstyled(value))))
    .join("");
}

/** The length asked for at one side of a text, and the text as characters. */
function side(sheet, nodes) {
  const characters = [...sheet.text(nodes[0])];
  const length = nodes.length > 1 ? wholePart(sheet, nodes[1]) : 1;
  if (length < 0) throw new Faulty("value");
  return { characters, length };
}

function leftSide(sheet, nodes) {
  const { characters, length } = side(sheet, nodes);
  return characters.slice(0, length).join("");
}

function rightSide(sheet, nodes) {
  const { characters, length } = side(sheet, nodes);
  return characters.slice(Math.max(0, characters.length - length)).join("");
}

function lookUp(sheet, nodes) {
  const wanted = sheet.value(nodes[0]);
  const area = sheet.area(nodes[1]);
  const number = wholePart(sheet, nodes[2]);
  const nearest = nodes.length > 3 ? sheet.truth(nodes[3]) : true;
  if (number < 1) throw new Faulty("value");
  if (area.left + number - 1 > area.right) throw new Faulty("reference");
  const keys = [];
  for (let row = area.top; row <= area.bottom; row += 1) keys.push(sheet.cell(area.left, row));
  const below = nearest ? nearestBelow(keys, wanted) : keys.findIndex((key) => holds({ sign: "=", operand: wanted ?? ZERO }, key));
  if (below < 0) throw new Faulty("not_found");
  return sheet.cell(area.left + number - 1, area.top + below) ?? ZERO;
}

/** The last row that is not above what is wanted, in a table that is sorted. */
function nearestBelow(keys, wanted) {
  const kind = (value) => (value === null ? "nothing" : isNumber(value) ? "number" : isFault(value) ? "fault" : typeof value);
  let below = -1;
  for (const [at, key] of keys.entries()) {
    if (kind(key) !== kind(wanted)) continue;
    if (compared(key, wanted) > 0) break;
    below = at;
  }
  return below;
}

function rank(sheet, nodes) {
  const number = sheet.number(nodes[0]);
  const rising = nodes.length > 2 ? sheet.truth(nodes[2]) : false;
  const others = [...cellsOf(sheet.area(nodes[1]))].map((place) => sheet.cell(...place)).filter(isNumber);
  const orders = others.map((other) => compared(other, number));
  if (!orders.includes(0)) throw new Faulty("not_found");
  return whole(1 + orders.filter((order) => (rising ? order < 0 : order > 0)).length);
}

const ANY = 120;

/** Name: [fewest arguments, most arguments, what computes]. */
export const FUNCTIONS = {
  SOMME: [1, ANY, (sheet, nodes) => sumOf(numbers(sheet, nodes))],
  MOYENNE: [1, ANY, (sheet, nodes) => meanOf(numbers(sheet, nodes))],
  MIN: [1, ANY, (sheet, nodes) => extreme(sheet, nodes, -1)],
  MAX: [1, ANY, (sheet, nodes) => extreme(sheet, nodes, 1)],
  NB: [1, ANY, count],
  NBVAL: [1, ANY, countFilled],
  "NB.SI": [2, 2, countIf],
  "SOMME.SI": [2, 3, (sheet, nodes) => sumOf(chosen(sheet, nodes))],
  "MOYENNE.SI": [2, 3, (sheet, nodes) => meanOf(chosen(sheet, nodes))],
  SI: [2, 3, choose],
  ET: [1, ANY, (sheet, nodes) => truths(sheet, nodes).every(Boolean)],
  OU: [1, ANY, (sheet, nodes) => truths(sheet, nodes).some(Boolean)],
  NON: [1, 1, (sheet, nodes) => !sheet.truth(nodes[0])],
  ARRONDI: [1, 2, round],
  ABS: [1, 1, absolute],
  MOD: [2, 2, modulo],
  ENT: [1, 1, (sheet, nodes) => fraction(floor(sheet.number(nodes[0])))],
  CONCAT: [1, ANY, joined],
  GAUCHE: [1, 2, leftSide],
  DROITE: [1, 2, rightSide],
  NBCAR: [1, 1, (sheet, nodes) => whole([...sheet.text(nodes[0])].length)],
  MAJUSCULE: [1, 1, (sheet, nodes) => sheet.text(nodes[0]).toUpperCase()],
  MINUSCULE: [1, 1, (sheet, nodes) => sheet.text(nodes[0]).toLowerCase()],
  RECHERCHEV: [3, 4, lookUp],
  RANG: [2, 3, rank],
};

export const ALIASES = {
  CONCATENER: "CONCAT", CONCATENATE: "CONCAT", SUM: "SOMME", AVERAGE: "MOYENNE", COUNT: "NB", COUNTA: "NBVAL",
  COUNTIF: "NB.SI", SUMIF: "SOMME.SI", AVERAGEIF: "MOYENNE.SI", IF: "SI", AND: "ET", OR: "OU", NOT: "NON",
  ROUND: "ARRONDI", INT: "ENT", LEFT: "GAUCHE", RIGHT: "DROITE", LEN: "NBCAR", UPPER: "MAJUSCULE", LOWER: "MINUSCULE",
  VLOOKUP: "RECHERCHEV", RANK: "RANG",
};
