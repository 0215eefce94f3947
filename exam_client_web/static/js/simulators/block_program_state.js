// Running a program of blocks, one at a time: the same rules as question_bank/simulators/block_program_run.py,
// _grid.py and _variables.py; a shared table of cases holds both to it.

export const MOST_STEPS = 5000;
const DEEPEST_CALL = 200;
const LARGEST = 1_000_000_000;
const LONGEST_TEXT = 200;
const MOST_LINES = 200;

const ROBOTS = "^>v<";
const COLOUR_LETTERS = { R: "red", B: "blue", G: "green", Y: "yellow" };
const AHEAD = [[-1, 0], [0, 1], [1, 0], [0, -1]];
const SIDES = { path_left: -1, path_ahead: 0, path_right: 1 };

/** The run cannot go on; the code says why. */
export class Stopped extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export function isHole(value) {
  return Array.isArray(value) ? value.includes("?") : value === "?";
}

/** Whether a value of this block itself is still to be filled in. */
export function hasHole(block) {
  return Object.entries(block).some(([name, value]) => name !== "body" && name !== "else" && isHole(value));
}

// ---- the grid -------------------------------------------------------------------------------------

const key = ([row, column]) => `${row},${column}`;

/** The colour of each coloured square of a map, by "row,column". */
export function coloursOf(lines) {
  const found = new Map();
  lines.forEach((line, row) => [...line].forEach((char, column) => {
    const colour = COLOUR_LETTERS[char.toUpperCase()];
    if (colour) found.set(key([row, column]), colour);
  }));
  return found;
}

export function createGrid(world) {
  const at = ([row, column]) => world.map[row]?.[column] ?? "#";
  const grid = { robot: [0, 0], direction: 0, things: new Set(), colours: coloursOf(world.map), carried: 0 };
  world.map.forEach((line, row) => [...line].forEach((char, column) => {
    if (ROBOTS.includes(char)) Object.assign(grid, { robot: [row, column], direction: ROBOTS.indexOf(char) });
    if ("orbgy".includes(char)) grid.things.add(key([row, column]));
  }));

  const turned = (by) => (grid.direction + by + 4) % 4;
  const beside = (turn) => {
    const [down, along] = AHEAD[turned(turn)];
    return [grid.robot[0] + down, grid.robot[1] + along];
  };
  const free = (square) => at(square) !== "#";
  const here = () => grid.things.has(key(grid.robot));

  const acts = {
    forward() {
      if (!free(beside(0))) throw new Stopped("wall");
      grid.robot = beside(0);
    },
    left: () => (grid.direction = turned(-1)),
    right: () => (grid.direction = turned(1)),
    take() {
      if (!here()) throw new Stopped("nothing_here");
      grid.things.delete(key(grid.robot));
      grid.carried += 1;
    },
    drop() {
      if (grid.carried === 0) throw new Stopped("nothing_carried");
      if (here()) throw new Stopped("occupied");
      grid.things.add(key(grid.robot));
      grid.carried -= 1;
    },
    paint: (block) => grid.colours.set(key(grid.robot), block.colour),
  };

  function is(asked) {
    if (asked in SIDES) return free(beside(SIDES[asked]));
    if (asked.startsWith("on_")) return grid.colours.get(key(grid.robot)) === asked.slice(3);
    return { goal: at(grid.robot) === "*", wall_ahead: !free(beside(0)), thing_here: here() }[asked];
  }

  return {
    ...{ kind: "grid", world, grid },
    squareAt: at,
    besideIsFree: (turn) => free(beside(turn)),
    perform: (block) => acts[block.do](block),
    holds: (test) => (test.startsWith("not ") ? !is(test.slice(4)) : is(test)),
    count: (times) => times,
    elements: () => [],
    assign: () => {},
  };
}

// ---- variables ------------------------------------------------------------------------------------

function numberIn(value) {
  if (typeof value !== "number") throw new Stopped("kinds");
  return value;
}

function bounded(value) {
  if (Math.abs(value) > LARGEST) throw new Stopped("too_big");
  return value;
}

/** Whole division is rounded down, and the rest has the sign of the divisor. */
function computed(left, operator, right) {
  if ((operator === "quotient" || operator === "rest") && right === 0) throw new Stopped("zero");
  const rest = () => (((left % right) + right) % right) + 0;
  switch (operator) {
    case "plus": return left + right;
    case "minus": return left - right;
    case "times": return left * right;
    case "quotient": return (left - rest()) / right;
    default: return rest();
  }
}

function compared(left, comparison, right) {
  if (typeof left !== typeof right) throw new Stopped("kinds");
  if (comparison === "equal") return left === right;
  if (comparison === "different") return left !== right;
  const [one, other] = [numberIn(left), numberIn(right)];
  return { less: one < other, at_most: one <= other, more: one > other, at_least: one >= other }[comparison];
}

