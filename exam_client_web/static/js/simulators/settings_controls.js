// One setting on the page, by its kind: what is built once, and how it follows the state.

import { element, inFrench, write } from "../lib/dom.js";
import { button } from "./acts.js";

/** A box to tick that says in words how it stands; `sync` sets both. */
function buildBox(id, label, attributes, onChange, text) {
  const input = element("input", { type: "checkbox", id, ...attributes });
  const said = element("span", { class: "setting__said", "aria-hidden": "true" });
  input.addEventListener("change", () => onChange(input.checked ? "on" : "off"));
  const node = element("label", { class: "setting__box", for: id }, input, inFrench("span", { class: "setting__name" }, label), said);
  const sync = (on) => {
    input.checked = on;
    write(said, text(on ? "settings_on" : "settings_off"));
  };
  return { node, input, sync };
}

function helpOf(setting) {
  return setting.help ? inFrench("p", { class: "setting__help", id: `${setting.id}-help` }, setting.help) : "";
}

const describedBy = (setting) => (setting.help ? `${setting.id}-help` : null);

function buildSwitch(setting, panel) {
  const { id } = setting;
  const box = buildBox(id, setting.text, { role: "switch", "aria-describedby": describedBy(setting) }, (to) => panel.settle("set", id, to), panel.text);
  return { node: element("div", {}, box.node, helpOf(setting)), sync: (value) => box.sync(value === "on"), inputs: [box.input] };
}

function buildGroup(setting, rows) {
  const legend = inFrench("legend", { class: "setting__label" }, setting.text);
  return element("div", {}, element("fieldset", { "aria-describedby": describedBy(setting) }, legend, helpOf(setting), ...rows));
}

function buildChoice(setting, panel) {
  const inputs = setting.options.map((option) => {
    const input = element("input", { type: "radio", name: setting.id, value: option.id, id: option.id });
    input.addEventListener("change", () => panel.settle("set", setting.id, option.id));
    return input;
  });
  const rows = setting.options.map((option, at) => element("label", { class: "setting__box", for: option.id }, inputs[at], inFrench("span", { class: "setting__name" }, option.text)));
  const sync = (value) => inputs.forEach((input) => (input.checked = input.value === value));
  return { node: buildGroup(setting, rows), sync, inputs };
}

function buildChoices(setting, panel) {
  const boxes = setting.options.map((option) => buildBox(option.id, option.text, {}, (to) => panel.perform("set", setting.id, option.id, to), panel.text));
  const sync = (value) => boxes.forEach((box, at) => box.sync(value.includes(setting.options[at].id)));
  return { node: buildGroup(setting, boxes.map((box) => box.node)), sync, inputs: boxes.map((box) => box.input) };
}

/** A field whose value counts when it is left or Enter is pressed; what is refused is said beside it. */
function buildField(setting, panel, attributes, valueOf) {
  const { id } = setting;
  const problem = element("p", { class: "field__error", id: `${id}-problem` });
  const described = [describedBy(setting), `${id}-problem`].filter(Boolean).join(" ");
  const input = element("input", { class: "input setting__field", id, autocomplete: "off", spellcheck: "false", "aria-describedby": described, ...attributes });
  input.addEventListener("change", () => {
    const done = panel.settle("set", id, valueOf(input.value));
    write(problem, done ? "" : panel.lastSaid());
    input.setAttribute("aria-invalid", String(!done));
  });
  const label = inFrench("label", { class: "setting__label", for: id }, setting.text);
  const line = element("div", { class: "setting__line" }, input);
  // What was refused stays to be corrected, whatever else is set meanwhile.
  let before = null;
  const sync = (value) => {
    if (value === before && input.getAttribute("aria-invalid") === "true") return;
    before = value;
    input.value = String(value);
    input.setAttribute("aria-invalid", "false");
    write(problem, "");
  };
  return { node: element("div", {}, label, helpOf(setting), line, problem), sync, inputs: [input], line };
}

function buildNumber(setting, panel) {
  const { low, high, step, unit } = setting.range;
  const whole = (typed) => (/^\d{1,9}$/.test(typed) ? Number(typed) : -1);
  const built = buildField(setting, panel, { type: "number", min: low, max: high, step, inputmode: "numeric" }, whole);
  if (unit) built.line.append(inFrench("span", { class: "setting__unit" }, unit));
  built.line.append(element("span", { class: "setting__help" }, panel.text("settings_between", { low, high })));
  return built;
}

