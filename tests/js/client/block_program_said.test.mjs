import assert from "node:assert/strict";
import { test } from "node:test";

import { createTexts } from "../../../exam_client_web/static/js/lib/texts.js";
import { piecesOf } from "../../../exam_client_web/static/js/simulators/block_program_lines.js";
import { numberTyped, partsOfTest, partsOfValue, testOf, valueOf } from "../../../exam_client_web/static/js/simulators/block_program_menus.js";
import { blockText, endText, placeText, robotText, squareWords, valueText, wordsOf } from "../../../exam_client_web/static/js/simulators/block_program_said.js";
import { createGround, runToEnd } from "../../../exam_client_web/static/js/simulators/block_program_state.js";

// Every sentence is its key with its values, so that what is said is seen.
const text = createTexts(new Proxy({}, { get: (_, key) => `${key}[{n}{of}{what}{row}.{column}{where}{ahead}/{left}/{right}]` }));
const shown = (sentence) => sentence.replaceAll(/\{\w+\}/g, "");

const item = {
  blocks: [{ id: "repeat", text: "Répéter {times} fois" }, { id: "set", text: "Mettre {name} à {value}" }, { id: "forward", text: "Avancer" }],
  tests: [], colours: [], comparisons: [],
  operators: [{ id: "plus", text: "+" }],
  names: [{ id: "total", text: "total" }, { id: "'oui'", text: "« oui »" }],
};

test("a line reads like a sentence, its holes as dots", () => {
  assert.equal(blockText(item, { do: "set", name: "total", value: ["total", "plus", -1] }), "Mettre total à total + −1");
  assert.equal(blockText(item, { do: "set", name: "?", value: "'oui'" }), "Mettre … à « oui »");
  assert.equal(valueText(wordsOf(item), ["?", "?", 3]), "… … 3");
  assert.deepEqual(piecesOf("Mettre {name} à {value}"), [{ words: "Mettre" }, { value: "name" }, { words: "à" }, { value: "value" }]);
});

test("a place is a line and the block around it", () => {
  const program = [{ do: "repeat", times: 2, body: [{ do: "forward" }] }];
  assert.equal(shown(placeText(item, program, [0], text)), "bp_place[1./" + "/]");
  assert.match(placeText(item, program, [0, "body", 0], text), /^bp_place_in\[2.*Répéter 2 fois/);
});

test("a square says everything that is on it", () => {
  const ground = createGround("grid", { map: ["#>r", "x*."], painted: ["...", "..B"] });
  const words = (row, column) => squareWords(ground, row, column, text).map((word) => word.split("[")[0]);
  assert.deepEqual(words(0, 0), ["bp_wall"]);
  assert.deepEqual(words(0, 1), ["bp_robot"]);
  assert.deepEqual(words(0, 2), ["bp_thing", "bp_square_red"]);
  assert.deepEqual(words(1, 0), ["bp_spot"]);
  assert.deepEqual(words(1, 1), ["bp_goal"]);
  assert.deepEqual(words(1, 2), ["bp_wanted_blue"]);
  assert.match(robotText(ground, text), /bp_robot_at\[.*1\.2.*bp_around/);
});

test("the end of a run tells facts of this world only", () => {
  const end = (kind, world, program) => {
    const ground = createGround(kind, world);
    return endText(ground, runToEnd(program, ground).error, text).split(" ").map((one) => one.split("[")[0]);
  };
  assert.deepEqual(end("grid", { map: [">*"] }, [{ do: "forward" }]), ["bp_ended", "bp_on_goal"]);
  assert.deepEqual(end("grid", { map: [">.o"] }, [{ do: "forward" }]), ["bp_ended", "bp_things_left"]);
  assert.deepEqual(end("grid", { map: [">x"], painted: [".R"] }, []), ["bp_ended", "bp_spots_filled", "bp_squares_wrong"]);
  assert.deepEqual(end("grid", { map: [">"] }, [{ do: "forward" }]), ["bp_stop_wall"]);
  const trial = { inputs: [], output: ["1"] };
  assert.deepEqual(end("variables", trial, [{ do: "write", value: 1 }]), ["bp_ended", "bp_lines_one", "bp_as_wanted"]);
  assert.deepEqual(end("variables", trial, []), ["bp_ended", "bp_lines_one", "bp_not_as_wanted"]);
});

test("a number is typed in digits, else it stays a hole", () => {
  const range = { low: -99, high: 99 };
  for (const [typed, value] of [["4", 4], [" 07 ", 7], ["−3", -3], ["-0", 0], ["100", "?"], ["", "?"], ["quatre", "?"], ["1.5", "?"], ["1e1", "?"]]) {
    assert.equal(Object.is(numberTyped(typed, range), value), true, typed);
  }
});

test("values and tests keep their parts when they are taken apart and put together", () => {
  for (const value of [3, "n", ["n", "plus", 1], "?"]) assert.deepEqual(valueOf(partsOfValue(value)), value);
  for (const value of [["n", "equal", 1], ["n", "rest", 2, "equal", 0]]) assert.deepEqual(testOf(partsOfTest(value)), value);
  assert.deepEqual(testOf(partsOfTest("?")), ["?", "?", "?"]);
});
