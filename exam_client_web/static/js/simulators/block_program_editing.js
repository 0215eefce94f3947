// Changing a program of blocks: every change gives a new program, the old one stays as it was.
// A path goes from the outermost list to a block: [0, "body", 2] is the third block inside the first one.

import { hasHole } from "./block_program_state.js";

export const MOST_BLOCKS = 60;
export const DEEPEST = 8;

// The inner lists of the blocks that have some, and the values of all.
const LISTS = { repeat: ["body"], until: ["body"], while: ["body"], for_each: ["body"], if: ["body"], if_else: ["body", "else"], define: ["body"] };
const VALUES = {
  paint: ["colour"], repeat: ["times"], until: ["test"], while: ["test"], if: ["test"], if_else: ["test"],
  for_each: ["name", "list"], set: ["name", "value"], add: ["value", "name"], write: ["value"],
};

export const listsOf = (block) => LISTS[block.do] ?? [];
export const valuesOf = (block) => VALUES[block.do] ?? [];

/** {"program": [ … ]} */
export function contentOf(program) {
  return { program };
}

/** The program of a draft, when it looks like one; else the one that the item gives. */
export function programIn(item, content) {
  const known = new Set(item.blocks.map((block) => block.id));
  const isProgram = (blocks) => Array.isArray(blocks) && blocks.every((block) => known.has(block?.do) && listsOf(block).every((name) => isProgram(block[name])));
  return isProgram(content?.program) ? content.program : item.start;
}

/** Every block with its path, from the first line to the last. */
export function walk(program, path = []) {
  return program.flatMap((block, index) => {
    const here = [...path, index];
    return [{ block, path: here }, ...listsOf(block).flatMap((name) => walk(block[name] ?? [], [...here, name]))];
  });
}

export function listAt(program, path) {
  return path.reduce((found, part) => found?.[part], program);
}

export const blockAt = listAt;
const indexOf = (path) => path.at(-1);
const parentOf = (path) => path.slice(0, -1);

/** The program with one list of it replaced. */
function withList(program, path, list) {
  if (path.length === 0) return list;
  const [first, ...rest] = path;
  if (Array.isArray(program)) return program.map((block, index) => (index === first ? withList(block, rest, list) : block));
  return { ...program, [first]: withList(program[first] ?? [], rest, list) };
}

export function inserted(program, path, block) {
  const list = listAt(program, parentOf(path)) ?? [];
  const index = indexOf(path);
  return withList(program, parentOf(path), [...list.slice(0, index), block, ...list.slice(index)]);
}

export function removed(program, path) {
  const list = listAt(program, parentOf(path));
  return withList(program, parentOf(path), list.filter((_, index) => index !== indexOf(path)));
}

export function withValue(program, path, name, value) {
  const list = listAt(program, parentOf(path));
  return withList(program, parentOf(path), list.map((block, index) => (index === indexOf(path) ? { ...block, [name]: value } : block)));
}

/** How deep the blocks of a list are that lies at this path: 1 for the outermost. */
export const depthOf = (path) => (path.length + 1) / 2;

function heightOf(block) {
  return 1 + Math.max(0, ...listsOf(block).flatMap((name) => (block[name] ?? []).map(heightOf)));
}

/** How many more blocks of a kind there may be. */
export function roomFor(item, program, kind) {
  const blocks = walk(program).map(({ block }) => block);
  const most = item.blocks.find((block) => block.id === kind)?.most ?? 0;
  const same = blocks.filter((block) => block.do === kind);
  if (kind === "define" && same.length > 0) return 0;
  return Math.min(most - same.filter((block) => !block.fixed).length, MOST_BLOCKS - blocks.length);
}

/** Whether a block may stand there: not too deep, and a definition only in the outermost list. */
export function fits(block, path) {
  const depth = (path.length + 1) / 2;
  return depth - 1 + heightOf(block) <= DEEPEST && (block.do !== "define" || depth === 1);
}

