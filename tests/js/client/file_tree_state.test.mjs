import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refused } from "../../../exam_client_web/static/js/simulators/acts.js";
import { apply, childrenOf, foldersOf, sortedBy, start, wrongName } from "../../../exam_client_web/static/js/simulators/file_tree_state.js";

const { shown, cases } = JSON.parse(readFileSync(new URL("../../simulators/file_tree_cases.json", import.meta.url), "utf8"));
const named = (name) => shown.entries.find((one) => one.text === name).id;

function walk(tried) {
  let state = start(shown);
  const refused = [];
  tried.forEach((act, place) => {
    try {
      state = apply(state, act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(place);
    }
  });
  return { refused, state };
}

const plain = ({ nodes, looked }) => ({
  nodes: Object.fromEntries(Object.entries(nodes).map(([id, one]) => [id, [one.parent, one.name, one.kind, one.origin, one.was]])),
  looked,
});

for (const { name, tried, refused, state } of cases) {
  test(`file manager, as on the server: ${name}`, () => {
    const found = walk(tried);
    assert.deepEqual(found.refused, refused);
    assert.deepEqual(plain(found.state), state);
  });
}

test("file manager: each wrong name has its sentence", () => {
  assert.equal(wrongName("a.txt"), null);
  assert.equal(wrongName(""), "drive_no_name");
  assert.equal(wrongName("x".repeat(81)), "drive_long_name");
  assert.equal(wrongName("a/b"), "drive_bad_character");
  assert.equal(wrongName("a "), "drive_bad_end");
});

test("file manager: a list is sorted by its columns, folders before files", () => {
  const state = start(shown);
  const names = (column, down) => sortedBy(shown, childrenOf(state, named("Photos")), column, down).map(([, node]) => node.name);
  assert.deepEqual(names("name", false), ["Vieux", "IMG_1.jpg", "IMG_2.jpg"]);
  assert.deepEqual(names("name", true), ["Vieux", "IMG_2.jpg", "IMG_1.jpg"]);
  assert.deepEqual(names("size", false), ["Vieux", "IMG_2.jpg", "IMG_1.jpg"]);
  assert.deepEqual(names("modified", false), ["Vieux", "IMG_2.jpg", "IMG_1.jpg"]);
});

test("file manager: folders are listed under what holds them, archives are none", () => {
  assert.deepEqual(
    foldersOf(start(shown)).map(({ name, depth }) => [name, depth]),
    [
      ["Été", 1],
      ["Photos", 1],
      ["Vieux", 2],
    ],
  );
});
