"""Options: as authored, and on the screen, where order and opaque names are recomputed from the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text
from question_bank.item_types.responses import BadResponse, BadResponseCode
from question_bank.item_types.seeding import Stream, permutation
from question_bank.typography import Phrase, french_typography

MAX_OPTION_TEXT = 300


@dataclass(frozen=True)
class Option:
    text: str
    key: bool

    @classmethod
    def read_all(cls, fields: Fields, fewest: int, most: int) -> tuple[Self, ...]:
        options = []
        for section in fields.sections("options", fewest, most):
            options.append(cls(section.text("text", MAX_OPTION_TEXT), section.flag("key", False)))
            section.close()
        note_repeated(fields, [option.text for option in options])
        return tuple(options)

    @classmethod
    def all_from_json(cls, value: Json) -> tuple[Self, ...]:
        options = elements(member(value, "options"))
        return tuple(cls(text(member(option, "text")), flag(member(option, "key"))) for option in options)

    def to_json(self) -> JsonObject:
        return {"text": self.text, "key": self.key}


Options: TypeAlias = tuple[Option, ...]


def note_repeated(fields: Fields, texts: Sequence[str]) -> None:
    for place, option in enumerate(texts, 1):
        if option and option in texts[: place - 1]:
            problem = Phrase("« {text} » est proposé deux fois", text=option)
            fields.note(f"options[{place}]", problem, Phrase("changez l’un des deux textes"))


@lru_cache(maxsize=16_384)  # rendered, then marked: the same names are dealt twice
def option_ids(count: int, seed: int) -> tuple[str, ...]:
    """The name of each option by authored place, "o1" to "on": dealt by the seed, they tell nothing."""
    return tuple(f"o{number + 1}" for number in permutation(count, seed, Stream.IDS))


def shown_order(count: int, seed: int, shuffle: bool) -> tuple[int, ...]:
    return permutation(count, seed, Stream.ORDER) if shuffle else tuple(range(count))


def shown_options(texts: tuple[str, ...], seed: int, order: tuple[int, ...]) -> JsonObject:
    ids = option_ids(len(texts), seed)
    return {"options": [{"id": ids[place], "text": french_typography(texts[place])} for place in order]}


def place_of(option: object, count: int, seed: int) -> int:
    if not isinstance(option, str):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    ids = option_ids(count, seed)
    if option not in ids:
        raise BadResponse(BadResponseCode.UNKNOWN_OPTION)
    return ids.index(option)


def places_of(options: object, count: int, seed: int) -> tuple[int, ...]:
    """The authored places of a list of different options, in the order given."""
    if not isinstance(options, list):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if len(options) > count:
        raise BadResponse(BadResponseCode.TOO_LONG)
    places = tuple(place_of(option, count, seed) for option in options)
    if len(set(places)) != len(places):
        raise BadResponse(BadResponseCode.REPEATED_OPTION)
    if not places:
        raise BadResponse(BadResponseCode.EMPTY)
    return places
