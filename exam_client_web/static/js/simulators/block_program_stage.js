// The world beside the program: the grid or the variables, and running the program in it.

import { element, inFrench, write } from "../lib/dom.js";
import { isStill } from "../lib/motion.js";
import { button } from "./acts.js";
import { Stopped, coloursOf, createGround, createRun } from "./block_program_state.js";
import { blockText, endText, robotText, scalarText, squareWords, stepText } from "./block_program_said.js";
import { blockAt } from "./block_program_editing.js";

const SPEEDS = { slow: 900, medium: 350, fast: 90 };
const MOST_LOGGED = 200;
// So many written lines are seen without scrolling.
const FITTING = 7;

function drawSquare(ground, row, column, text) {
  const { grid, world } = ground;
  const key = `${row},${column}`;
  const char = ground.squareAt([row, column]);
  const colour = grid.colours.get(key);
  const wanted = coloursOf(world.painted ?? []).get(key);
  const kind = { "#": "wall", "*": "goal", x: "spot" }[char] ?? "free";
  const cell = element("td", { class: `bp__square bp__square--${kind}` });
  if (colour) cell.classList.add("bp__square--painted", `bp__square--${colour}`);
  cell.append(element("span", { class: "visually-hidden" }, squareWords(ground, row, column, text).join(", ")));
  const mark = (name, content = "") => cell.append(element("span", { class: `bp__mark bp__mark--${name}`, "aria-hidden": "true" }, content));
  if (colour) mark("letter", text(`bp_letter_${colour}`));
  if (wanted && wanted !== colour) mark("wanted", text(`bp_letter_${wanted}`));
  const robot = grid.robot.join() === key;
  if (robot) mark(`robot bp__mark--${"up right down left".split(" ")[grid.direction]}`);
  if (grid.things.has(key)) mark(robot ? "thing bp__mark--corner" : "thing");
  return cell;
}

/** A table, so that a screen reader goes from square to square. */
function drawGrid(ground, text) {
  const rows = ground.world.map.map((line, row) => element("tr", {}, ...[...line].map((_, column) => drawSquare(ground, row, column, text))));
  const wide = ground.world.map[0].length > 8;
  const caption = element("caption", { class: "visually-hidden" }, text("bp_grid", { rows: rows.length, columns: ground.world.map[0].length }));
  const table = element("table", { class: `bp__grid${wide ? " bp__grid--wide" : ""}` }, caption, element("tbody", {}, ...rows));
  return [table, drawLegend(ground, text), element("p", { class: "bp__described" }, robotText(ground, text))];
}

/** What the drawings mean: only those that this world holds. */
function drawLegend(ground, text) {
  const squares = ground.world.map.join("");
  const [colour] = coloursOf(ground.world.painted ?? []).values();
  const shown = [["goal", squares.includes("*")], ["spot", squares.includes("x")], ["thing", /[orbgy]/.test(squares)], ["wanted", colour !== undefined]];
  const list = element("ul", { class: "bp__legend", "aria-hidden": "true" });
  for (const [name, here] of shown) {
    const box = ["goal", "spot"].includes(name) ? ` bp__square--${name}` : "";
    if (here) list.append(element("li", {}, element("span", { class: `bp__sample${box}` }, element("span", { class: `bp__mark bp__mark--${name}` }, name === "wanted" ? text(`bp_letter_${colour}`) : "")), text(`bp_legend_${name}`)));
  }
  return list;
}

