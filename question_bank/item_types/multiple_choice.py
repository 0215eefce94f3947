"""Multiple choice: four to seven options, at least two right and one wrong; only the exact set scores."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.options import (
    Option,
    Options,
    option_ids,
    places_of,
    shown_options,
    shown_order,
)
from question_bank.item_types.responses import SKIPPED, Chosen, Response, given
from question_bank.typography import Phrase

FEWEST, MOST = 4, 7


@dataclass(frozen=True)
class MultipleChoice:
    options: Options

    @classmethod
    def read(cls, fields: Fields) -> Self:
        options = Option.read_all(fields, FEWEST, MOST)
        right = sum(option.key for option in options)
        if options and not 2 <= right < len(options):
            problem = Phrase("{right} options sur {all} sont marquées justes", right=right, all=len(options))
            remedy = Phrase("marquez « key: true » au moins deux options et laissez-en au moins une fausse")
            fields.note("options", problem, remedy)
        return cls(options)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(Option.all_from_json(value))

    def to_json(self) -> JsonObject:
        return {"options": [option.to_json() for option in self.options]}

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        return shown_options(self.texts(), seed, shown_order(len(self.options), seed, shuffle))

    def parse(self, seed: int, content: object) -> Response:
        options = given(content, "options")
        if options is SKIPPED:
            return SKIPPED
        return Chosen(tuple(sorted(places_of(options, len(self.options), seed))))

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Chosen(self._right)

    def right_content(self, seed: int) -> JsonObject:
        ids = option_ids(len(self.options), seed)
        return {"options": [ids[place] for place in self._right]}

    def key(self) -> tuple[str, ...]:
        return tuple(self.options[place].text for place in self._right)

    def texts(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options)

    @property
    def _right(self) -> tuple[int, ...]:
        return tuple(place for place, option in enumerate(self.options) if option.key)
