/** The board by keyboard: arrows between the rows, one key for a row's menu, one for help. Named in the help dialog. */

import { nextBox } from "./walking.js";

const typed = (element) => element.closest("input:not(.tile__check), select, textarea, [role=menu], dialog") !== null;

/** Listens to the whole page. `single` says whether single letters count: a reader may switch them off. */
export function listenToKeys({ list, search, help, single, selection }) {
  const tiles = () => [...list.querySelectorAll(".tile")];
  const centre = (tile) => {
    const { left, right, top, bottom } = tile.getBoundingClientRect();
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  };

  /** A row takes the focus on the same kind of control as the one that is left, where it has one. */
  function enter(tile, step) {
    const next = tile.querySelector(".tile__step");
    const last = tile.querySelector(selection.isOn() ? ".tile__check" : ".tile__menu");
    const control = step && !next.hidden ? next : last;
    control.focus();
    tile.scrollIntoView({ block: "nearest" });
  }

  function walk(event) {
    const all = tiles();
    const tile = event.target.closest(".tile");
    if (all.length === 0) return false;
    if (tile === null) {
      if (event.key !== "ArrowDown" || event.target !== document.body) return false;
      enter(all[0], false);
      return true;
    }
    const to = nextBox(all.map(centre), all.indexOf(tile), event.key);
    if (to === null) return false;
    enter(all[to], event.target.classList.contains("tile__step"));
    return true;
  }

  function letter(event) {
    if (!single()) return false;
    const tile = event.target.closest(".tile");
    if (event.key === "?") help();
    else if (event.key === "/") search.focus();
    else if (event.key.toLowerCase() === "x" && tile) selection.choose(tile, event.shiftKey);
    else if (event.key.toLowerCase() === "m" && tile && !selection.isOn()) tile.querySelector(".tile__menu").click();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && event.target === search) return search.blur();
    if (typed(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && selection.leave()) return event.preventDefault();
    const left = event.key === "Escape" && event.target.closest(".tile") !== null;
    if (left) event.target.blur();
    if (left || walk(event) || letter(event)) event.preventDefault();
  });
}
