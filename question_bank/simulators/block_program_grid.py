"""The grid: a robot among walls, things and coloured squares, and what must be true of it at the end."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text
from question_bank.simulators.block_program_blocks import Block, Program, Value
from question_bank.simulators.block_program_run import Stopped, run_to_end

ROBOTS = "^>v<"
COLOUR_LETTERS = {"R": "red", "B": "blue", "G": "green", "Y": "yellow"}
WALL, FREE, GOAL, THING, PLACE = "#", ".", "*", "o", "x"
SQUARES = frozenset({WALL, FREE, GOAL, THING, PLACE, *ROBOTS, *COLOUR_LETTERS, *"rbgy"})
PAINTED_SQUARES = frozenset({FREE, *COLOUR_LETTERS})
WIDEST = 12

Square = tuple[int, int]
_AHEAD = ((-1, 0), (0, 1), (1, 0), (0, -1))
_SIDES = {"path_left": -1, "path_ahead": 0, "path_right": 1}


class GridGoal(StrEnum):
    """What must be true at the end of a run."""

    AT_GOAL = "at_goal"
    ALL_TAKEN = "all_taken"
    ALL_DROPPED = "all_dropped"
    PAINTED = "painted"


@dataclass(frozen=True)
class GridWorld:
    """A map as lines of characters; `painted` has the same size, or no line at all."""

    map: tuple[str, ...]
    painted: tuple[str, ...] = ()
    hidden: bool = False

    @cached_property
    def squares(self) -> dict[Square, str]:
        return {(row, column): char for row, line in enumerate(self.map) for column, char in enumerate(line)}

    def to_json(self) -> JsonObject:
        return {"map": list(self.map), "painted": list(self.painted), "hidden": self.hidden}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        lines = {
            name: tuple(text(line) for line in elements(member(value, name))) for name in ("map", "painted")
        }
        return cls(lines["map"], lines["painted"], flag(member(value, "hidden")))

    def render(self) -> JsonObject:
        return {"map": list(self.map), "painted": list(self.painted)}


class Grid:
    """The state of one world while a program runs."""

    def __init__(self, world: GridWorld) -> None:
        squares = world.squares
        self._world = world
        self.robot, looks = next((at, char) for at, char in squares.items() if char in ROBOTS)
        self.direction = ROBOTS.index(looks)
        self.things = {at for at, char in squares.items() if char in "orbgy"}
        letters = {at: COLOUR_LETTERS.get(char.upper()) for at, char in squares.items()}
        self.colours = {at: colour for at, colour in letters.items() if colour is not None}
        self.carried = 0

    def perform(self, block: Block) -> None:
        match block.do:
            case "forward":
                self._forward()
            case "left":
                self.direction = (self.direction - 1) % 4
            case "right":
                self.direction = (self.direction + 1) % 4
            case "take":
                self._take()
            case "drop":
                self._drop()
            case "paint":
                self.colours[self.robot] = str(block.values["colour"])

    def _beside(self, turn: int) -> Square:
        down, along = _AHEAD[(self.direction + turn) % 4]
        return self.robot[0] + down, self.robot[1] + along

    def _free(self, square: Square) -> bool:
        return self._world.squares.get(square, WALL) != WALL

    def _forward(self) -> None:
        ahead = self._beside(0)
        if not self._free(ahead):
            raise Stopped("wall")
        self.robot = ahead

    def _take(self) -> None:
        if self.robot not in self.things:
            raise Stopped("nothing_here")
        self.things.remove(self.robot)
        self.carried += 1

    def _drop(self) -> None:
        if self.carried == 0:
            raise Stopped("nothing_carried")
        if self.robot in self.things:
            raise Stopped("occupied")
        self.things.add(self.robot)
        self.carried -= 1

    def holds(self, test: Value) -> bool:
        asked = str(test)
        return self._is(asked.removeprefix("not ")) is not asked.startswith("not ")

    def _is(self, asked: str) -> bool:
        if asked in _SIDES:
            return self._free(self._beside(_SIDES[asked]))
        if asked.startswith("on_"):
            return self.colours.get(self.robot) == asked.removeprefix("on_")
        facts = {
            "goal": self._world.squares[self.robot] == GOAL,
            "wall_ahead": not self._free(self._beside(0)),
            "thing_here": self.robot in self.things,
        }
        return facts[asked]

    def count(self, times: Value) -> int:
        return times if isinstance(times, int) else 0

    def elements(self, name: Value) -> tuple[int | str, ...]:
        """No block of this world goes through a list."""
        return ()

    def assign(self, name: Value, value: int | str) -> None:
        """No block of this world has a variable."""

    def reaches(self, goal: GridGoal) -> bool:
        squares = self._world.squares
        places = {at for at, char in squares.items() if char == PLACE}
        match goal:
            case GridGoal.AT_GOAL:
                return squares[self.robot] == GOAL
            case GridGoal.ALL_TAKEN:
                return self.things <= places
            case GridGoal.ALL_DROPPED:
                return places <= self.things
            case GridGoal.PAINTED:
                return self.colours == _colours(self._world.painted)


def _colours(lines: tuple[str, ...]) -> dict[Square, str]:
    return {
        (row, column): COLOUR_LETTERS[char]
        for row, line in enumerate(lines)
        for column, char in enumerate(line)
        if char in COLOUR_LETTERS
    }


def solves_grid(program: Program, world: GridWorld, goals: tuple[GridGoal, ...]) -> bool:
    """Whether the program comes to its end there with every goal reached."""
    grid = Grid(world)
    error, _ = run_to_end(program, grid)
    return not error and all(grid.reaches(goal) for goal in goals)