export function createMemory(trial) {
  const values = new Map(trial.inputs.map(({ name, value }) => [name, value]));
  const output = [];
  const elements = (name) => (Array.isArray(values.get(name)) ? values.get(name) : []);

  function operandOf(operand) {
    if (typeof operand === "number") return operand;
    if (operand.startsWith("'")) return operand.slice(1, -1);
    if (operand.startsWith("#")) return elements(operand.slice(1)).length;
    const value = values.get(operand);
    if (value === undefined || Array.isArray(value)) throw new Stopped("unset");
    return value;
  }
  function valueOf(value) {
    if (!Array.isArray(value)) return operandOf(value);
    const [left, right] = [operandOf(value[0]), operandOf(value[2])];
    if (value[1] === "joined") {
      const joined = `${left}${right}`;
      if ([...joined].length > LONGEST_TEXT) throw new Stopped("too_long");
      return joined;
    }
    return bounded(computed(numberIn(left), value[1], numberIn(right)));
  }
  const assign = (name, value) => values.set(name, value);

  function perform(block) {
    const value = valueOf(block.value);
    if (block.do === "set") assign(block.name, value);
    if (block.do === "add") assign(block.name, bounded(numberIn(operandOf(block.name)) + numberIn(value)));
    if (block.do !== "write") return;
    if (output.length >= MOST_LINES) throw new Stopped("too_long");
    output.push(String(value));
  }
  function holds(test) {
    const parts = test.slice(0, -2);
    const left = valueOf(parts.length === 3 ? parts : parts[0]);
    return compared(left, test.at(-2), operandOf(test.at(-1)));
  }

  return {
    ...{ kind: "variables", trial, values, output },
    perform,
    holds,
    count: (times) => numberIn(valueOf(times)),
    elements,
    assign,
  };
}

/** What a world of an item is for a run. */
export function createGround(kind, world) {
  return kind === "grid" ? createGrid(world) : createMemory(world);
}

// ---- the run --------------------------------------------------------------------------------------

/**
 * One execution. `step()` does one block and gives its path ([0, "body", 2]), or null at the end of a list,
 * which counts as a step too, so that every run ends. It throws Stopped when it cannot go on.
 */
export function createRun(program, ground) {
  const place = program.findIndex((block) => block.do === "define");
  const procedure = place < 0 ? null : { blocks: program[place].body ?? [], path: [place, "body"] };
  const frame = (blocks, path, more = {}) => ({ blocks: blocks ?? [], path, at: 0, rounds: 0, coming: [], ...more });
  const stack = [frame(program, [])];
  const run = { steps: 0, over: () => stack.length === 0, step };
  skipDefinition(stack[0]);

  /** The definition is not executed where it stands, and is no step. */
  function skipDefinition(top) {
    while (top.blocks[top.at]?.do === "define") top.at += 1;
  }
  function enter(next) {
    if (stack.length >= DEEPEST_CALL) throw new Stopped("calls");
    stack.push(next);
  }
  function end(top) {
    if (top.rounds > 0) {
      top.rounds -= 1;
      top.at = 0;
    } else if (top.coming.length > 0) {
      ground.assign(top.name, top.coming[0]);
      top.coming = top.coming.slice(1);
      top.at = 0;
    } else {
      stack.pop();
    }
    return null;
  }
  function execute(block, path) {
    const inner = (side, more) => enter(frame(block[side], [...path, side], more));
    switch (block.do) {
      case "repeat": {
        const times = ground.count(block.times);
        if (times > 0) inner("body", { rounds: times - 1 });
        break;
      }
      case "for_each": {
        const [first, ...coming] = ground.elements(block.list);
        if (first === undefined) break;
        ground.assign(block.name, first);
        inner("body", { name: block.name, coming });
        break;
      }
      case "if":
        if (ground.holds(block.test)) inner("body");
        break;
      case "if_else":
        inner(ground.holds(block.test) ? "body" : "else");
        break;
      case "call":
        if (procedure === null) throw new Stopped("undefined");
        enter(frame(procedure.blocks, procedure.path));
        break;
      default:
        ground.perform(block);
    }
  }
  function step() {
    run.steps += 1;
    if (run.steps > MOST_STEPS) throw new Stopped("steps");
    const top = stack.at(-1);
    if (top.at >= top.blocks.length) return end(top);
    const block = top.blocks[top.at];
    const path = [...top.path, top.at];
    run.path = path;
    if (hasHole(block)) throw new Stopped("hole");
    if (block.do === "until" || block.do === "while") {
      // The loop stays where it is, so that its test is made again after every round.
      if (ground.holds(block.test) === (block.do === "while")) enter(frame(block.body, [...path, "body"]));
      else top.at += 1;
    } else {
      top.at += 1;
      execute(block, path);
    }
    skipDefinition(top);
    return path;
  }
  return run;
}

/** Why the run stopped ("" at the end of the program), and after how many steps. */
export function runToEnd(program, ground) {
  const run = createRun(program, ground);
  try {
    while (!run.over()) run.step();
  } catch (stopped) {
    if (!(stopped instanceof Stopped)) throw stopped;
    return { error: stopped.code, steps: run.steps };
  }
  return { error: "", steps: run.steps };
}
