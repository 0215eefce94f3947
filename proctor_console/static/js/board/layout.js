/** How the rows lie: list, compact list, or the plan of the room. The rows themselves stay the same elements. */

import { el, setText } from "../lib/dom.js";
import { plan } from "./seats.js";

export const LAYOUTS = Object.freeze(["list", "compact", "plan"]);

/** Where each candidate stands in the plan's grid, the seatless below the room; and the seats that are free. Pure. */
export function places(board, candidates) {
  const { rows, columns } = board.session;
  const shown = new Set(candidates.map(({ id }) => id));
  const at = new Map();
  const free = [];
  for (const { row, column, holder } of plan(board).flat()) {
    if (holder === null) free.push({ row, column });
    else if (shown.has(holder.id)) at.set(holder.id, { row, column });
  }
  const seatless = candidates.filter(({ id }) => !at.has(id));
  seatless.forEach(({ id }, index) => {
    at.set(id, { row: rows + 2 + Math.floor(index / columns), column: 1 + (index % columns) });
  });
  return { at, free, divider: seatless.length > 0 ? rows + 1 : null };
}

const put = (element, { row, column }) => {
  element.style.setProperty("grid-row", String(row));
  element.style.setProperty("grid-column", String(column));
};

/** Lays the rows out in `list` as `layout` wants it. */
export function createLayout({ root, list, say }) {
  let extras = [];

  function lay(layout, board, candidates, rows) {
    for (const name of LAYOUTS) root.classList.toggle(`board--${name}`, name === layout);
    list.style.setProperty("--half", Math.max(1, Math.ceil(candidates.length / 2)));
    for (const extra of extras) extra.remove();
    extras = [];
    if (layout === "plan") return layPlan(board, candidates, rows);
    for (const { element } of rows.values()) element.style.removeProperty("grid-row");
    for (const { element } of rows.values()) element.style.removeProperty("grid-column");
  }

  function layPlan(board, candidates, rows) {
    const { at, free, divider } = places(board, candidates);
    list.style.setProperty("--columns", board.session.columns);
    for (const { id } of candidates) put(rows.get(id).element, at.get(id));
    extras = free.map((seat) => {
      const cell = el("li", { class: "tile-free", "aria-hidden": "true", text: `${seat.row}-${seat.column}` });
      put(cell, seat);
      return cell;
    });
    if (divider !== null) {
      const line = el("li", { class: "tile-divider", "aria-hidden": "true" });
      setText(line, say("seatless"));
      put(line, { row: divider, column: "1 / -1" });
      extras.push(line);
    }
    list.append(...extras);
  }

  return { lay };
}
