// Asking for the invigilator: the button, the choice, and what becomes of the call.

import { slot, write } from "../lib/dom.js";
import { helpShown } from "../lib/help.js";

/** `button` opens the choice. onCall(kind) and onWithdraw(call) promise null, or the sentence that says why it did not work. */
export function createHelp(root, button, text, { onCall, onWithdraw }) {
  const part = (name) => root.querySelector(`[data-part="help-${name}"]`);
  const act = (name) => root.querySelector(`[data-action="help-${name}"]`);
  const form = part("choice");
  const call = form.querySelector(".button--primary");
  const said = root.querySelector("[role=status]");
  let choosing = false;
  let busy = false;
  let current = "none";
  let shown = { state: null, view: "loading" };

  const say = (sentence) => write(slot(root, "help-problem"), sentence ?? "");

  async function once(send) {
    if (busy) return;
    busy = true;
    say("");
    draw();
    const sentence = await send();
    busy = false;
    if (sentence === null) choosing = false;
    say(sentence);
    draw();
  }

  function choose(wanted) {
    choosing = wanted;
    say("");
    form.reset();
    draw();
    (wanted ? slot(root, "help-legend") : button).focus();
  }

  button.addEventListener("click", () => choose(true));
  act("close").addEventListener("click", () => choose(false));
  form.addEventListener("keydown", (event) => event.key === "Escape" && choose(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const kind = new FormData(form).get("kind");
    if (kind === null) return say(text("help_choose"));
    once(() => onCall(kind));
  });
  act("withdraw").addEventListener("click", () => once(() => onWithdraw(shown.state.help.call)));

  function draw() {
    const { state, view } = shown;
    const next = state === null ? "none" : helpShown(state, view, choosing);
    const held = root.contains(document.activeElement);
    const waits = next === "open" || next === "answered";
    if (waits) choosing = false;
    root.hidden = next === "none" || next === "button";
    call.setAttribute("aria-disabled", String(busy));
    button.hidden = next !== "button";
    form.hidden = next !== "choosing";
    part("waiting").hidden = !waits;
    write(slot(root, "help-said"), waits ? text(`help_${next}`) : "");
    write(slot(root, "help-clock"), waits && view === "test" ? text("help_goes_on") : "");
    if (next !== current && held) moveFocus(next, waits);
    current = next;
  }

  /** The control that was used is gone: the focus goes to what took its place. */
  function moveFocus(next, waits) {
    if (waits && current === "choosing") said.focus();
    else if (next === "button" && current !== "choosing") button.focus();
  }

  return {
    show(state, view) {
      shown = { state, view };
      draw();
    },
  };
}
