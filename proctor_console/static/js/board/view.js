/** Draws the board: one row per candidate that is made once and then only corrected, so that focus never jumps. */

import { el, setAttribute, setText } from "../lib/dom.js";
import { countdown, length, since, timeOfDay } from "../lib/format.js";
import { isOver } from "./reducer.js";
import { lastDocument, stepOnEnter } from "./desk.js";
import { actionsFor, awaited, counts, isCalling, isLost, nextStep, readyToAdmit, stateOf, timeLeft, TONES, visible } from "./summary.js";

const ROOMY = 12; // rows of a column that leave each other room for a name on two lines
const LATE = 5 * 60_000;

/** The board's page: `draw(board, now)` corrects everything, `tick(board, now)` only what time changes. */
export function createView({ say, lang, root, menu, actions, board: current }) {
  const find = (name) => root.querySelector(`[data-board="${name}"]`);
  const parts = Object.fromEntries(
    ["list", "empty", "search", "order", "stopped", "stopped-text", "phase", "clock", "state", "welcome", "admit", "pause", "resume", "extend", "message", "terminate", "enter", "incidents", "link", "room", "unopened", "cancelled", "closed"].map(
      (name) => [name, find(name)],
    ),
  );
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);
  const rows = new Map();
  const shown = { query: "", group: "all", order: "name" };

  function draw(board, now) {
    const held = focusedRow();
    const pressed = document.activeElement?.closest(".board__room-actions button") ?? null;
    drawRoom(board);
    drawRows(board);
    tick(board, now);
    if (held) keepFocus(held);
    if (pressed?.hidden) (pressed === parts.pause ? parts.resume : parts.pause).focus();
  }

  /** After a dialog whose button has gone meanwhile: the next obvious thing takes the focus. */
  function settleFocus() {
    if (document.activeElement !== document.body) return;
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
    const stopped = open && session.stopped !== null;
    root.classList.toggle("board--stopped", stopped);
    setText(parts.room, session.room);
    document.title = `${session.room} – Passation`;
    setText(parts.state, say(`session_${session.state}`));
    parts.stopped.hidden = !stopped;
    if (stopped) {
      const reason = session.stopped.reason || say("reason_unknown");
      setText(parts["stopped-text"], say("room_stopped_since", { at: hour(session.stopped.since), reason }));
    }
    const ready = readyToAdmit(board).length;
    setText(parts.admit, say("admit_room", { n: ready }));
    parts.admit.hidden = !open || ready === 0;
    const expected = awaited(board).length;
    setText(parts.welcome, say("welcome_room", { n: expected }));
    setText(parts.incidents, session.incidents > 0 ? say("incident_many", { n: session.incidents }) : say("incident_none"));
    parts.pause.hidden = !open || stopped;
    parts.message.hidden = !open;
    parts.resume.hidden = !stopped;
    const running = board.candidates.some(({ attempt }) => attempt !== null && !isOver(attempt));
    parts.welcome.hidden = !open || running || expected < 2; // once a test runs, each arrival is looked at by itself
    parts.extend.hidden = !open || !running;
    parts.terminate.hidden = !open || !running;
    parts.unopened.hidden = session.state !== "planned";
    parts.cancelled.hidden = session.state !== "cancelled";
    parts.closed.hidden = session.state !== "closed" && session.state !== "finalised";
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

  function drawRows(board) {
    const list = visible(board, shown);
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
    const half = Math.max(1, Math.ceil(list.length / 2));
    parts.list.style.setProperty("--half", half);
    parts.list.classList.toggle("tiles--roomy", half <= ROOMY);
    const enter = shown.query.trim() ? stepOnEnter(list, board.session, lastDocument(sessionStorage)) : null;
    setText(parts.enter, enter === null ? "" : say(`enter_${enter}`));
    parts.order.hidden = enter !== null; // one row has no order, and its hint needs the place
    const none = list.length === 0;
    parts.empty.hidden = !none;
    if (none) setText(parts.empty, board.candidates.length === 0 ? say("empty_room") : say("empty_filter"));
  }

  function addRow(candidate) {
    const row = newRow(say);
    row.step.addEventListener("click", () => actions[row.step.dataset.verb](latest(candidate.id)));
    row.menu.addEventListener("click", () => {
      const now = latest(candidate.id);
      const verbs = actionsFor(now, current().session);
      menu.open(
        row.menu,
        verbs.map((verb) => ({ label: say(labelOf(verb, now)), danger: verb === "terminate", run: () => actions[verb](latest(candidate.id)) })),
      );
    });
    rows.set(candidate.id, row);
    return row;
  }

  const latest = (id) => current().candidates.find((candidate) => candidate.id === id);

  function drawRow(row, candidate, session) {
    Object.assign(row, { candidate, session });
    setText(row.name, `${candidate.family_name} ${candidate.given_name}`);
    setAttribute(row.name, "title", `${candidate.family_name} ${candidate.given_name}`);
    setText(row.group, candidate.class_name);
    row.extra.hidden = candidate.extra_time === null;
    if (candidate.extra_time !== null) setText(row.extra, say("extra_time", { fraction: candidate.extra_time }));
    setText(row.seat, candidate.seat ? say("seat_short", candidate.seat) : "");
    row.seat.hidden = candidate.seat === null;
    drawState(row, candidate, session);
    drawStep(row, candidate, session);
    drawProgress(row, candidate, session);
    setText(row.linkWord, say(`presence_${candidate.presence}`));
    row.link.hidden = (candidate.state === "absent" || candidate.state === "refused") && candidate.presence === "never";
    setAttribute(row.link, "data-presence", isLost(candidate) ? "lost" : candidate.presence === "lost" ? "never" : candidate.presence);
    const verbs = actionsFor(candidate, session);
    row.menu.hidden = verbs.length === 0;
    setAttribute(row.menu, "aria-label", say("menu_of", { name: `${candidate.given_name} ${candidate.family_name}` }));
    row.element.classList.toggle("tile--lost", isLost(candidate));
    row.element.classList.toggle("tile--over", candidate.attempt?.ended_at != null || candidate.state === "absent" || candidate.state === "refused");
  }

  function drawState(row, candidate, session) {
    const state = stateOf(candidate, session);
    row.element.classList.toggle("tile--calling", isCalling(candidate));
    if (isCalling(candidate)) return drawCall(row, candidate.help);
    setText(row.state, say(`state_${state}`));
    setAttribute(row.state, "class", `badge badge--${TONES[state]} tile__badge`);
    setText(row.why, candidate.refused ? refusalOf(candidate.refused) : whyOf(candidate, state));
    setAttribute(row.why, "title", row.why.textContent || null);
  }

  /** A call takes the place of the state: the clock beside it says whether the time runs. */
  function drawCall(row, { kind, state, by }) {
    setText(row.state, say(`help_${state}`));
    setAttribute(row.state, "class", "badge badge--call tile__badge");
    setText(row.why, state === "answered" && by ? by : say(`help_${kind}`));
    setAttribute(row.why, "title", say(`call_${kind}`));
  }

  const refusalOf = ({ reason, note }) => (reason === "other" ? note : [say(`refused_${reason}`), note].filter(Boolean).join(", "));

  function whyOf({ attempt }, state) {
    const { reason = null, ended_at: endedAt = null } = attempt ?? {};
    const words = reason !== null && say.knows(`end_${reason}`) ? say(`end_${reason}`) : reason;
    if (endedAt !== null) {
      const at = say("ended_at", { at: hour(endedAt) });
      return words ? `${at}, ${words}` : at;
    }
    if (state === "room_stopped") return say("why_room_stopped");
    return state === "paused" && words !== null ? words : "";
  }

  function drawStep(row, candidate, session) {
    const verb = nextStep(candidate, session);
    row.element.classList.toggle("tile--arriving", verb !== null);
    row.step.hidden = verb === null;
    if (verb === null) return;
    row.step.dataset.verb = verb;
    setText(row.step, say(`step_${verb}`));
    setAttribute(row.step, "aria-label", `${say(`step_${verb}`)}, ${candidate.given_name} ${candidate.family_name}`);
  }

  function drawProgress(row, { attempt }, { items }) {
    row.progress.hidden = attempt === null;
    if (attempt === null) return;
    setText(row.number, say("answered_of", { n: attempt.answered, of: items }));
    setAttribute(row.bar, "max", items);
    setAttribute(row.bar, "value", attempt.answered);
  }

  /** What time alone changes: time left, ages, countdown, clock. Called each second. */
  function tick(board, now) {
    setText(parts.clock, hour(now));
    drawPhase(board.session, now);
    for (const row of rows.values()) {
      if (row.element.isConnected) tickRow(row, now);
    }
  }

  function drawPhase(session, now) {
    const ends = session.check_in_ends_at;
    parts.phase.hidden = session.state !== "open" || ends === null;
    if (parts.phase.hidden) return;
    const left = ends - now;
    setText(parts.phase, left > 0 ? say("check_in_left", { left: countdown(left) }) : say("check_in_over"));
  }

  function tickRow(row, now) {
    const { candidate } = row;
    const left = timeLeft(candidate, now);
    row.time.hidden = left === null;
    if (left !== null) {
      setText(row.left, length(left));
      row.left.classList.toggle("tile__left--late", left < LATE);
      const { deadline } = candidate.attempt;
      setText(row.end, deadline === null ? say("time_stopped") : say("ends_at", { at: hour(deadline) }));
    }
    setText(row.sign, signOf(candidate, now));
  }

  /** "Online" says enough: an age that counts to five again and again only disturbs. It is shown as soon as signs are missed. */
  function signOf({ presence, last_sign: sign }, now) {
    if (sign === null || presence === "never" || presence === "online") return "";
    return say("sign_ago", { age: since(Math.max(0, now - sign)) });
  }

  /** The state of the connection, in words: live, or how old the news are. */
  function drawLink(link, age) {
    setAttribute(parts.link, "data-link", link);
    setText(parts.link, link === "lost" ? say("link_lost", { age: since(age) }) : say(`link_${link}`));
  }

  function listen(redraw) {
    parts.search.addEventListener("input", () => redraw(Object.assign(shown, { query: parts.search.value })));
    parts.order.addEventListener("change", () => redraw(Object.assign(shown, { order: parts.order.value })));
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
    if (event.key.toLowerCase() !== "p" || event.ctrlKey || event.metaKey || event.altKey) return;
    const tile = event.target.closest(".tile");
    const row = [...rows.values()].find(({ element }) => element === tile);
    if (!row) return;
    const candidate = latest(row.candidate.id);
    const step = stepOnEnter([candidate], current().session, lastDocument(sessionStorage));
    if (step !== "welcome" && step !== "identity") return;
    event.preventDefault();
    actions[step](candidate);
  }

  return { draw, tick, drawLink, listen, settleFocus };
}

