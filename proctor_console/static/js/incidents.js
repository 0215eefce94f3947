/** The page of a session's reports: its form shows what fits the chosen candidate and category. */

import { fit } from "./lib/incident_fields.js";

for (const form of document.querySelectorAll("form[data-incident]")) {
  form.addEventListener("change", () => fit(form));
  fit(form);
}
