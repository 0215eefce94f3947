/** The calculator's sums: exact, written with a comma, never a guess. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { calculate, written } from "../../../exam_client_web/static/js/lib/calculation.js";
import { chance } from "./chance.mjs";

const result = (typed) => calculate(typed).text;

test("four operations, products before sums, each from the left", () => {
  assert.equal(result("12,5 × 4"), "50");
  assert.equal(result("2+3*4"), "14");
  assert.equal(result("20 ÷ 4 ÷ 5"), "1");
  assert.equal(result("10-4-3"), "3");
  assert.equal(result("12*7.5 + 3*24"), "162");
  assert.equal(result("7"), "7");
  assert.equal(result("1 200 + 3"), "1203");
  assert.equal(result(`${result("2-5")}×2`), "−6");
});

test("decimals are exact, as they are not in a program's own numbers", () => {
  assert.equal(result("0,1+0,2"), "0,3");
  assert.equal(result("1,1×1,1"), "1,21");
  assert.deepEqual(calculate("1÷8"), { text: "0,125", exact: true });
});

test("what has no end is rounded, and said to be", () => {
  assert.deepEqual(calculate("10÷3"), { text: "3,3333333333", exact: false });
  assert.deepEqual(calculate("2÷3"), { text: "0,6666666667", exact: false });
  assert.deepEqual(calculate("1÷3×3"), { text: "1", exact: true });
});

test("a number may be negative, first or behind a sign", () => {
  assert.equal(result("-5+2"), "−3");
  assert.equal(result("2×-3"), "−6");
  assert.equal(result("5--3"), "8");
  assert.equal(result("-6÷-4"), "1,5");
  assert.equal(result("−1÷3×0"), "0");
});

test("what is no calculation, a division by zero, and too large a number are told apart", () => {
  for (const typed of ["", "2+", "×3", "1,", ",5", "1,2,3", "2++3", "abc", "(2)", "1e9", "9".repeat(61)]) {
    assert.equal(calculate(typed).problem, "calc_unfinished", typed);
  }
  assert.equal(calculate("1÷0").problem, "calc_zero");
  assert.equal(calculate("4÷0,0").problem, "calc_zero");
  assert.equal(calculate("999999999×999999999").problem, "calc_large");
});

test("it is written as it is taught, however it was typed", () => {
  assert.equal(written("12.5*4/2-1"), "12,5 × 4 ÷ 2 − 1");
  assert.equal(written("-5"), "−5");
  assert.equal(written("2*-3"), "2 × −3");
  assert.equal(written(written("2*-3 - -4")), "2 × −3 − −4");
});

test("a sum of whole numbers is what adding them gives, whatever they are", () => {
  const random = chance(7);
  for (let round = 0; round < 300; round += 1) {
    const numbers = Array.from({ length: 1 + Math.floor(random() * 5) }, () => Math.floor(random() * 2001) - 1000);
    const typed = numbers.join("+");
    const sum = numbers.reduce((all, one) => all + one, 0);
    assert.equal(result(typed), String(sum).replace("-", "−"), typed);
  }
});
