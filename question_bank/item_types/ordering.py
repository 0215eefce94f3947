"""Ordering: three to six texts, authored in the right order and always shown in another one."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.item_types.options import (
    MAX_OPTION_TEXT,
    note_repeated,
    option_ids,
    places_of,
    shown_options,
    shown_order,
)
from question_bank.item_types.responses import (
    SKIPPED,
    BadResponse,
    BadResponseCode,
    Chosen,
    Response,
    given,
)

FEWEST, MOST = 3, 6


@dataclass(frozen=True)
class Ordering:
    steps: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        steps = fields.texts("options", FEWEST, MOST, MAX_OPTION_TEXT)
        note_repeated(fields, steps)
        return cls(steps)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(tuple(text(step) for step in elements(member(value, "steps"))))

    def to_json(self) -> JsonObject:
        return {"steps": list(self.steps)}

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """`shuffle` changes nothing here: the authored order is the key."""
        order = shown_order(len(self.steps), seed, True)
        if order == tuple(range(len(self.steps))):
            order = (*order[1:], order[0])  # nobody scores by leaving the steps as they came
        return shown_options(self.steps, seed, order)

    def parse(self, seed: int, content: object) -> Response:
        order = given(content, "order")
        if order is SKIPPED:
            return SKIPPED
        places = places_of(order, len(self.steps), seed)
        if len(places) < len(self.steps):
            raise BadResponse(BadResponseCode.INCOMPLETE)
        return Chosen(places)

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Chosen(tuple(range(len(self.steps))))

    def right_content(self, seed: int) -> JsonObject:
        return {"order": list(option_ids(len(self.steps), seed))}

    def key(self) -> tuple[str, ...]:
        return self.steps

    def texts(self) -> tuple[str, ...]:
        return self.steps
