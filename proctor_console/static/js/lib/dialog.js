/** A native dialog with a form: opens, sends, stays open with the server's words when it refused, gives the focus back. */

import { setText } from "./dom.js";

/**
 * Opens `dialog` and waits. `send(fields, submitter)` does the work; when it throws, its message is shown inside and
 * the dialog stays. Promises what `send` answered, or null when the person left it.
 */
export function ask(dialog, { send, prepare }) {
  const form = dialog.querySelector("form");
  const wrong = dialog.querySelector("[data-wrong]");
  form.reset();
  setText(wrong, "");
  prepare?.(form);
  return new Promise((resolve) => {
    let answer = null;
    let sending = false;
    const onSubmit = async (event) => {
      if (event.submitter?.value === "cancel") return;
      event.preventDefault();
      if (sending) return;
      sending = true;
      setText(wrong, "");
      const fields = Object.fromEntries(new FormData(form));
      const button = event.submitter;
      button?.setAttribute("aria-disabled", "true");
      try {
        answer = (await send(fields, button)) ?? {};
        dialog.close();
      } catch (error) {
        setText(wrong, [error.message, error.remedy].filter(Boolean).join(" "));
      } finally {
        sending = false;
        button?.removeAttribute("aria-disabled");
      }
    };
    form.addEventListener("submit", onSubmit);
    dialog.addEventListener("close", () => {
      form.removeEventListener("submit", onSubmit);
      resolve(answer);
    }, { once: true });
    dialog.showModal();
  });
}

/** The reason that a person chose, or wrote where they chose "other"; null when nothing usable is there. */
export function reasonOf({ reason = "", note = "" }, label = reason) {
  const written = note.trim();
  if (reason === "other" || reason === "") return written || null;
  return written ? `${label}\u00a0: ${written}` : label;
}
