// The program on the page: nested lists of lines, each with its menus and what can be done with it.

import { element, inFrench } from "../lib/dom.js";
import { button } from "./acts.js";
import { duplicated, listsOf, moved, removable, roomFor, valuesOf, walk } from "./block_program_editing.js";
import { createMenus } from "./block_program_menus.js";
import { blockText, wordsOf } from "./block_program_said.js";

const MOVES = ["up", "down", "in", "out"];

// Parts what a line says from the word before its second list: "Si {test} … sinon".
const OTHERWISE = " … ";

/** The word between the two lists of a line: "Sinon". */
function elseOf(pattern) {
  const word = pattern.split(OTHERWISE)[1] ?? "";
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The fixed block of the start that each fixed block of the program is, by path. */
function modelsOf(item, program) {
  const fixed = (blocks) => walk(blocks).filter(({ block }) => block.fixed);
  const models = fixed(item.start);
  return new Map(fixed(program).map(({ path }, index) => [path.join(), models[index]?.block]));
}

/** The pieces of a line: words, and the names of values between braces. */
export function piecesOf(pattern) {
  return pattern.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? { value: piece } : { words: piece.trim() })).filter((piece) => piece.value || piece.words);
}

/**
 * Draws a program. `state` is {item, program, cursor, open}: where the next block goes and whose actions are
 * shown, as paths. `acts` has value(path, name, value, again), open(path), put(path), move(path, way),
 * duplicate(path), remove(path).
 */
export function drawProgram(state, acts, text) {
  const { item, program } = state;
  const words = wordsOf(item);
  const models = modelsOf(item, program);
  const adding = item.blocks.some(({ most }) => most > 0);
  const patternOf = (block) => item.blocks.find(({ id }) => id === block.do).text;
  let line = 0;

  function cursorAt(path) {
    if (!adding || state.cursor.join() !== path.join()) return [];
    return [element("li", { class: "bp__cursor" }, text("bp_next_here"))];
  }
  function drawList(blocks, path, attributes) {
    const rows = blocks.flatMap((block, index) => [...cursorAt([...path, index]), drawBlock(block, [...path, index])]);
    rows.push(...cursorAt([...path, blocks.length]));
    if (rows.length === 0) rows.push(element("li", { class: "bp__empty" }, text("bp_empty")));
    return element("ol", { class: "bp__list", ...attributes }, ...rows);
  }
  function drawBlock(block, path) {
    line += 1;
    const n = line;
    const said = blockText(item, block);
    const row = element("li", { class: "bp__item" }, drawLine(block, path, n, said));
    if (state.open?.join() === path.join()) row.append(drawActions(block, path, n, said));
    for (const name of listsOf(block)) {
      if (name === "else") row.append(inFrench("p", { class: "bp__else" }, elseOf(patternOf(block))));
      row.append(drawList(block[name] ?? [], [...path, name], { "aria-label": text(name === "else" ? "bp_inside_else" : "bp_inside", { n, what: said }) }));
    }
    return row;
  }
  function drawLine(block, path, n, said) {
    const at = path.join();
    const controlsOf = createMenus({
      item, words, text,
      change: (name, value, again) => acts.value(path, name, value, again),
      keyOf: (control) => `${at}|${control}`,
    });
    const group = valuesOf(block).length > 0 ? { role: "group", "aria-label": text("bp_line", { n, what: said }) } : {};
    const content = element("div", { class: "bp__words", ...group });
    // Between two pieces a blank: without styles they would be one word.
    for (const piece of piecesOf(patternOf(block).split(OTHERWISE)[0])) {
      const pieces = piece.words ? [inFrench("span", {}, piece.words)] : controlsOf(piece.value, block[piece.value], block.fixed ? models.get(at)?.[piece.value] : undefined);
      content.append(...pieces.flatMap((node) => [node, " "]));
    }
    const row = element("div", { class: `bp__line bp__line--${kindOf(block)}`, "data-path": at }, element("span", { class: "bp__rank tabular", "aria-hidden": "true" }, String(n)), " ", content);
    if (block.fixed) row.append(element("span", { class: "bp__fixed" }, text("bp_fixed")));
    if (adding || !block.fixed) row.append(moreButton(path, n, said));
    return row;
  }
  function moreButton(path, n, said) {
    const open = state.open?.join() === path.join();
    const label = text("bp_line_actions", { n, what: said });
    return button("⋯", () => acts.open(open ? null : path), { class: "bp__more", "aria-expanded": String(open), "aria-label": label, "data-key": `${path.join()}|more` });
  }
  function drawActions(block, path, n, said) {
    const at = path.join();
    const group = element("div", { class: "bp__actions", role: "group", "aria-label": text("bp_line", { n, what: said }) });
    const add = (name, act, possible = true) =>
      group.append(button(text(`bp_do_${name}`), act, { "data-key": `${at}|${name}`, "aria-disabled": possible ? null : "true" }));
    if (adding) {
      add("before", () => acts.put(path));
      add("after", () => acts.put([...path.slice(0, -1), path.at(-1) + 1]));
      for (const name of listsOf(block)) add(name === "else" ? "inside_else" : "inside", () => acts.put([...path, name, (block[name] ?? []).length]));
    }
    if (block.fixed) return group;
    for (const way of MOVES) add(way, () => acts.move(path, way), moved(program, path, way) !== null);
    if (adding) add("duplicate", () => acts.duplicate(path), duplicated(item, program, path) !== null);
    add("remove", () => acts.remove(path), removable(block));
    return group;
  }

  return drawList(program, [], { class: "bp__list bp__list--outer", "aria-label": text("bp_program") });
}

/** What a block is for, for its colour: control has others inside. */
function kindOf(block) {
  if (block.do === "define" || block.do === "call") return "procedure";
  return listsOf(block).length > 0 ? "control" : "act";
}

/** The blocks that can be added, with how many are left of those that are counted. */
export function drawPalette(item, program, add, text) {
  const group = element("div", { class: "bp__palette", role: "group", "aria-label": text("bp_palette") });
  for (const { id, text: pattern, most } of item.blocks.filter((block) => block.most > 0)) {
    const room = Math.max(0, roomFor(item, program, id));
    const shown = pattern.replace(/\{\w+\}( …)?/g, "…");
    const node = button("", () => add(id), { class: `button sim__button bp__block bp__block--${kindOf({ do: id })}`, "data-key": `palette|${id}`, "aria-disabled": room === 0 ? "true" : null });
    node.append(inFrench("span", {}, shown));
    if (most < 60) node.append(" ", element("span", { class: "bp__left tabular" }, text("bp_left_over", { n: room })));
    group.append(node);
  }
  return group;
}
