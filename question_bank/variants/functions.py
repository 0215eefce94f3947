"""What expressions of parametric items can call: exact arithmetic, lists, tables, dates, French wording.

A session is marked again years later from its bank: a function here never changes what it gives.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | Decimal | date | list[Value] | dict[str, Value]"
Number: TypeAlias = int | Decimal

LARGEST_NUMBER = 10**30
LONGEST_TEXT = 20_000
LONGEST_LIST = 2_000

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_GROUP = "\u202f"


class BadValue(ValueError):
    """A value that an item cannot hold: too long, too large, or of the wrong kind."""


def _number(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadValue(f"{value!r} n’est pas un nombre")
    if not -LARGEST_NUMBER < value < LARGEST_NUMBER:
        raise BadValue("ce nombre est trop grand")
    return value


def _tidy(value: Number) -> Number:
    """A decimal that is whole is a whole number, so that 6 / 2 is written 3."""
    return int(value) if value == int(value) else value


def _exact(written: str) -> Number:
    return Decimal(written)


def _bounded(value: list[Value] | str) -> list[Value] | str:
    if len(value) > (LONGEST_TEXT if isinstance(value, str) else LONGEST_LIST):
        raise BadValue("ce texte ou cette liste est trop longue")
    return value


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return _bounded(left + right)
    if isinstance(left, date) and isinstance(right, int):
        return left + timedelta(days=right)
    return _number(left) + _number(right)


def _minus(left: Value, right: Value) -> Value:
    if isinstance(left, date) and isinstance(right, int):
        return left - timedelta(days=right)
    return _number(left) - _number(right)


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, str | list) and isinstance(right, int):
        if len(left) * right > LONGEST_LIST:
            raise BadValue("ce texte ou cette liste est trop longue")
        return left * right
    return _number(left) * _number(right)


def _divided(left: Value, right: Value) -> Value:
    """Exact where it can be, else 28 significant digits."""
    return _tidy(Decimal(_number(left)) / Decimal(_number(right)))


def _whole_quotient(left: Value, right: Value) -> Value:
    return _number(left) // _number(right)


def _remainder(left: Value, right: Value) -> Value:
    return _number(left) % _number(right)


def _member(value: Value, name: str) -> Value:
    if not isinstance(value, dict) or name not in value:
        raise BadValue(f"pas de champ « {name} »")
    return value[name]


def round_(value: Number, digits: int = 0) -> Number:
    """Half away from zero, as at school."""
    return _tidy(Decimal(_number(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def sum_(values: Iterable[Number]) -> Number:
    total: Number = 0
    for value in values:
        total += _number(value)
    return total


def range_(start: int, stop: int | None = None, step: int = 1) -> list[Value]:
    numbers = range(start) if stop is None else range(start, stop, step)
    if len(numbers) > LONGEST_LIST:
        raise BadValue("cette liste est trop longue")
    return list(numbers)


def sort_by(rows: Iterable[dict[str, Value]], column: str, descending: bool = False) -> list[Value]:
    """Rows in the order of one column; equal ones keep their order."""
    cells = [(row[column], row) for row in rows]
    ordered = sorted(cells, key=lambda cell: cell[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [row for _, row in ordered]


def column(rows: Iterable[dict[str, Value]], name: str) -> list[Value]:
    return [row[name] for row in rows]


def distinct(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def said(value: Value) -> str:
    """As it stands in a sentence: decimals with a comma and no needless zeros, dates as people write them."""
    match value:
        case bool():
            return "oui" if value else "non"
        case Decimal():
            return format(value.normalize(), "f").replace(".", ",")
        case date():
            return long_date(value)
        case list():
            return ", ".join(said(each) for each in value)
        case dict():
            raise BadValue("une ligne ne se dit pas en entier : nommez un champ")
    return str(value)


def fr(value: Number, digits: int | None = None) -> str:
    """A number with groups of three digits and a comma: 12 345,50."""
    number = Decimal(_number(value))
    written = format(
        number if digits is None else number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f"
    )
    whole, _, part = written.partition(".")
    grouped = f"{int(whole):,}".replace(",", _GROUP)
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = "-" + grouped
    return f"{grouped},{part}" if part else grouped


def point(value: Number, digits: int | None = None) -> str:
    """A number with a point and no groups, as programs write it: 12345.5."""
    number = Decimal(_number(value))
    return format(
        number if digits is None else number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f"
    )


def plain(text: str) -> str:
    """Lower case without accents, hyphens for all but letters and digits: for addresses and file names."""
    apart = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "oe").casefold())
    kept = "".join(char for char in apart if unicodedata.category(char) != "Mn")
    return "-".join("".join(char if char.isalnum() and char.isascii() else " " for char in kept).split())


def de(name: str) -> str:
    """« de Malo », « d’Inès »."""
    return f"d’{name}" if plain(name[:1]) in set("aeiou") else f"de {name}"


def que(name: str) -> str:
    """« que Malo », « qu’Inès »."""
    return f"qu’{name}" if plain(name[:1]) in set("aeiou") else f"que {name}"


def long_date(day: date) -> str:
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def iso_date(day: date) -> str:
    return day.isoformat()


def weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def month(day: date) -> str:
    return _MONTHS[day.month - 1]


def year(day: date) -> int:
    return day.year


def days_between(first: date, last: date) -> int:
    return (last - first).days


def day_of(year: int, month: int, day: int) -> date:
    return date(year, month, day)


def hour(minutes: int) -> str:
    """Minutes since midnight as a time of day: 9 h 05."""
    return f"{minutes // 60 % 24} h {minutes % 60:02}"


def pad(value: int, width: int) -> str:
    return str(value).zfill(min(width, 40))


def left(text: Value, width: int) -> str:
    return said(text).ljust(min(width, 120))


def right(text: Value, width: int) -> str:
    return said(text).rjust(min(width, 120))


def table(rows: Sequence[Mapping[str, Value]], **titles: str) -> str:
    """An aligned table for a fence: `table(rows, nom="Nom", prix="Prix")`; numbers stand at the right."""
    names = list(titles) or list(rows[0])
    cells = [
        [titles.get(name, name) for name in names],
        *([said(row[name]) for name in names] for row in rows),
    ]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    numeric = [all(isinstance(row[name], int | Decimal) for row in rows) for name in names]
    return "\n".join(
        "  ".join(
            text.rjust(width) if is_number else text.ljust(width)
            for text, width, is_number in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    )


def _text_function(act: Callable[[str], str]) -> Callable[[Value], str]:
    return lambda value: act(said(value))


FUNCTIONS: Mapping[str, object] = {
    "abs": abs,
    "len": len,
    "min": min,
    "max": max,
    "sum": sum_,
    "round": round_,
    "any": any,
    "all": all,
    "int": int,
    "range": range_,
    "zip": zip,
    "enumerate": enumerate,
    "reversed": lambda it: list(it)[::-1],
    "sorted": sorted,
    "sort_by": sort_by,
    "column": column,
    "distinct": distinct,
    "table": table,
    "index": lambda values, wanted: list(values).index(wanted),
    "count": lambda values, wanted: list(values).count(wanted),
    "join": lambda values, between=", ": between.join(said(value) for value in values),
    "split": lambda text, at: text.split(at),
    "replace": lambda text, old, new: _bounded(text.replace(old, new)),
    "starts": lambda text, start: text.startswith(start),
    "ends": lambda text, end: text.endswith(end),
    "text": said,
    "fr": fr,
    "point": point,
    "plain": plain,
    "pad": pad,
    "left": left,
    "right": right,
    "upper": _text_function(str.upper),
    "lower": _text_function(str.lower),
    "de": de,
    "que": que,
    "capital": _text_function(lambda text: text[:1].upper() + text[1:]),
    "long_date": long_date,
    "short_date": short_date,
    "iso_date": iso_date,
    "weekday": weekday,
    "month": month,
    "year": year,
    "days_between": days_between,
    "day_of": day_of,
    "hour": hour,
    "binary": lambda number: f"{number:b}",
    "hexadecimal": lambda number: f"{number:X}",
}

OPERATIONS: Mapping[str, object] = {
    "_add": _add,
    "_minus": _minus,
    "_times": _times,
    "_divided": _divided,
    "_whole_quotient": _whole_quotient,
    "_remainder": _remainder,
    "_member": _member,
    "_exact": _exact,
}
