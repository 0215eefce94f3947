// Putting things in order: by buttons, by the arrow keys, or by dragging a row.

import { element, inFrench, quoting, write } from "../lib/dom.js";

/** {"order": ["o3", "o1", …]} */
export function contentOf(order) {
  return { order: [...order] };
}

/** The order to show: the draft's, if it names exactly the item's options; else the item's. */
export function orderIn(item, content) {
  const ids = item.options.map((option) => option.id);
  const given = content?.order ?? [];
  const same = given.length === ids.length && new Set(given).size === ids.length && ids.every((id) => given.includes(id));
  return same ? [...given] : ids;
}

/** The order after the thing at `from` went to `to`; out of range changes nothing. */
export function moved(order, from, to) {
  if (from === to || to < 0 || to >= order.length) return order;
  const rest = order.filter((_, index) => index !== from);
  return [...rest.slice(0, to), order[from], ...rest.slice(to)];
}

/** The order on the screen is a response as it is: it may be right from the start. */
export function missing() {
  return null;
}

/** What validating without a move means. */
export function untouched(item) {
  return contentOf(orderIn(item, null));
}

function buildRow(option, text, move) {
  const button = (name, key, by) => {
    const node = element("button", { type: "button", class: `order__button order__button--${name}` });
    node.append(element("span", { class: "visually-hidden" }, ...quoting(text(key), { what: option.text })));
    node.addEventListener("click", () => node.getAttribute("aria-disabled") !== "true" && move(option.id, by, node));
    return node;
  };
  const up = button("up", "move_up", -1);
  const down = button("down", "move_down", 1);
  const rank = element("span", { class: "order__rank tabular", "aria-hidden": "true" });
  const row = element("li", { class: "order__row", draggable: "true" }, rank, inFrench("span", { class: "order__text" }, option.text), up, down);
  row.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(option.id, by, document.activeElement);
  });
  return { row, up, down, rank };
}

/** Dropping a row on another puts it in that place. */
function letDrag(list, rows, moveTo) {
  let held = null;
  const rowAt = (event) => [...rows].find(([, { row }]) => row.contains(event.target))?.[0] ?? null;
  list.addEventListener("dragstart", (event) => {
    held = list.closest("fieldset")?.disabled ? null : rowAt(event);
    if (held === null) return event.preventDefault();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  list.addEventListener("dragover", (event) => {
    if (held !== null) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const target = rowAt(event);
    if (held !== null && target !== null) moveTo(held, target);
    held = null;
  });
}

export function build(container, item, draft, onChange, text) {
  let order = orderIn(item, draft);
  const said = element("p", { class: "visually-hidden", role: "status" });
  const list = element("ol", { class: "order" });
  const names = new Map(item.options.map((option) => [option.id, option.text]));
  const rows = new Map(item.options.map((option) => [option.id, buildRow(option, text, move)]));

  function show() {
    order.forEach((id, index) => {
      const { row, up, down, rank } = rows.get(id);
      write(rank, String(index + 1));
      up.setAttribute("aria-disabled", String(index === 0));
      down.setAttribute("aria-disabled", String(index === order.length - 1));
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
  }
  function place(id, to) {
    const next = moved(order, order.indexOf(id), to);
    if (next === order) return;
    order = next;
    show();
    write(said, quoting(text("moved_to"), { what: names.get(id), n: to + 1, of: order.length }));
    onChange(contentOf(order));
  }
  function move(id, by, focus) {
    place(id, order.indexOf(id) + by);
    focus?.focus();
  }

  show();
  letDrag(list, rows, (held, target) => place(held, order.indexOf(target)));
  container.append(list, said);
}
