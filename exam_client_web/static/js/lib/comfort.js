// How a candidate reads best: the settings, their values, and what of them the page shows. Pure.

/** What each setting can be; the first value is the page as it comes. */
export const CHOICES = {
  text: [100, 125, 150, 200],
  spacing: ["normal", "wide", "widest"],
  font: ["page", "hyperlegible"],
  theme: ["auto", "light", "dark", "contrast"],
  guide: [false, true],
  masking: [false, true],
  reduced_motion: [false, true],
  hidden_time: [false, true],
};

const NAMES = Object.keys(CHOICES);

/** The page as it comes. */
export const USUAL = Object.freeze(Object.fromEntries(NAMES.map((name) => [name, CHOICES[name][0]])));

/** Every setting, each one of its values: what is unknown or missing is as it comes. */
export function cleaned(value) {
  const known = value !== null && typeof value === "object" ? value : {};
  const kept = (name) => (CHOICES[name].includes(known[name]) ? known[name] : USUAL[name]);
  return Object.fromEntries(NAMES.map((name) => [name, kept(name)]));
}

export const same = (one, other) => NAMES.every((name) => one[name] === other[name]);

/** The value of a setting that a form calls so: "150" is 150. */
export const valueOf = (name, written) => CHOICES[name].find((value) => String(value) === String(written));

/** The attributes of <html>, by which the styles know; the theme is left to `themeOf`. */
export function attributesOf(settings) {
  const on = (switched) => (switched ? "on" : "off");
  return {
    text: String(settings.text),
    spacing: settings.spacing,
    font: settings.font,
    guide: on(settings.guide),
    masking: on(settings.masking),
    motion: settings.reduced_motion ? "reduced" : "usual",
  };
}

/** The theme that is seen: automatic is the computer's. */
export function themeOf(settings, prefersDark) {
  if (settings.theme !== "auto") return settings.theme;
  return prefersDark ? "dark" : "light";
}
