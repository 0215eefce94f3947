/** What is done to the chosen candidates: one dialog, one reason, one request; whom it left is said with why. */

import { setText } from "../lib/dom.js";
import { split } from "./selecting.js";

/** `act(name, chosen)`: one of the acts on the candidates whose ids are chosen. */
export function createSelectionActions({ say, post, board, now, announce, here, named, withReason, writeTo, minutesOf }) {
  const counted = (key, n) => say(`${key}_${n === 1 ? "one" : "many"}`, { n });
  const because = (left) => left.map(({ candidate, why }) => say("left_one", { name: named(candidate), why: say(`unfit_${why}`) })).join(", ");

  /** Whom the dialog is about, by name; and the others with why. */
  const whom = ({ fit, left }) => (box) => {
    setText(box.querySelector("[data-names]"), fit.map(named).join(", "));
    setText(box.querySelector("[data-left]"), left.length === 0 ? "" : say("left_alone", { names: because(left) }));
  };

  /** The server has the last word on whom the act concerned: somebody may have ended meanwhile. */
  function tell(name, { done, left }) {
    const known = new Map(board().candidates.map((candidate) => [candidate.id, candidate]));
    const others = left.filter(({ candidate }) => known.has(candidate)).map(({ candidate, why }) => ({ candidate: known.get(candidate), why }));
    const words = [counted(`selection_${name}_done`, done.length)];
    if (others.length > 0) words.push(say("left_alone", { names: because(others) }));
    announce(words.join(" "), others.length > 0 ? "warn" : "done");
  }

  const DIALOGS = {
    pause: { submit: "pause_submit", body: ({ reason }) => ({ reason }) },
    extend: { submit: "extend_submit", body: (fields) => ({ minutes: minutesOf(fields), reason: fields.reason }) },
    // A suspicion of fraud is about one person: it is not among the reasons of a selection.
    terminate: { submit: "selection_terminate_submit", body: ({ code, note }) => ({ reason: { code, note: note.trim() } }) },
  };

  async function resume(send, request) {
    try {
      tell("resume", await send({ request }));
    } catch (error) {
      announce([error.message, error.remedy].filter(Boolean).join(" "), "error");
    }
  }

  return function act(name, chosen, request) {
    const parts = split(name, board(), chosen, now());
    if (parts.fit.length === 0) return null;
    const candidates = [...parts.fit, ...parts.left.map(({ candidate }) => candidate)].map(({ id }) => id);
    const send = (body) => post(here(`selection/${name}`), { ...body, candidates });
    const who = counted("candidates", parts.fit.length);
    const then = (answer) => tell(name, answer);
    if (name === "resume") return resume(send, request);
    if (name === "message") return writeTo(send, who, then, whom(parts));
    const { submit, body } = DIALOGS[name];
    const words = { title: say(`selection_${name}_title`), who, submit: say(submit), reasons: "selection", whom: whom(parts) };
    return withReason(name, { ...words, said: then }, (fields) => send({ ...body(fields), request: fields.request }));
  };
}
