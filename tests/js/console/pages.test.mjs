/** The pure parts of forms, imports, closing, extra time, texts and the clock. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { reasonOf } from "../../../proctor_console/static/js/lib/dialog.js";
import { reasonsOf } from "../../../proctor_console/static/js/closing.js";
import { baseMinutes, minutesWith, readFraction } from "../../../proctor_console/static/js/extra_time.js";
import { told } from "../../../proctor_console/static/js/import.js";
import { notBefore, serverNow, unset, withAnswer } from "../../../proctor_console/static/js/lib/clock.js";
import { bodyOf, registeredLines, sorted } from "../../../proctor_console/static/js/lib/fields.js";
import { countdown, length, minutesLength, plain, since, timeOfDay } from "../../../proctor_console/static/js/lib/format.js";
import { read, Refused } from "../../../proctor_console/static/js/lib/send.js";
import { fill, speaker } from "../../../proctor_console/static/js/lib/texts.js";
import { MINUTE, seeded, START } from "./support.mjs";

const flat = (text) => text.replaceAll("\u00a0", " ");
const say = (key, values = {}) => `${key}${Object.keys(values).length ? `(${values.n ?? values.rows ?? ""})` : ""}`;

test("a form becomes JSON: lists stay lists, numbers become numbers, text loses its edges", () => {
  const entries = [["room", " B12 "], ["rows", "5"], ["invigilators", "7"], ["invigilators", "9"], ["password", " a b "]];
  assert.deepEqual(bodyOf(entries, { lists: ["invigilators"], numbers: ["rows"], verbatim: ["password"] }), {
    invigilators: ["7", "9"],
    room: "B12",
    rows: 5,
    password: " a b ",
  });
});

test("a list with nothing ticked is an empty list, a number that is none goes as typed", () => {
  assert.deepEqual(bodyOf([["rows", "cinq"], ["columns", ""]], { lists: ["who"], numbers: ["rows", "columns"] }), { who: [], rows: "cinq", columns: "" });
});

test("problems go beside their fields with what to do; strangers go to the summary", () => {
  const { general, byField } = sorted(
    [{ field: "rows", problem: "Trop.", remedy: "Moins." }, { field: "rows", problem: "Vraiment." }, { field: "moon", problem: "Loin.", remedy: null }, { problem: "Tout." }],
    ["rows", "room"],
  );
  assert.deepEqual([...byField], [["rows", ["Trop. Moins.", "Vraiment."]]]);
  assert.deepEqual(general, ["Loin.", "Tout."]);
});

test("a registration says how many, and who was refused and why", () => {
  assert.equal(registeredLines({ registered: 0 }, say).title, "registered_none(0)");
  assert.equal(registeredLines({ registered: 1 }, say).title, "registered_one(1)");
  const { title, refused } = registeredLines({ registered: 24, refused: [{ name: "Abel", why: "pas de profil" }] }, say);
  assert.deepEqual([title, refused.map(flat)], ["registered_done(24)", ["Abel : pas de profil"]]);
});

test("an import with problems keeps nothing and offers the valid rows", () => {
  const problems = [{ file: "f.csv", line: 3, field: "x", problem: "p", remedy: "r" }];
  const { kind, title, offer, lines } = told({ saved: false, rows: 20, problems, problems_total: 1 }, say);
  assert.deepEqual([kind, title, offer, lines], ["error", "import_nothing", true, ["import_problem_one"]]);
});

test("when many pupils would become inactive, somebody has to confirm first", () => {
  const { kind, title, offer, confirm, lines } = told({ saved: false, rows: 20, problems: [], problems_total: 0, confirm_left: 44 }, say);
  assert.deepEqual([kind, title, offer, confirm, lines], ["warn", "import_nothing_yet", false, true, ["import_leaving(44)", "import_leaving_hint"]]);
});

test("a file without one readable row offers nothing to keep", () => {
  assert.equal(told({ saved: false, rows: 0, problems: [{}], problems_total: 1 }, say).offer, false);
});

test("a cut list of problems says so", () => {
  assert.deepEqual(told({ saved: false, rows: 900, problems: [{}, {}], problems_total: 700 }, say).lines, ["import_problems(700)", "import_shown(2)"]);
});

test("a saved import tells what changed, who is missing, and what was left aside", () => {
  const clean = told({ saved: true, rows: 9, added: 9, problems: [], problems_total: 0 }, say);
  assert.deepEqual([clean.kind, clean.lines, clean.offer], ["", ["import_counts(9)"], false]);
  const kept = told({ saved: true, rows: 9, left: 2, problems: [{}], problems_total: 4 }, say);
  assert.deepEqual([kept.kind, kept.lines], ["warn", ["import_counts(9)", "import_left(2)", "import_kept(4)"]]);
});

test("closing needs a reason for each, and words for another reason", () => {
  const rows = [
    { candidate: "a", code: "technical", note: "" },
    { candidate: "b", code: "", note: "quoi" },
    { candidate: "c", code: "other", note: "  " },
    { candidate: "d", code: "other", note: " parti " },
  ];
  const { reasons, without, wordless } = reasonsOf(rows);
  assert.deepEqual([without, wordless], [["b"], ["c"]]);
  assert.deepEqual([reasons.a, reasons.d], [{ code: "technical", note: "" }, { code: "other", note: "parti" }]);
  assert.deepEqual(reasonsOf([]), { reasons: {}, without: [], wordless: [] });
});

test("a stop's reason is the choice, completed or replaced by one's own words", () => {
  assert.equal(reasonOf({ reason: "alarm", note: "" }, "Alarme incendie"), "Alarme incendie");
  assert.equal(flat(reasonOf({ reason: "alarm", note: " exercice " }, "Alarme incendie")), "Alarme incendie : exercice");
  assert.equal(reasonOf({ reason: "other", note: "fuite d’eau" }, "Autre…"), "fuite d’eau");
  assert.equal(reasonOf({ reason: "other", note: "  " }, "Autre…"), null);
});

test("extra time is read as people write it, exactly", () => {
  const cases = { "1/3": [1, 3], " 2 / 6 ": [1, 3], "25 %": [1, 4], "25\u00a0%": [1, 4], "25%": [1, 4], 25: [1, 4], "33,33 %": [1, 3], "33 %": [1, 3], "12,5 %": [1, 8], 0: [0, 1], "": [0, 1], "300 %": [3, 1] };
  for (const [typed, [top, bottom]] of Object.entries(cases)) assert.deepEqual(readFraction(typed), { top, bottom }, typed);
  for (const typed of ["abc", "1/0", "-1/3", "1/3/4", "301 %", "7/2", "25 %%", "1.234 %"]) assert.equal(readFraction(typed), null, typed);
});

test("a third more of 105 minutes is 2 h 20, and the base is found back", () => {
  assert.equal(minutesWith(105, { top: 1, bottom: 3 }), 140);
  assert.equal(flat(minutesLength(140)), "2 h 20");
  for (let bottom = 1; bottom <= 12; bottom += 1) {
    for (let top = 0; top <= bottom; top += 1) assert.equal(baseMinutes(minutesWith(105, { top, bottom }), { top, bottom }), 105);
  }
});

test("lengths are written in French and never say more than what is left", () => {
  const cases = [[140 * MINUTE, "2 h 20"], [60 * MINUTE, "1 h 00"], [59 * MINUTE + 59_999, "59 min"], [5 * MINUTE, "5 min"], [5 * MINUTE - 1, "4 min 59 s"], [61_000, "1 min 01 s"], [9_900, "9 s"], [-5, "0 s"]];
  for (const [ms, text] of cases) assert.equal(flat(length(ms)), text);
});

test("countdown, ages and times of day", () => {
  assert.deepEqual([countdown(15 * MINUTE), countdown(1), countdown(-1)], ["15:00", "00:01", "00:00"]);
  assert.deepEqual([since(12_400), since(61_000), since(62 * MINUTE)].map(flat), ["12 s", "1 min", "1 h 02"]);
  const at = new Date(2026, 10, 22, 9, 5).getTime();
  assert.deepEqual([flat(timeOfDay(at)), timeOfDay(at, "en")], ["9 h 05", "09:05"]);
  const noon = Date.UTC(2026, 10, 22, 12, 5);
  assert.deepEqual([flat(timeOfDay(noon, "fr", "Europe/Paris")), timeOfDay(noon, "en", "Indian/Reunion")], ["13 h 05", "16:05"]);
});

test("names compare without accents, case, hyphens and apostrophes", () => {
  assert.equal(plain("  L’Éclair-Zoë "), "l eclair zoe");
});

test("sentences take their values; what is missing stays readable", () => {
  assert.equal(fill("{n} sur {of}", { n: 3 }), "3 sur {of}");
  const words = speaker({ yes: "Oui {name}" });
  assert.deepEqual([words("yes", { name: "{name}" }), words("no"), words.knows("yes"), words.knows("toString")], ["Oui {name}", "no", true, false]);
});

test("a refusal keeps the server's words; an unreadable answer has ours", () => {
  assert.deepEqual(read(200, '{"number":4}', say), { number: 4 });
  assert.deepEqual(read(204, "", say), {});
  const refused = (status, text) => {
    try {
      return read(status, text, say);
    } catch (error) {
      assert.ok(error instanceof Refused);
      return [error.status, error.code, error.message, error.remedy, error.problems];
    }
  };
  assert.deepEqual(refused(409, '{"error":{"code":"seat_taken","message":"Prise.","remedy":"Autre.","problems":null}}'), [409, "seat_taken", "Prise.", "Autre.", []]);
  assert.deepEqual(refused(502, "<html>").slice(0, 3), [502, "unreadable", "error_unreadable"]);
  assert.deepEqual(refused(200, "<html>").slice(0, 3), [200, "unreadable", "error_unreadable"]);
});

test("the clock keeps the sample with the shortest trip and is never behind a pushed message", () => {
  let clock = withAnswer(unset, { now: START, speed: 1, sent: 0, received: 400 });
  assert.equal(serverNow(clock, 400), START + 200);
  clock = withAnswer(clock, { now: START + 1_000, speed: 1, sent: 1_000, received: 1_100 });
  assert.equal(serverNow(clock, 1_100), START + 1_050);
  const kept = withAnswer(clock, { now: START + 1_500, speed: 1, sent: 2_000, received: 4_000 });
  assert.equal(serverNow(kept, 4_000), serverNow(clock, 4_000));
  assert.equal(notBefore(clock, { now: START, received: 5_000 }), clock);
  assert.equal(serverNow(notBefore(clock, { now: START + 90_000, received: 5_000 }), 5_000), START + 90_000);
  assert.equal(serverNow(unset, 5), null);
});

test("an accelerated server's clock runs at its speed", () => {
  const clock = withAnswer(unset, { now: START, speed: 60, sent: 0, received: 0 });
  assert.equal(serverNow(clock, 1_000), START + MINUTE);
});

test("whatever the network, the clock is right within half the best trip", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = seeded(seed);
    const real = (tick) => START + tick + 123_456;
    let clock = unset;
    let best = Infinity;
    let tick = 0;
    for (let step = 0; step < 20; step += 1) {
      const sent = tick;
      const out = chance() * 500;
      const back = chance() * 500;
      tick += out + back;
      if (chance() < 0.5) {
        clock = withAnswer(clock, { now: real(sent + out), speed: 1, sent, received: tick });
        best = Math.min(best, (out + back) / 2);
      } else {
        clock = notBefore(clock, { now: real(sent + out), received: tick });
      }
      if (best < Infinity) assert.ok(Math.abs(serverNow(clock, tick) - real(tick)) <= best + 1e-3, `seed ${seed}`);
      tick += chance() * 3_000;
    }
  }
});
