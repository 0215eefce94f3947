"""Single choice: four to six options, exactly one of them right."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.options import Option, Options, option_ids, place_of, shown_options, shown_order
from question_bank.item_types.responses import SKIPPED, Chosen, Response, given
from question_bank.typography import Phrase

FEWEST, MOST = 4, 6


@dataclass(frozen=True)
class SingleChoice:
    options: Options

    @classmethod
    def read(cls, fields: Fields) -> Self:
        options = Option.read_all(fields, FEWEST, MOST)
        right = sum(option.key for option in options)
        if options and right != 1:
            problem = Phrase("{right} options sont marquées justes", right=right)
            fields.note("options", problem, Phrase("marquez une seule option « key: true »"))
        return cls(options)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(Option.all_from_json(value))

    def to_json(self) -> JsonObject:
        return {"options": [option.to_json() for option in self.options]}

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        return shown_options(self.texts(), seed, shown_order(len(self.options), seed, shuffle))

    def parse(self, seed: int, content: object) -> Response:
        option = given(content, "option")
        if option is SKIPPED:
            return SKIPPED
        return Chosen((place_of(option, len(self.options), seed),))

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Chosen((self._right,))

    def right_content(self, seed: int) -> JsonObject:
        return {"option": option_ids(len(self.options), seed)[self._right]}

    def key(self) -> tuple[str, ...]:
        return (self.options[self._right].text,)

    def texts(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options)

    @property
    def _right(self) -> int:
        return next(place for place, option in enumerate(self.options) if option.key)
