import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { draftOf } from "../../../exam_client_web/static/js/items/index.js";
import * as searchItem from "../../../exam_client_web/static/js/items/search_page.js";
import { Refused } from "../../../exam_client_web/static/js/simulators/acts.js";
import * as search from "../../../exam_client_web/static/js/simulators/search_page_state.js";
import { followsOn } from "../../../exam_client_web/static/js/simulators/settings_panel.js";
import * as settings from "../../../exam_client_web/static/js/simulators/settings_panel_state.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../simulators/${name}_cases.json`, import.meta.url), "utf-8"));

/** Where the machine refuses, counted from 1; else the state that it ends in. */
function played(machine, item, acts) {
  let state = machine.start(item);
  for (const [index, act] of acts.entries()) {
    try {
      state = machine.apply(item, state, act);
    } catch (error) {
      assert.ok(error instanceof Refused, String(error));
      return { refused: index + 1 };
    }
  }
  return { state };
}

const inOrder = ({ state, ...rest }) =>
  state?.visited ? { state: { ...state, visited: state.visited.toSorted(), chosen: state.chosen.toSorted(), bookmarked: state.bookmarked.toSorted() } } : { state, ...rest };

for (const [name, machine] of [["search_page", search], ["settings_panel", settings]]) {
  const { item, cases } = read(name);
  for (const { name: sentence, acts, ...expected } of cases) {
    test(`${name}, as on the server: ${sentence}`, () => {
      const found = inOrder(played(machine, item, acts));
      assert.deepEqual(found.state === undefined ? { refused: found.refused } : { state: found.state }, expected);
    });
  }
}

test("search_page: an answer is asked for after the acts, and what was done is kept meanwhile", () => {
  const item = { type: "search_page", answer: "number", unit: null };
  const acts = [["query", "zoo"]];
  const both = { acts, answer: "12" };
  assert.equal(searchItem.missing(item, null), "act_first");
  assert.equal(searchItem.missing(item, { acts }), "type_found");
  assert.equal(searchItem.missing(item, { acts, answer: "douze" }), "not_a_number");
  assert.equal(searchItem.missing(item, both), null);
  assert.equal(searchItem.missing(item, { acts: [], answer: "12" }), null);
  assert.deepEqual(draftOf(item, { acts }), { acts });
  assert.deepEqual(draftOf(item, { acts: [] }), { skip: true });
  assert.equal(draftOf(item, { acts, answer: "douze" }), null);
  assert.deepEqual(searchItem.contentOf(acts, "12"), both);
  assert.deepEqual(searchItem.contentOf(acts, ""), { acts });
});

test("search_page: without an answer the acts are enough", () => {
  const item = { type: "search_page", answer: null };
  assert.equal(searchItem.missing(item, { acts: [] }), "act_first");
  assert.equal(searchItem.missing(item, { acts: [["query", "zoo"]] }), null);
});

test("settings_panel: setting one thing again follows on, another thing does not", () => {
  const acts = [["set", "s1", "on"], ["set", "s2", 3]];
  assert.equal(followsOn(acts, ["set", "s2", 4]), true);
  assert.equal(followsOn(acts, ["set", "s1", "off"]), false);
  assert.equal(followsOn(acts, ["press", "s2"]), false);
  assert.equal(followsOn([], ["set", "s2", 4]), false);
});
