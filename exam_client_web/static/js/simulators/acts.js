// What all simulated programs share: the list of acts, doing one, beginning again, saying what was done.

import { element, quoting, write } from "../lib/dom.js";

export const MOST_ACTS = 200;
export const LONGEST_TEXT = 500;

/** An act that this program refuses, with the key of the sentence that says why. */
export class Refused extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

/** {"acts": [["move", "m3", "f2"], …]} */
export function contentOf(acts) {
  return { acts: acts.map((act) => [...act]) };
}

/** The acts of a draft, those that are well-formed. */
export function actsIn(content) {
  const acts = Array.isArray(content?.acts) ? content.acts : [];
  const isPart = (part) => typeof part === "string" || Number.isInteger(part);
  return acts.filter((act) => Array.isArray(act) && typeof act[0] === "string" && act.every(isPart));
}

/** A draft done again from the start; it stops before the first act that is not possible here. */
export function replayed(start, acts, apply) {
  let state = start;
  const done = [];
  for (const act of acts) {
    try {
      state = apply(state, act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      break;
    }
    done.push(act);
  }
  return { state, acts: done };
}

/** One act more; throws Refused when it is not possible or there are too many. */
export function withAct({ state, acts }, act, apply) {
  if (acts.length >= MOST_ACTS) throw new Refused("sim_too_many");
  return { state: apply(state, act), acts: [...acts, act] };
}

/** Null when something was done, else the key of the sentence that says what is missing. */
export function missing(item, content) {
  return actsIn(content).length === 0 ? "act_first" : null;
}

/** Asked before what is on the page is validated: the key of a sentence when the program has something open. */
export function unfinished(container) {
  return container.firstElementChild?.unfinished?.() ?? null;
}

/** A button of a program's toolbar: button("Déplacer", onClick, {"aria-expanded": "false"}); a label may have pieces. */
export function button(label, onClick, attributes = {}) {
  const node = element("button", { type: "button", class: "button sim__button", ...attributes }, ...[label].flat());
  node.addEventListener("click", () => node.getAttribute("aria-disabled") !== "true" && onClick(node));
  return node;
}

/**
 * The focus of a list that is one stop of the Tab key: the arrows, Home and End go from row to row.
 * `rowsOf()` gives the rows as they stand now; the row that has tabindex="0" is the one that Tab reaches.
 */
export function roam(list, rowsOf) {
  list.addEventListener("keydown", (event) => {
    const rows = rowsOf();
    const at = rows.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    for (const row of rows) row.tabIndex = row === next ? 0 : -1;
    next.focus();
  });
}

/** The foot of a program: what the last act did (said politely), and "Recommencer", which asks first. */
export function buildFoot(text, restart) {
  const said = element("p", { class: "sim__said", role: "status" });
  const again = button(text("sim_restart"), () => ask(true), { class: "button button--quiet sim__restart" });
  const stay = button(text("sim_restart_no"), () => ask(false));
  const yes = button(text("sim_restart_yes"), () => {
    ask(false);
    restart();
  });
  const question = element("p", { class: "sim__question" }, text("sim_restart_ask"));
  const asking = element("div", { class: "sim__asking", role: "group", "aria-label": text("sim_restart_ask"), hidden: true }, question, stay, yes);
  function ask(open) {
    asking.hidden = !open;
    again.hidden = open;
    (open ? stay : again).focus();
  }
  asking.addEventListener("keydown", (event) => event.key === "Escape" && ask(false));
  const foot = element("div", { class: "sim__foot" }, said, again, asking);
  // What stands above may have grown: the button that has the focus must not slide out of sight.
  return { said, again, foot, show: () => foot.scrollIntoView({ block: "nearest" }) };
}

// Tests without a page load this file too.
const Element = globalThis.HTMLElement ?? class {};

/**
 * A program on the page. A subclass gives `start(item)`, `apply(state, act)` (throws Refused), `draw()` (fills
 * `this.stage` from `this.state`) and `told(act, before)` (the sentence of an act that was done, or its pieces).
 * Every change is told by an "acts" event whose detail is the content to send.
 */
export class Simulator extends Element {
  begin(item, draft, text) {
    this.item = item;
    this.text = text;
    this.done = replayed(this.start(item), actsIn(draft), (state, act) => this.apply(state, act));
    this.stage = element("div", { class: "sim__stage" });
    this.foot = buildFoot(text, () => this.restart());
    this.classList.add("sim");
    // Enter in a field of the program belongs to the program: elsewhere on the page it goes on to the way on.
    this.addEventListener("keydown", (event) => event.key === "Enter" && event.stopPropagation());
    this.replaceChildren(this.stage, this.foot.foot);
    this.refresh();
  }

  get state() {
    return this.done.state;
  }

  say(sentence) {
    write(this.foot.said, sentence);
  }

  /** Do an act; false when it was refused, which is said. */
  perform(...act) {
    const before = this.state;
    try {
      this.done = withAct(this.done, act, (state, one) => this.apply(state, one));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.foot.said.dataset.kind = "refused";
      this.say(quoting(this.text(error.key), error.values));
      return false;
    }
    delete this.foot.said.dataset.kind;
    this.tell();
    this.refresh();
    this.say(this.told(act, before));
    return true;
  }

  restart() {
    this.done = { state: this.start(this.item), acts: [] };
    this.tell();
    this.restarted?.();
    this.refresh();
    this.say(this.text("sim_restarted"));
    this.foot.show();
  }

  tell() {
    this.dispatchEvent(new CustomEvent("acts", { detail: contentOf(this.done.acts) }));
  }

  /** Draw what is now; the focus stays on the thing of the same data-key. */
  refresh() {
    this.foot.again.setAttribute("aria-disabled", String(this.done.acts.length === 0));
    const key = this.stage.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.draw();
    if (key) this.focusOn(key);
  }

  focusOn(key) {
    this.stage.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }
}

/** Make an element known to the page, once; where there is no page nothing happens. */
export function define(name, constructor) {
  const known = globalThis.customElements;
  if (known && !known.get(name)) known.define(name, constructor);
}

/** What items/<type>.js builds: the element with the draft done again, whose acts go to onChange. */
export function buildSimulator(name, container, item, draft, onChange, text) {
  const program = document.createElement(name);
  container.append(program);
  program.begin(item, draft, text);
  program.addEventListener("acts", (event) => onChange(event.detail));
}
