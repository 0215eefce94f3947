/** A native dialog with a form: opens, sends, stays open with the server's words when it refused, gives the focus back. */

import { setAttribute, setText } from "./dom.js";
import { describe, describedBy } from "./fields.js";

/** What a dialog finds wrong before anything is sent, and the name of the field at fault. */
export class Wrong extends Error {
  constructor(message, field) {
    super(message);
    this.field = field;
  }
}

/**
 * Opens `dialog` and waits. `send(fields, submitter)` does the work; when it throws, its message is shown inside and
 * the dialog stays. Promises what `send` answered, or null when the person left it.
 */
export function ask(dialog, { send, prepare }) {
  const form = dialog.querySelector("form");
  const wrong = dialog.querySelector("[data-wrong]");
  wrong.id = `${dialog.id}-wrong`;
  form.reset();
  tell(form, wrong, "");
  prepare?.(form);
  return new Promise((resolve) => {
    let answer = null;
    let sending = false;
    const onSubmit = async (event) => {
      if (event.submitter?.value === "cancel") return;
      event.preventDefault();
      if (sending) return;
      sending = true;
      tell(form, wrong, "");
      const fields = Object.fromEntries(new FormData(form));
      const button = event.submitter;
      button?.setAttribute("aria-disabled", "true");
      try {
        answer = (await send(fields, button)) ?? {};
        dialog.close();
      } catch (error) {
        tell(form, wrong, [error.message, error.remedy].filter(Boolean).join(" "), error.field ?? error.rest?.field);
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

/** Shows what is wrong, or takes it back; the field at fault says that it is, and is described by these words. */
function tell(form, wrong, text, name = null) {
  setText(wrong, text);
  for (const field of form.elements) {
    const others = describedBy(field).filter((id) => id !== wrong.id);
    if (others.length < describedBy(field).length) setAttribute(field, "aria-invalid", null);
    const isAtFault = name !== null && field.name === name && !field.disabled;
    if (isAtFault) setAttribute(field, "aria-invalid", "true");
    describe(field, isAtFault ? [...others, wrong.id] : others);
  }
}

/** The reason that a person chose, or wrote where they chose "other"; null when nothing usable is there. */
export function reasonOf({ reason = "", note = "" }, label = reason) {
  const written = note.trim();
  if (reason === "other" || reason === "") return written || null;
  return written ? `${label}\u00a0: ${written}` : label;
}
