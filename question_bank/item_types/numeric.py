"""Numeric: a typed number, right within its tolerance."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.item_types.quantities import Quantity
from question_bank.item_types.responses import SKIPPED, Number, Response, given


@dataclass(frozen=True)
class Numeric(Quantity):
    @classmethod
    def read(cls, fields: Fields) -> Self:
        answer = fields.section("answer")
        if answer is None:
            return cls(Decimal(0), Decimal(0), None)
        body = cls.read_from(answer)
        answer.close()
        return body

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        return {"unit": self.unit}

    def parse(self, seed: int, content: object) -> Response:
        typed = given(content, "number")
        return SKIPPED if typed is SKIPPED else Number(self.number(typed))

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        return isinstance(response, Number) and self.accepts(response.value)

    def right_content(self, seed: int) -> JsonObject:
        return {"number": self.in_french()}

    def key(self) -> tuple[str, ...]:
        return (self.said(),)

    def texts(self) -> tuple[str, ...]:
        return ()
