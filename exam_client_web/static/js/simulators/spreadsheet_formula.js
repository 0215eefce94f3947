// Formulas: from text to a tree, and the same text moved elsewhere with its relative references.

import { FAULT, Faulty, fraction } from "./spreadsheet_values.js";

const MOST_TOKENS = 120;
const MOST_DEPTH = 20;
const POWER_WORK = 30; // where an addition costs one
const LAST_COLUMN = 702;
const LAST_ROW = 9999;

const LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ_";
const REFERENCE = "(?<fixedColumn>\\$?)(?<column>[A-Za-z]{1,2})(?<fixedRow>\\$?)(?<row>[1-9][0-9]{0,3})";
const TOKEN = new RegExp(
  `(?<space> +)|(?<text>"(?:[^"]|"")*")|(?<fault>#REF!)|(?<ref>${REFERENCE}(?![${LETTERS}0-9.(]))` +
    `|(?<number>[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)|(?<name>[${LETTERS}][${LETTERS}0-9.]*)` +
    "|(?<sign><>|<=|>=|[-+*/^&%()<>=;:\\u2212])",
  "y",
);
const LEVELS = { "=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5 };

export function columnName(column) {
  const high = Math.floor((column - 1) / 26);
  return (high ? String.fromCharCode(64 + high) : "") + String.fromCharCode(65 + ((column - 1) % 26));
}

export function columnNumber(name) {
  return [...name.toUpperCase()].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);
}

export const isFormula = (raw) => raw.length > 1 && raw.startsWith("=");

/** Every token behind the equals sign, spaces too; each knows where it stands. */
export function tokensOf(text) {
  const found = [];
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Faulty("syntax");
    found.push({ ...match.groups, all: match[0], start });
  }
  return found;
}

const known = new Map();

/** {root, references, work}; a formula that cannot be read is a tree of one error. */
export function parsed(text) {
  if (!known.has(text)) {
    if (known.size > 4000) known.clear();
    known.set(text, parse(text));
  }
  return known.get(text);
}

function parse(text) {
  try {
    const parser = new Parser(tokensOf(text).filter((token) => token.space === undefined));
    const powers = parser.tokens.filter((token) => token.sign === "^").length;
    return { root: parser.whole(), references: parser.references, work: parser.tokens.length + POWER_WORK * powers };
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    return { root: { kind: "literal", value: { fault: error.fault } }, references: [], work: 1 };
  }
}

const literal = (value) => ({ kind: "literal", value });
const NAMED = new Map([["VRAI", true], ["TRUE", true], ["FAUX", false], ["FALSE", false]]);

/** Precedence climbing; a sign before a number binds closer than a power, as in spreadsheets. */
class Parser {
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
    this.depth = 0;
    this.references = [];
  }

  whole() {
    if (this.tokens.length > MOST_TOKENS) throw new Faulty("complex");
    const root = this.binary(1);
    if (!this.isOver()) throw new Faulty("syntax");
    return root;
  }

  isOver() {
    return this.at >= this.tokens.length;
  }

  sign() {
    const sign = this.tokens[this.at]?.sign ?? "";
    return sign === "\u2212" ? "-" : sign;
  }

  take(sign) {
    if (this.sign() !== sign) throw new Faulty("syntax");
    this.at += 1;
  }

  /** A bracket that was forgotten at the very end is there. */
  close() {
    if (!this.isOver()) this.take(")");
  }

  binary(lowest) {
    let left = this.unary();
    for (let sign = this.sign(); (LEVELS[sign] ?? 0) >= lowest; sign = this.sign()) {
      this.at += 1;
      left = { kind: "binary", sign, left, right: this.binary(LEVELS[sign] + 1) };
    }
    return left;
  }

  unary() {
    this.depth += 1;
    if (this.depth > MOST_DEPTH) throw new Faulty("complex");
    const sign = this.sign();
    let node;
    if (sign === "+" || sign === "-") {
      this.at += 1;
      node = { kind: "unary", sign, operand: this.unary() };
    } else {
      node = this.primary();
      for (; this.sign() === "%"; this.at += 1) node = { kind: "unary", sign: "%", operand: node };
    }
    this.depth -= 1;
    return node;
  }

  primary() {
    if (this.isOver()) throw new Faulty("syntax");
    const token = this.tokens[this.at];
    if (token.sign !== undefined) {
      this.take("(");
      const node = this.binary(1);
      this.close();
      return node;
    }
    this.at += 1;
    if (token.ref !== undefined || token.fault !== undefined) return this.reference(corner(token));
    return token.name === undefined ? literalOf(token) : this.named(token.name);
  }

  reference(first) {
    let last = first;
    const single = this.sign() !== ":";
    if (!single) {
      this.at += 1;
      if (this.isOver()) throw new Faulty("syntax");
      last = corner(this.tokens[this.at]);
      this.at += 1;
    }
    if (first === null || last === null) return literal({ fault: FAULT.reference });
    const area = {
      left: Math.min(first.column, last.column),
      top: Math.min(first.row, last.row),
      right: Math.max(first.column, last.column),
      bottom: Math.max(first.row, last.row),
    };
    this.references.push(area);
    return { kind: "reference", area, single };
  }

  named(name) {
    const bare = name.normalize("NFD").replace(/\p{Mn}/gu, "").toUpperCase();
    if (this.sign() !== "(") return literal(NAMED.get(bare) ?? { fault: FAULT.name });
    this.at += 1;
    const args = [];
    if (this.sign() !== ")" && !this.isOver()) {
      args.push(this.argument());
      while (this.sign() === ";") {
        this.at += 1;
        args.push(this.argument());
      }
    }
    this.close();
    return { kind: "call", name: bare, args };
  }

  /** An argument that is left out counts as an empty cell. */
  argument() {
    return [";", ")"].includes(this.sign()) || this.isOver() ? literal(null) : this.binary(1);
  }
}

function literalOf(token) {
  if (token.text !== undefined) return literal(token.text.slice(1, -1).replaceAll('""', '"'));
  const [whole, part = ""] = token.number.replace(".", ",").split(",");
  return literal(fraction(BigInt(whole + part), 10n ** BigInt(part.length)));
}

/** A corner of a range; null where it was moved out of the sheet. */
function corner(token) {
  if (token.ref === undefined && token.fault === undefined) throw new Faulty("syntax");
  return token.ref === undefined ? null : place(token);
}

const place = (token) => ({ column: columnNumber(token.column), row: Number(token.row) });

/** The formula as a copy so many columns and rows away has it; one that cannot be read stays as it is. */
export function moved(text, across, down) {
  try {
    return `=${tokensOf(text).map((token) => (token.ref === undefined ? token.all : movedReference(token, across, down))).join("")}`;
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    return text;
  }
}

function movedReference(token, across, down) {
  const { column, row } = place(token);
  const to = { column: column + (token.fixedColumn ? 0 : across), row: row + (token.fixedRow ? 0 : down) };
  if (to.column < 1 || to.column > LAST_COLUMN || to.row < 1 || to.row > LAST_ROW) return "#REF!";
  return `${token.fixedColumn}${columnName(to.column)}${token.fixedRow}${to.row}`;
}
