import assert from "node:assert/strict";
import { test } from "node:test";

import * as editing from "../../../exam_client_web/static/js/simulators/block_program_editing.js";
import { chance } from "./chance.mjs";

const { blockAt, duplicated, fits, inserted, lineOf, missing, moved, newBlock, programIn, removed, roomFor, walk, withValue } = editing;

const blocks = [
  { id: "forward", text: "Avancer", most: 60 },
  { id: "left", text: "Tourner à gauche", most: 2 },
  { id: "repeat", text: "Répéter {times} fois", most: 60 },
  { id: "if_else", text: "Si {test} … sinon", most: 60 },
  { id: "define", text: "Définir", most: 60 },
  { id: "paint", text: "Peindre en {colour}", most: 60 },
];
const item = { world: "grid", blocks, tests: [{ id: "goal", text: "but", offered: true }], colours: [{ id: "red" }, { id: "blue" }], names: [], start: [], most_blocks: 3 };
const F = { do: "forward" };
const L = { do: "left" };
const repeat = (...body) => ({ do: "repeat", times: 2, body });
const choose = (body, other) => ({ do: "if_else", test: "goal", body, else: other });

test("a block goes where it is put, and the old program stays as it was", () => {
  const before = [repeat(F), L];
  assert.deepEqual(inserted(before, [0, "body", 1], L), [repeat(F, L), L]);
  assert.deepEqual(inserted(before, [0], F), [F, repeat(F), L]);
  assert.deepEqual(before, [repeat(F), L]);
  assert.deepEqual(removed(before, [0, "body", 0]), [repeat(), L]);
  assert.deepEqual(withValue(before, [0], "times", 5), [{ ...repeat(F), times: 5 }, L]);
});

test("up and down go through every list that a reader goes through", () => {
  let state = { program: [F, choose([F], [F]), L], path: [2] };
  const places = [];
  state = moved(state.program, state.path, "in");
  places.push(state.path.join(" "));
  for (const way of ["down", "down", "down"]) {
    state = moved(state.program, state.path, way);
    places.push(state.path.join(" "));
  }
  assert.deepEqual(places, ["1 body 1", "1 else 0", "1 else 1", "2"]);
  assert.equal(moved(state.program, state.path, "down"), null);
  assert.deepEqual(moved([choose([F], [L])], [0, "else", 0], "up"), { program: [choose([F, L], [])], path: [0, "body", 1] });
  assert.deepEqual(moved([choose([L], [])], [0, "body", 0], "up"), { program: [L, choose([], [])], path: [0] });
});

test("in goes into the block before, else into the one after; out goes below the one around", () => {
  assert.deepEqual(moved([repeat(F), L], [1], "in").program, [repeat(F, L)]);
  assert.deepEqual(moved([L, repeat(F)], [0], "in").program, [repeat(L, F)]);
  assert.equal(moved([L, F], [0], "in"), null);
  assert.deepEqual(moved([repeat(F, L), F], [0, "body", 0], "out"), { program: [repeat(L), F, F], path: [1] });
  assert.equal(moved([L], [0], "out"), null);
});

test("a fixed block stays; others pass it", () => {
  const fixed = { ...F, fixed: true };
  assert.equal(moved([L, fixed], [1], "up"), null);
  assert.deepEqual(moved([L, fixed], [0], "down").program, [fixed, L]);
  assert.equal(duplicated(item, [fixed], [0]), null);
});

test("a definition stays in the outermost list, and there is one", () => {
  const define = { do: "define", body: [] };
  assert.equal(moved([repeat(), define], [1], "in"), null);
  assert.equal(roomFor(item, [define], "define"), 0);
  assert.equal(fits(define, [0, "body", 0]), false);
});

test("limits count what is not fixed, and copies as well", () => {
  assert.equal(roomFor(item, [L], "left"), 1);
  assert.equal(roomFor(item, [{ ...L, fixed: true }], "left"), 2);
  assert.equal(roomFor(item, [], "take"), 0);
  assert.deepEqual(duplicated(item, [L], [0]), { program: [L, L], path: [1] });
  assert.equal(duplicated(item, [repeat(L, L)], [0]), null);
});

test("blocks nest eight deep and no deeper", () => {
  let program = [F];
  for (let depth = 1; depth < 8; depth += 1) program = [repeat(...program)];
  assert.equal(moved([repeat(), ...program], [1], "in"), null);
  assert.equal(fits(F, Array(7).fill([0, "body"]).flat().concat(0)), true);
  assert.equal(fits(F, Array(8).fill([0, "body"]).flat().concat(0)), false);
});

test("a new block has its only choice chosen, and a hole where there are several", () => {
  assert.deepEqual(newBlock(item, "paint"), { do: "paint", colour: "?" });
  assert.deepEqual(newBlock(item, "if_else"), { do: "if_else", test: "goal", body: [], else: [] });
  assert.deepEqual(newBlock(item, "repeat"), { do: "repeat", times: "?", body: [] });
});

test("what cannot be sent says why", () => {
  assert.equal(missing(item, null), "build_program");
  assert.equal(missing(item, { program: [] }), "build_program");
  assert.equal(missing(item, { program: [repeat({ do: "paint", colour: "?" })] }), "program_hole");
  assert.equal(missing(item, { program: [F, F, F, F] }), "program_long");
  assert.equal(missing(item, { program: [F, F, F] }), null);
  assert.equal(missing({ ...item, most_blocks: 0 }, { program: [F, F, F, F] }), null);
});

test("the program that the item gives is no answer, also when it was begun again", () => {
  const start = [{ do: "repeat", times: 2, body: [F] }];
  assert.equal(missing({ ...item, start }, { program: structuredClone(start) }), "build_program");
  assert.equal(missing({ ...item, start }, { program: [{ body: [F], do: "repeat", times: 2 }] }), "build_program");
  assert.equal(missing({ ...item, start }, { program: [{ do: "repeat", times: 3, body: [F] }] }), null);
});

test("a draft that is no program of this item is left for the item's own", () => {
  const given = { ...item, start: [L] };
  assert.deepEqual(programIn(given, { program: [F] }), [F]);
  for (const bad of [null, {}, { program: "x" }, { program: [{ do: "take" }] }, { program: [null] }, { program: [{ do: "repeat", times: 2 }] }]) {
    assert.deepEqual(programIn(given, bad), [L]);
  }
});

test("whatever the moves, every block is still there once and lines are counted as they are read", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = chance(seed);
    let program = [F, repeat(L, choose([F], [])), { ...F, fixed: true }, L];
    const kinds = (of) => walk(of).map(({ block }) => block.do).sort().join();
    const before = kinds(program);
    for (let round = 0; round < 40; round += 1) {
      const all = walk(program);
      const { path, block } = all[Math.floor(random() * all.length)];
      const next = moved(program, path, ["up", "down", "in", "out"][Math.floor(random() * 4)]);
      if (next === null) continue;
      assert.deepEqual(blockAt(next.program, next.path), block);
      assert.equal(walk(next.program)[lineOf(next.program, next.path) - 1].path.join(), next.path.join());
      program = next.program;
    }
    assert.equal(kinds(program), before);
    assert.equal(program.filter((block) => block.fixed).length, 1);
  }
});
