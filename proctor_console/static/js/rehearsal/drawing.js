/** Draws the seats as a plan and as a list. What is there stays the same element, so that no focus is lost. */

import { moved } from "../board/seats.js";
import { el, setAttribute, setText } from "../lib/dom.js";
import { keyOf, said, seatsOf, troubles } from "./sheet.js";

/** `open(seat)` shows a seat's detail. */
export function createDrawing({ plan, list, words, open }) {
  const { say } = words;
  let drawn = "";
  let cells = new Map();
  let sheet = null;

  const cellOf = (seat) => {
    const name = el("span", { class: "rehearsal__name", text: `${seat.row}-${seat.column}` });
    const readiness = el("span", { class: "rehearsal__state" });
    const cell = el("button", { class: "rehearsal__cell", type: "button", tabindex: "-1" }, name, readiness);
    cell.addEventListener("click", () => open(keyOf(seat)));
    cell.addEventListener("keydown", (event) => walk(event, seat));
    cell.addEventListener("focus", () => setTabStop(keyOf(seat)));
    const row = {
      state: el("span", { class: "rehearsal__state" }),
      wrong: el("td"),
      at: el("td", { class: "tabular" }),
      button: el("button", { class: "button button--small", type: "button", text: say("details"), "aria-label": say("details_of", seat) }),
    };
    row.button.addEventListener("click", () => open(keyOf(seat)));
    row.element = el("tr", {}, el("th", { scope: "row", text: say("seat", seat) }), el("td", {}, row.state), row.wrong, row.at, el("td", {}, row.button));
    return { cell, readiness, row };
  };

  /** The plan is one stop of Tab; arrows walk in it. */
  function setTabStop(key) {
    for (const [other, { cell }] of cells) setAttribute(cell, "tabindex", other === key ? "0" : "-1");
  }

  function walk(event, seat) {
    const next = moved(seat, event.key, sheet);
    if (next === null) return;
    event.preventDefault();
    cells.get(keyOf(next)).cell.focus();
  }

  function build(seats) {
    cells = new Map(seats.map((seat) => [keyOf(seat), cellOf(seat)]));
    plan.style.setProperty("--columns", sheet.columns);
    plan.replaceChildren(...[...cells.values()].map(({ cell }) => cell));
    list.replaceChildren(...[...cells.values()].map(({ row }) => row.element));
    if (seats.length > 0) setTabStop(keyOf(seats[0]));
  }

  return function draw(fresh) {
    sheet = fresh;
    const seats = seatsOf(sheet);
    const shape = `${sheet.rows}x${sheet.columns}`;
    if (shape !== drawn) build(seats);
    drawn = shape;
    for (const seat of seats) update(cells.get(keyOf(seat)), seat);
  };

  function update({ cell, readiness, row }, seat) {
    const word = say(seat.readiness);
    setAttribute(cell, "aria-label", say("seat_named", { ...seat, readiness: word })); // begins with what is seen
    for (const sign of [readiness, row.state]) {
      setAttribute(sign, "data-readiness", seat.readiness);
      setText(sign, word);
    }
    setAttribute(cell, "data-readiness", seat.readiness);
    const names = troubles(seat).map(({ label, value }) => `${label}\u00a0: ${value}`);
    setText(row.wrong, seat.readiness === "untried" ? "" : names.join(" · ") || say("nothing_wrong"));
    setText(row.at, seat.at === null ? "" : said("measured", seat.at, sheet.now, words));
    row.button.hidden = seat.readiness === "untried";
  }
}

/** A seat's detail: each check with its value, and what to do. */
export function drawDetail(dialog, seat, { now, words }) {
  const { say } = words;
  setText(dialog.querySelector("[data-title]"), say("seat", seat));
  const state = seat.at === null ? say(seat.readiness) : `${say(seat.readiness)}, ${said("measured", seat.at, now, words)}`;
  setText(dialog.querySelector("[data-who]"), state);
  dialog.querySelector("[data-part=lines]").replaceChildren(
    ...seat.lines.map(({ label, readiness, word, value, advice }) =>
      el(
        "div",
        {},
        el("dt", { text: label }),
        el("dd", {}, el("span", { class: "rehearsal__state", "data-readiness": readiness, text: word }), ` · ${value}`, ...(advice ? [el("p", { class: "rehearsal__advice", text: advice })] : [])),
      ),
    ),
  );
}
