"""Running a program one block at a time; the page's copy in block_program_state.js follows the same rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from question_bank.simulators.block_program_blocks import Block, Program, Value, has_hole

MOST_STEPS = 5000
DEEPEST_CALL = 200


class Stopped(Exception):
    """The run cannot go on; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ground(Protocol):
    """What a program acts on."""

    def perform(self, block: Block) -> None: ...

    def holds(self, test: Value) -> bool: ...

    def count(self, times: Value) -> int: ...

    def elements(self, name: Value) -> tuple[int | str, ...]: ...

    def assign(self, name: Value, value: int | str) -> None: ...


@dataclass
class _Frame:
    """A list of blocks that is being executed: how many rounds are still to come, or with which elements."""

    blocks: Program
    rounds: int = 0
    name: Value = ""
    coming: Iterator[int | str] = field(default_factory=lambda: iter(()))
    at: int = 0


class Run:
    """One execution. `step` does one block; an end of a list counts as a step too, so that every run ends."""

    def __init__(self, program: Program, ground: Ground) -> None:
        self._ground = ground
        self._procedure = next((block.lists["body"] for block in program if block.do == "define"), None)
        self._stack = [_Frame(tuple(block for block in program if block.do != "define"))]
        self.steps = 0

    @property
    def over(self) -> bool:
        return not self._stack

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Stopped("steps")
        frame = self._stack[-1]
        if frame.at >= len(frame.blocks):
            self._end_of(frame)
            return
        block = frame.blocks[frame.at]
        if has_hole(block):
            raise Stopped("hole")
        if block.do in {"until", "while"}:
            self._turn(frame, block)
            return
        frame.at += 1
        self._execute(block)

    def _end_of(self, frame: _Frame) -> None:
        if frame.rounds > 0:
            frame.rounds -= 1
            frame.at = 0
            return
        for element in islice(frame.coming, 1):
            self._ground.assign(frame.name, element)
            frame.at = 0
            return
        self._stack.pop()

    def _turn(self, frame: _Frame, block: Block) -> None:
        """The loop stays where it is, so that its test is made again after every round."""
        if self._ground.holds(block.values["test"]) is (block.do == "while"):
            self._enter(_Frame(block.lists["body"]))
        else:
            frame.at += 1

    def _execute(self, block: Block) -> None:
        match block.do:
            case "repeat":
                times = self._ground.count(block.values["times"])
                if times > 0:
                    self._enter(_Frame(block.lists["body"], rounds=times - 1))
            case "for_each":
                coming = iter(self._ground.elements(block.values["list"]))
                for element in islice(coming, 1):
                    self._ground.assign(block.values["name"], element)
                    self._enter(_Frame(block.lists["body"], name=block.values["name"], coming=coming))
            case "if":
                if self._ground.holds(block.values["test"]):
                    self._enter(_Frame(block.lists["body"]))
            case "if_else":
                side = "body" if self._ground.holds(block.values["test"]) else "else"
                self._enter(_Frame(block.lists[side]))
            case "call":
                if self._procedure is None:
                    raise Stopped("undefined")
                self._enter(_Frame(self._procedure))
            case _:
                self._ground.perform(block)

    def _enter(self, frame: _Frame) -> None:
        if len(self._stack) >= DEEPEST_CALL:
            raise Stopped("calls")
        self._stack.append(frame)


def run_to_end(program: Program, ground: Ground) -> tuple[str, int]:
    """Why the run stopped ("" at the end of the program), and after how many steps."""
    run = Run(program, ground)
    try:
        while not run.over:
            run.step()
    except Stopped as stopped:
        return stopped.code, run.steps
    return "", run.steps
