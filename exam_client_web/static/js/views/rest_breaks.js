// Rest breaks that were decided: asked for on the question's page, ended on the page of a stopped clock.

import { slot, write } from "../lib/dom.js";

/** onTake() and onEnd() ask the server; each promises a sentence that says why not, or null. */
export function createRestBreaks(test, stopped, text, { onTake, onEnd }) {
  const open = test.querySelector('[data-action="break"]');
  const asking = test.querySelector('[data-part="resting"]');
  const usual = test.querySelector('[data-part="actions"]');
  const part = stopped.querySelector('[data-part="break"]');

  function ask(wanted) {
    asking.hidden = !wanted;
    usual.hidden = wanted;
    if (wanted) asking.querySelector('[data-action="break-no"]').focus();
  }

  async function take() {
    const problem = await onTake();
    ask(false);
    write(slot(test, "problem"), problem ?? "");
  }

  open.addEventListener("click", () => ask(true));
  asking.querySelector('[data-action="break-no"]').addEventListener("click", () => {
    ask(false);
    open.focus();
  });
  asking.querySelector('[data-action="break-yes"]').addEventListener("click", take);
  part.querySelector('[data-action="break-end"]').addEventListener("click", async () => {
    write(slot(part, "break-problem"), (await onEnd()) ?? "");
  });

  return {
    show({ breaks = null, time }) {
      open.hidden = breaks === null || breaks.left === 0;
      if (breaks === null) return;
      const minutes = Math.max(1, Math.round(breaks.longest_ms / 60_000));
      write(slot(asking, "break-question"), text.counted("break_question", breaks.left, { minutes }));
      part.hidden = time.stopped?.scope !== "break";
      write(slot(part, "break-until"), breaks.until === null ? "" : text("break_until", { at: text.seconds(breaks.until) }));
    },
    /** Another question, or a stopped clock: nobody is asked any more. */
    close: () => {
      if (!asking.hidden) ask(false);
    },
  };
}
