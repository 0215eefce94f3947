/** The fields of an incident report: only the categories that fit whom it is about, and what each one needs. */

/** Whether a category may be chosen: "either", or the one that fits. */
export const fits = (about, candidate) => about === "either" || about === (candidate ? "candidate" : "room");

/** What the fields must ask for: a question is always somebody's. */
export function needs({ position = false, described = false }, candidate) {
  return { position: candidate ? (position ? "required" : "optional") : "hidden", description: described ? "required" : "optional" };
}

/** Brings a form in line with what is chosen in it. */
export function fit(form) {
  const candidate = form.elements.candidate.value;
  const select = form.elements.category;
  for (const option of select.querySelectorAll("option[data-about]")) {
    option.disabled = option.hidden = !fits(option.dataset.about, candidate);
  }
  for (const group of select.querySelectorAll("optgroup")) group.hidden = !group.querySelector("option:enabled");
  if (select.selectedOptions[0]?.disabled) select.value = "";
  const { position, described } = select.selectedOptions[0]?.dataset ?? {};
  const asked = needs({ position: position !== undefined, described: described !== undefined }, candidate);
  for (const [name, how] of Object.entries(asked)) {
    const part = form.querySelector(`[data-part="${name}"]`);
    part.hidden = how === "hidden";
    part.querySelector("[data-optional]").hidden = how === "required";
    form.elements[name].required = how === "required";
    if (how === "hidden") form.elements[name].value = "";
  }
}
