/** Ending a test for suspected fraud takes two persons: asking for it, confirming what another has asked, withdrawing. */

import { setText } from "../lib/dom.js";
import { ask, Wrong } from "../lib/dialog.js";
import { timeOfDay } from "../lib/format.js";

const FRAUD = "fraud_suspected";

/** The verbs; `fit()` brings the dialog that ends a test in line with the reason chosen in it. */
export function createFraud({ say, lang, post, board, announce, at, named, titled }) {
  const dialog = (name) => document.getElementById(`dialog-${name}`);
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);
  const box = dialog("terminate");

  const takesTwo = (code) => code === FRAUD && board().session.fraud_needs_second === true;

  function fit() {
    const select = box.querySelector("select:enabled");
    const two = takesTwo(select?.value);
    box.querySelector("[data-second]").hidden = !two;
    box.querySelector("[data-warning]").hidden = two;
    if (select?.dataset.for === "candidate") setText(box.querySelector("[data-submit]"), say(two ? "fraud_submit" : "terminate_submit"));
  }

  box.addEventListener("change", fit);

  async function request(candidate, note) {
    if (note.trim() === "") throw new Wrong(say("fraud_note_missing"), "note");
    await post(at(candidate, "fraud"), { note: note.trim() });
    return { said: say("fraud_asked", { name: named(candidate) }) };
  }

  async function confirm(candidate) {
    const sure = dialog("fraud-confirm");
    const { request: number, name, note, at: since } = candidate.fraud;
    const done = await ask(sure, {
      prepare: () => {
        titled(sure, say("fraud_confirm_title"), named(candidate));
        setText(sure.querySelector("[data-asked]"), say("fraud_asked_by", { name, at: hour(since) }));
        setText(sure.querySelector("[data-note]"), note);
      },
      send: () => post(at(candidate, "fraud/confirm"), { request: number }),
    });
    if (done) announce(say("terminate_done", { name: named(candidate) }));
  }

  async function withdraw(candidate) {
    const aside = dialog("fraud-withdraw");
    const { request: number, name, at: since } = candidate.fraud;
    const done = await ask(aside, {
      prepare: () => {
        titled(aside, say("fraud_withdraw_title"), named(candidate));
        setText(aside.querySelector("[data-asked]"), say("fraud_asked_by", { name, at: hour(since) }));
      },
      send: ({ reason }) => post(at(candidate, "fraud/withdraw"), { request: number, reason: reason.trim() }),
    });
    if (done) announce(say("fraud_withdrawn", { name: named(candidate) }));
  }

  return { takesTwo, fit, request, confirm, withdraw };
}
