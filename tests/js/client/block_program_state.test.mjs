import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { createGround, createRun, runToEnd } from "../../../exam_client_web/static/js/simulators/block_program_state.js";

const table = new URL("../../simulators/block_program_cases.json", import.meta.url);
const { written, generated } = JSON.parse(readFileSync(table, "utf8"));

function outcomeOf({ kind, world, program }) {
  const ground = createGround(kind, world);
  const end = runToEnd(program, ground);
  if (kind === "variables") return { ...end, output: ground.output };
  const { robot, direction, things, colours, carried } = ground.grid;
  return { ...end, robot, direction: "^>v<"[direction], things: [...things].sort(), colours: Object.fromEntries(colours), carried };
}

test("the page's machine comes to the same as the server's in every case of the shared table", () => {
  assert.ok(written.length + generated.length >= 80);
  for (const one of [...written, ...generated]) {
    assert.deepEqual(outcomeOf(one), one.outcome, one.name);
  }
});

test("a step says which block it did, and nothing at the end of a list", () => {
  const program = [{ do: "define", body: [{ do: "left" }] }, { do: "repeat", times: 2, body: [{ do: "call" }] }];
  const run = createRun(program, createGround("grid", { map: [">"] }));
  const paths = [];
  while (!run.over()) paths.push(run.step());
  const round = [[1, "body", 0], [0, "body", 0], null, null];
  assert.deepEqual(paths, [[1], ...round, ...round, null]);
});
