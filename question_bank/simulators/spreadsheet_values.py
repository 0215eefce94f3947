"""What a cell can be worth: exact numbers, texts, truths, errors; read as typed, shown in French."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum
from fractions import Fraction
from typing import TypeAlias

LONGEST_RAW = 200
LONGEST_VALUE = 500
MAX_DIGITS = 15
SHOWN_DECIMALS = 10

# Numbers are fractions: a denominator beyond this is rounded to so many decimals, a number is an error.
# Both bounds keep hostile sheets cheap; a script in the browser does the same with its whole numbers.
_LARGEST = 10**40
_KEPT_DECIMALS = 30

_NOTHING = Fraction(0)
_EPOCH = date(1899, 12, 30)
_LAST_DAY = (date(2199, 12, 31) - _EPOCH).days
_SPACES = str.maketrans(dict.fromkeys("\t\n\r\u00a0\u202f\u2009", " "))
_MINUS = str.maketrans({"\u2212": "-"})
_NUMBER = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]*)(?:[.,](?P<part>[0-9]*))?"
    r"(?: ?(?P<unit>[%€]))?"
)
_DATE = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})")
_FORMAT = re.compile(r"(?P<apart># ##)?0(?:,(?P<part>0{1,6}))?(?P<unit> ?[^0-9#,\s]{1,8})?")
_DATE_FORMAT = "JJ/MM/AAAA"


class Style(StrEnum):
    """How a number wants to be shown where the cell has no format of its own."""

    GENERAL = "general"
    PERCENT = "percent"
    EURO = "euro"
    DATE = "date"


@dataclass(frozen=True)
class Number:
    value: Fraction
    style: Style = Style.GENERAL


class Fault(Enum):
    """The errors of a cell, as French spreadsheets show them."""

    DIVISION = "#DIV/0!"
    NAME = "#NOM?"
    VALUE = "#VALEUR!"
    REFERENCE = "#REF!"
    NOT_FOUND = "#N/A"
    NUMBER = "#NOMBRE!"
    ARGUMENTS = "Err:504"
    SYNTAX = "Err:509"
    COMPLEX = "Err:512"
    CIRCULAR = "Err:522"


Value: TypeAlias = Number | str | bool | Fault | None


class Faulty(Exception):
    """A computation that ends in an error."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def bounded(value: Fraction) -> Fraction:
    if abs(value.numerator) >= _LARGEST * value.denominator:
        raise Faulty(Fault.NUMBER)
    return rounded(value, _KEPT_DECIMALS) if value.denominator > _LARGEST else value


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Half away from zero, as people round; a negative count rounds to tens, hundreds …"""
    unit = Fraction(10) ** decimals
    size = (abs(value) * unit + Fraction(1, 2)).__floor__() / unit
    return size if value >= 0 else -size


def clean(raw: str) -> str:
    """A raw text as cells keep it; in formulas the curly quotation marks of tablets are straight ones."""
    text = unicodedata.normalize("NFC", raw.translate(_SPACES)).strip(" ")
    return text.replace("“", '"').replace("”", '"') if text.startswith("=") else text


def typed(text: str) -> Value:
    """What a clean text that is not a formula is worth."""
    if not text:
        return None
    if text.startswith("'"):
        return text[1:]
    if text.upper() in {"VRAI", "FAUX", "TRUE", "FALSE"}:
        return text.upper() in {"VRAI", "TRUE"}
    found = _typed_number(text) or _typed_date(text)
    return text if found is None else found


def _typed_number(text: str) -> Number | None:
    found = _NUMBER.fullmatch(text.translate(_MINUS))
    if found is None or not (found["whole"] or found["part"]):
        return None
    whole, part = found["whole"].replace(" ", ""), found["part"] or ""
    if len(whole) > MAX_DIGITS or len(part) > MAX_DIGITS:
        return None
    value = Fraction(int((whole + part) or "0"), 10 ** len(part))
    if found["sign"] == "-":
        value = -value
    if found["unit"] == "%":
        return Number(value / 100, Style.PERCENT)
    return Number(value, Style.EURO if found["unit"] else Style.GENERAL)


def _typed_date(text: str) -> Number | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    if len(found[3]) == 2:
        year += 2000 if year < 30 else 1900
    if not 1900 <= year <= 2199:
        return None
    try:
        days = (date(year, month, day) - _EPOCH).days
    except ValueError:
        return None
    return Number(Fraction(days), Style.DATE)


def shown(value: Value, pattern: str = "") -> str:
    """As the cell shows it; the pattern is the cell's own format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, Fault):
        return value.value
    if isinstance(value, str):
        return value
    return _with_pattern(value.value, pattern) if pattern else _with_style(value)


def plain(value: Fraction) -> str:
    """A number without any look: at most ten decimals, a comma."""
    text = _fixed(value, SHOWN_DECIMALS)
    return text.rstrip("0").removesuffix(",")


def _fixed(value: Fraction, decimals: int) -> str:
    whole = int(abs(rounded(value, decimals)) * 10**decimals)
    sign = "-" if whole and value < 0 else ""
    digits = str(whole).rjust(decimals + 1, "0")
    return sign + (f"{digits[:-decimals]},{digits[-decimals:]}" if decimals else digits)


def _with_style(number: Number) -> str:
    if number.style is Style.PERCENT:
        return plain(number.value * 100) + "\u00a0%"
    if number.style is Style.EURO:
        return _fixed(number.value, 2) + "\u00a0€"
    if number.style is Style.DATE:
        return _dated(number.value)
    return plain(number.value)


def _dated(value: Fraction) -> str:
    days = value.__floor__()
    if not 1 <= days <= _LAST_DAY:
        return plain(value)
    day = _EPOCH + timedelta(days=days)
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def is_pattern(pattern: str) -> bool:
    return pattern == _DATE_FORMAT or _FORMAT.fullmatch(pattern) is not None


def _with_pattern(value: Fraction, pattern: str) -> str:
    if pattern == _DATE_FORMAT:
        return _dated(value)
    found = _FORMAT.fullmatch(pattern)
    if found is None:
        return plain(value)
    unit = (found["unit"] or "").replace(" ", "\u00a0")
    text = _fixed(value * 100 if "%" in unit else value, len(found["part"] or ""))
    return (_apart(text) if found["apart"] else text) + unit


def _apart(text: str) -> str:
    """Groups of three before the comma."""
    sign = text[: text.startswith("-")]
    whole, comma, part = text[len(sign) :].partition(",")
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    return sign + "\u202f".join(groups) + comma + part


def folded(text: str) -> str:
    """Without case and accents, for order and for what a filter contains."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in apart if unicodedata.category(char) != "Mn").lower()
    return bare.replace("œ", "oe").replace("æ", "ae")


def order_key(value: Value) -> tuple[int, Fraction, str, str]:
    """Numbers before texts before truths before errors, nothing last: for comparisons and for sorting."""
    if isinstance(value, Number):
        return 0, value.value, "", ""
    if isinstance(value, str):
        return 1, _NOTHING, folded(value), value.lower()
    if isinstance(value, bool):
        return 2, Fraction(int(value)), "", ""
    return 4 if value is None else 3, _NOTHING, "", ""


def compared(left: Value, right: Value) -> int:
    """Negative, zero or positive."""
    one, other = order_key(left), order_key(right)
    return (one > other) - (one < other)
