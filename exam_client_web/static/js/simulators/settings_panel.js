// A panel of settings as an element: its sections under tabs or headings, each setting applied at once.

import { element, inFrench, quoting } from "../lib/dom.js";
import { Simulator, button, define, replayed } from "./acts.js";
import { buildSetting } from "./settings_controls.js";
import { apply, isEnabled, isShown, settingsOf, start } from "./settings_panel_state.js";

/** What replaces the last act: setting one thing again, step by step, is one act in the end. */
export function followsOn(acts, [verb, name]) {
  const last = acts.at(-1);
  return last !== undefined && last[0] === verb && last[1] === name;
}

class SettingsPanel extends Simulator {
  shownSection = 0;

  start(item) {
    return start(item);
  }

  apply(state, act) {
    return apply(this.item, state, act);
  }

  draw() {
    if (!this.controls) this.buildFrame();
    for (const [setting, control] of this.controls) {
      control.sync(this.state[setting.id], isShown(setting, this.state), isEnabled(setting, this.state));
    }
  }

  /** Like `perform`, in place of the last act when that one set the same thing. */
  settle(...act) {
    const before = this.done;
    if (followsOn(before.acts, act)) {
      this.done = replayed(this.start(this.item), before.acts.slice(0, -1), (state, one) => this.apply(state, one));
    }
    const done = this.perform(...act);
    if (!done) this.done = before;
    return done;
  }

  /** Why the last act was refused, for the field that it was typed in. */
  lastSaid() {
    return this.foot.said.textContent;
  }

  buildFrame() {
    const { item } = this;
    this.controls = settingsOf(item).map((setting) => [setting, buildSetting(setting, this)]);
    const nodes = new Map(this.controls.map(([setting, { node }]) => [setting.id, node]));
    this.sections = item.sections.map((section, at) => {
      const title = inFrench("h2", { class: "settings__heading", id: `section-${at + 1}`, tabindex: "-1" }, section.title);
      return element("section", { class: "settings__section", "aria-labelledby": title.id }, title, ...section.settings.map((setting) => nodes.get(setting.id)));
    });
    const body = element("div", { class: "settings__body" }, ...this.sections);
    const hasTabs = item.layout === "tabs" && item.sections.length > 1;
    const frame = element("div", { class: hasTabs ? "settings settings--tabs" : "settings" });
    if (hasTabs) frame.append(this.buildTabs());
    frame.append(body);
    this.stage.append(element("div", { class: "sim__bar" }, inFrench("p", { class: "sim__title" }, item.panel)), frame);
    if (hasTabs) this.turnTo(0);
    // Enter in a field sets it.
    this.stage.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input.setting__field")) return;
      event.preventDefault();
      event.target.dispatchEvent(new Event("change"));
    });
  }

  /** A field with a value that was refused, or a button that still waits for its yes. */
  unfinished() {
    const shown = ".setting:not([hidden])";
    if (this.stage.querySelector(`${shown} [aria-invalid='true']`)) return "settings_not_set";
    return this.stage.querySelector(`${shown} .setting__asking:not([hidden])`) ? "settings_not_confirmed" : null;
  }

  restarted() {
    for (const field of this.stage.querySelectorAll("[aria-invalid]")) field.setAttribute("aria-invalid", "false");
  }

  buildTabs() {
    this.tabs = this.item.sections.map((section, at) => button(section.title, () => this.turnTo(at), { lang: "fr" }));
    return element("nav", { class: "settings__tabs", "aria-label": this.text("settings_sections") }, ...this.tabs);
  }

  /** Looking at another section is no act. */
  turnTo(place) {
    this.sections.forEach((section, at) => (section.hidden = at !== place));
    this.tabs.forEach((tab, at) => (at === place ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")));
  }

  told([verb, name, ...parts]) {
    const setting = settingsOf(this.item).find((one) => one.id === name);
    if (verb === "press") return setting.button.done ? [inFrench("span", {}, setting.button.done)] : this.text("settings_done");
    const names = new Map([...(setting.options ?? []), ...(setting.columns ?? [])].map((one) => [one.id, one.text]));
    const words = { on: this.text("settings_on"), off: this.text("settings_off") };
    const pieces = parts.map((part) => (names.has(part) ? inFrench("span", {}, names.get(part)) : (words[part] ?? String(part))));
    const value = element("span", {}, ...pieces.flatMap((piece, at) => (at > 0 ? [", ", piece] : [piece])));
    return quoting(this.text("settings_set"), { what: setting.text, value });
  }
}

define("passation-settings-panel", SettingsPanel);
