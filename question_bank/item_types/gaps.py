"""The gaps of a text: typed characters, a typed number, or a choice among a few texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from question_bank.item_types.acceptance import Acceptance
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, member, text, whole
from question_bank.item_types.options import note_repeated, place_among
from question_bank.item_types.quantities import Quantity
from question_bank.item_types.responses import MAX_TEXT, Chosen, Number, Written, typed_text
from question_bank.typography import Phrase, french_typography

FEWEST_TEXTS, MOST_TEXTS = 2, 6
MAX_LENGTH = 60


class Gap(Protocol):
    """`ids` are the names of what can be chosen here, by authored place: none where something is typed."""

    @classmethod
    def read_from(cls, section: Fields) -> Self: ...

    @classmethod
    def from_json(cls, value: Json) -> Self: ...

    def to_json(self) -> JsonObject: ...

    def shown(self, ids: Sequence[str], order: Sequence[int], verbatim: bool) -> JsonObject: ...

    def parse(self, value: object, ids: Sequence[str]) -> Chosen | Number | Written: ...

    def is_right(self, response: Chosen | Number | Written) -> bool: ...

    def right_value(self, ids: Sequence[str]) -> str: ...

    def said(self) -> str:
        """The key as authors read it."""
        ...

    @property
    def choices(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class TextGap(Acceptance):
    KIND: ClassVar = "text"

    @classmethod
    def read_from(cls, answer: Fields, longest: int = MAX_LENGTH) -> Self:
        return super().read_from(answer, longest)

    def to_json(self) -> JsonObject:
        return {"kind": self.KIND, **super().to_json()}

    def shown(self, ids: Sequence[str], order: Sequence[int], verbatim: bool) -> JsonObject:
        return {"kind": self.KIND, "max_length": MAX_LENGTH}

    def parse(self, value: object, ids: Sequence[str]) -> Written:
        return Written(typed_text(value, MAX_TEXT))

    def is_right(self, response: Chosen | Number | Written) -> bool:
        return isinstance(response, Written) and self.accepts(response.text)

    def right_value(self, ids: Sequence[str]) -> str:
        return self.accept[0]

    def said(self) -> str:
        return " | ".join(self.accept)

    @property
    def choices(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class NumberGap(Quantity):
    KIND: ClassVar = "number"

    def to_json(self) -> JsonObject:
        return {"kind": self.KIND, **super().to_json()}

    def shown(self, ids: Sequence[str], order: Sequence[int], verbatim: bool) -> JsonObject:
        return {"kind": self.KIND, "unit": self.unit}

    def parse(self, value: object, ids: Sequence[str]) -> Number:
        return Number(self.number(value))

    def is_right(self, response: Chosen | Number | Written) -> bool:
        return isinstance(response, Number) and self.accepts(response.value)

    def right_value(self, ids: Sequence[str]) -> str:
        return self.in_french()

    @property
    def choices(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class ChoiceGap:
    KIND: ClassVar = "choice"

    choices: tuple[str, ...]
    right: int

    @classmethod
    def read_from(cls, section: Fields) -> Self:
        choices = section.texts("choose", FEWEST_TEXTS, MOST_TEXTS, MAX_LENGTH)
        note_repeated(section, choices, "choose")
        return cls(choices, section.whole("key", 1, len(choices) or MOST_TEXTS) - 1)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        choices = tuple(text(choice) for choice in elements(member(value, "choose")))
        return cls(choices, whole(member(value, "right")))

    def to_json(self) -> JsonObject:
        return {"kind": self.KIND, "choose": list(self.choices), "right": self.right}

    def shown(self, ids: Sequence[str], order: Sequence[int], verbatim: bool) -> JsonObject:
        """In a program or a formula every character counts: no typography there."""
        texts = self.choices if verbatim else [french_typography(choice) for choice in self.choices]
        return {"kind": self.KIND, "options": [{"id": ids[place], "text": texts[place]} for place in order]}

    def parse(self, value: object, ids: Sequence[str]) -> Chosen:
        return Chosen((place_among(value, ids),))

    def is_right(self, response: Chosen | Number | Written) -> bool:
        return response == Chosen((self.right,))

    def right_value(self, ids: Sequence[str]) -> str:
        return ids[self.right]

    def said(self) -> str:
        return self.choices[self.right]


_BY_FIELD: dict[str, type[Gap]] = {"accept": TextGap, "value": NumberGap, "choose": ChoiceGap}
_BY_KIND: dict[str, type[Gap]] = {
    TextGap.KIND: TextGap,
    NumberGap.KIND: NumberGap,
    ChoiceGap.KIND: ChoiceGap,
}


def read_gap(section: Fields) -> Gap | None:
    """The gap of the kind that its field says, or None with the problem noted."""
    kinds = [kind for name, kind in _BY_FIELD.items() if name in section]
    if len(kinds) != 1:
        problem = Phrase("on ne sait pas ce qu’il faut dans ce trou")
        section.note("", problem, Phrase("écrivez un seul champ parmi accept, value et choose"))
        return None
    gap = kinds[0].read_from(section)
    section.close()
    return gap


def gap_from_json(value: Json) -> Gap:
    kind = text(member(value, "kind"))
    if kind not in _BY_KIND:
        raise BadJson(f"no such gap: {kind!r}")
    return _BY_KIND[kind].from_json(value)
