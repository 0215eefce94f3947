/** Draws the board: the bar, the counts, and the rows in their order; a row under somebody's hand stays where it is. */

import { setAttribute, setText } from "../lib/dom.js";
import { countdown, since, timeOfDay } from "../lib/format.js";
import { createLayout } from "./layout.js";
import { kept, visible } from "./order.js";
import { isOver } from "./reducer.js";
import { lastDocument, stepOnEnter } from "./desk.js";
import { createRows, menuOf } from "./row.js";
import { awaited, counts, readyToAdmit } from "./summary.js";

/** The board's page: `draw(board, now)` corrects everything, `tick(board, now)` only what time changes. */
export function createView({ say, lang, root, menu, actions, selection, choices, whenWaiting, board: current }) {
  const find = (name) => root.querySelector(`[data-board="${name}"]`);
  const parts = Object.fromEntries(
    ["list", "empty", "search", "order", "layout", "waits", "stopped", "stopped-text", "phase", "clock", "state", "welcome", "admit", "pause", "resume", "extend", "message", "terminate", "enter", "incidents", "link", "looks-on", "room", "unopened", "cancelled", "closed"].map(
      (name) => [name, find(name)],
    ),
  );
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);
  const rows = new Map();
  const { draw: drawRow, tick: tickRow, make } = createRows({ say, lang });
  const layout = createLayout({ root, list: parts.list, say });
  const shown = { query: "", group: "all", order: choices.of("order"), layout: choices.of("layout") };
  let drawn = [];

  function draw(board, now) {
    const held = focusedRow();
    const pressed = document.activeElement?.closest(".board__room-actions button") ?? null;
    drawRoom(board);
    drawRows(board, visible(board, shown, now));
    selection.draw(board);
    tick(board, now);
    if (held) keepFocus(held);
    if (pressed?.hidden) (pressed === parts.pause ? parts.resume : parts.pause).focus();
  }

  /** After a dialog whose button has gone meanwhile: the next obvious thing takes the focus. */
  function settleFocus() {
    if (document.activeElement !== document.body || selection.settleFocus()) return;
    const steps = [...parts.list.querySelectorAll(".tile__step")];
    [parts.resume, ...steps, parts.search].find((control) => !control.hidden).focus();
  }

  /** The row that holds the focus, with its place in the list; null when the focus is elsewhere. */
  function focusedRow() {
    const control = document.activeElement;
    const tile = control?.closest(".tile");
    return tile ? { control, tile, place: [...parts.list.children].indexOf(tile) } : null;
  }

  /** A control that moved keeps the focus; from one that is gone, the focus goes to the next thing to do further down. */
  function keepFocus({ control, tile, place }) {
    if (document.querySelector("dialog[open]")) return;
    if (tile.isConnected && !control.hidden) {
      if (document.activeElement !== control) control.focus();
      return;
    }
    const tiles = [...parts.list.children];
    const from = tile.isConnected ? tiles.indexOf(tile) : place;
    const steps = [...tiles.slice(from), ...tiles.slice(0, from)].map((one) => one.querySelector(".tile__step"));
    const next = steps.find((step) => !step.hidden) ?? tiles[Math.min(from, tiles.length - 1)]?.querySelector(".tile__menu");
    (next && !next.hidden ? next : parts.search).focus();
  }

  function drawRoom(board) {
    const { session } = board;
    const open = session.state === "open";
    const acts = open && !session.looks_on;
    const stopped = open && session.stopped !== null;
    root.classList.toggle("board--stopped", stopped);
    setText(parts.room, session.room);
    document.title = `${say("page_title", { room: session.room })} – Passation`;
    setText(parts.state, say(`session_${session.state}`));
    parts.stopped.hidden = !stopped;
    if (stopped) {
      const reason = session.stopped.reason || say("reason_unknown");
      setText(parts["stopped-text"], say("room_stopped_since", { at: hour(session.stopped.since), reason }));
    }
    const ready = readyToAdmit(board).length;
    setText(parts.admit, say("admit_room", { n: ready }));
    parts["looks-on"].hidden = !session.looks_on;
    parts.admit.hidden = !acts || ready === 0;
    const expected = awaited(board).length;
    setText(parts.welcome, say("welcome_room", { n: expected }));
    setText(parts.incidents, session.incidents > 0 ? say("incident_many", { n: session.incidents }) : say("incident_none"));
    parts.pause.hidden = !acts || stopped;
    parts.message.hidden = !acts;
    parts.resume.hidden = !acts || !stopped;
    const running = board.candidates.some(({ attempt }) => attempt !== null && !isOver(attempt));
    parts.welcome.hidden = !acts || running || expected < 2; // once a test runs, each arrival is looked at by itself
    parts.extend.hidden = !acts || !running;
    parts.terminate.hidden = !acts || !running;
    parts.unopened.hidden = session.state !== "planned";
    parts.cancelled.hidden = session.state !== "cancelled";
    parts.closed.hidden = !["closed", "finalised", "published"].includes(session.state);
    for (const [group, n] of Object.entries(counts(board))) {
      const button = root.querySelector(`[data-group="${group}"]`);
      if (!button) continue;
      setText(button.querySelector("[data-count]"), String(n));
      const word = button.querySelector("[data-word]");
      if (word) setText(word, n < 2 ? word.dataset.one : word.dataset.many);
      button.classList.toggle("count--alert", (group === "lost" || group === "calling") && n > 0);
      if (group === "calling") button.hidden = n === 0 && button.getAttribute("aria-pressed") === "false";
    }
  }

  /** While a menu or a dialog is open, a row has the focus, or rows are being chosen, none moves under the hand. */
  function isBusy() {
    return menu.isOpen() || selection.isOn() || document.querySelector("dialog[open]") !== null || parts.list.contains(document.activeElement);
  }

  /** The sign for it has its place in the bar: what tells that nothing moves must not move anything either. */
  function tellWaiting(waits) {
    if (waits && parts.waits.dataset.waits === "false") whenWaiting();
    setAttribute(parts.waits, "data-waits", String(waits));
  }

  function drawRows(board, ordered) {
    const { list, waits } = kept(ordered, drawn, isBusy());
    tellWaiting(waits);
    drawn = list.map(({ id }) => id);
    const wanted = new Set(list.map(({ id }) => id));
    for (const [id, row] of rows) {
      if (!wanted.has(id)) row.element.remove();
    }
    let before = null;
    for (const candidate of list) {
      const row = rows.get(candidate.id) ?? addRow(candidate);
      if (row.candidate !== candidate || row.session !== board.session) drawRow(row, candidate, board.session);
      const place = before === null ? parts.list.firstElementChild : before.nextElementSibling;
      if (place !== row.element) parts.list.insertBefore(row.element, place);
      before = row.element;
    }
    const enter = shown.query.trim() ? stepOnEnter(list, board.session, lastDocument(sessionStorage)) : null;
    setText(parts.enter, enter === null ? "" : say(`enter_${enter}`));
    parts.order.hidden = enter !== null; // one row has no order, and its hint needs the place
    layout.lay(shown.layout, board, list, rows);
    const none = list.length === 0;
    // Never hidden, only empty: what is put on the page together with its words is not read out.
    setText(parts.empty, none ? say(board.candidates.length === 0 ? "empty_room" : "empty_filter") : "");
  }

  function addRow(candidate) {
    const row = make();
    row.element.dataset.candidate = candidate.id;
    row.step.addEventListener("click", () => actions[row.step.dataset.verb](latest(candidate.id)));
    row.menu.addEventListener("click", () => {
      menu.open(row.menu, menuOf(latest(candidate.id), current().session, { say, actions, latest }));
    });
    rows.set(candidate.id, row);
    return row;
  }

  const latest = (id) => current().candidates.find((candidate) => candidate.id === id);

  /** What time alone changes: time left, ages, countdown, clock. Called each second. */
  function tick(board, now) {
    setText(parts.clock, hour(now));
    drawPhase(board.session, now);
    for (const row of rows.values()) {
      if (row.element.isConnected) tickRow(row, now);
    }
  }

  /** Time alone may make somebody come first; the rows move only then. */
  function arrange(board, now) {
    const ordered = visible(board, shown, now);
    const isSame = ordered.length === drawn.length && ordered.every(({ id }, place) => id === drawn[place]);
    if (isSame) tellWaiting(false);
    else drawRows(board, ordered);
  }

  function drawPhase(session, now) {
    const ends = session.check_in_ends_at;
    parts.phase.hidden = session.state !== "open" || ends === null;
    if (parts.phase.hidden) return;
    const left = ends - now;
    setText(parts.phase, left > 0 ? say("check_in_left", { left: countdown(left) }) : say("check_in_over"));
  }

  /** The state of the connection, in words: live, or how old the news are. */
  function drawLink(link, age) {
    setAttribute(parts.link, "data-link", link);
    setText(parts.link, link === "lost" ? say("link_lost", { age: since(age) }) : say(`link_${link}`));
  }

  function listen(redraw) {
    parts.search.addEventListener("input", () => redraw(Object.assign(shown, { query: parts.search.value })));
    for (const name of ["order", "layout"]) {
      parts[name].value = shown[name];
      parts[name].addEventListener("change", () => {
        choices.keep(name, parts[name].value);
        redraw(Object.assign(shown, { [name]: parts[name].value }));
      });
    }
    parts.waits.addEventListener("click", () => parts.search.focus());
    parts.list.addEventListener("focusout", () => setTimeout(redraw));
    for (const button of root.querySelectorAll("[data-group]")) {
      button.addEventListener("click", () => {
        shown.group = shown.group === button.dataset.group ? "all" : button.dataset.group;
        for (const other of root.querySelectorAll("[data-group]")) setAttribute(other, "aria-pressed", other.dataset.group === shown.group);
        redraw(shown);
      });
    }
    parts.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault(); // else the same key would press the first button of the dialog that it opens
      enterFound();
    });
    parts.list.addEventListener("keydown", pressOnRow);
    for (const verb of ["welcome", "admit", "pause", "resume", "extend", "message", "terminate"]) parts[verb].addEventListener("click", () => actions.room[verb]());
  }

  /** Enter in the search does the one next thing for the one who was found, and is ready for the next name. */
  function enterFound() {
    const found = visible(current(), shown);
    const step = stepOnEnter(found, current().session, lastDocument(sessionStorage));
    if (step !== null) {
      actions[step](found[0]);
      parts.search.select();
    } else if (found.length > 0) {
      const { step: button, menu: more } = rows.get(found[0].id);
      (button.hidden ? more : button).focus();
    }
  }

  /** "p" on a row that awaits its candidate: present, with the document that was seen last. */
  function pressOnRow(event) {
    if (event.key.toLowerCase() !== "p" || event.ctrlKey || event.metaKey || event.altKey || !choices.of("single")) return;
    const tile = event.target.closest(".tile");
    const row = [...rows.values()].find(({ element }) => element === tile);
    if (!row) return;
    const candidate = latest(row.candidate.id);
    const step = stepOnEnter([candidate], current().session, lastDocument(sessionStorage));
    if (step !== "welcome" && step !== "identity") return;
    event.preventDefault();
    actions[step](candidate);
  }

  return { draw, tick, arrange, drawLink, listen, settleFocus };
}
