"""What a simulated candidate gives without knowing: a response by chance, of the shape that is asked for."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.item_types.table import ItemType

_WORDS = ("je ne sais pas", "le menu", "un fichier", "https")


def guess(shown: JsonObject, chance: Random) -> JsonObject:
    """A response by chance; an item of a type that nobody can guess at is passed."""
    guesser = _GUESSERS.get(text(member(shown, "type")))
    return {"skip": True} if guesser is None else guesser(shown, chance)


def wrong_response(shown: JsonObject, right: JsonObject, chance: Random) -> JsonObject:
    """A response that is not the key; now and then the item is passed."""
    if chance.random() < 0.1:
        return {"skip": True}
    for _ in range(20):
        tried = guess(shown, chance)
        if _as_marked(tried) != _as_marked(right):
            return tried
    return {"skip": True}


def _as_marked(response: JsonObject) -> object:
    """Two responses that are marked alike are equal here: the order of a multiple choice does not matter."""
    chosen = response.get("options")
    return frozenset(map(str, chosen)) if isinstance(chosen, list) else response


def _names(shown: Json, where: str) -> list[str]:
    return [text(member(one, "id")) for one in elements(member(shown, where))]


def _single(shown: JsonObject, chance: Random) -> JsonObject:
    return {"option": chance.choice(_names(shown, "options"))}


def _multiple(shown: JsonObject, chance: Random) -> JsonObject:
    names = _names(shown, "options")
    return {"options": [*chance.sample(names, chance.randint(1, len(names)))]}


def _number(chance: Random) -> str:
    return f"{chance.randint(0, 9999)},{chance.randint(0, 99):02d}"


def _ordering(shown: JsonObject, chance: Random) -> JsonObject:
    names = _names(shown, "options")
    return {"order": [*chance.sample(names, len(names))]}


def _matching(shown: JsonObject, chance: Random) -> JsonObject:
    lefts, rights = _names(shown, "lefts"), _names(shown, "rights")
    some = chance.choices(rights, k=len(lefts)) if shown["reuse"] else chance.sample(rights, len(lefts))
    return {"pairs": {**dict(zip(lefts, some, strict=True))}}


def _categorising(shown: JsonObject, chance: Random) -> JsonObject:
    categories = _names(shown, "categories")
    return {"places": {thing: chance.choice(categories) for thing in _names(shown, "things")}}


def _fill_in(shown: JsonObject, chance: Random) -> JsonObject:
    return {"gaps": [_gap(gap, chance) for gap in elements(member(shown, "gaps"))]}


def _gap(gap: Json, chance: Random) -> str:
    match text(member(gap, "kind")):
        case "choice":
            return chance.choice(_names(gap, "options"))
        case "number":
            return _number(chance)
        case _:
            return chance.choice(_WORDS)


_GUESSERS: Mapping[str, Callable[[JsonObject, Random], JsonObject]] = MappingProxyType(
    {
        ItemType.SINGLE_CHOICE: _single,
        ItemType.MULTIPLE_CHOICE: _multiple,
        ItemType.NUMERIC: lambda _, chance: {"number": _number(chance)},
        ItemType.SHORT_TEXT: lambda _, chance: {"text": chance.choice(_WORDS)},
        ItemType.ORDERING: _ordering,
        ItemType.MATCHING: _matching,
        ItemType.CATEGORISING: _categorising,
        ItemType.FILL_IN: _fill_in,
        ItemType.POINT: lambda shown, chance: {"zone": chance.choice(_names(shown, "zones"))},
    }
)
