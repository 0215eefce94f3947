"""Categorising: four to nine things, each of which goes into one of two to four categories."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text, whole
from question_bank.item_types.options import named, note_repeated, option_ids, places_for_each, shown_order
from question_bank.item_types.responses import SKIPPED, Assigned, Response, given
from question_bank.typography import Phrase

FEWEST_CATEGORIES, MOST_CATEGORIES = 2, 4
FEWEST, MOST = 4, 9
MAX_NAME, MAX_THING = 40, 150


@dataclass(frozen=True)
class Categorising:
    """`belongs` holds, for each thing, the place of its category."""

    categories: tuple[str, ...]
    things: tuple[str, ...]
    belongs: tuple[int, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        names: list[str] = []
        things: list[str] = []
        belongs: list[int] = []
        for place, section in enumerate(fields.sections("categories", FEWEST_CATEGORIES, MOST_CATEGORIES)):
            names.append(section.text("name", MAX_NAME))
            inside = section.texts("things", 0, MOST, MAX_THING)
            note_repeated(section, inside, "things")
            section.close()
            for thing in inside:
                if thing in things and belongs[things.index(thing)] != place:
                    problem = Phrase("« {text} » est dans deux catégories", text=thing)
                    section.note("things", problem, Phrase("gardez-le dans une seule"))
            things += inside
            belongs += [place] * len(inside)
        note_repeated(fields, names, "categories")
        if names:
            _note_counts(fields, len(things), len(set(belongs)))
        return cls(tuple(names), tuple(things), tuple(belongs))

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            tuple(text(name) for name in elements(member(value, "categories"))),
            tuple(text(thing) for thing in elements(member(value, "things"))),
            tuple(whole(place) for place in elements(member(value, "belongs"))),
        )

    def to_json(self) -> JsonObject:
        return {
            "categories": list(self.categories),
            "things": list(self.things),
            "belongs": list(self.belongs),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """`shuffle` changes nothing here: the things are authored by category, so their order is the key."""
        order = shown_order(len(self.things), seed, True)
        return {
            "categories": named(self.categories, self._category_ids, range(len(self.categories))),
            "things": named(self.things, option_ids(len(self.things), seed), order),
        }

    def parse(self, seed: int, content: object) -> Response:
        places = given(content, "places")
        if places is SKIPPED:
            return SKIPPED
        return Assigned(places_for_each(places, option_ids(len(self.things), seed), self._category_ids))

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Assigned(self.belongs)

    def right_content(self, seed: int) -> JsonObject:
        things = zip(option_ids(len(self.things), seed), self.belongs, strict=True)
        return {"places": {thing: self._category_ids[place] for thing, place in things}}

    def key(self) -> tuple[str, ...]:
        return tuple(
            f"{thing} → {self.categories[place]}"
            for thing, place in zip(self.things, self.belongs, strict=True)
        )

    def texts(self) -> tuple[str, ...]:
        return (*self.categories, *self.things)

    @property
    def _category_ids(self) -> tuple[str, ...]:
        """Categories stand in their authored order on every screen: their names may tell it."""
        return tuple(f"c{place}" for place in range(1, len(self.categories) + 1))


def _note_counts(fields: Fields, things: int, filled: int) -> None:
    if not FEWEST <= things <= MOST:
        problem = Phrase("{things} éléments à classer en tout", things=things)
        remedy = Phrase("écrivez-en de {low} à {high}", low=FEWEST, high=MOST)
        fields.note("categories", problem, remedy)
    elif filled < 2:
        problem = Phrase("tout va dans la même catégorie")
        fields.note("categories", problem, Phrase("mettez des éléments dans deux catégories au moins"))
