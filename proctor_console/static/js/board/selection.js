/** Choosing several candidates: a mode in which each row has a box to tick, and one bar for what is done to the chosen. */

import { setAttribute, setText } from "../lib/dom.js";
import { ACTS, onBoard, ranged, split, toggled, underWay } from "./selecting.js";

/** The mode; `act(act, chosen)` does one of ACTS, `redraw()` draws the board again. */
export function createSelection({ root, say, board, now, act, redraw }) {
  const list = root.querySelector("[data-board=list]");
  const opener = root.querySelector("[data-board=select]");
  const bar = root.querySelector("[data-board=selection]");
  const part = (name) => bar.querySelector(`[data-selection="${name}"]`);
  let on = false;
  let chosen = new Set();
  let last = null; // whoever was ticked last: where a range begins

  const tiles = () => [...list.querySelectorAll(".tile")];
  const boxOf = (tile) => tile.querySelector(".tile__check");

  /** In an open room, by whoever acts in it. */
  const isPossible = (current) => current?.session.state === "open" && !current.session.looks_on;

  function draw(current) {
    if (!isPossible(current)) on = false;
    chosen = on ? onBoard(chosen, current) : new Set();
    root.classList.toggle("board--selecting", on);
    opener.hidden = on || !isPossible(current) || current.candidates.length === 0;
    bar.hidden = !on;
    for (const tile of tiles()) drawTile(tile);
    if (on) drawBar(current);
  }

  function drawTile(tile) {
    const box = boxOf(tile);
    const isChosen = on && chosen.has(tile.dataset.candidate);
    box.hidden = !on;
    box.checked = isChosen;
    tile.querySelector(".tile__menu").hidden = on;
    tile.classList.toggle("tile--chosen", isChosen);
  }

  function drawBar(current) {
    const held = document.activeElement;
    const n = chosen.size;
    setText(part("count"), n === 0 ? say("chosen_none") : say(n === 1 ? "chosen_one" : "chosen_many", { n }));
    const all = underWay(current);
    setText(part("running"), say("choose_running", { n: all.length }));
    setAttribute(part("running"), "disabled", all.every((id) => chosen.has(id)));
    for (const name of ACTS) {
      const { fit, left } = split(name, current, chosen, now());
      const button = part(name);
      setText(button, say(`selection_${name}`, { n: fit.length }));
      setAttribute(button, "disabled", fit.length === 0);
      setAttribute(button, "title", left.length === 0 ? null : say("selection_left", { n: left.length }));
    }
    if (bar.contains(held) && held.disabled) part("leave").focus();
  }

  function enter() {
    if (on || !isPossible(board())) return;
    on = true;
    last = null;
    redraw();
  }

  /** Nobody is chosen any more; the focus stays where the hand is. True where there was something to leave. */
  function leave() {
    if (!on) return false;
    const tile = document.activeElement?.closest(".tile");
    const within = bar.contains(document.activeElement);
    on = false;
    redraw();
    if (tile) tile.querySelector(".tile__menu").focus();
    else if (within) opener.focus();
    return true;
  }

  /** Ticks or unticks one row, or everyone from the row that was ticked last; begins the mode where need be. */
  function choose(tile, range) {
    const isMenu = document.activeElement?.classList.contains("tile__menu");
    enter();
    if (!on) return;
    const { candidate: id } = tile.dataset;
    const order = tiles().map(({ dataset }) => dataset.candidate);
    chosen = range && last !== null ? ranged(chosen, order, last, id) : toggled(chosen, id);
    last = id;
    redraw();
    if (isMenu) boxOf(tile).focus(); // the box stands where the menu was
  }

  opener.addEventListener("click", () => {
    enter();
    const [first] = tiles();
    if (first) boxOf(first).focus();
  });
  part("leave").addEventListener("click", leave);
  part("running").addEventListener("click", () => {
    chosen = new Set([...chosen, ...underWay(board())]);
    redraw();
    part("pause").focus();
  });
  for (const name of ACTS) part(name).addEventListener("click", () => act(name, chosen));
  list.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!on || tile === null || event.target.closest("button")) return;
    choose(tile, event.shiftKey);
    boxOf(tile).focus();
  });
  /** After a dialog whose button has nothing more to do; true where the focus has found its place. */
  function settleFocus() {
    if (on) part("leave").focus();
    return on;
  }

  return { draw, choose, leave, settleFocus, isOn: () => on };
}
