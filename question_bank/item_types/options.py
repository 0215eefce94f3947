"""Options: as authored, and on the screen, where order and opaque names are recomputed from the seed."""

from collections.abc import Iterable, Sequence
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


def note_repeated(fields: Fields, texts: Sequence[str], name: str = "options") -> None:
    for place, option in enumerate(texts, 1):
        if option and option in texts[: place - 1]:
            problem = Phrase("« {text} » est proposé deux fois", text=option)
            fields.note(f"{name}[{place}]", problem, Phrase("changez l’un des deux textes"))


@lru_cache(maxsize=16_384)  # rendered, then marked: the same names are dealt twice
def option_ids(count: int, seed: int, letter: str = "o") -> tuple[str, ...]:
    """The name of each option by authored place, "o1" to "on": dealt by the seed, they tell nothing."""
    return tuple(f"{letter}{number + 1}" for number in permutation(count, seed, Stream.IDS))


def shown_order(count: int, seed: int, shuffle: bool) -> tuple[int, ...]:
    return permutation(count, seed, Stream.ORDER) if shuffle else tuple(range(count))


def shown_options(texts: tuple[str, ...], seed: int, order: tuple[int, ...]) -> JsonObject:
    return {"options": named(texts, option_ids(len(texts), seed), order)}


def named(texts: Sequence[str], ids: Sequence[str], order: Iterable[int]) -> list[Json]:
    """Things that can be chosen, as the browser gets them."""
    return [{"id": ids[place], "text": french_typography(texts[place])} for place in order]


def place_of(option: object, count: int, seed: int) -> int:
    return place_among(option, option_ids(count, seed))


def place_among(name: object, ids: Sequence[str]) -> int:
    """The authored place of what has this name."""
    if not isinstance(name, str):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if name not in ids:
        raise BadResponse(BadResponseCode.UNKNOWN_OPTION)
    return ids.index(name)


def places_for_each(given: object, things: Sequence[str], ids: Sequence[str]) -> tuple[int, ...]:
    """From `{thing: name}` for every thing: the place of what each was given, in the things' order."""
    if not isinstance(given, dict):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if len(given) > len(things):
        raise BadResponse(BadResponseCode.TOO_LONG)
    if not given.keys() <= set(things):
        raise BadResponse(BadResponseCode.UNKNOWN_OPTION)
    if len(given) < len(things):
        raise BadResponse(BadResponseCode.INCOMPLETE if given else BadResponseCode.EMPTY)
    return tuple(place_among(given[thing], ids) for thing in things)


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