function buildText(setting, panel) {
  return buildField(setting, panel, { type: "text", maxlength: setting.max_length, autocapitalize: "off" }, (typed) => typed.trim());
}

function buildCell(setting, row, column, panel) {
  const cell = `${row.id} ${column.id}`;
  if (setting.missing.includes(cell)) {
    const none = element("span", { class: "visually-hidden" }, panel.text("settings_no_permission"));
    return { node: element("td", {}, element("span", { "aria-hidden": "true" }, "–"), none), cell, box: null };
  }
  const input = inFrench("input", { type: "checkbox", role: "switch", id: cell.replace(" ", "-"), "aria-label": `${row.text} : ${column.text}` });
  const said = element("span", { class: "setting__said", "aria-hidden": "true" });
  input.addEventListener("change", () => panel.perform("set", setting.id, row.id, column.id, input.checked ? "on" : "off"));
  const label = element("label", { class: "setting__cell", for: input.id }, input, said);
  return { node: element("td", {}, label), cell, box: { input, said } };
}

function buildPermissions(setting, panel) {
  const cells = setting.options.map((row) => setting.columns.map((column) => buildCell(setting, row, column, panel)));
  const head = element("tr", {}, element("td"), ...setting.columns.map((column) => inFrench("th", { scope: "col" }, column.text)));
  const rows = setting.options.map((row, at) => element("tr", {}, inFrench("th", { scope: "row" }, row.text), ...cells[at].map((cell) => cell.node)));
  const caption = inFrench("caption", { class: "setting__label" }, setting.text);
  const table = element("table", { class: "table" }, caption, element("thead", {}, head), element("tbody", {}, ...rows));
  const boxed = cells.flat().filter((cell) => cell.box !== null);
  const sync = (value) => {
    for (const { cell, box } of boxed) {
      box.input.checked = value.includes(cell);
      write(box.said, panel.text(box.input.checked ? "settings_on" : "settings_off"));
    }
  };
  const node = element("div", {}, element("div", { class: "setting__table" }, table), helpOf(setting));
  return { node, sync, inputs: boxed.map(({ box }) => box.input) };
}

/** A button asks first, acts once, and then leaves the sentence that it is done. */
function buildButton(setting, panel) {
  const { text } = panel;
  const { words, confirm, done } = setting.button;
  const press = button(words, () => ask(true), { lang: "fr", "aria-describedby": `${setting.id}-label` });
  const no = button(text("settings_cancel"), () => ask(false));
  const yes = button(words, () => {
    asking.hidden = true;
    panel.perform("press", setting.id);
    said.focus();
  }, { class: "button button--danger sim__button", lang: "fr" });
  const question = inFrench("p", { class: "sim__question", id: `${setting.id}-question` }, confirm);
  const asking = element("div", { class: "setting__asking", role: "group", "aria-labelledby": question.id, hidden: true }, question, no, yes);
  const said = element("p", { class: "setting__done", tabindex: "-1", lang: done ? "fr" : null }, done || text("settings_done"));
  function ask(open) {
    asking.hidden = !open;
    press.hidden = open;
    (open ? no : press).focus();
  }
  asking.addEventListener("keydown", (event) => event.key === "Escape" && ask(false));
  const label = inFrench("p", { class: "setting__label", id: `${setting.id}-label` }, setting.text);
  const sync = (value) => {
    const pressed = value === "pressed";
    said.hidden = !pressed;
    press.hidden = pressed || !asking.hidden;
    if (pressed) asking.hidden = true;
  };
  const node = element("div", { class: "setting__act" }, element("div", {}, label, helpOf(setting)), press, asking, said);
  return { node, sync, inputs: [press, yes] };
}

function buildInfo(setting) {
  return { node: element("div", {}, inFrench("p", {}, setting.text), helpOf(setting)), sync: () => {}, inputs: [] };
}

const BUILDERS = {
  switch: buildSwitch,
  choice: buildChoice,
  choices: buildChoices,
  number: buildNumber,
  text: buildText,
  permissions: buildPermissions,
  button: buildButton,
  info: buildInfo,
};

/** {node, sync(state, shown, enabled)}: built once, then kept in step. */
export function buildSetting(setting, panel) {
  const built = BUILDERS[setting.kind](setting, panel);
  built.node.classList.add("setting", `setting--${setting.kind}`);
  const sync = (value, shown, enabled) => {
    built.node.hidden = !shown;
    built.node.classList.toggle("setting--off", !enabled);
    for (const input of built.inputs) input.disabled = !enabled;
    built.sync(value);
  };
  return { node: built.node, sync };
}
