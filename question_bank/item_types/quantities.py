"""A quantity: a number as people type it in French, compared exactly with a value and its tolerance."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member, text
from question_bank.item_types.responses import (
    MAX_NUMBER_TEXT,
    BadResponse,
    BadResponseCode,
    typed_text,
)
from question_bank.typography import Phrase

MAX_UNIT = 16
MAX_DIGITS = 15

# Fifteen digits before the point against fifteen after it: no difference is ever rounded.
_EXACT = Context(prec=64)

# A unit begins with a letter or with one of these signs.
_UNIT = r"(?:[^\W\d_]|[%‰€$£°]).*"
# After spaces are made plain: a sign, digits in one piece or in groups of three, a comma or a point, a unit.
_TYPED = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]*)(?:[.,](?P<part>[0-9]+))?"
    rf"(?: ?(?P<unit>{_UNIT}))?"
)
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})


@dataclass(frozen=True)
class Quantity:
    value: Decimal
    tolerance: Decimal
    unit: str | None

    @classmethod
    def read_from(cls, answer: Fields) -> Self:
        """From the fields `value`, `tolerance` and `unit` of this section."""
        value = answer.decimal("value")
        tolerance = answer.decimal("tolerance", Decimal(0))
        unit = answer.text("unit", MAX_UNIT, default="") or None
        if tolerance < 0:
            answer.note("tolerance", Phrase("la tolérance est négative"), Phrase("écrivez 0 ou plus"))
        if unit is not None and not re.fullmatch(_UNIT, unit):
            problem = Phrase("« {unit} » ne commence pas par une lettre ou par % ‰ € $ £ °", unit=unit)
            answer.note("unit", problem, Phrase("n’écrivez que l’unité"))
        return cls(value, tolerance, unit)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        unit = member(value, "unit")
        return cls(
            Decimal(text(member(value, "value"))),
            Decimal(text(member(value, "tolerance"))),
            None if unit is None else text(unit),
        )

    def to_json(self) -> JsonObject:
        return {"value": str(self.value), "tolerance": str(self.tolerance), "unit": self.unit}

    def number(self, typed: object) -> Decimal:
        """What was typed, as a number; raises BadResponse when it is none."""
        return _number(typed_text(typed, MAX_NUMBER_TEXT), self.unit)

    def accepts(self, number: Decimal) -> bool:
        return _EXACT.abs(_EXACT.subtract(number, self.value)) <= self.tolerance

    def in_french(self) -> str:
        return _in_french(self.value)

    def said(self) -> str:
        """The value as authors read it."""
        around = f" ± {_in_french(self.tolerance)}" if self.tolerance else ""
        unit = f" {self.unit}" if self.unit else ""
        return f"{_in_french(self.value)}{around}{unit}"


def _in_french(value: Decimal) -> str:
    return format(value, "f").replace(".", ",")


def _plain(text: str) -> str:
    """Any run of any spaces becomes one space; every kind of minus sign becomes a hyphen."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS).split())


def _number(typed: str, unit: str | None) -> Decimal:
    found = _TYPED.fullmatch(_plain(typed))
    if found is None or not (found["whole"] or found["part"]):
        raise BadResponse(BadResponseCode.NOT_A_NUMBER)
    if found["unit"] and _unit_word(found["unit"]) != _unit_word(unit or ""):
        raise BadResponse(BadResponseCode.UNEXPECTED_UNIT)
    whole = found["whole"].replace(" ", "") or "0"
    part = found["part"] or ""
    if len(whole.lstrip("0")) > MAX_DIGITS or len(part) > MAX_DIGITS:
        raise BadResponse(BadResponseCode.TOO_LARGE)
    return Decimal(f"{found['sign']}{whole}.{part or '0'}")


def _unit_word(text: str) -> str:
    return _plain(text).replace(" ", "").casefold()
