"""Formulas: from text to a tree, and the same text moved elsewhere with its relative references."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from question_bank.simulators.spreadsheet_values import Fault, Faulty, Number, Value

MOST_TOKENS = 120
MOST_DEPTH = 20
POWER_WORK = 30
"""What a power costs, where an addition costs one."""
LAST_COLUMN = 702
LAST_ROW = 9999

_REFERENCE = r"(?P<fixed_column>\$?)(?P<column>[A-Za-z]{1,2})(?P<fixed_row>\$?)(?P<row>[1-9][0-9]{0,3})"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ_"
_TOKEN = re.compile(
    rf"(?P<space> +)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<fault>#REF!)"
    rf"|(?P<ref>{_REFERENCE}(?![{_LETTERS}0-9.(]))"
    r"|(?P<number>[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
    rf"|(?P<name>[{_LETTERS}][{_LETTERS}0-9.]*)"
    r"|(?P<sign><>|<=|>=|[-+*/^&%()<>=;:\u2212])"
)
_LEVELS = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}


@dataclass(frozen=True)
class Area:
    """Cells of a rectangle, by column and row counted from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def cells(self) -> Iterator[tuple[int, int]]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield column, row

    def __contains__(self, place: tuple[int, int]) -> bool:
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom

    @property
    def size(self) -> int:
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def clipped(self, columns: int, rows: int) -> "Area":
        """The part of it that lies in a sheet of this size; its size is not positive when none does."""
        return Area(self.left, self.top, min(self.right, columns), min(self.bottom, rows))


@dataclass(frozen=True)
class Literal:
    value: Value


@dataclass(frozen=True)
class Reference:
    """One cell or a range of cells."""

    area: Area
    single: bool


@dataclass(frozen=True)
class Unary:
    sign: str
    operand: "Node"


@dataclass(frozen=True)
class Binary:
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple["Node", ...]


Corner: TypeAlias = tuple[int, int] | None
Node: TypeAlias = Literal | Reference | Unary | Binary | Call


@dataclass(frozen=True)
class Formula:
    root: Node
    references: tuple[Area, ...]
    work: int


def column_name(column: int) -> str:
    high, low = divmod(column - 1, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)


def column_number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Every token behind the equals sign, spaces too."""
    at = 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Faulty(Fault.SYNTAX)
        yield found
        at = found.end()


@lru_cache(maxsize=4096)
def parsed(text: str) -> Formula:
    """The tree of a formula; one that cannot be read is a tree of one error."""
    try:
        parser = _Parser([token for token in _tokens(text) if token.lastgroup != "space"])
        root = parser.whole()
    except Faulty as faulty:
        return Formula(Literal(faulty.fault), (), 1)
    powers = sum(token["sign"] == "^" for token in parser.tokens)
    return Formula(root, tuple(parser.references), parser.count + POWER_WORK * powers)


class _Parser:
    """Precedence climbing; a sign before a number binds closer than a power, as in spreadsheets."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens = tokens
        self._at = 0
        self._depth = 0
        self.count = len(tokens)
        self.references: list[Area] = []

    def whole(self) -> Node:
        if self.count > MOST_TOKENS:
            raise Faulty(Fault.COMPLEX)
        root = self._binary(1)
        if self._at < self.count:
            raise Faulty(Fault.SYNTAX)
        return root

    def _sign(self) -> str:
        """The sign that comes next, or nothing."""
        if self._at >= self.count or self.tokens[self._at]["sign"] is None:
            return ""
        sign = self.tokens[self._at]["sign"]
        return "-" if sign == "\u2212" else str(sign)

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise Faulty(Fault.SYNTAX)
        self._at += 1

    def _close(self) -> None:
        """A bracket that was forgotten at the very end is there, as spreadsheets put it there."""
        if self._at < self.count:
            self._take(")")

    def _binary(self, lowest: int) -> Node:
        left = self._unary()
        while (level := _LEVELS.get(self._sign(), 0)) >= lowest:
            sign = self._sign()
            self._at += 1
            left = Binary(sign, left, self._binary(level + 1))
        return left

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Faulty(Fault.COMPLEX)
        sign = self._sign()
        if sign in {"+", "-"}:
            self._at += 1
            node: Node = Unary(sign, self._unary())
        else:
            node = self._primary()
            while self._sign() == "%":
                self._at += 1
                node = Unary("%", node)
        self._depth -= 1
        return node

    def _primary(self) -> Node:
        if self._at >= self.count:
            raise Faulty(Fault.SYNTAX)
        token = self.tokens[self._at]
        if token["sign"] is not None:
            self._take("(")
            node = self._binary(1)
            self._close()
            return node
        self._at += 1
        if token["ref"] is not None or token["fault"] is not None:
            return self._reference(_corner(token))
        return self._named(token["name"]) if token["name"] is not None else _literal(token)

    def _reference(self, first: Corner) -> Node:
        last = first
        single = self._sign() != ":"
        if not single:
            self._at += 1
            if self._at >= self.count:
                raise Faulty(Fault.SYNTAX)
            last = _corner(self.tokens[self._at])
            self._at += 1
        if first is None or last is None:
            return Literal(Fault.REFERENCE)
        columns, rows = sorted((first[0], last[0])), sorted((first[1], last[1]))
        area = Area(columns[0], rows[0], columns[1], rows[1])
        self.references.append(area)
        return Reference(area, single)

    def _named(self, name: str) -> Node:
        apart = unicodedata.normalize("NFD", name)
        bare = "".join(char for char in apart if unicodedata.category(char) != "Mn").upper()
        if self._sign() != "(":
            truths: dict[str, Value] = {"VRAI": True, "TRUE": True, "FAUX": False, "FALSE": False}
            return Literal(truths.get(bare, Fault.NAME))
        self._at += 1
        arguments: list[Node] = []
        if self._sign() != ")" and self._at < self.count:
            arguments.append(self._argument())
            while self._sign() == ";":
                self._at += 1
                arguments.append(self._argument())
        self._close()
        return Call(bare, tuple(arguments))

    def _argument(self) -> Node:
        """An argument that is left out counts as an empty cell."""
        return Literal(None) if self._sign() in {";", ")"} or self._at >= self.count else self._binary(1)


def _literal(token: re.Match[str]) -> Node:
    if token["text"] is not None:
        return Literal(token["text"][1:-1].replace('""', '"'))
    whole, _, part = token["number"].replace(".", ",").partition(",")
    return Literal(Number(Fraction(int((whole + part) or "0"), 10 ** len(part))))


def _corner(token: re.Match[str]) -> Corner:
    """A corner of a range; None where it was moved out of the sheet."""
    if token["ref"] is None and token["fault"] is None:
        raise Faulty(Fault.SYNTAX)
    return None if token["ref"] is None else _place(token)


def _place(token: re.Match[str]) -> tuple[int, int]:
    return column_number(token["column"]), int(token["row"])


def moved(text: str, across: int, down: int) -> str:
    """The formula as a copy so many columns and rows away has it; one that cannot be read stays as it is."""
    try:
        tokens = list(_tokens(text))
    except Faulty:
        return text
    return "=" + "".join(
        token[0] if token["ref"] is None else _moved_reference(token, across, down) for token in tokens
    )


def _moved_reference(token: re.Match[str], across: int, down: int) -> str:
    column, row = _place(token)
    column += 0 if token["fixed_column"] else across
    row += 0 if token["fixed_row"] else down
    if not (1 <= column <= LAST_COLUMN and 1 <= row <= LAST_ROW):
        return "#REF!"
    return f"{token['fixed_column']}{column_name(column)}{token['fixed_row']}{row}"
