"""Variables: a program that computes from given inputs, and the lines that it must write."""

from dataclasses import dataclass
from typing import Self, TypeAlias

from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, flag, member
from question_bank.simulators.block_program_blocks import Block, Program, Value
from question_bank.simulators.block_program_run import Stopped, run_to_end

LARGEST = 1_000_000_000
LONGEST_TEXT = 200
MOST_LINES = 200

Scalar: TypeAlias = int | str
Input: TypeAlias = int | str | tuple[int | str, ...]


@dataclass(frozen=True)
class Trial:
    """What a program is given, and the lines that it must then write."""

    inputs: tuple[tuple[str, Input], ...]
    output: tuple[Scalar, ...]
    hidden: bool = False

    def to_json(self) -> JsonObject:
        return {"inputs": self._inputs(), "output": list(self.output), "hidden": self.hidden}

    def _inputs(self) -> list[Json]:
        return [
            {"name": name, "value": list(value) if isinstance(value, tuple) else value}
            for name, value in self.inputs
        ]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        inputs = tuple(
            (str(member(each, "name")), _input(member(each, "value")))
            for each in elements(member(value, "inputs"))
        )
        output = tuple(_scalar(line) for line in elements(member(value, "output")))
        return cls(inputs, output, flag(member(value, "hidden")))

    def render(self) -> JsonObject:
        """With the lines: what is to be written for these inputs is the question, not the key."""
        return {"inputs": self._inputs(), "output": [str(line) for line in self.output]}


def _scalar(value: Json) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadJson(f"not a number or a text: {value!r}")
    return value


def _input(value: Json) -> Input:
    return tuple(_scalar(one) for one in value) if isinstance(value, list) else _scalar(value)


class Memory:
    """The variables of one trial while a program runs, and what it wrote."""

    def __init__(self, trial: Trial) -> None:
        self.values: dict[str, Input] = dict(trial.inputs)
        self.output: list[str] = []

    def perform(self, block: Block) -> None:
        value = self._value(block.values["value"])
        match block.do:
            case "set":
                self.assign(block.values["name"], value)
            case "add":
                name = str(block.values["name"])
                self.assign(name, _bounded(_number(self._operand(name)) + _number(value)))
            case "write":
                if len(self.output) >= MOST_LINES:
                    raise Stopped("too_long")
                self.output.append(str(value))

    def holds(self, test: Value) -> bool:
        """A test of this world has three parts, or five when its left side is computed."""
        *parts, comparison, right = test if isinstance(test, tuple) else (test, "equal", test)
        left = self._value(tuple(parts) if len(parts) == 3 else parts[0])
        return _compared(left, str(comparison), self._operand(right))

    def count(self, times: Value) -> int:
        return _number(self._value(times))

    def elements(self, name: Value) -> tuple[int | str, ...]:
        value = self.values[str(name)]
        return value if isinstance(value, tuple) else ()

    def assign(self, name: Value, value: int | str) -> None:
        self.values[str(name)] = value

    def _value(self, value: Value) -> Scalar:
        if not isinstance(value, tuple):
            return self._operand(value)
        left, right = self._operand(value[0]), self._operand(value[2])
        if value[1] == "joined":
            joined = f"{left}{right}"
            if len(joined) > LONGEST_TEXT:
                raise Stopped("too_long")
            return joined
        return _bounded(_computed(_number(left), str(value[1]), _number(right)))

    def _operand(self, operand: int | str) -> Scalar:
        if isinstance(operand, int):
            return operand
        if operand.startswith("'"):
            return operand[1:-1]
        if operand.startswith("#"):
            return len(self.elements(operand[1:]))
        value = self.values.get(operand)
        if value is None or isinstance(value, tuple):
            raise Stopped("unset")
        return value


def _number(value: Scalar) -> int:
    if isinstance(value, str):
        raise Stopped("kinds")
    return value


def _bounded(value: int) -> int:
    if abs(value) > LARGEST:
        raise Stopped("too_big")
    return value


def _computed(left: int, operator: str, right: int) -> int:
    if operator in {"quotient", "rest"} and right == 0:
        raise Stopped("zero")
    match operator:
        case "plus":
            return left + right
        case "minus":
            return left - right
        case "times":
            return left * right
        case "quotient":
            return left // right
        case _:
            return left % right


def _compared(left: Scalar, comparison: str, right: Scalar) -> bool:
    if isinstance(left, str) is not isinstance(right, str):
        raise Stopped("kinds")
    if comparison in {"equal", "different"}:
        return (left == right) is (comparison == "equal")
    one, other = _number(left), _number(right)
    match comparison:
        case "less":
            return one < other
        case "at_most":
            return one <= other
        case "more":
            return one > other
        case _:
            return one >= other


def solves_trial(program: Program, trial: Trial) -> bool:
    """Whether the program comes to its end and wrote exactly these lines; 5 and "5" look the same."""
    memory = Memory(trial)
    error, _ = run_to_end(program, memory)
    return not error and memory.output == [str(line) for line in trial.output]
