/** What the board knows of one candidate, in full: the dialog behind "Facts" in a row's menu. */

import { el, setText } from "../lib/dom.js";
import { length, timeOfDay } from "../lib/format.js";
import { idleFor } from "./attention.js";
import { accommodated } from "./accommodated.js";
import { awayOf, signOf, whyOf } from "./row.js";
import { stateOf } from "./summary.js";

/** The lines [word, text] of a candidate's facts; what is not known is not listed. */
export function factsOf(candidate, session, now, { say, lang, zone }) {
  const { attempt, device, birth_date: born, seat } = candidate;
  const idle = idleFor(candidate, session, now);
  const deadline = attempt?.deadline ?? null;
  const [year, month, day] = born.split("-");
  const state = stateOf(candidate, session);
  const hour = (ms) => timeOfDay(ms, lang, zone);
  const lines = [
    ["fact_state", [say(`state_${state}`), whyOf(say, hour, candidate, state)].filter(Boolean).join(", ")],
    ["fact_class", candidate.class_name],
    ["fact_born", lang === "fr" ? `${day}/${month}/${year}` : born],
    ["fact_seat", seat ? say("seat_short", seat) : ""],
    ["fact_extra", candidate.extra_time === null ? "" : say("extra_time", { fraction: candidate.extra_time })],
    ["fact_accommodations", accommodated(say, candidate.accommodations).join(", ")],
    ["fact_answered", attempt === null ? "" : say("answered_of", { n: attempt.answered, of: session.items })],
    ["fact_deadline", deadline === null ? "" : hour(deadline)],
    ["fact_worked", idle === null ? "" : say("sign_ago", { age: length(idle) })],
    ["fact_link", [say(`presence_${candidate.presence}`), signOf(say, candidate, now)].filter(Boolean).join(", ")],
    ["fact_away", attempt === null ? "" : awayOf(say, candidate) || say("away_never")],
    ["fact_device", device ? say("device", { ...device, browser: say(`browser_${device.browser}`) }) : ""],
  ];
  return lines.filter(([, text]) => text !== "");
}

/** Opens the dialog with these lines. */
export function showFacts(dialog, candidate, lines, say) {
  setText(dialog.querySelector("[data-title]"), say("facts_title"));
  setText(dialog.querySelector("[data-who]"), `${candidate.family_name} ${candidate.given_name}`);
  const list = dialog.querySelector("[data-facts]");
  list.replaceChildren(...lines.flatMap(([word, text]) => [el("dt", { text: say(word) }), el("dd", { text })]));
  dialog.showModal();
}
