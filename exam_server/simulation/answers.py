"""What a simulated candidate knows: an answer book made from the bank.

The book knows nothing that a browser is not told: it recognises an item by the texts on the screen, and gives
its key in the names of that screen. In what is shown, whatever can be chosen is a mapping with an `id` and a
`text`, and its id stands for it in a response: that is all the book needs to know of an item type.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from question_bank.framework import COMPETENCE_CODES
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.item_types.table import render_item, right_content
from question_bank.items import Bank, ItemVersion

_ANY_SEED = 0
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Label:
    """What a name stands for: the same on every screen, whatever the order and the names there.

    `where` is the way to it through what is shown; `number` tells apart what the rest does not.
    """

    where: tuple[str | int, ...]
    text: str
    number: int


@dataclass(frozen=True)
class Known:
    """What the book says of an item: where it stands, and its key on a screen of the book's own."""

    competence: int
    difficulty: float
    discrimination: float
    expected_seconds: int
    right: JsonObject
    labels: Mapping[str, Label]

    @property
    def right_texts(self) -> tuple[str, ...]:
        """The texts of what is chosen in the key, in its order."""
        return tuple(self.labels[one].text for one in _texts_in(self.right) if one in self.labels)


@dataclass(frozen=True)
class _Parametric:
    """An item with variants, and the words that all of them show."""

    item: ItemVersion
    type: str
    words: frozenset[str]


class AnswerBook:
    """The keys of a bank, by what is seen on the screen."""

    def __init__(self, bank: Bank) -> None:
        self._known: dict[tuple[str, ...], Known] = {}
        self._parametric: list[_Parametric] = []
        for item in bank.items:
            if item.variants is None:
                self._learn(item)
            else:
                self._parametric.append(
                    _Parametric(item, item.type.value, _words_of(item.variants.literal_stem))
                )

    def _learn(self, item: ItemVersion) -> None:
        """Notes an item without variants."""
        shown = _on_the_book_s_screen(item)
        self._known[_seen(shown)] = _known(item, shown)

    def find(self, shown: JsonObject) -> Known | None:
        """The item on the screen, or None when it is not of this bank."""
        seen, number = _seen(shown), shown.get("variant")
        if not isinstance(number, int):
            return self._known.get(seen)
        words, looks = _words_of(" ".join(seen)), _looks(shown)
        for one in self._parametric:
            if one.type == seen[0] and one.words <= words:
                variant = one.item.variant(number)
                drawn = _on_the_book_s_screen(variant)
                if _seen(drawn) == seen and _looks(drawn) == looks:
                    return _known(variant, drawn)
        return None

    def right_response(self, shown: JsonObject, known: Known) -> JsonObject:
        """The key, in the names of this screen."""
        names = {label: name for name, label in labels_of(shown).items()}
        return {name: _renamed(value, known.labels, names) for name, value in known.right.items()}


def labels_of(shown: JsonObject) -> dict[str, Label]:
    """Everything that can be chosen on a screen, by its name there."""
    met: Counter[tuple[tuple[str | int, ...], str]] = Counter()
    labels: dict[str, Label] = {}
    for name, where, label in _choices(shown, ()):
        labels[name] = Label(where, label, met[where, label])
        met[where, label] += 1
    return labels


def _choices(value: Json, where: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """The name, the way and the text of each thing. Things of one list may stand in any order."""
    if isinstance(value, dict):
        chosen = _choice(value)
        if chosen is not None:
            yield chosen[0], where, chosen[1]
            where = (*where, chosen[1])
        for name, inner in value.items():
            yield from _choices(inner, (*where, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _choices(inner, where if _choice(inner) is not None else (*where, place))


def _choice(value: Json) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    name, label = value.get("id"), value.get("text")
    return (name, label) if isinstance(name, str) and isinstance(label, str) else None


def _renamed(value: Json, labels: Mapping[str, Label], names: Mapping[Label, str]) -> Json:
    """The same content with this screen's names; what is no name (a typed text, a number) stays as it is."""
    if isinstance(value, str):
        return names[labels[value]] if value in labels else value
    if isinstance(value, list):
        return [_renamed(inner, labels, names) for inner in value]
    if isinstance(value, dict):
        return {
            names[labels[name]] if name in labels else name: _renamed(inner, labels, names)
            for name, inner in value.items()
        }
    return value


def _texts_in(value: Json) -> Iterator[str]:
    """Every text of a content, names of members included, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts_in(inner)


def _known(item: ItemVersion, shown: JsonObject) -> Known:
    return Known(
        competence=COMPETENCE_CODES.index(item.competence),
        difficulty=item.parameters.b,
        discrimination=item.parameters.a,
        expected_seconds=item.expected_seconds,
        right=right_content(item, _ANY_SEED),
        labels=labels_of(shown),
    )


def _seen(shown: JsonObject) -> tuple[str, ...]:
    """The type, the stem, and every other text that the screen shows, in whatever order."""
    stem = [text(member(block, "text")) for block in elements(member(shown, "stem"))]
    beside = {name: value for name, value in shown.items() if name not in {"stem", "files"}}
    files = [text(member(file, "id")) for file in elements(shown.get("files") or [])]
    return (text(member(shown, "type")), *stem, *sorted(_shown_texts(beside)), *files)


def _on_the_book_s_screen(item: ItemVersion) -> JsonObject:
    shown: JsonObject = dict(render_item(item, _ANY_SEED))
    shown["stem"] = shown.pop("stem_blocks")
    return shown


_NOT_LOOKED_AT = frozenset({"id", "position", "variant"})


def _looks(value: Json) -> str:
    """All that is shown but names and order: variants may say the same beside other sheets or pictures."""
    if isinstance(value, dict):
        kept = {name: _looks(inner) for name, inner in value.items() if name not in _NOT_LOOKED_AT}
        return repr(sorted(kept.items()))
    if isinstance(value, list):
        return repr(sorted(_looks(inner) for inner in value))
    return repr(value)


def _words_of(written: str) -> frozenset[str]:
    """The words that are whole: what touches an expression (« _ ») is only a part of one."""
    return frozenset(word for word in _WORDS.findall(written) if "_" not in word)


def _shown_texts(value: Json) -> Iterator[str]:
    """What stands under `text`, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _shown_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _shown_texts(inner)
