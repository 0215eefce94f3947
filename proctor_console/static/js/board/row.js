/** One candidate's row, or cell of the seat plan: made once, then only corrected, so that focus never jumps. */

import { el, setAttribute, setText } from "../lib/dom.js";
import { length, since, timeOfDay } from "../lib/format.js";
import { accommodated } from "./accommodated.js";
import { idleFor, LATE, needOf } from "./attention.js";
import { actionsFor, isCalling, isLost, nextStep, stateOf, timeLeft, TONES } from "./summary.js";

/** The words of one row: `draw(row, candidate, session)` for what events change, `tick(row, now)` for what time does. */
export function createRows({ say, lang }) {
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);

  function draw(row, candidate, session) {
    Object.assign(row, { candidate, session });
    const name = `${candidate.family_name} ${candidate.given_name}`;
    setText(row.name, name);
    setAttribute(row.name, "title", name);
    setText(row.group, candidate.class_name);
    const granted = [
      candidate.extra_time === null ? "" : say("extra_time", { fraction: candidate.extra_time }),
      ...accommodated(say, candidate.accommodations),
    ].filter(Boolean);
    row.extra.hidden = granted.length === 0;
    setText(row.extra, granted.length > 2 ? say("granted_more", { first: granted[0], n: granted.length - 1 }) : granted.join(", "));
    setAttribute(row.extra, "title", granted.length > 0 ? granted.join(", ") : null);
    setText(row.seat, candidate.seat ? say("seat_of_row", candidate.seat) : "");
    setAttribute(row.seat, "title", candidate.seat ? say("seat_short", candidate.seat) : null);
    row.seat.hidden = candidate.seat === null;
    const left = awayOf(say, candidate);
    row.away.hidden = left === "";
    setText(row.away, left);
    drawState(row, candidate, session);
    drawStep(row, candidate, session);
    drawProgress(row, candidate, session);
    setText(row.linkWord, say(`presence_${candidate.presence}`));
    row.link.hidden = isAway(candidate) && candidate.presence === "never";
    setAttribute(row.link, "data-presence", isLost(candidate) ? "lost" : candidate.presence === "lost" ? "never" : candidate.presence);
    setAttribute(row.link, "title", say(`presence_${candidate.presence}`));
    setAttribute(row.menu, "aria-label", say("menu_of", { name: `${candidate.given_name} ${candidate.family_name}` }));
    setAttribute(row.check, "aria-label", say("choose_of", { name: `${candidate.given_name} ${candidate.family_name}` }));
    row.element.classList.toggle("tile--lost", isLost(candidate));
    row.element.classList.toggle("tile--over", candidate.attempt?.ended_at != null || isAway(candidate));
  }

  function drawState(row, candidate, session) {
    row.element.classList.toggle("tile--calling", isCalling(candidate));
    if (isCalling(candidate)) return drawCall(row, candidate.help);
    const state = stateOf(candidate, session);
    setText(row.state, say(`state_${state}`));
    setAttribute(row.state, "class", `badge badge--${TONES[state]} tile__badge`);
    row.reason = whyOf(say, hour, candidate, state);
  }

  /** A call takes the place of the state: the clock beside it says whether the time runs. */
  function drawCall(row, { kind, state, by }) {
    setText(row.state, say(`help_${state}`));
    setAttribute(row.state, "class", "badge badge--call tile__badge");
    row.reason = state === "answered" && by ? by : say(`help_${kind}`);
  }

  function drawStep(row, candidate, session) {
    const verb = session.looks_on ? null : nextStep(candidate, session);
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

  /** What time alone changes: why this one comes first, time left, ages. */
  function tick(row, now) {
    const { candidate, session } = row;
    tickNeed(row, needOf(candidate, session, now), now);
    const left = timeLeft(candidate, now);
    row.time.hidden = left === null;
    if (left !== null) {
      setText(row.left, length(left));
      row.left.classList.toggle("tile__left--late", left < LATE);
      const { deadline } = candidate.attempt;
      setText(row.end, deadline === null ? say("time_stopped") : say("ends_at", { at: hour(deadline) }));
    }
    setText(row.sign, signOf(say, candidate, now));
  }

  /** The need in words stands where the reason of the state would: it says why the row is where it is. */
  function tickNeed(row, need, now) {
    const age = need === "idle" ? since(idleFor(row.candidate, row.session, now)) : "";
    const words = need === null || need === "call" ? row.reason : say(`need_${need}`, { age });
    setText(row.why, words);
    setAttribute(row.why, "title", words || null);
    setAttribute(row.why, "data-need", need);
    setAttribute(row.element, "data-need", need);
  }

  return { draw, tick, make: () => newRow(say) };
}