/** "identity" may be taken again for somebody who was marked absent: then the menu says so. */
const labelOf = (verb, candidate) => {
  if (verb === "identity" && candidate.state === "absent") return "act_arrived";
  return verb === "seat" && candidate.seat !== null ? "act_move" : `act_${verb}`;
};

/** The elements of one row, each with what a screen reader needs around the figures. */
function newRow(say) {
  const hidden = (key) => el("span", { class: "visually-hidden", text: `${say(key)} ` });
  const row = {
    name: el("span", { class: "tile__name" }),
    group: el("span"),
    extra: el("span", { class: "tile__extra" }),
    seat: el("span", { class: "tile__seat" }),
    state: el("span"),
    why: el("span", { class: "tile__why" }),
    step: el("button", { type: "button", class: "button tile__step" }),
    number: el("span", { class: "tabular" }),
    bar: el("progress", { class: "tile__bar", "aria-hidden": "true" }),
    left: el("span", { class: "tile__left tabular" }),
    end: el("span", { class: "tile__end tabular" }),
    linkWord: el("span"),
    sign: el("span", { class: "tile__sign tabular" }),
    menu: el("button", { type: "button", class: "tile__menu", "aria-haspopup": "menu", "aria-expanded": "false" }, el("span", { "aria-hidden": "true", text: "⋯" })),
  };
  const under = el("span", { class: "tile__under" }, row.group, row.seat, row.extra);
  row.link = el("span", { class: "tile__link" }, row.linkWord);
  row.progress = el("div", { class: "tile__progress" }, hidden("label_question"), row.number, row.bar);
  row.time = el("div", { class: "tile__time" }, hidden("label_left"), row.left, row.end);
  row.element = el(
    "li",
    { class: "tile" },
    el("div", { class: "tile__who" }, row.name, under),
    el("div", { class: "tile__state" }, row.state, row.why),
    row.step,
    row.progress,
    row.time,
    el("div", { class: "tile__presence" }, row.link, row.sign),
    row.menu,
  );
  return row;
}
