/** The fields of an incident report: only the categories that fit whom it is about, and what each one needs. */

/** Whether a category may be chosen: "either", or the one that fits. */
export const fits = (about, candidate) => about === "either" || about === (candidate ? "candidate" : "room");

/** What the fields must ask for: a question is always somebody's, and what is left to the head has been dealt with by nobody. */
export function needs({ position = false, described = false, resolved = false }, candidate, outcome = "") {
  return {
    position: candidate ? (position ? "required" : "optional") : "hidden",
    description: described ? "required" : "optional",
    outcome: resolved ? "required" : "hidden",
    done: resolved ? askedOf(outcome) : "hidden",
  };
}

/** Whether an outcome must say what was done. */
export const askedOf = (outcome) => (outcome && outcome !== "undecided" ? "required" : "hidden");

/** Brings a form in line with what is chosen in it. */
export function fit(form) {
  const candidate = form.elements.candidate.value;
  const select = form.elements.category;
  for (const option of select.querySelectorAll("option[data-about]")) {
    option.disabled = option.hidden = !fits(option.dataset.about, candidate);
  }
  for (const group of select.querySelectorAll("optgroup")) group.hidden = !group.querySelector("option:enabled");
  if (select.selectedOptions[0]?.disabled) select.value = "";
  const { position, described, resolved } = select.selectedOptions[0]?.dataset ?? {};
  const wanted = { position: position !== undefined, described: described !== undefined, resolved: resolved !== undefined };
  for (const [name, how] of Object.entries(needs(wanted, candidate, form.elements.outcome.value))) show(form, name, how);
}

/** The same for the form that says later what came of a report. */
export const fitOutcome = (form) => show(form, "done", askedOf(form.elements.outcome.value));

/** A field as it is needed; what is not asked for is not sent. */
function show(form, name, how) {
  const part = form.querySelector(`[data-part="${name}"]`);
  const optional = part.querySelector("[data-optional]");
  part.hidden = how === "hidden";
  if (optional) optional.hidden = how === "required";
  form.elements[name].required = how === "required";
  if (how === "hidden") form.elements[name].value = "";
}
