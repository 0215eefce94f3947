"""Conditions on a cell, as NB.SI and filters read them."""

from dataclasses import dataclass
from fractions import Fraction

from question_bank.simulators.spreadsheet_values import Number, Value, compared, folded, shown, typed

_SIGNS = ("<>", "<=", ">=", "=", "<", ">")
CONTAINS, BEGINS = "contains", "begins"
FILTER_SIGNS = frozenset({*_SIGNS, CONTAINS, BEGINS})


@dataclass(frozen=True)
class Criterion:
    """A condition on a cell: a sign and what stands behind it."""

    sign: str
    operand: Value

    @classmethod
    def of(cls, value: Value) -> "Criterion":
        """As NB.SI reads its criterion: a text may begin with a sign."""
        if not isinstance(value, str):
            return cls("=", Number(Fraction(0)) if value is None else value)
        sign = next((sign for sign in _SIGNS if value.startswith(sign)), "")
        return cls(sign or "=", typed(value[len(sign) :].strip(" ")))

    def holds(self, value: Value) -> bool:
        if self.sign in {"=", "<>"}:
            return self._equal(value) == (self.sign == "=")
        if type(value) is not type(self.operand) or value is None:
            return False
        order = compared(value, self.operand)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[self.sign]

    def _equal(self, value: Value) -> bool:
        if self.operand is None:
            return value is None or value == ""
        if isinstance(self.operand, str) and isinstance(value, str):
            return matches(value.lower(), self.operand.lower())
        return type(value) is type(self.operand) and compared(value, self.operand) == 0


def matches(text: str, pattern: str) -> bool:
    """Whether the text is the pattern, whose stars stand for any characters."""
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    last = others.pop()
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in others:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def passes(value: Value, sign: str, operand: str) -> bool:
    """Whether a row with this value stays under a filter."""
    if sign == CONTAINS:
        return folded(operand) in folded(shown(value))
    if sign == BEGINS:
        return folded(shown(value)).startswith(folded(operand))
    return Criterion(sign, typed(operand)).holds(value)
