/** Reporting an incident from the board, for one candidate; the room's are reported on the page that lists them. */

import { ask } from "../lib/dialog.js";
import { bodyOf, clear, fieldNames, kindsOf, showByField, sorted } from "../lib/fields.js";
import { fit } from "../lib/incident_fields.js";

/** `report(candidate)` opens the dialog. */
export function createIncidents({ say, post, announce, here, named, titled }) {
  const box = document.getElementById("dialog-incident");
  const form = box.querySelector("form");
  form.addEventListener("change", () => fit(form));

  /** Sends the report; a refusal that names fields is shown beside them. */
  async function send() {
    clear(form);
    try {
      return await post(here("incidents"), bodyOf(new FormData(form), kindsOf(form)));
    } catch (error) {
      if (error.problems) showByField(form, sorted(error.problems, fieldNames(form)).byField);
      throw error;
    }
  }

  return async function report(candidate) {
    const done = await ask(box, {
      prepare: () => {
        clear(form);
        titled(box, say("incident_title"), named(candidate));
        form.elements.candidate.value = candidate.id;
        fit(form);
      },
      send,
    });
    if (done) announce(say("incident_done"));
  };
}
