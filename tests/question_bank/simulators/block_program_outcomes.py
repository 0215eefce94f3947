"""Programs of blocks with what comes of them: made up from a seed, run, and written as the shared table."""

import json
import random
from pathlib import Path

from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.simulators.block_program_blocks import Block, Program, program_from_json, program_to_json
from question_bank.simulators.block_program_grid import Grid, GridWorld
from question_bank.simulators.block_program_run import run_to_end
from question_bank.simulators.block_program_variables import Memory, Trial
from question_bank.simulators.block_program_words import (
    BLOCKS,
    COLOURS,
    COMPARISONS,
    GRID_TESTS,
    OPERATORS,
    World,
)

TABLE = Path(__file__).parents[2] / "simulators" / "block_program_cases.json"
SEED = 20260926
GENERATED = 200
_NAMES = (*["total", "n", "un"] * 3, "mot")


def outcome(case: Json) -> JsonObject:
    """What the Python machine makes of a case of the table."""
    world = World(text(member(case, "kind")))
    program = program_from_json(member(case, "program"), world)
    if world is World.GRID:
        given = member(case, "world")
        return _grid_outcome(program, GridWorld.from_json({"painted": [], "hidden": False, **_object(given)}))
    given = member(case, "world")
    return _memory_outcome(program, Trial.from_json({"output": [], "hidden": False, **_object(given)}))


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _grid_outcome(program: Program, world: GridWorld) -> JsonObject:
    grid = Grid(world)
    error, steps = run_to_end(program, grid)
    things: list[Json] = [*sorted(f"{row},{column}" for row, column in grid.things)]
    return {
        "error": error,
        "steps": steps,
        "robot": list(grid.robot),
        "direction": "^>v<"[grid.direction],
        "things": things,
        "colours": {f"{row},{column}": colour for (row, column), colour in sorted(grid.colours.items())},
        "carried": grid.carried,
    }


def _memory_outcome(program: Program, trial: Trial) -> JsonObject:
    memory = Memory(trial)
    error, steps = run_to_end(program, memory)
    lines: list[Json] = [*memory.output]
    return {"error": error, "steps": steps, "output": lines}


class Inventor:
    """Makes up programs and worlds; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def case(self, number: int) -> JsonObject:
        world = World.GRID if number % 2 else World.VARIABLES
        program = self._blocks(world, 1)
        if world is World.VARIABLES and self._chance.random() < 0.8:
            first = (Block("set", {"name": name, "value": len(name)}) for name in ("total", "un"))
            program = (*first, *program)
        if self._chance.random() < 0.7:
            program = (*program, Block("define", {}, {"body": self._blocks(world, 2)}))
        given = self._map() if world is World.GRID else self._trial()
        case: JsonObject = {
            "name": f"generated {number}",
            "kind": world.value,
            "world": given,
            "program": program_to_json(program),
        }
        return {**case, "outcome": outcome(case)}

    def _blocks(self, world: World, depth: int) -> Program:
        count = self._chance.randint(1, 5) if depth == 1 else self._chance.randint(0, 3)
        return tuple(self._block(world, depth) for _ in range(count))

    def _block(self, world: World, depth: int) -> Block:
        simple = {
            World.GRID: (*["forward"] * 4, *["left", "right", "paint"] * 2, "take", "drop"),
            World.VARIABLES: ("set", "set", "add", "write", "write"),
        }
        loops = {World.GRID: ("until",), World.VARIABLES: ("while", "for_each")}
        outer = (*loops[world], "repeat", "if", "if_else", "if_else", "call")
        do = self._chance.choice(outer if depth < 4 and self._chance.random() < 0.45 else simple[world])
        lists = {"repeat": 1, "until": 1, "while": 1, "for_each": 1, "if": 1, "if_else": 2}.get(do, 0)
        inner = {name: self._blocks(world, depth + 1) for name in ("body", "else")[:lists]}
        return Block(do, self._values(world, do), inner)

    def _values(self, world: World, do: str) -> dict[str, int | str | tuple[int | str, ...]]:
        pick = self._chance.choice
        grid = world is World.GRID
        times = self._chance.randint(0, 5) if grid else self._expression()
        test = pick(tuple(GRID_TESTS)) if grid else self._condition()
        given: dict[str, int | str | tuple[int | str, ...]] = {
            "colour": pick(tuple(COLOURS)),
            "times": times,
            "test": test,
            "name": pick(_NAMES),
            "list": "notes",
            "value": self._expression(),
        }
        return {name: given[name] for name in BLOCKS[world][do][0]}

    def _operand(self) -> int | str:
        names = (*["n", "total", "un", "#notes"] * 4, "mot", "'œuf'")
        return self._chance.choice(names) if self._chance.random() < 0.5 else self._chance.randint(-9, 12)

    def _expression(self) -> int | str | tuple[int | str, ...]:
        if self._chance.random() < 0.5:
            return self._operand()
        return self._operand(), self._chance.choice(tuple(OPERATORS)), self._operand()

    def _condition(self) -> tuple[int | str, ...]:
        left = self._expression()
        comparison = self._chance.choice(tuple(COMPARISONS))
        return *(left if isinstance(left, tuple) else (left,)), comparison, self._operand()

    def _map(self) -> JsonObject:
        rows, columns = self._chance.randint(2, 5), self._chance.randint(3, 6)
        squares = self._chance.choices("#......*oxRBGYrbgy", k=rows * columns)
        squares[self._chance.randrange(rows * columns)] = self._chance.choice("^>v<")
        once = "".join(squares)
        return {"map": [once[row * columns : (row + 1) * columns] for row in range(rows)]}

    def _trial(self) -> JsonObject:
        notes: list[Json] = [self._chance.randint(-5, 20) for _ in range(self._chance.randint(0, 5))]
        return {
            "inputs": [
                {"name": "n", "value": self._chance.randint(-3, 9)},
                {"name": "mot", "value": self._chance.choice(("clé", "𝄞 sol", "12"))},
                {"name": "notes", "value": notes},
            ]
        }


def generated() -> list[Json]:
    inventor = Inventor(SEED)
    return [inventor.case(number) for number in range(GENERATED)]


def main() -> None:
    """Write the generated part again: `python -m tests.question_bank.simulators.block_program_outcomes`."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    lines = [json.dumps(case, ensure_ascii=False) for case in elements(table["written"])]
    made = [json.dumps(case, ensure_ascii=False) for case in generated()]
    TABLE.write_text(
        '{"written": [\n' + ",\n".join(lines) + '\n],\n"generated": [\n' + ",\n".join(made) + "\n]}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
