// A program of blocks on the page: the lines and the palette at one side, the world where it runs at the other.

import { element, quoting, write } from "../lib/dom.js";
import { buildFoot, define } from "./acts.js";
import * as editing from "./block_program_editing.js";
import { drawPalette, drawProgram } from "./block_program_lines.js";
import { blockText, placeText } from "./block_program_said.js";
import { createStage } from "./block_program_stage.js";

// Tests without a page load this file too.
const Element = globalThis.HTMLElement ?? class {};

/** <passation-block-program>: tells every change by a "program" event whose detail is the content to send. */
export class BlockProgram extends Element {
  begin(item, draft, text) {
    this.item = item;
    this.text = text;
    this.program = editing.programIn(item, draft);
    this.cursor = [this.program.length];
    this.open = null;
    this.stage = createStage(item, text, {
      programNow: () => this.program,
      point: (path) => this.point(path),
      begun: () => this.say(""),
    });
    this.foot = buildFoot(text, () => this.restart());
    this.count = element("p", { class: "bp__count tabular" });
    this.tools = element("div", { class: "bp__tools" });
    this.lines = element("div", { class: "bp__lines-box" });
    const editor = element("div", { class: "bp__editor" }, this.tools, this.lines, this.count);
    this.lines.addEventListener("keydown", (event) => event.key === "Escape" && this.open !== null && this.openActions(null));
    this.classList.add("sim", "bp");
    this.replaceChildren(element("div", { class: "bp__sides" }, editor, this.stage.root), this.foot.foot);
    this.draw();
  }

  disconnectedCallback() {
    this.stage?.stop();
  }

  say(sentence, refused = false) {
    if (refused) this.foot.said.dataset.kind = "refused";
    else delete this.foot.said.dataset.kind;
    write(this.foot.said, sentence);
    if (refused) this.foot.foot.scrollIntoView({ block: "nearest" });
  }

  /** Mark the line that is being done. */
  point(path) {
    for (const line of this.lines.querySelectorAll(".bp__line--now")) {
      line.classList.remove("bp__line--now");
      line.removeAttribute("aria-current");
    }
    const line = path && this.lines.querySelector(`[data-path="${path.join()}"]`);
    line?.classList.add("bp__line--now");
    line?.setAttribute("aria-current", "step");
    // Where both sides are in sight the page may follow; in one column it would leave the buttons.
    if (globalThis.matchMedia("(min-width: 60rem) and (min-height: 40rem)").matches) line?.scrollIntoView({ block: "nearest" });
  }

  draw(focus = null) {
    const { item, program, text } = this;
    const acts = {
      value: (...given) => this.changeValue(...given),
      open: (path) => this.openActions(path),
      put: (path) => this.putCursor(path),
      move: (path, way) => this.move(path, way),
      duplicate: (path) => this.duplicate(path),
      remove: (path) => this.remove(path),
    };
    const adding = item.blocks.some(({ most }) => most > 0);
    this.lines.replaceChildren(drawProgram(this, acts, text));
    if (adding) {
      const held = this.tools.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      this.tools.replaceChildren(element("p", { class: "bp__title" }, text("bp_palette")), drawPalette(item, program, (kind) => this.add(kind), text));
      focus ??= held;
    }
    const total = editing.walk(program).length;
    const most = item.most_blocks > 0 ? text("bp_count_of", { n: total, of: item.most_blocks }) : text.counted("bp_count", total);
    write(this.count, most);
    this.count.classList.toggle("bp__count--over", item.most_blocks > 0 && total > item.most_blocks);
    this.foot.again.setAttribute("aria-disabled", String(editing.isStart(item, program)));
    if (focus !== null) this.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
  }

  /** A new program: the world goes back to its start, and the change is told. */
  change(program, focus = null, redraw = true) {
    this.program = program;
    this.stage.reset();
    if (redraw) this.draw(focus);
    this.foot.again.setAttribute("aria-disabled", "false");
    this.dispatchEvent(new CustomEvent("program", { detail: editing.contentOf(program) }));
  }

  changeValue(path, name, value, again) {
    const focus = again ? (document.activeElement?.dataset.key ?? null) : null;
    this.change(editing.withValue(this.program, path, name, value), focus, again);
    this.say(again ? this.sentence("bp_changed", path) : "");
  }

  /** A sentence about the block at a path: its text and where it is. */
  sentence(key, path) {
    const what = blockText(this.item, editing.blockAt(this.program, path));
    const pieces = placeText(this.item, this.program, path, (place, values) => quoting(this.text(place), values));
    return quoting(this.text(key), { what, where: element("span", {}, ...pieces) });
  }

  openActions(path) {
    const key = `${(path ?? this.open).join()}|more`;
    this.open = path;
    this.draw(key);
  }

  putCursor(path) {
    this.cursor = path;
    this.open = null;
    this.draw();
    this.tools.querySelector("button")?.focus();
    this.say(this.text("bp_choose_block"));
  }

  add(kind) {
    const block = editing.newBlock(this.item, kind);
    if (!editing.fits(block, this.cursor)) return this.say(this.text(kind === "define" ? "bp_only_outside" : "bp_too_deep"), true);
    const path = this.cursor;
    const [inner] = editing.listsOf(block);
    this.cursor = inner ? [...path, inner, 0] : [...path.slice(0, -1), path.at(-1) + 1];
    this.open = null;
    this.change(editing.inserted(this.program, path, block));
    this.say(this.sentence("bp_added", path));
  }

  move(path, way) {
    const next = editing.moved(this.program, path, way);
    if (next === null) return;
    this.open = next.path;
    this.endCursor(next.program);
    this.change(next.program, `${next.path.join()}|${way}`);
    this.say(this.sentence("bp_moved", next.path));
  }

  duplicate(path) {
    const next = editing.duplicated(this.item, this.program, path);
    if (next === null) return;
    this.open = next.path;
    this.endCursor(next.program);
    this.change(next.program, `${next.path.join()}|duplicate`);
    this.say(this.sentence("bp_added", next.path));
  }

  remove(path) {
    const what = blockText(this.item, editing.blockAt(this.program, path));
    const program = editing.removed(this.program, path);
    this.open = null;
    this.endCursor(program);
    const line = editing.walk(program)[Math.max(0, editing.lineOf(this.program, path) - 2)];
    this.change(program, line ? `${line.path.join()}|more` : null);
    if (!line) this.tools.querySelector("button")?.focus();
    this.say(quoting(this.text("bp_removed"), { what }));
  }

  /** After the lines moved, the next block goes to the end again. */
  endCursor(program) {
    this.cursor = [program.length];
  }

  restart() {
    this.endCursor(this.item.start);
    this.open = null;
    this.change(this.item.start);
    this.foot.again.setAttribute("aria-disabled", "true");
    this.say(this.text("sim_restarted"));
    this.foot.show();
  }
}

define("passation-block-program", BlockProgram);
