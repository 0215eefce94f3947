"""What a candidate can give for an item, read strictly from the JSON that a browser sent."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from question_bank.simulators.block_program_blocks import Block

MAX_TEXT = 200
MAX_NUMBER_TEXT = 40


class BadResponseCode(StrEnum):
    NOT_AN_OBJECT = "not_an_object"
    WRONG_FIELDS = "wrong_fields"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    UNKNOWN_OPTION = "unknown_option"
    REPEATED_OPTION = "repeated_option"
    INCOMPLETE = "incomplete"
    NOT_A_NUMBER = "not_a_number"
    UNEXPECTED_UNIT = "unexpected_unit"
    TOO_LARGE = "too_large"


class BadResponse(ValueError):
    """The content cannot be a response to this item; nothing of it is kept."""

    def __init__(self, code: BadResponseCode) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True)
class Skipped:
    """No answer, on purpose: scored wrong."""


@dataclass(frozen=True)
class Chosen:
    """Options by their authored places, in the order given."""

    places: tuple[int, ...]


@dataclass(frozen=True)
class Assigned:
    """For each thing by its authored place: the authored place of what it was given."""

    places: tuple[int, ...]


@dataclass(frozen=True)
class Number:
    value: Decimal


@dataclass(frozen=True)
class Written:
    text: str


Act: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Acted:
    """What was done in a simulated program: verbs with their arguments, as they were sent."""

    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Answered:
    """What was done in a simulated program, and what was answered beside it."""

    acts: tuple[Act, ...]
    answer: Number | Written


@dataclass(frozen=True)
class Programmed:
    """A program of blocks."""

    program: tuple[Block, ...]


@dataclass(frozen=True)
class Filled:
    """What stands in each gap, by the gaps' authored places."""

    gaps: tuple[Chosen | Number | Written, ...]


Response: TypeAlias = Skipped | Chosen | Assigned | Number | Written | Filled | Acted | Answered | Programmed

SKIPPED = Skipped()
SKIP: dict[str, bool] = {"skip": True}


def given(content: object, name: str) -> object:
    """What stands alone under the type's field, or SKIPPED for `{"skip": true}`."""
    if not isinstance(content, dict):
        raise BadResponse(BadResponseCode.NOT_AN_OBJECT)
    if len(content) != 1:
        raise BadResponse(BadResponseCode.WRONG_FIELDS)
    if content.get("skip") is True:
        return SKIPPED
    if name not in content:
        raise BadResponse(BadResponseCode.WRONG_FIELDS)
    return content[name]


def typed_text(value: object, longest: int) -> str:
    """A text that any database can store: no control character, no half of a surrogate pair."""
    if not isinstance(value, str):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if len(value) > longest:
        raise BadResponse(BadResponseCode.TOO_LONG)
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n\r" for char in value):
        raise BadResponse(BadResponseCode.BAD_CHARACTER)
    if not value.strip():
        raise BadResponse(BadResponseCode.EMPTY)
    return value