/** Whoever will not sit this test. */
const isAway = ({ state }) => state === "absent" || state === "refused";

/** "Online" says enough: an age that counts to five again and again only disturbs. It is shown as soon as signs are missed. */
export function signOf(say, { presence, last_sign: sign }, now) {
  if (sign === null || presence === "never" || presence === "online") return "";
  return say("sign_ago", { age: since(Math.max(0, now - sign)) });
}

/** Why a candidate is in this state, in words; empty where the state says enough. `hour(ms)` writes an instant. */
export function whyOf(say, hour, { refused = null, attempt }, state) {
  if (refused) return refusalOf(say, refused);
  const { reason = null, ended_at: endedAt = null, until = null } = attempt ?? {};
  if (until !== null) return say("rests_until", { at: hour(until) });
  const words = reason !== null && say.knows(`end_${reason}`) ? say(`end_${reason}`) : reason;
  if (endedAt !== null) {
    const at = say("ended_at", { at: hour(endedAt) });
    return words ? `${at}, ${words}` : at;
  }
  if (state === "room_stopped") return say("why_room_stopped");
  return state === "paused" && words !== null ? words : "";
}

const refusalOf = (say, { reason, note }) => (reason === "other" ? note : [say(`refused_${reason}`), note].filter(Boolean).join(", "));

/** How often and how long the page was left, as a plain fact; empty when it never was. */
export function awayOf(say, { away }) {
  if (!away || away.times === 0) return "";
  return say(away.times === 1 ? "away_once" : "away_often", { n: away.times, length: length(away.ms) });
}

/** Everything that may be done for a candidate, with the facts at the end, as entries of the menu. */
export function menuOf(candidate, session, { say, actions, latest }) {
  const verbs = [...actionsFor(candidate, session), "facts"];
  return verbs.map((verb) => ({
    label: say(labelOf(verb, candidate, session)),
    danger: verb === "terminate" || verb === "fraud_confirm",
    run: () => actions[verb](latest(candidate.id)),
  }));
}

/** "identity" may be taken again for somebody who was marked absent; a card in the middle of a test is another computer. */
function labelOf(verb, candidate, session) {
  if (verb === "identity" && candidate.state === "absent") return "act_arrived";
  if (verb === "fraud_withdraw" && candidate.fraud?.by !== session.me) return "act_fraud_put_aside";
  if (verb === "card" && candidate.attempt !== null) return "act_computer";
  return verb === "seat" && candidate.seat !== null ? "act_move" : `act_${verb}`;
}

/** The elements of one row, each with what a screen reader needs around the figures; spaces, so that without styles words stay apart. */
function newRow(say) {
  const hidden = (key) => el("span", { class: "visually-hidden", text: `${say(key)} ` });
  const row = {
    name: el("span", { class: "tile__name" }),
    group: el("span", { class: "tile__group" }),
    extra: el("span", { class: "tile__extra" }),
    seat: el("span", { class: "tile__seat" }),
    away: el("span", { class: "tile__away tabular" }),
    state: el("span"),
    why: el("span", { class: "tile__why" }),
    step: el("button", { type: "button", class: "button tile__step" }),
    number: el("span", { class: "tabular" }),
    bar: el("progress", { class: "tile__bar", "aria-hidden": "true" }),
    left: el("span", { class: "tile__left tabular" }),
    end: el("span", { class: "tile__end tabular" }),
    linkWord: el("span", { class: "tile__link-word" }),
    sign: el("span", { class: "tile__sign tabular" }),
    check: el("input", { type: "checkbox", class: "tile__check", hidden: true }),
    menu: el("button", { type: "button", class: "tile__menu", "aria-haspopup": "menu", "aria-expanded": "false" }, el("span", { "aria-hidden": "true", text: "⋯" })),
    reason: "",
  };
  const under = el("span", { class: "tile__under" }, row.seat, " ", row.extra, " ", row.away, " ", row.group);
  row.link = el("span", { class: "tile__link" }, row.linkWord);
  row.progress = el("div", { class: "tile__progress" }, hidden("label_question"), row.number, " ", row.bar);
  row.time = el("div", { class: "tile__time" }, hidden("label_left"), row.left, " ", row.end);
  row.element = el(
    "li",
    { class: "tile" },
    el("div", { class: "tile__who" }, row.name, " ", under),
    el("div", { class: "tile__state" }, row.state, " ", row.why),
    row.step,
    row.progress,
    row.time,
    el("div", { class: "tile__presence" }, row.link, " ", row.sign),
    row.check,
    row.menu,
  );
  return row;
}
