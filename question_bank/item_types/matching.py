"""Matching: three to six things, each of which gets its counterpart out of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text, whole
from question_bank.item_types.options import named, note_repeated, option_ids, places_for_each, shown_order
from question_bank.item_types.responses import (
    SKIPPED,
    Assigned,
    BadResponse,
    BadResponseCode,
    Response,
    given,
)
from question_bank.item_types.seeding import part_seed
from question_bank.typography import Phrase

FEWEST, MOST = 3, 6
MOST_EXTRAS = 3
MAX_LEFT, MAX_RIGHT = 150, 80


@dataclass(frozen=True)
class Matching:
    """`right` holds, for each left, the place of its text among `rights`."""

    lefts: tuple[str, ...]
    rights: tuple[str, ...]
    right: tuple[int, ...]
    reuse: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        sections = fields.sections("pairs", FEWEST, MOST)
        pairs = [(each.text("left", MAX_LEFT), each.text("right", MAX_RIGHT)) for each in sections]
        for section in sections:
            section.close()
        extras = fields.texts("extras", 0, MOST_EXTRAS, MAX_RIGHT, required=False)
        reuse = fields.flag("reuse", False)
        lefts, fitting = [left for left, _ in pairs], [right for _, right in pairs]
        note_repeated(fields, lefts, "pairs")
        different = tuple(dict.fromkeys(fitting))
        if not reuse:
            note_repeated(fields, fitting, "pairs")
        elif pairs and len(different) < 2:
            problem = Phrase("toutes les lignes ont la même réponse")
            fields.note("pairs", problem, Phrase("donnez au moins deux réponses différentes"))
        _note_fitting_extras(fields, extras, fitting)
        return cls(
            tuple(lefts), (*different, *extras), tuple(different.index(each) for each in fitting), reuse
        )

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            tuple(text(left) for left in elements(member(value, "lefts"))),
            tuple(text(right) for right in elements(member(value, "rights"))),
            tuple(whole(place) for place in elements(member(value, "right"))),
            flag(member(value, "reuse")),
        )

    def to_json(self) -> JsonObject:
        return {
            "lefts": list(self.lefts),
            "rights": list(self.rights),
            "right": list(self.right),
            "reuse": self.reuse,
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """The rights are always shuffled: beside the lefts, their authored order is the key."""
        order = shown_order(len(self.lefts), part_seed(seed, "lefts"), shuffle)
        mixed = shown_order(len(self.rights), part_seed(seed, "rights"), True)
        return {
            "lefts": named(self.lefts, self._left_ids(seed), order),
            "rights": named(self.rights, self._right_ids(seed), mixed),
            "reuse": self.reuse,
        }

    def parse(self, seed: int, content: object) -> Response:
        pairs = given(content, "pairs")
        if pairs is SKIPPED:
            return SKIPPED
        places = places_for_each(pairs, self._left_ids(seed), self._right_ids(seed))
        if not self.reuse and len(set(places)) < len(places):
            raise BadResponse(BadResponseCode.REPEATED_OPTION)
        return Assigned(places)

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Assigned(self.right)

    def right_content(self, seed: int) -> JsonObject:
        ids = self._right_ids(seed)
        pairs = zip(self._left_ids(seed), self.right, strict=True)
        return {"pairs": {left: ids[place] for left, place in pairs}}

    def key(self) -> tuple[str, ...]:
        return tuple(
            f"{left} → {self.rights[place]}" for left, place in zip(self.lefts, self.right, strict=True)
        )

    def texts(self) -> tuple[str, ...]:
        return (*self.lefts, *self.rights)

    def _left_ids(self, seed: int) -> tuple[str, ...]:
        return option_ids(len(self.lefts), part_seed(seed, "lefts"), "l")

    def _right_ids(self, seed: int) -> tuple[str, ...]:
        return option_ids(len(self.rights), part_seed(seed, "rights"), "r")


def _note_fitting_extras(fields: Fields, extras: Sequence[str], fitting: Sequence[str]) -> None:
    note_repeated(fields, extras, "extras")
    for place, extra in enumerate(extras, 1):
        if extra and extra in fitting:
            problem = Phrase("« {text} » est aussi la réponse d’une ligne", text=extra)
            fields.note(f"extras[{place}]", problem, Phrase("changez l’un des deux textes"))
