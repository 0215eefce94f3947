// What a cell can be worth, as the server has it: exact fractions {n, d, style}, texts, truths, errors {fault}, null.

export const LONGEST_RAW = 200;
export const LONGEST_VALUE = 500;
export const MAX_DIGITS = 15;
const SHOWN_DECIMALS = 10;
const LARGEST = 10n ** 40n;
const KEPT_DECIMALS = 30;

export const FAULT = {
  division: "#DIV/0!",
  name: "#NOM?",
  value: "#VALEUR!",
  reference: "#REF!",
  not_found: "#N/A",
  number: "#NOMBRE!",
  arguments: "Err:504",
  syntax: "Err:509",
  complex: "Err:512",
  circular: "Err:522",
};

/** A computation that ends in an error, by its name in FAULT. */
export class Faulty extends Error {
  constructor(name) {
    super(name);
    this.fault = FAULT[name];
  }
}

export const isNumber = (value) => typeof value === "object" && value !== null && value.n !== undefined;
export const isFault = (value) => typeof value === "object" && value !== null && value.fault !== undefined;
export const isText = (value) => typeof value === "string";
export const isTruth = (value) => typeof value === "boolean";

const size = (n) => (n < 0n ? -n : n);

function divisor(left, right) {
  let [a, b] = [size(left), right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

/** The fraction n/d in lowest terms; d may be negative, never zero. */
export function fraction(n, d = 1n, style = "general") {
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d];
  const by = divisor(top, bottom);
  return { n: top / by, d: bottom / by, style };
}

export const ZERO = fraction(0n);

export function floor({ n, d }) {
  const cut = n / d;
  return n < 0n && cut * d !== n ? cut - 1n : cut;
}

/** Half away from zero, as people round; a negative count rounds to tens, hundreds … */
export function rounded({ n, d, style }, decimals) {
  const unit = 10n ** BigInt(Math.abs(decimals));
  const [up, down] = decimals >= 0 ? [unit, 1n] : [1n, unit];
  const whole = floor({ n: 2n * size(n) * up + d * down, d: 2n * d * down });
  return fraction((n < 0n ? -whole : whole) * down, up, style);
}

export function bounded(number) {
  if (size(number.n) >= LARGEST * number.d) throw new Faulty("number");
  return number.d > LARGEST ? rounded(number, KEPT_DECIMALS) : number;
}

/** A raw text as cells keep it; in formulas the curly quotation marks of tablets are straight ones. */
export function clean(raw) {
  const text = raw
    .replace(/[\t\n\r\u00a0\u202f\u2009]/g, " ")
    .normalize("NFC")
    .replace(/^ +| +$/g, "");
  return text.startsWith("=") ? text.replace(/[“”]/g, '"') : text;
}

const NUMBER = /^([+-]?) ?([0-9]{1,3}(?: [0-9]{3})+|[0-9]*)(?:[.,]([0-9]*))?(?: ?([%€]))?$/;
const DATE = /^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})$/;
const TRUTHS = new Map([["VRAI", true], ["TRUE", true], ["FAUX", false], ["FALSE", false]]);

/** What a clean text that is not a formula is worth. */
export function typed(text) {
  if (text === "") return null;
  if (text.startsWith("'")) return text.slice(1);
  const truth = TRUTHS.get(text.toUpperCase());
  if (truth !== undefined) return truth;
  return typedNumber(text) ?? typedDate(text) ?? text;
}

function typedNumber(text) {
  const found = NUMBER.exec(text.replaceAll("\u2212", "-"));
  if (found === null || !(found[2] || found[3])) return null;
  const [, sign, spaced, part = "", unit] = found;
  const whole = spaced.replaceAll(" ", "");
  if (whole.length > MAX_DIGITS || part.length > MAX_DIGITS) return null;
  const top = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  const bottom = 10n ** BigInt(part.length);
  if (unit === "%") return fraction(top, bottom * 100n, "percent");
  return fraction(top, bottom, unit ? "euro" : "general");
}

