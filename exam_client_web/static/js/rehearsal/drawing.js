// What the rehearsal's page draws: the plan to choose a seat from, and the lines of the result.

import { element } from "../lib/dom.js";
import { stepped } from "./measuring.js";

/** The room as radio buttons: a press or an arrow key chooses. Only one of them is in the order of Tab. */
export function drawSeats(grid, room, { text, chosen, onChoose }) {
  grid.style.setProperty("--columns", room.columns);
  for (let row = 1; row <= room.rows; row += 1) {
    for (let column = 1; column <= room.columns; column += 1) {
      const label = text("seat_name", { row, column });
      const isChosen = chosen?.row === row && chosen?.column === column;
      const input = element("input", { type: "radio", name: "seat", value: `${row}/${column}`, "aria-label": label });
      input.checked = isChosen;
      grid.append(element("label", { class: "rehearsal__seat" }, input, element("span", { "aria-hidden": "true" }, `${row}-${column}`)));
    }
  }
  grid.addEventListener("change", ({ target }) => onChoose(seatOf(target)));
  grid.addEventListener("keydown", (event) => {
    const next = stepped(seatOf(event.target), event.key, room);
    if (next === null) return;
    event.preventDefault();
    const input = grid.querySelector(`input[value="${next.row}/${next.column}"]`);
    input.focus();
    input.click();
  });
}

function seatOf(input) {
  const [row, column] = input.value.split("/").map(Number);
  return { row, column };
}

/** Each check: what it is, what it comes to (a word and a shape), what was found, what to do. */
export function drawLines(list, lines) {
  list.replaceChildren(
    ...lines.map(({ label, readiness, word, value, advice }) =>
      element(
        "li",
        { class: "rehearsal__line", "data-readiness": readiness },
        element("span", { class: "rehearsal__label" }, label),
        element("span", { class: "rehearsal__state" }, word),
        element("span", { class: "rehearsal__value" }, value),
        ...(advice ? [element("p", { class: "rehearsal__advice" }, advice)] : []),
      ),
    ),
  );
}
