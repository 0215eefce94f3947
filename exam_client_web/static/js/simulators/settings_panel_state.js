// A panel of settings' machine: what each act changes; the same rules as question_bank/simulators/settings_panel.py.

import { Refused } from "./acts.js";

const SWITCHED = ["on", "off"];
const impossible = () => new Refused("sim_impossible");

export function settingsOf(item) {
  return item.sections.flatMap((section) => section.settings);
}

export function start(item) {
  return Object.fromEntries(settingsOf(item).map((setting) => [setting.id, setting.value]));
}

const isMet = (condition, state) => Object.entries(condition).every(([name, values]) => values.includes(state[name]));

export const isShown = (setting, state) => isMet(setting.shown_if, state);
export const isEnabled = (setting, state) => isMet(setting.enabled_if, state);

export function isInRange({ low, high, step }, number) {
  return Number.isInteger(number) && number >= low && number <= high && (number - low) % step === 0;
}

const hasId = (named, id) => named?.some((one) => one.id === id) ?? false;

function withPart(value, part, to) {
  if (!SWITCHED.includes(to)) throw impossible();
  const rest = value.filter((one) => one !== part);
  return to === "on" ? [...rest, part].sort() : rest;
}

// The value of a setting after ["set", setting, …parts].
const SETTERS = {
  switch: (setting, value, [to]) => {
    if (!SWITCHED.includes(to)) throw impossible();
    return to;
  },
  choice: (setting, value, [option]) => {
    if (!hasId(setting.options, option)) throw impossible();
    return option;
  },
  choices: (setting, value, [option, to]) => {
    if (!hasId(setting.options, option)) throw impossible();
    return withPart(value, option, to);
  },
  permissions: (setting, value, [row, column, to]) => {
    const cell = `${row} ${column}`;
    if (!hasId(setting.options, row) || !hasId(setting.columns, column) || setting.missing.includes(cell)) throw impossible();
    return withPart(value, cell, to);
  },
  number: (setting, value, [number]) => {
    const { low, high, step } = setting.range;
    if (!isInRange(setting.range, number)) throw new Refused(step === 1 ? "settings_range" : "settings_range_step", { low, high, step });
    return number;
  },
  text: (setting, value, [written]) => {
    if (typeof written !== "string") throw impossible();
    if ([...written].length > setting.max_length) throw new Refused("settings_too_long", { max: setting.max_length });
    return written;
  },
};
const COUNTS = { switch: 1, choice: 1, choices: 2, permissions: 3, number: 1, text: 1 };

export function apply(item, state, [verb, name, ...parts]) {
  const setting = settingsOf(item).find((one) => one.id === name);
  if (!setting || !isShown(setting, state) || !isEnabled(setting, state)) throw impossible();
  if (verb === "press") {
    if (parts.length > 0 || setting.kind !== "button" || state[name] === "pressed") throw impossible();
    return { ...state, ...setting.button.sets, [name]: "pressed" };
  }
  if (verb !== "set" || COUNTS[setting.kind] !== parts.length) throw impossible();
  return { ...state, [name]: SETTERS[setting.kind](setting, state[name], parts) };
}
