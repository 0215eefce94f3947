import assert from "node:assert/strict";
import { test } from "node:test";

import { clockMinutes, clockSeconds, dateShort, leftLong, minutesLong } from "../../../exam_client_web/static/js/lib/format.js";
import { createTexts, fill } from "../../../exam_client_web/static/js/lib/texts.js";

const plain = (text) => text.replaceAll("\u00a0", " ");
const NOON = Date.UTC(2026, 10, 22, 9, 5, 7);

test("instants are written as a French wall clock does, in the zone of the centre", () => {
  assert.equal(clockSeconds(NOON, "Europe/Paris"), "10:05:07");
  assert.equal(plain(clockMinutes(NOON, "Europe/Paris")), "10 h 05");
  assert.equal(plain(clockMinutes(NOON, "Indian/Reunion")), "13 h 05");
  assert.equal(clockMinutes(NOON, "Europe/Paris", "{h}:{mm}"), "10:05");
  assert.equal(clockSeconds(Date.UTC(2026, 10, 22, 23, 0, 0), "Europe/Paris"), "00:00:00");
});

test("summer time counts", () => {
  assert.equal(plain(clockMinutes(Date.UTC(2026, 5, 1, 9, 5), "Europe/Paris")), "11 h 05");
});

test("lengths", () => {
  assert.equal(plain(minutesLong(45)), "45 min");
  assert.equal(plain(minutesLong(60)), "1 h");
  assert.equal(plain(minutesLong(105)), "1 h 45");
  assert.equal(plain(minutesLong(65)), "1 h 05");
});

test("the time left shows seconds only in the last ten minutes and never goes below zero", () => {
  const minute = 60_000;
  assert.equal(plain(leftLong(105 * minute)), "1 h 45");
  assert.equal(plain(leftLong(104 * minute + 1)), "1 h 45");
  assert.equal(plain(leftLong(10 * minute + 1)), "11 min");
  assert.equal(plain(leftLong(10 * minute)), "10 min 00 s");
  assert.equal(plain(leftLong(10 * minute - 1000)), "9 min 59 s");
  assert.equal(plain(leftLong(61_000)), "1 min 01 s");
  assert.equal(plain(leftLong(59_001)), "1 min 00 s");
  assert.equal(plain(leftLong(59_000)), "59 s");
  assert.equal(plain(leftLong(0)), "0 s");
  assert.equal(plain(leftLong(-5)), "0 s");
});

test("the time left that is shown never grows while time passes", () => {
  const size = (text) => {
    const found = plain(text).match(/^(?:(\d+) h ?)?(?:(\d+)(?: min ?|$))?(?:(\d+) s)?$/);
    return Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0);
  };
  let before = Infinity;
  for (let left = 7_300_000; left >= 0; left -= 250) {
    const shown = size(leftLong(left));
    assert.ok(shown <= before, `${left}: ${leftLong(left)}`);
    assert.ok(shown * 1000 >= left, `${left}: ${leftLong(left)} is too little`);
    before = shown;
  }
});

test("a date is a date wherever it is read", () => assert.equal(dateShort("2011-03-04"), "04/03/2011"));

test("sentences take values, count, and show what is missing instead of hiding it", () => {
  const text = createTexts({ hello: "Bonjour {name}", left_one: "{n} minute", left_many: "{n} minutes" });
  assert.equal(text("hello", { name: "Lou {n}" }), "Bonjour Lou {n}");
  assert.equal(text.counted("left", 1), "1 minute");
  assert.equal(text.counted("left", 5), "5 minutes");
  assert.equal(text("nowhere"), "nowhere");
  assert.equal(fill("{a}{b}", { a: 0 }), "0{b}");
});
