"""How a simulated candidate finds a response: an answer book made from the bank, or a guess.

The book knows nothing that a browser is not told: it recognises an item by the texts on the screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from question_bank.framework import COMPETENCE_CODES
from question_bank.item_types import ItemType, render_item, right_content
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.items import Bank, ItemVersion

_ANY_SEED = 0
_SINGLE, _MULTIPLE, _ORDERING = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.ORDERING


@dataclass(frozen=True)
class Known:
    """What the book says of an item: where it stands, and its key in the texts of the screen."""

    competence: int
    difficulty: float
    discrimination: float
    expected_seconds: int
    right_texts: tuple[str, ...]
    right_typed: JsonObject | None


class AnswerBook:
    """The keys of a bank, by what is seen on the screen."""

    def __init__(self, bank: Bank) -> None:
        self._known: dict[tuple[str, ...], Known] = {}
        for item in bank.items:
            shown: JsonObject = dict(render_item(item, _ANY_SEED))
            shown["stem"] = shown.pop("stem_blocks")
            self._known[_seen(shown)] = _known(item, shown)

    def find(self, shown: JsonObject) -> Known | None:
        """The item on the screen, or None when it is not of this bank."""
        return self._known.get(_seen(shown))


def right_response(shown: JsonObject, known: Known) -> JsonObject:
    """The key, in the option names of this screen."""
    if known.right_typed is not None:
        return known.right_typed
    names = {label: name for name, label in _options(shown)}
    chosen: list[Json] = [names[label] for label in known.right_texts]
    match text(member(shown, "type")):
        case _SINGLE.value:
            return {"option": chosen[0]}
        case _MULTIPLE.value:
            return {"options": chosen}
        case _:
            return {"order": chosen}


def guess(shown: JsonObject, chance: Random) -> JsonObject:
    """A response by chance, of the shape that the item asks for."""
    names: list[Json] = [name for name, _ in _options(shown)]
    match text(member(shown, "type")):
        case _SINGLE.value:
            return {"option": chance.choice(names)}
        case _MULTIPLE.value:
            return {"options": chance.sample(names, chance.randint(1, len(names)))}
        case _ORDERING.value:
            return {"order": chance.sample(names, len(names))}
        case ItemType.NUMERIC.value:
            return {"number": f"{chance.randint(0, 9999)},{chance.randint(0, 99):02d}"}
        case _:
            return {"text": chance.choice(("je ne sais pas", "le menu", "un fichier", "https"))}


def wrong_response(shown: JsonObject, known: Known, chance: Random) -> JsonObject:
    """A response that is not the key; now and then the item is passed."""
    if chance.random() < 0.1:
        return {"skip": True}
    right = right_response(shown, known)
    for _ in range(20):
        tried = guess(shown, chance)
        if _as_marked(tried) != _as_marked(right):
            return tried
    return {"skip": True}


def _known(item: ItemVersion, shown: JsonObject) -> Known:
    right = right_content(item, _ANY_SEED)
    labels = dict(_options(shown))
    names: Iterable[Json] = right.get("options") or right.get("order") or [right.get("option")]  # type: ignore[assignment]
    return Known(
        competence=COMPETENCE_CODES.index(item.competence),
        difficulty=item.parameters.b,
        discrimination=item.parameters.a,
        expected_seconds=item.expected_seconds,
        right_texts=tuple(labels[text(name)] for name in names) if labels else (),
        right_typed=None if labels else right,
    )


def _seen(shown: JsonObject) -> tuple[str, ...]:
    stem = [text(member(block, "text")) for block in elements(member(shown, "stem"))]
    return (text(member(shown, "type")), *stem, *sorted(label for _, label in _options(shown)))


def _options(shown: JsonObject) -> list[tuple[str, str]]:
    options = elements(shown.get("options") or [])
    return [(text(member(option, "id")), text(member(option, "text"))) for option in options]


def _as_marked(response: JsonObject) -> object:
    """Two responses that are marked alike are equal here: the order of a multiple choice does not matter."""
    chosen = response.get("options")
    return frozenset(map(str, chosen)) if isinstance(chosen, list) else response
