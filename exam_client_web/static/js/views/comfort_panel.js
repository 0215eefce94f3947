// The panel of the comfort settings: a form that shows what is chosen, and tells at once what is changed.

import { CHOICES, USUAL, valueOf } from "../lib/comfort.js";

const name = (setting) => `comfort-${setting}`;

/** `button` opens `panel`, and can be pressed from now on; the settings are those of lib/comfort_settings.js. */
export function createComfortPanel(button, panel, settings) {
  const form = panel.querySelector("form");
  const fields = Object.keys(CHOICES).map((setting) => [setting, [...form.querySelectorAll(`[name="${name(setting)}"]`)]]);

  function open(wanted) {
    panel.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
  }
  function close() {
    open(false);
    button.focus();
  }
  function changed({ target }) {
    const setting = target.name.replace("comfort-", "");
    if (!(setting in CHOICES)) return;
    settings.change({ [setting]: target.type === "checkbox" ? target.checked : valueOf(setting, target.value) });
  }

  button.disabled = false;
  button.addEventListener("click", () => {
    open(panel.hidden);
    if (!panel.hidden) panel.querySelector("input:checked").focus();
  });
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  panel.querySelector("[data-action='comfort-usual']").addEventListener("click", () => settings.change(USUAL));
  panel.querySelector("[data-action='comfort-close']").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  // Whoever goes on to the page must see where the focus is: the panel does not stay over it.
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== null && relatedTarget !== button && !panel.contains(relatedTarget)) open(false);
  });
  settings.onChange((now) => {
    for (const [setting, inputs] of fields) {
      for (const input of inputs) {
        input.checked = input.type === "checkbox" ? now[setting] : input.value === String(now[setting]);
      }
    }
  });
}