function drawTable(caption, pairs) {
  const rows = pairs.map(([name, value]) => inFrench("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value)));
  return element("table", { class: "bp__values" }, element("caption", {}, caption), element("tbody", {}, ...rows));
}

function drawLines(title, lines, text) {
  const content = lines.length > 0 ? inFrench("span", {}, lines.join("\n")) : text("bp_nothing_yet");
  const scrolls = lines.length > FITTING ? { tabindex: "0", role: "region", "aria-label": title } : {};
  const box = element("pre", { class: `bp__output${lines.length > 0 ? "" : " bp__output--none"}`, ...scrolls }, content);
  return element("div", { class: "bp__lines" }, element("p", { class: "bp__caption" }, title), box);
}

function drawMemory(ground, text) {
  const { trial, values, output } = ground;
  const inputs = new Set(trial.inputs.map(({ name }) => name));
  const parts = [];
  if (inputs.size > 0) parts.push(drawTable(text("bp_inputs"), trial.inputs.map(({ name, value }) => [name, scalarText(value)])));
  const own = [...values].filter(([name, value]) => !inputs.has(name) || value !== trial.inputs.find((input) => input.name === name).value);
  if (own.length > 0) parts.push(drawTable(text("bp_variables"), own.map(([name, value]) => [name, scalarText(value)])));
  const columns = element("div", { class: "bp__columns" }, drawLines(text("bp_written"), output, text), drawLines(text("bp_wanted"), trial.output, text));
  return [...parts, columns];
}

/**
 * `programNow()` gives the program as it is; `point(path)` shows which line is done (null: none); `begun()` hears
 * that a run begins.
 */
export function createStage(item, text, { programNow, point, begun }) {
  const still = isStill();
  let chosen = 0;
  let timer = null;
  let run = null;
  let ground = createGround(item.world, item.worlds[0]);
  let ended = false;

  const view = element("div", { class: "bp__view" });
  const log = element("ol");
  // What scrolls takes the focus, so that the arrow keys can scroll it.
  const scrolling = element("div", { class: "bp__log", tabindex: "0", role: "region", "aria-label": text("bp_history") }, log);
  const history = element("details", { class: "bp__history" }, element("summary", {}, text("bp_history")), scrolling);
  const act = {
    run: button(text("bp_run"), () => start(), { class: "button sim__button bp__run" }),
    step: button(text("bp_step"), () => byHand()),
    stop: button(text("bp_stop"), () => halt(true)),
    back: button(text("bp_back"), () => back(true)),
  };
  const speed = element("select", { class: "bp__menu" });
  for (const name of Object.keys(SPEEDS)) speed.append(element("option", { value: name, selected: name === "medium" }, text(`bp_speed_${name}`)));
  const speedLabel = element("label", { class: "bp__speed" }, text("bp_speed"), speed);
  const tabs = item.worlds.map((_, index) => button(text(item.world === "grid" ? "bp_world" : "bp_trial", { n: index + 1 }), () => choose(index)));
  const controls = element("div", { class: "bp__controls", role: "group", "aria-label": text("bp_running") }, act.run, act.step, act.stop, act.back);
  if (!still) controls.append(speedLabel);
  const root = element("div", { class: "bp__stage" });
  if (tabs.length > 1) root.append(element("div", { class: "bp__tabs", role: "group", "aria-label": text("bp_worlds") }, ...tabs));
  const result = element("p", { class: "bp__result", role: "status" });
  root.append(view, controls, result, history);
  if (item.tried_elsewhere) root.append(element("p", { class: "bp__elsewhere" }, text("bp_elsewhere")));

  function say(sentence, refused = false) {
    if (refused) result.dataset.kind = "refused";
    else delete result.dataset.kind;
    write(result, sentence);
  }
  function draw() {
    view.replaceChildren(...(ground.kind === "grid" ? drawGrid(ground, text) : drawMemory(ground, text)));
    tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String(index === chosen)));
    const going = timer !== null;
    act.stop.setAttribute("aria-disabled", String(!going));
    act.back.setAttribute("aria-disabled", String(run === null));
    for (const name of ["run", "step"]) act[name].setAttribute("aria-disabled", String(going));
  }
  function begin() {
    ground = createGround(item.world, item.worlds[chosen]);
    run = createRun(programNow(), ground);
    ended = false;
    log.replaceChildren();
    begun();
  }
  function note(path) {
    const done = inFrench("span", {}, blockText(item, blockAt(programNow(), path)));
    log.append(element("li", {}, done, ` → ${stepText(ground, text)}`));
    if (log.children.length > MOST_LOGGED) log.firstChild.remove();
  }
  /** One block; false when the run is over. The ends of lists are passed over: nothing is to be seen there. */
  function advance() {
    try {
      let path = null;
      while (path === null && !run.over()) path = run.step();
      if (path !== null) {
        note(path);
        point(path);
        return true;
      }
      return finish("");
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped;
      if (run.path) point(run.path);
      return finish(stopped.code);
    }
  }
  function finish(error) {
    halt();
    ended = true;
    if (!error) point(null);
    const sentence = endText(ground, error, text);
    log.append(element("li", {}, sentence));
    say(sentence, error !== "");
    return false;
  }
  function fresh() {
    if (run === null || ended) begin();
  }
  function empty() {
    if (programNow().length > 0) return false;
    say(text("build_program"), true);
    return true;
  }
  function start() {
    if (empty()) return;
    fresh();
    if (isStill()) {
      history.open = true;
      while (advance());
    } else {
      say(text("bp_runs"));
      tick();
    }
    draw();
  }
  function tick() {
    timer = setTimeout(() => {
      timer = null;
      if (!root.isConnected) return;
      if (advance()) tick();
      draw();
    }, SPEEDS[speed.value]);
  }
  function byHand() {
    if (empty()) return;
    fresh();
    if (advance()) say([...log.lastChild.cloneNode(true).childNodes]);
    draw();
  }
  function halt(told = false) {
    clearTimeout(timer);
    timer = null;
    if (told) {
      say(text("bp_halted"));
      draw();
    }
  }
  function back(told = false) {
    halt();
    run = null;
    ended = false;
    ground = createGround(item.world, item.worlds[chosen]);
    log.replaceChildren();
    point(null);
    draw();
    say(told ? text("bp_is_back") : "");
  }
  function choose(index) {
    chosen = index;
    back();
    say(ground.kind === "grid" ? robotText(ground, text) : text("bp_trial_shown", { n: index + 1 }));
  }

  draw();
  return { root, reset: () => back(), stop: () => halt() };
}
