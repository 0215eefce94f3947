// What is said of a program and its world: lines, places, squares, the end of a run. Text only, no page.

import { coloursOf } from "./block_program_state.js";
import { blockAt, lineOf, valuesOf } from "./block_program_editing.js";

const DIRECTIONS = ["bp_up", "bp_right", "bp_down", "bp_left"];

/** What each word of an item's menus reads like, by its id. */
export function wordsOf(item) {
  const menus = [item.tests, item.colours, item.operators, item.comparisons, item.names];
  return new Map(menus.flatMap((menu) => menu ?? []).map(({ id, text }) => [id, text]));
}

export function partText(words, part) {
  if (part === "?") return "…";
  return typeof part === "number" ? String(part).replace("-", "−") : (words.get(part) ?? part);
}

export function valueText(words, value) {
  return [value].flat().map((part) => partText(words, part)).join(" ");
}

/** A line of the program as a person reads it: "Répéter 4 fois". */
export function blockText(item, block) {
  const words = wordsOf(item);
  const pattern = item.blocks.find(({ id }) => id === block.do)?.text ?? block.do;
  return valuesOf(block).reduce((line, name) => line.replace(`{${name}}`, valueText(words, block[name])), pattern);
}

/** Where a block stands: "ligne 4, dans « Répéter 4 fois »". */
export function placeText(item, program, path, text) {
  const n = lineOf(program, path);
  if (path.length === 1) return text("bp_place", { n });
  const outer = blockText(item, blockAt(program, path.slice(0, -2)));
  return text(path.at(-2) === "else" ? "bp_place_else" : "bp_place_in", { n, what: outer });
}

// ---- the grid -------------------------------------------------------------------------------------

/** What stands on a square: a list of words, the robot first. */
export function squareWords(ground, row, column, text) {
  const { grid, world } = ground;
  const key = `${row},${column}`;
  const char = ground.squareAt([row, column]);
  if (char === "#") return [text("bp_wall")];
  const said = [];
  if (grid.robot.join() === key) said.push(text("bp_robot", { where: text(DIRECTIONS[grid.direction]) }));
  if (char === "*") said.push(text("bp_goal"));
  if (char === "x") said.push(text("bp_spot"));
  if (grid.things.has(key)) said.push(text("bp_thing"));
  const colour = grid.colours.get(key);
  const wanted = coloursOf(world.painted ?? []).get(key);
  if (colour) said.push(text(`bp_square_${colour}`));
  if (wanted && wanted !== colour) said.push(text(`bp_wanted_${wanted}`));
  return said.length > 0 ? said : [text("bp_free")];
}

function sideText(ground, turn, text) {
  return text(ground.besideIsFree(turn) ? "bp_free" : "bp_wall");
}

/** Where the robot is and where it looks; what is around it, under it and with it, when all is wanted. */
export function robotText(ground, text, all = true) {
  const [row, column] = ground.grid.robot;
  const at = text("bp_robot_at", { row: row + 1, column: column + 1, where: text(DIRECTIONS[ground.grid.direction]) });
  if (!all) return at;
  const here = squareWords(ground, row, column, text).slice(1);
  const around = { ahead: sideText(ground, 0, text), left: sideText(ground, -1, text), right: sideText(ground, 1, text) };
  const said = [at, text("bp_around", around)];
  if (here.length > 0) said.push(text("bp_here", { what: here.join(", ") }));
  if (ground.grid.carried > 0) said.push(text.counted("bp_carried", ground.grid.carried));
  return said.join(" ");
}

function gridFacts(ground, text) {
  const { grid, world } = ground;
  const squares = world.map.flatMap((line, row) => [...line].map((char, column) => [`${row},${column}`, char]));
  const places = squares.filter(([, char]) => char === "x").map(([at]) => at);
  const lying = [...grid.things].filter((at) => !places.includes(at)).length;
  const facts = [];
  if (squares.some(([, char]) => char === "*")) facts.push(text(ground.squareAt(grid.robot) === "*" ? "bp_on_goal" : "bp_off_goal"));
  if (squares.some(([, char]) => "orbgy".includes(char))) facts.push(text("bp_things_left", { n: lying }));
  if (places.length > 0) facts.push(text("bp_spots_filled", { n: places.filter((at) => grid.things.has(at)).length, of: places.length }));
  if ((world.painted ?? []).length > 0) {
    const wanted = coloursOf(world.painted);
    const wrong = squares.filter(([at]) => wanted.get(at) !== grid.colours.get(at)).length;
    facts.push(text("bp_squares_wrong", { n: wrong }));
  }
  return facts;
}

// ---- variables --------------------------------------------------------------------------------------

export function scalarText(value) {
  if (Array.isArray(value)) return value.length > 0 ? value.map(scalarText).join("\u00a0; ") : "∅";
  return typeof value === "number" ? String(value).replace("-", "−") : `«\u00a0${value}\u00a0»`;
}

function memoryFacts(ground, text) {
  const same = ground.output.join("\n") === ground.trial.output.join("\n") && ground.output.length === ground.trial.output.length;
  return [text.counted("bp_lines", ground.output.length), text(same ? "bp_as_wanted" : "bp_not_as_wanted")];
}

/** What is true at the end of a run: facts, no mark. */
export function endText(ground, error, text) {
  if (error) return text(`bp_stop_${error}`);
  const facts = ground.kind === "grid" ? gridFacts(ground, text) : memoryFacts(ground, text);
  return [text("bp_ended"), ...facts].join(" ");
}

/** What the world looks like after a step, in a few words. */
export function stepText(ground, text) {
  if (ground.kind === "grid") return robotText(ground, text, false);
  const known = [...ground.values].filter(([, value]) => !Array.isArray(value)).map(([name, value]) => `${name} = ${scalarText(value)}`);
  return [...known, text.counted("bp_lines", ground.output.length)].join(", ");
}