const DAY = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);
const LAST_DAY = (Date.UTC(2199, 11, 31) - EPOCH) / DAY;

function typedDate(text) {
  const found = DATE.exec(text);
  if (found === null) return null;
  const [day, month] = [Number(found[1]), Number(found[2])];
  let year = Number(found[3]);
  if (found[3].length === 2) year += year < 30 ? 2000 : 1900;
  if (year < 1900 || year > 2199) return null;
  const then = new Date(Date.UTC(year, month - 1, day));
  if (then.getUTCMonth() !== month - 1 || then.getUTCDate() !== day) return null;
  return fraction(BigInt((then.getTime() - EPOCH) / DAY), 1n, "date");
}

/** As the cell shows it; the pattern is the cell's own format. */
export function shown(value, pattern = "") {
  if (value === null) return "";
  if (isTruth(value)) return value ? "VRAI" : "FAUX";
  if (isFault(value)) return value.fault;
  if (isText(value)) return value;
  return pattern ? withPattern(value, pattern) : withStyle(value);
}

function fixed(number, decimals) {
  const { n, d } = rounded(number, decimals);
  const whole = (size(n) * 10n ** BigInt(decimals)) / d;
  const digits = String(whole).padStart(decimals + 1, "0");
  const sign = whole !== 0n && n < 0n ? "-" : "";
  return sign + (decimals ? `${digits.slice(0, -decimals)},${digits.slice(-decimals)}` : digits);
}

/** A number without any look: at most ten decimals, a comma. */
export function plain(number) {
  return fixed(number, SHOWN_DECIMALS).replace(/0+$/, "").replace(/,$/, "");
}

const percent = ({ n, d }) => fraction(n * 100n, d);

function withStyle(number) {
  if (number.style === "percent") return `${plain(percent(number))}\u00a0%`;
  if (number.style === "euro") return `${fixed(number, 2)}\u00a0€`;
  return number.style === "date" ? dated(number) : plain(number);
}

function dated(number) {
  const days = floor(number);
  if (days < 1n || days > BigInt(LAST_DAY)) return plain(number);
  const then = new Date(EPOCH + Number(days) * DAY);
  const two = (part) => String(part).padStart(2, "0");
  return `${two(then.getUTCDate())}/${two(then.getUTCMonth() + 1)}/${then.getUTCFullYear()}`;
}

const FORMAT = /^(# ##)?0(?:,(0{1,6}))?( ?[^0-9#,\s]{1,8})?$/;

function withPattern(number, pattern) {
  if (pattern === "JJ/MM/AAAA") return dated(number);
  const found = FORMAT.exec(pattern);
  if (found === null) return plain(number);
  const unit = (found[3] ?? "").replaceAll(" ", "\u00a0");
  const text = fixed(unit.includes("%") ? percent(number) : number, (found[2] ?? "").length);
  return (found[1] ? apart(text) : text) + unit;
}

/** Groups of three before the comma. */
function apart(text) {
  const [whole, part] = text.split(",");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return part === undefined ? grouped : `${grouped},${part}`;
}

/** Without case and accents, for order and for what a filter contains. */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");
}

/** By code points, as the server's language compares texts. */
function textOrder(left, right) {
  const [a, b] = [[...left], [...right]];
  const at = a.findIndex((char, index) => char !== b[index]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : a[at].codePointAt(0) - b[at].codePointAt(0);
}

/** Numbers before texts before truths before errors; nothing comes last. */
function rank(value) {
  if (value === null) return 4;
  if (isNumber(value)) return 0;
  if (isText(value)) return 1;
  return isTruth(value) ? 2 : 3;
}

/** Negative, zero or positive: the one order that comparisons and sorting share. */
export function compared(left, right) {
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (isNumber(left)) {
    const difference = left.n * right.d - right.n * left.d;
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }
  if (isText(left)) return textOrder(folded(left), folded(right)) || textOrder(left.toLowerCase(), right.toLowerCase());
  return isTruth(left) ? Number(left) - Number(right) : 0;
}
