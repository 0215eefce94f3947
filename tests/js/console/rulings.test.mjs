/** The pure parts of the rulings' page: what a form asks for, and how an effect is told. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { linesOf, wishOf } from "../../../proctor_console/static/js/rulings.js";

const say = (key) => key;
const VALID = { status: "Validée", reason: null, score: 412 };
const CANCELLED = { status: "Annulée", reason: "Décision de la direction", score: null };

test("an effect says status and score before and after, then only the levels that change", () => {
  const levels = [{ code: "3.4", label: "Programmer", before: 3, after: 2 }];
  assert.deepEqual(linesOf({ before: VALID, after: { ...VALID, score: 398 }, levels }, say), [
    { label: "effect_status", before: "Validée", after: "Validée" },
    { label: "effect_score", before: "412", after: "398" },
    { code: "3.4", label: "Programmer", before: "3", after: "2" },
  ]);
});

test("where there is no score and no level a dash stands, and level 0 is not one", () => {
  const levels = [{ code: "1.1", label: "Mener", before: 0, after: null }];
  const [status, score, level] = linesOf({ before: VALID, after: CANCELLED, levels }, say);
  assert.equal(status.after, "Annulée (Décision de la direction)");
  assert.equal(score.after, "—");
  assert.deepEqual([level.before, level.after], ["0", "—"]);
});

test("items that are still ticked belong to the ruling that leaves items out, and to no other", () => {
  const body = { candidate: "c", kind: "leave_out", positions: ["3", "7"], incident: "" };
  assert.deepEqual(wishOf(body), body);
  assert.deepEqual(wishOf({ ...body, kind: "cancel" }).positions, []);
  assert.deepEqual(wishOf({ candidate: "c", incident: "" }).positions, []);
});
