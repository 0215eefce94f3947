/** Who did what in this room: the staff's last acts, the newest first, by person and by candidate. */

import { el, setAttribute, setText } from "../lib/dom.js";
import { timeOfDay } from "../lib/format.js";

const MOST_LINES = 50;
const FEW = 3; // so many names stand in a line; more are counted

/**
 * The acts as lines, the newest first: what one person did at one instant, the same for many candidates, is one line
 * of {at, kind, by, candidates, facts}. `person` and `candidate` narrow them. Pure.
 */
export function linesOf(acts, { person = "", candidate = "" } = {}) {
  const lines = new Map();
  for (const { number, at, kind, by, candidate: about, facts } of acts) {
    if ((person && by !== person) || (candidate && about !== candidate && about !== null)) continue;
    const key = `${at} ${kind} ${by} ${about === null ? number : ""}`;
    const line = lines.get(key) ?? { at, kind, by, number, candidates: [], facts };
    line.number = number;
    if (about !== null) line.candidates.push(about);
    lines.set(key, line);
  }
  return [...lines.values()].sort((a, b) => b.number - a.number).slice(0, MOST_LINES);
}

/** What was said or given as the reason, in the words of the page. Pure. */
export function wordsOf({ kind, facts }, say) {
  const { reason = null, note = null, text = null } = facts;
  if (kind === "AttemptTerminated") return [say(`end_${reason}`), note].filter(Boolean).join(", ");
  if (kind === "CandidateRefused") return reason === "other" ? note : [say(`refused_${reason}`), note].filter(Boolean).join(", ");
  return [text, reason, note].filter(Boolean).join(", ");
}

/** What was done, in two or three words. Pure. */
export function deedOf({ kind, facts }, people, say) {
  const name = (id) => people[id] ?? "—";
  return say(`did_${kind}`, { ...facts, from: name(facts.from), to: name(facts.to), name: facts.name });
}

/** `open()` shows the dialog; `draw(board)` keeps it up to date while it is open. */
export function createJournal({ say, lang, board }) {
  const box = document.getElementById("dialog-journal");
  const [persons, candidates, list, empty] = ["person", "candidate", "list", "empty"].map((name) => box.querySelector(`[data-journal="${name}"]`));
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);
  let drawn = "";

  const names = (shown) => new Map(shown.candidates.map(({ id, family_name: family, given_name: given }) => [id, `${family} ${given}`]));

  function draw(shown) {
    if (!box.open) return;
    const known = names(shown);
    const acts = (shown.acts ?? []).filter(({ kind }) => say.knows(`did_${kind}`));
    offer(persons, [...new Set(acts.map(({ by }) => by))].map((id) => [id, shown.people[id] ?? "—"]));
    offer(candidates, [...new Set(acts.map(({ candidate }) => candidate))].filter((id) => known.has(id)).map((id) => [id, known.get(id)]));
    const lines = linesOf(acts, { person: persons.value, candidate: candidates.value });
    const now = JSON.stringify(lines);
    if (now === drawn) return;
    drawn = now;
    list.replaceChildren(...lines.map((line) => item(line, shown.people, known)));
    empty.hidden = lines.length > 0;
  }

  /** The choices of a filter, by name; what is chosen stays so. */
  function offer(select, options) {
    const wanted = options.sort(([, a], [, b]) => a.localeCompare(b, "fr"));
    const [all, ...rest] = select.options;
    if (JSON.stringify(rest.map(({ value, text }) => [value, text])) === JSON.stringify(wanted)) return;
    const { value } = select;
    select.replaceChildren(all, ...wanted.map(([id, name]) => el("option", { value: id, text: name })));
    select.value = wanted.some(([id]) => id === value) ? value : "";
  }

  function item(line, people, known) {
    const about = line.candidates.length > FEW ? say("journal_many", { n: line.candidates.length }) : line.candidates.map((id) => known.get(id) ?? "—").join(", ");
    return el(
      "li",
      { class: "journal__line" },
      el("span", { class: "journal__at tabular", text: hour(line.at) }),
      el("span", { class: "journal__who", text: people[line.by] ?? "—" }),
      el("span", { class: "journal__deed" }, el("b", { text: deedOf(line, people, say) }), about ? ` · ${about}` : "", said(wordsOf(line, say))),
    );
  }

  const said = (words) => (words ? el("span", { class: "journal__words", text: words }) : "");

  function open() {
    drawn = "";
    setText(box.querySelector("[data-title]"), say("journal_title"));
    box.showModal();
    draw(board());
  }

  for (const select of [persons, candidates]) select.addEventListener("change", () => draw(board()));
  setAttribute(list, "tabindex", "0");
  return { open, draw };
}
