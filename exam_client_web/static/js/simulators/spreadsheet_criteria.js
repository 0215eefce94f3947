// Conditions on a cell, as NB.SI and filters read them.

import { ZERO, compared, folded, isFault, isNumber, isText, isTruth, shown, typed } from "./spreadsheet_values.js";

const SIGNS = ["<>", "<=", ">=", "=", "<", ">"];
export const FILTER_SIGNS = new Set([...SIGNS, "contains", "begins"]);

const KINDS = [isNumber, isText, isTruth, isFault];
const sameKind = (left, right) => left !== null && right !== null && KINDS.every((is) => is(left) === is(right));

/** {sign, operand} of a criterion: a text may begin with a sign. */
export function criterionOf(value) {
  if (!isText(value)) return { sign: "=", operand: value === null ? ZERO : value };
  const sign = SIGNS.find((one) => value.startsWith(one)) ?? "";
  return { sign: sign || "=", operand: typed(value.slice(sign.length).replace(/^ +| +$/g, "")) };
}

export function holds({ sign, operand }, value) {
  if (sign === "=" || sign === "<>") return isEqual(operand, value) === (sign === "=");
  if (!sameKind(value, operand)) return false;
  const order = compared(value, operand);
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[sign];
}

function isEqual(operand, value) {
  if (operand === null) return value === null || value === "";
  if (isText(operand) && isText(value)) return matches(value.toLowerCase(), operand.toLowerCase());
  return sameKind(value, operand) && compared(value, operand) === 0;
}

/** Whether the text is the pattern, whose stars stand for any characters. */
export function matches(text, pattern) {
  const [first, ...others] = pattern.split("*");
  if (others.length === 0) return text === pattern;
  const last = others.pop();
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a row with this value stays under a filter. */
export function passes(value, sign, operand) {
  if (sign === "contains") return folded(shown(value)).includes(folded(operand));
  if (sign === "begins") return folded(shown(value)).startsWith(folded(operand));
  return holds({ sign, operand: typed(operand) }, value);
}
