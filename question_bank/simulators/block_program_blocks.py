"""A program as nested blocks, which never change: stored as JSON, counted and compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, flag, member, text
from question_bank.simulators.block_program_words import BLOCKS, HOLE, World

# One operand or name, or operands with operators between them.
Value: TypeAlias = int | str | tuple[int | str, ...]
Program: TypeAlias = "tuple[Block, ...]"


@dataclass(frozen=True)
class Block:
    """`values` and `lists` have the names that the table of blocks gives for what the block does."""

    do: str
    values: dict[str, Value] = field(default_factory=dict)
    lists: "dict[str, tuple[Block, ...]]" = field(default_factory=dict)
    fixed: bool = False

    def __hash__(self) -> int:
        return hash((self.do, *self.values.items(), *self.lists.items(), self.fixed))

    def to_json(self) -> JsonObject:
        found: JsonObject = {"do": self.do}
        for name, value in self.values.items():
            found[name] = list(value) if isinstance(value, tuple) else value
        for name, inner in self.lists.items():
            found[name] = program_to_json(inner)
        return {**found, "fixed": True} if self.fixed else found


def program_to_json(program: Program) -> list[Json]:
    return [block.to_json() for block in program]


def program_from_json(value: Json, world: World) -> Program:
    """A program as it was stored, which was checked when it was read from its file."""
    return tuple(_stored(block, world) for block in elements(value))


def _stored(value: Json, world: World) -> Block:
    do = text(member(value, "do"))
    names, lists = BLOCKS[world][do]
    return Block(
        do,
        {name: _stored_value(member(value, name)) for name in names},
        {name: program_from_json(member(value, name), world) for name in lists},
        isinstance(value, dict) and "fixed" in value and flag(value["fixed"]),
    )


def _stored_value(value: Json) -> Value:
    if isinstance(value, list):
        return tuple(_part(part) for part in value)
    return _part(value)


def _part(value: Json) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadJson(f"not a value of a block: {value!r}")
    return value


def walk(program: Program) -> Iterator[Block]:
    """Every block, from the first line to the last."""
    for block in program:
        yield block
        for inner in block.lists.values():
            yield from walk(inner)


def has_hole(block: Block) -> bool:
    """Whether a value of this block itself is still to be filled in."""
    return any(
        value == HOLE or (isinstance(value, tuple) and HOLE in value) for value in block.values.values()
    )
