/** Who watches the room: the words in the bar, and the dialog in which somebody comes, leaves or hands over. */

import { el, setAttribute, setText } from "../lib/dom.js";
import { ask } from "../lib/dialog.js";
import { timeOfDay } from "../lib/format.js";

/** The invigilators who watch the room now. Pure. */
export const watching = ({ invigilators = [] }) => invigilators.filter(({ on_duty_since: since }) => since !== null);

/** What this person may say about duty now, as {verb, id, name}; nothing for whoever looks on. Pure. */
export function dutyOptions({ state, invigilators = [], me, looks_on: looksOn }) {
  if (state !== "open" || looksOn) return [];
  const mine = invigilators.find(({ id }) => id === me);
  const others = invigilators.filter(({ id }) => id !== me);
  if (!mine) return [];
  if (mine.on_duty_since !== null) {
    return [...others.map(({ id, name }) => ({ verb: "hand_over", id, name })), { verb: "leave", id: me, name: mine.name }];
  }
  const there = others.filter(({ on_duty_since: since }) => since !== null);
  return [...there.map(({ id, name }) => ({ verb: "take_over", id, name })), { verb: "come", id: me, name: mine.name }];
}

/** The words in the bar: who watches, or that nobody does. Pure. */
export function dutyWords(session, say) {
  const names = watching(session).map(({ name }) => name);
  if (names.length === 0) return say("duty_nobody");
  if (names.length === 1) return say("duty_one", { name: names[0] });
  if (names.length === 2) return say("duty_two", { name: names[0], other: names[1] });
  return say("duty_many", { name: names[0], n: names.length - 1 });
}

const PATHS = { come: "come", leave: "leave", take_over: "take-over", hand_over: "hand-over" };
const COLLEAGUE = { take_over: (id) => ({ from: id }), hand_over: (id) => ({ to: id }) };

/** `draw(board)` for the bar, and for the dialog while it is open; `open()` opens it. */
export function createDuty({ say, lang, post, board, announce, button }) {
  const box = document.getElementById("dialog-duty");
  const hour = (ms) => timeOfDay(ms, lang, document.documentElement.dataset.zone);
  let drawn = "";

  function draw({ session }) {
    const nobody = session.state === "open" && watching(session).length === 0;
    button.hidden = session.state !== "open";
    setText(button.querySelector("[data-duty]"), dutyWords(session, say));
    setAttribute(button, "title", watching(session).map(({ name }) => name).join(", ") || null);
    setAttribute(button, "data-nobody", String(nobody));
    if (box.open) drawDialog(session);
  }

  function drawDialog(session) {
    const options = dutyOptions(session);
    const now = JSON.stringify([session.invigilators, options]);
    if (now === drawn) return; // what has the focus stays where it is
    drawn = now;
    const lines = (session.invigilators ?? []).flatMap(({ name, on_duty_since: since }) => [
      el("dt", { text: name }),
      el("dd", { text: since === null ? say("duty_off") : say("duty_since", { at: hour(since) }) }),
    ]);
    box.querySelector("[data-people]").replaceChildren(...lines);
    box.querySelector("[data-options]").replaceChildren(...options.map(option));
    box.querySelector("[data-reason]").hidden = options.length === 0;
    box.querySelector("[data-looks-on]").hidden = session.looks_on !== true;
  }

  const option = ({ verb, id, name }) => el("button", { class: "button", value: `${verb} ${id}`, text: say(`duty_${verb}`, { name }) });

  async function open() {
    const done = await ask(box, {
      prepare: () => {
        drawn = "";
        setText(box.querySelector("[data-title]"), say("duty_title"));
        drawDialog(board().session);
      },
      send: async ({ reason = "" }, pressed) => {
        const [verb, id] = pressed.value.split(" ");
        const colleague = COLLEAGUE[verb]?.(id) ?? {};
        await post(`/sessions/${encodeURIComponent(board().session.id)}/duty/${PATHS[verb]}`, { ...colleague, reason: reason.trim() });
        return { said: say(`duty_${verb}_done`, { name: pressed.textContent }) };
      },
    });
    if (done?.said) announce(done.said);
  }

  button.addEventListener("click", open);
  // There are several ways on from here: the key that would press the first of them presses none.
  box.querySelector("[name=reason]").addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  return { draw };
}