/** A block as it comes from the palette: what has one choice is chosen, the rest is to be filled in. */
export function newBlock(item, kind) {
  const block = { do: kind };
  for (const name of VALUES[kind] ?? []) block[name] = onlyChoice(item, name) ?? "?";
  for (const name of LISTS[kind] ?? []) block[name] = [];
  return block;
}

function onlyChoice(item, name) {
  const offered = (menu) => (menu ?? []).filter((one) => one.offered !== false).map((one) => one.id);
  const menus = {
    test: item.world === "grid" ? offered(item.tests) : [],
    colour: offered(item.colours),
    name: offered(item.names?.filter((one) => one.kind === "name")),
    list: offered(item.names?.filter((one) => one.kind === "list")),
  };
  const choices = menus[name] ?? [];
  return choices.length === 1 ? choices[0] : null;
}

// ---- moving ---------------------------------------------------------------------------------------

/** Where a block goes, as a path in the program without it; null when there is no such place. */
function destination(program, path, way) {
  const [list, index] = [parentOf(path), indexOf(path)];
  const siblings = listAt(program, list);
  const [owner, name] = [list.slice(0, -1), list.at(-1)];
  const lists = list.length > 0 ? listsOf(blockAt(program, owner)) : [];
  const beside = (by) => [...parentOf(owner), indexOf(owner) + by];
  switch (way) {
    case "up":
      if (index > 0) return [...list, index - 1];
      if (list.length === 0) return null;
      if (lists.indexOf(name) > 0) return [...owner, lists[0], blockAt(program, owner)[lists[0]].length];
      return beside(0);
    case "down":
      if (index < siblings.length - 1) return [...list, index + 1];
      if (list.length === 0) return null;
      if (lists.indexOf(name) < lists.length - 1) return [...owner, lists[1], 0];
      return beside(1);
    case "out":
      return list.length === 0 ? null : beside(1);
    default: {
      const before = siblings[index - 1];
      if (before && listsOf(before).length > 0) return [...list, index - 1, "body", (before.body ?? []).length];
      const after = siblings[index + 1];
      return after && listsOf(after).length > 0 ? [...list, index, "body", 0] : null;
    }
  }
}

/** {program, path} after a block went "up", "down", "in" or "out"; null when it cannot. */
export function moved(program, path, way) {
  const block = blockAt(program, path);
  const to = block.fixed ? null : destination(program, path, way);
  if (to === null || !fits(block, to)) return null;
  return { program: inserted(removed(program, path), to, block), path: to };
}

function countsIn(block) {
  const counts = new Map();
  for (const { block: one } of walk([block])) counts.set(one.do, (counts.get(one.do) ?? 0) + 1);
  return counts;
}

/** {program, path} with the same block once more below it; null when there is no room for that. */
export function duplicated(item, program, path) {
  const block = blockAt(program, path);
  const counts = countsIn(block);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const room = [...counts].every(([kind, count]) => roomFor(item, program, kind) >= count);
  if (block.fixed || !room || walk(program).length + total > MOST_BLOCKS) return null;
  const to = [...parentOf(path), indexOf(path) + 1];
  return { program: inserted(program, to, structuredClone(block)), path: to };
}

/** Whether a block can be taken away: not a fixed one, nor one with fixed ones inside. */
export const removable = (block) => !block.fixed;

// ---- what can be said of a program ------------------------------------------------------------------

/** The line number of each block, by path as text, counted from 1 as it is read. */
export function lineOf(program, path) {
  return walk(program).findIndex((one) => one.path.join() === path.join()) + 1;
}

/** The same values, in whatever order a draft from the server names them. */
function same(left, right) {
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return left === right;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
}

/** Whether a program is the one that the item gives: nothing was done, or it was begun again. */
export const isStart = (item, program) => same(program, item.start ?? []);

/** Null when the program can be sent, else the key of the sentence that says why not. */
export function missing(item, content) {
  const program = content?.program ?? [];
  if (program.length === 0 || isStart(item, program)) return "build_program";
  if (walk(program).some(({ block }) => hasHole(block))) return "program_hole";
  return item.most_blocks > 0 && walk(program).length > item.most_blocks ? "program_long" : null;
}
