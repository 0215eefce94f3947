/** The check-in desk: present in one key press, the whole class in one word, late, refused. */

import { setText } from "../lib/dom.js";
import { ask } from "../lib/dialog.js";
import { awaited, minutesLate, nextStep } from "./summary.js";

const REMEMBERED = "passation-document";
const DOCUMENTS = ["carte_scolaire", "carte_identite", "passeport", "connu_personnellement", "autre"];

/** The kind of document that was seen last at this desk; null before the first one. */
export const lastDocument = (store) => {
  const kept = store.getItem(REMEMBERED);
  return DOCUMENTS.includes(kept) ? kept : null;
};

export const rememberDocument = (store, document) => store.setItem(REMEMBERED, document);

/** What Enter does for the one candidate that a search found: "welcome" (identity and seat at once), a step, or null. */
export function stepOnEnter(found, session, document) {
  if (found.length !== 1 || session.looks_on) return null;
  const step = nextStep(found[0], session);
  return step === "identity" && document !== null ? "welcome" : step;
}

/** The verbs of the desk that need more than one write, or a dialog of their own. */
export function createDesk({ say, post, board, announce, at, here, named, titled, write, withReason, store = sessionStorage }) {
  const dialog = (name) => document.getElementById(`dialog-${name}`);

  /** Present, identity checked, seated: with the kind of document that was seen last. */
  const welcome = (candidate) => {
    const seen = lastDocument(store);
    return write(at(candidate, "identity"), { document: seen, seat: true }, say("welcome_done", { name: named(candidate), document: say(`document_${seen}`) }));
  };

  async function welcomeAll() {
    const box = dialog("welcome");
    const n = awaited(board()).length;
    const done = await ask(box, {
      prepare: (form) => {
        titled(box, say("welcome_room_title", { n }), say("whole_room"));
        form.elements.document.value = lastDocument(store) ?? DOCUMENTS[0];
      },
      send: async ({ document: seen }) => {
        rememberDocument(store, seen);
        return post(here("welcome"), { document: seen });
      },
    });
    if (done) announce(say("welcome_room_done", { n }));
  }

  async function admit(candidate) {
    const late = minutesLate(board());
    const said = say("admit_done", { name: named(candidate) });
    if (late === null) return write(at(candidate, "admit"), {}, said);
    const box = dialog("late");
    const done = await ask(box, {
      prepare: () => {
        titled(box, say("late_title"), named(candidate));
        setText(box.querySelector("[data-facts]"), say(late === 0 ? "late_just_now" : "late_facts", { n: late }));
      },
      send: () => post(at(candidate, "admit"), {}),
    });
    if (done) announce(said);
  }

  const refuse = (candidate) =>
    withReason(
      "refuse",
      { title: say("refuse_title"), who: named(candidate), submit: say("refuse_submit"), said: say("refuse_done", { name: named(candidate) }), reasons: "candidate" },
      ({ code, note }) => post(at(candidate, "refuse"), { reason: code, note: note.trim() }),
    );

  const withdraw = (candidate) => write(at(candidate, "withdraw-refusal"), {}, say("withdraw_done", { name: named(candidate) }));

  return { welcome, welcomeAll, admit, refuse, withdraw };
}
