/** The page of a session's reports: its forms show what fits the chosen candidate, category and outcome. */

import { fit, fitOutcome } from "./lib/incident_fields.js";

for (const form of document.querySelectorAll("form[data-incident]")) {
  form.addEventListener("change", () => fit(form));
  fit(form);
}

for (const form of document.querySelectorAll("form[data-outcome]")) {
  form.addEventListener("change", () => fitOutcome(form));
  fitOutcome(form);
}
