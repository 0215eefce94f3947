// Before the test: who the page takes you for, what is still missing, the button that starts.

import { fillSlots, slot, write } from "../lib/dom.js";
import { dateShort } from "../lib/format.js";
import { stepsOf, waitingFor } from "../lib/state.js";

/** The place as words: {row, column}, or already a sentence; null is not given yet. */
function seatText(seat, text) {
  if (seat === null) return text("seat_later");
  return typeof seat === "string" ? seat : text("seat_at", seat);
}

/** The candidate's own name and place, wherever a view shows them. */
export function showCandidate(root, state, text) {
  const { given_name, family_name, class_name, birth_date } = state.candidate;
  fillSlots(root, {
    candidate: `${given_name} ${family_name}`,
    class_name,
    birth_date: birth_date === null ? "" : dateShort(birth_date), // not told any more after the end
    seat: seatText(state.check.seat, text),
    room: state.session.room,
    centre: state.session.centre,
  });
}

export function createWaiting(root, text) {
  return {
    show(state) {
      write(slot(root, "next"), text(`wait_${waitingFor(state)}`));
      const steps = stepsOf(state);
      const [next] = steps.find(([, done]) => !done) ?? [null];
      for (const [key, done] of steps) {
        const step = root.querySelector(`[data-step="${key}"]`);
        step.dataset.done = String(done);
        if (key === next) step.setAttribute("aria-current", "step");
        else step.removeAttribute("aria-current");
        write(slot(step, "step-state"), text(done ? "step_done" : "step_to_do"));
      }
    },
  };
}

/** onStart() returns a promise of null, or of the sentence that says why it did not start. */
export function createReady(root, text, onStart) {
  const button = root.querySelector('[data-action="start"]');
  const problem = slot(root, "problem");
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    write(problem, "");
    const sentence = await onStart();
    button.removeAttribute("aria-disabled");
    write(problem, sentence ?? "");
  });
  return {
    show(state) {
      fillSlots(root, {
        allowed: text.minutes(Math.round(state.time.allowed_ms / 60000)),
        items: String(state.progress.of),
        needed: text.counted("responses_needed", state.progress.minimum),
      });
    },
  };
}
