/** The sheet of a rehearsal on the console: every seat of the plan, counted; what is news; when it was measured. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { counted, isNews, newlyMeasured, said, seatsOf, troubles } from "../../../proctor_console/static/js/rehearsal/sheet.js";
import { START } from "./support.mjs";

const line = (readiness) => ({ label: "Horloge", value: "Avance de 3 min", readiness, advice: "" });
const seat = (row, column, readiness = "ready", at = START) => ({ row, column, readiness, at, lines: [line("ready"), line(readiness)] });
const sheet = (...seats) => ({ number: 7, now: START, rows: 2, columns: 3, seats });
const event = (kind, number) => ({ type: "event", now: START, event: { kind, number } });

test("every seat of the plan is there, row by row, tried or not", () => {
  const seats = seatsOf(sheet(seat(2, 1, "not_ready")));
  assert.deepEqual(seats.map(({ row, column }) => `${row}-${column}`), ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]);
  assert.deepEqual(seats.map(({ readiness }) => readiness), ["untried", "untried", "untried", "not_ready", "untried", "untried"]);
});

test("the counts add up to the plan", () => {
  const counts = counted(sheet(seat(1, 1), seat(1, 2, "to_look_at"), seat(2, 3, "not_ready")));
  assert.deepEqual(counts, { ready: 1, to_look_at: 1, not_ready: 1, untried: 3 });
  assert.deepEqual(counted(sheet()), { ready: 0, to_look_at: 0, not_ready: 0, untried: 6 });
});

test("what is the matter is what is not ready", () => {
  assert.deepEqual(troubles(seat(1, 1)), []);
  assert.deepEqual(troubles(seat(1, 1, "to_look_at")).map(({ label }) => label), ["Horloge"]);
});

test("news is what changes the sheet, once", () => {
  const shown = sheet();
  for (const kind of ["RehearsalBegun", "RehearsalEnded", "SeatRehearsed", "SessionChanged", "SessionClosed"]) {
    assert.equal(isNews(shown, event(kind, 8)), true, kind);
    assert.equal(isNews(shown, event(kind, 7)), false, `${kind} is shown already`);
  }
  assert.equal(isNews(shown, event("ResponseSaved", 8)), false);
  assert.equal(isNews(shown, { type: "alive", now: START }), false);
  assert.equal(isNews(shown, { type: "reset", now: START }), true);
});

test("a seat that is measured again is said again; nothing is said at the first look", () => {
  const before = sheet(seat(1, 1), seat(1, 2));
  const after = sheet(seat(1, 1), seat(1, 2, "ready", START + 1), seat(2, 2));
  assert.deepEqual(newlyMeasured(before, after).map(({ row, column }) => [row, column]), [[1, 2], [2, 2]]);
  assert.deepEqual(newlyMeasured(null, after), []);
  assert.deepEqual(newlyMeasured(after, after), []);
});

test("an instant has its date where it is another day's, by the centre's clock", () => {
  const words = { say: (key, values) => [key, ...Object.values(values)].join(" ").replaceAll("\u00a0", " "), lang: "fr", zone: "Europe/Paris" };
  const noon = Date.UTC(2026, 4, 12, 10, 0);
  const late = Date.UTC(2026, 4, 12, 21, 59); // 23:59 in Paris
  assert.equal(said("measured", noon, late, words), "measured 12 h 00");
  assert.equal(said("measured", noon, late + 60_000, words), "measured_on 12/05/2026 12 h 00");
});
