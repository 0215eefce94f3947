"""A program as a candidate or an author reads it, and the menus of an item."""

from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.simulators.block_program_blocks import Program, Value, walk
from question_bank.simulators.block_program_reading import Offer
from question_bank.simulators.block_program_words import (
    BLOCK_TEXTS,
    COLOURS,
    COMPARISONS,
    GRID_TESTS,
    HOLE,
    OPERATORS,
    World,
    said_literal,
)

_INDENT = "    "
_WORDS = {**GRID_TESTS, **COLOURS}


def block_text(do: str, procedure: str) -> str:
    """What a block says, with the places of its values between braces."""
    return BLOCK_TEXTS[do].replace("{procedure}", said_literal(procedure))


def program_text(program: Program, procedure: str, depth: int = 0) -> tuple[str, ...]:
    """Line by line, what is inside a block set in."""
    lines: list[str] = []
    for block in program:
        line = block_text(block.do, procedure)
        for name, value in block.values.items():
            line = line.replace("{" + name + "}", value_text(value))
        lines.append(_INDENT * depth + line.removesuffix(" … sinon"))
        for name, inner in block.lists.items():
            if name == "else":
                lines.append(_INDENT * depth + "Sinon")
            lines += program_text(inner, procedure, depth + 1)
    return tuple(lines)


def value_text(value: Value) -> str:
    if not isinstance(value, tuple):
        return operand_text(value)
    signs = {**OPERATORS, **COMPARISONS}
    said = (signs.get(str(part)) if place % 2 else None for place, part in enumerate(value))
    return " ".join(sign or operand_text(part) for sign, part in zip(said, value, strict=True))


def operand_text(operand: int | str) -> str:
    if isinstance(operand, int):
        return str(operand).replace("-", "−")
    if operand == HOLE:
        return "___"
    if operand.startswith("'"):
        return said_literal(operand[1:-1])
    if operand.startswith("#"):
        return f"nombre d’éléments de {operand[1:]}"
    return _WORDS.get(operand, operand)


def names_shown(offer: Offer) -> list[Json]:
    """What a value can be made of, by kind: a name, a list, a text, a number of elements."""
    kinds = {
        "name": offer.names,
        "list": offer.lists,
        "literal": tuple(f"'{text}'" for text in offer.literals),
        "length": tuple(f"#{name}" for name in offer.lengths),
    }
    return [
        {"id": word, "text": operand_text(word), "kind": kind}
        for kind, words in kinds.items()
        for word in words
    ]


def words_shown(offer: Offer, start: Program) -> JsonObject:
    """The menus of conditions, colours and operators: those offered, then those that fixed blocks need."""
    used = {
        str(part)
        for block in walk(start)
        for value in block.values.values()
        for part in (value if isinstance(value, tuple) else (value,))
    }
    menus = {
        "tests": (GRID_TESTS, offer.tests, offer.world is World.GRID),
        "colours": (COLOURS, offer.colours, offer.world is World.GRID),
        "operators": (OPERATORS, offer.operators, offer.world is World.VARIABLES),
        "comparisons": (COMPARISONS, offer.comparisons, offer.world is World.VARIABLES),
    }
    return {
        menu: [
            {"id": word, "text": said, "offered": word in offered}
            for word, said in table.items()
            if here and (word in offered or word in used)
        ]
        for menu, (table, offered, here) in menus.items()
    }
