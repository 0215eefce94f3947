// The comfort settings of a page: on <html> for the styles, in the panel, in what follows the eye.

import { attributesOf, themeOf } from "../lib/comfort.js";
import { createComfortPanel } from "./comfort_panel.js";
import { createGuide, createMasks } from "./reading_aids.js";

/** Wires the settings (lib/comfort_settings.js) to the page, which has a button, a panel, a guide and a test's view. */
export function showComfort(settings, page = document) {
  const root = page.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => {
    root.dataset.theme = themeOf(settings.now(), dark.matches);
  };
  settings.onChange((now) => {
    Object.assign(root.dataset, attributesOf(now));
    theme();
  });
  dark.addEventListener("change", theme);
  createComfortPanel(page.querySelector("[data-action='comfort']"), page.querySelector("[data-part='comfort']"), settings);
  createGuide(page.querySelector("[data-part='guide']"), page);
  createMasks(page.querySelector("[data-view='test']"), settings);
}
