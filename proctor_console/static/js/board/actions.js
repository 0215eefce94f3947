/** What the invigilator does from the board: each verb opens its dialog where it needs one, then writes once. */

import { el, setAttribute, setText } from "../lib/dom.js";
import { ask, reasonOf, Wrong } from "../lib/dialog.js";
import { createRequests, newRequest } from "../lib/requests.js";
import { createDesk, lastDocument, rememberDocument } from "./desk.js";
import { createFraud } from "./fraud.js";
import { createIncidents } from "./incidents.js";
import { createSelectionActions } from "./selection_actions.js";
import { moved, plan, proposed } from "./seats.js";
import { readyToAdmit } from "./summary.js";

/** The verbs of one candidate by name, those of the room as `room`, and `selection(act, chosen)`. */
export function createActions({ say, lang, post, board, now, announce }) {
  const dialog = (name) => document.getElementById(`dialog-${name}`);
  const at = (candidate, verb) => `/attempts/${encodeURIComponent(candidate.id)}/${verb}`;
  const here = (verb) => `/sessions/${encodeURIComponent(board().session.id)}/${verb}`;
  const named = ({ family_name: family, given_name: given }) => `${family} ${given}`;

  /** Writes where no dialog is open; a refusal is said in the page's own place for it. */
  async function write(path, body, said) {
    try {
      await post(path, body);
      announce(said);
    } catch (error) {
      announce([error.message, error.remedy].filter(Boolean).join(" "), "error");
    }
  }

  const titled = (box, title, who) => {
    setText(box.querySelector("[data-title]"), title);
    const name = box.querySelector("[data-who]");
    if (name) setText(name, who ?? "");
  };

  async function identity(candidate) {
    const box = dialog("identity");
    const done = await ask(box, {
      prepare: () => {
        titled(box, say("identity_title"), named(candidate));
        const [year, month, day] = candidate.birth_date.split("-");
        const born = lang === "fr" ? `${day}/${month}/${year}` : candidate.birth_date;
        setText(box.querySelector("[data-facts]"), say("identity_facts", { born, group: candidate.class_name }));
        const last = lastDocument(sessionStorage);
        if (last) for (const choice of box.querySelectorAll(".choices button")) choice.autofocus = choice.value === last;
      },
      send: (_, button) => {
        rememberDocument(sessionStorage, button.value);
        return post(at(candidate, "identity"), { document: button.value });
      },
    });
    if (!done) return;
    announce(say("identity_done", { name: named(candidate) }));
    if (candidate.seat === null) await seat(candidate);
  }

  async function seat(candidate) {
    const box = dialog("seat");
    const chosen = proposed(board(), candidate);
    const done = await ask(box, {
      prepare: () => {
        titled(box, say("seat_title"), named(candidate));
        drawPlan(box, candidate, chosen);
      },
      send: (fields) => {
        if (!fields.seat) throw new Error(say("seat_none"));
        const [row, column] = fields.seat.split("/").map(Number);
        return post(at(candidate, "seat"), { row, column });
      },
    });
    if (done) announce(say("seat_done", { name: named(candidate) }));
  }

  function drawPlan(box, candidate, chosen) {
    const grid = box.querySelector("[data-plan]");
    const { session } = board();
    grid.style.setProperty("--columns", session.columns);
    grid.replaceChildren(...plan(board()).flat().map((place) => seatChoice(place, candidate, chosen)));
    setText(box.querySelector("[data-full]"), chosen ? "" : say("seat_full"));
    const button = box.querySelector("[data-give]");
    setAttribute(button, "disabled", !chosen);
    const tell = () => {
      const [row, column] = (grid.querySelector("input:checked")?.value ?? "").split("/");
      setText(button, row ? say("seat_give", { row, column }) : say("seat_give_none"));
      setAttribute(button, "disabled", !row);
    };
    grid.onchange = tell;
    grid.onkeydown = (event) => walk(event, grid, session);
    tell();
    queueMicrotask(() => grid.querySelector("input:checked")?.focus());
  }

  function seatChoice({ row, column, holder }, candidate, chosen) {
    const taken = holder !== null && holder.id !== candidate.id;
    const input = el("input", {
      type: "radio",
      name: "seat",
      value: `${row}/${column}`,
      disabled: taken,
      "aria-label": say(taken ? "seat_taken" : "seat_free", taken ? { row, column, name: named(holder), initials: initials(holder) } : { row, column }),
    });
    input.checked = chosen !== null && chosen.row === row && chosen.column === column;
    const words = el("span", { "aria-hidden": "true", text: taken ? initials(holder) : `${row}-${column}` });
    return el("label", { class: "seat", title: taken ? named(holder) : null }, input, words);
  }

  const initials = ({ family_name: family, given_name: given }) => `${given[0] ?? ""}${family[0] ?? ""}`;

  /** Arrows walk the room as it stands; a taken seat is stepped over in the same direction. */
  function walk(event, grid, session) {
    const input = event.target.closest("input");
    if (!input) return;
    let [row, column] = input.value.split("/").map(Number);
    for (;;) {
      const next = moved({ row, column }, event.key, session);
      if (next === null) return;
      event.preventDefault();
      if (next.row === row && next.column === column) return;
      ({ row, column } = next);
      const there = grid.querySelector(`input[value="${row}/${column}"]`);
      if (there && !there.disabled) {
        there.focus();
        there.click();
        return;
      }
      if (event.key === "Home" || event.key === "End") return;
    }
  }

  /** Whom a dialog is about, by name, where they are several; `whom` fills it in. */
  function drawWhom(box, whom) {
    const part = box.querySelector("[data-whom]");
    if (part) part.hidden = !whom;
    whom?.(box);
  }

  const tell = (said, answer) => (typeof said === "function" ? said(answer) : announce(said));

  /** A dialog that asks for a reason, shared by the candidate's verbs, the selection's and the room's. */
  async function withReason(name, { title, who, submit, said, reasons, whom }, send) {
    const box = dialog(name);
    // One wish, one number: a second try after a lost answer must not give the minutes twice.
    const request = newRequest();
    const done = await ask(box, {
      prepare: (form) => {
        titled(box, title, who);
        drawWhom(box, whom);
        setText(box.querySelector("[data-submit]"), submit);
        for (const group of form.querySelectorAll("select[data-for]")) {
          const shown = group.dataset.for === reasons;
          group.closest("[data-reasons]").hidden = !shown;
          group.disabled = !shown;
        }
        if (name === "terminate") fraud.fit();
      },
      send: (fields) => {
        const select = box.querySelector("select:enabled");
        const reason = reasonOf(fields, select?.selectedOptions[0]?.textContent.trim());
        if (reason === null) throw new Wrong(say("reason_missing"), "note");
        return send({ ...fields, reason, request, code: fields.reason });
      },
    });
    if (done) tell(done.said ?? said, done);
  }

  const pause = (candidate) =>
    withReason(
      "pause",
      { title: say("pause_title"), who: named(candidate), submit: say("pause_submit"), said: say("pause_done", { name: named(candidate) }), reasons: "candidate" },
      ({ reason }) => post(at(candidate, "pause"), { reason }),
    );

  const minutesOf = ({ minutes }) => {
    const whole = Number(minutes);
    if (!Number.isInteger(whole) || whole < 1 || whole > 180) throw new Wrong(say("minutes_wrong"), "minutes");
    return whole;
  };

  const extend = (candidate) =>
    withReason(
      "extend",
      { title: say("extend_title"), who: named(candidate), submit: say("extend_submit"), said: say("extend_done", { name: named(candidate) }), reasons: "candidate" },
      (fields) => post(at(candidate, "extend"), { minutes: minutesOf(fields), reason: fields.reason, request: fields.request }),
    );

  /** A help call: its number goes with each answer, so that an older dialog cannot end a newer call. */
  const call = ({ help }) => ({ call: help?.call ?? 0 });
  const help_come = (candidate) => write(at(candidate, "help/come"), call(candidate), say("help_come_done", { name: named(candidate) }));
  const help_dismiss = (candidate) => write(at(candidate, "help/dismiss"), call(candidate), say("help_dismiss_done", { name: named(candidate) }));

  const help_time = (candidate) =>
    withReason(
      "extend",
      { title: say("help_time_title"), who: named(candidate), submit: say("help_time_submit"), said: say("extend_done", { name: named(candidate) }), reasons: "candidate" },
      (fields) => post(at(candidate, "help/time"), { ...call(candidate), minutes: minutesOf(fields), reason: fields.reason }),
    );

  const help_item = (candidate) =>
    withReason(
      "replace",
      { title: say("help_item_title"), who: named(candidate), submit: say("help_item_submit"), said: say("help_item_done", { name: named(candidate) }), reasons: "candidate" },
      ({ reason }) => post(at(candidate, "help/item"), { ...call(candidate), reason }),
    );

  const terminate = (candidate) =>
    withReason(
      "terminate",
      { title: say("terminate_title"), who: named(candidate), submit: say("terminate_submit"), said: say("terminate_done", { name: named(candidate) }), reasons: "candidate" },
      ({ code, note }) => (fraud.takesTwo(code) ? fraud.request(candidate, note) : post(at(candidate, "terminate"), { reason: { code, note: note.trim() } })),
    );

  async function card(candidate) {
    const box = dialog("card");
    // In the middle of a test a new card means another computer: the same act, said in the words of what happens.
    const isRunning = candidate.attempt !== null;
    const title = isRunning ? "computer_title" : "card_title";
    const done = await ask(box, {
      prepare: () => {
        titled(box, say(title), named(candidate));
        for (const part of box.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "running") !== isRunning;
      },
      send: () => post(at(candidate, "card"), {}),
    });
    if (!done) return;
    const shown = dialog("card-shown");
    titled(shown, say(title), named(candidate));
    shown.querySelector("[data-when]").hidden = !isRunning;
    setText(shown.querySelector("[data-code]"), done.code);
    shown.showModal();
  }

  async function absent(candidate) {
    const box = dialog("absent");
    const done = await ask(box, {
      prepare: () => titled(box, say("absent_title"), named(candidate)),
      send: () => post(at(candidate, "absent"), {}),
    });
    if (done) announce(say("absent_done", { name: named(candidate) }));
  }

  /** A message to one, some or all: it stays in the dialog until it is sent; the same words again are the same message. */
  async function writeTo(send, who, said, whom) {
    const box = dialog("message");
    const requestFor = createRequests();
    const done = await ask(box, {
      prepare: () => {
        titled(box, say("message_title"), who);
        drawWhom(box, whom);
      },
      send: ({ text }) => send({ text, request: requestFor(text) }),
    });
    if (done) tell(said, done);
  }

  const message = (candidate) =>
    writeTo((body) => post(at(candidate, "message"), body), named(candidate), say("message_done", { name: named(candidate) }));

  const { admit, refuse, withdraw, welcome, welcomeAll } = createDesk({ say, post, board, announce, at, here, named, titled, write, withReason });

  const fraud = createFraud({ say, lang, post, board, announce, at, named, titled });

  const incident = createIncidents({ say, post, announce, here, named, titled });

  const room = {
    message: () => writeTo((body) => post(here("message"), body), say("whole_room"), say("message_room_done")),
    welcome: welcomeAll,
    admit: () => write(here("admit"), {}, say("admit_room_done", { n: readyToAdmit(board()).length })),
    resume: () => write(here("resume"), {}, say("resume_room_done")),
    pause: () =>
      withReason(
        "pause",
        { title: say("pause_room_title"), who: say("whole_room"), submit: say("pause_room_submit"), said: say("pause_room_done"), reasons: "room" },
        ({ reason }) => post(here("pause"), { reason }),
      ),
    extend: () =>
      withReason(
        "extend",
        { title: say("extend_room_title"), who: say("whole_room"), submit: say("extend_submit"), said: say("extend_room_done"), reasons: "room" },
        (fields) => post(here("extend"), { minutes: minutesOf(fields), reason: fields.reason, request: fields.request }),
      ),
    terminate: () =>
      withReason(
        "terminate",
        { title: say("terminate_room_title"), who: say("whole_room"), submit: say("terminate_room_submit"), said: say("terminate_room_done"), reasons: "room" },
        ({ code, note }) => post(here("terminate"), { reason: { code, note: note.trim() } }),
      ),
  };

  const onSelection = createSelectionActions({ say, post, board, now, announce, here, named, withReason, writeTo, minutesOf });
  const selection = (act, chosen) => onSelection(act, chosen, newRequest());

  const resume = (candidate) => write(at(candidate, "resume"), {}, say("resume_done", { name: named(candidate) }));
  const rest = (candidate) => write(at(candidate, "break"), {}, say("break_done", { name: named(candidate) }));
  return { break: rest, incident, identity, seat, admit, welcome, refuse, withdraw, pause, resume, extend, terminate, card, absent, message, help_come, help_dismiss, help_time, help_item, fraud_confirm: fraud.confirm, fraud_withdraw: fraud.withdraw, room, selection };
}
