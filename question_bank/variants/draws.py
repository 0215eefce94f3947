"""The draws of a parametric item: one named value each, by chance, from earlier values, or row by row."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.variants.chance import Chance
from question_bank.variants.expressions import check_expression, evaluate
from question_bank.variants.functions import LONGEST_LIST, Value
from question_bank.variants.templates import filled

Values = dict[str, Value]

_MOST_TRIES = 200
_WORDS_BY_KIND: Mapping[str, frozenset[str]] = {
    "one_of": frozenset(),
    "some_of": frozenset({"count"}),
    "shuffled": frozenset(),
    "whole": frozenset({"step"}),
    "decimal": frozenset({"digits"}),
    "date": frozenset(),
    "rows": frozenset({"columns", "distinct"}),
    "is": frozenset(),
    "text": frozenset(),
}


class BadDraw(ValueError):
    """A draw is not written as it should, or has nothing to draw from."""


def _of_a_kind(draw: Json) -> tuple[str, JsonObject]:
    """Which of the kinds this draw is, and its fields; raises BadDraw."""
    kinds = [name for name in draw if name in _WORDS_BY_KIND] if isinstance(draw, dict) else []
    if not isinstance(draw, dict) or len(kinds) != 1 or set(draw) - {*kinds, *_WORDS_BY_KIND[kinds[0]]}:
        raise BadDraw("écrivez une seule des formes : " + ", ".join(_WORDS_BY_KIND))
    return kinds[0], draw


def check_draw(draw: Json) -> None:
    """Raises BadDraw or BadExpression for what no values could make right."""
    kind, fields = _of_a_kind(draw)
    written = fields[kind]
    if kind == "is" and isinstance(written, str):
        check_expression(written)
    if kind == "rows":
        columns = fields.get("columns")
        if not isinstance(columns, dict) or not columns:
            raise BadDraw("écrivez les colonnes sous « columns »")
        for column in columns.values():
            check_draw(column)


def drawn(draw: Json, chance: Chance, values: Values) -> Value:
    """One value; raises BadDraw or BadExpression."""
    kind, fields = _of_a_kind(draw)
    return _DRAWING[kind](fields, chance, values)


def _value(written: Json, values: Values) -> Value:
    """A constant of the file, or the value of the expression that a text is."""
    return evaluate(written, values) if isinstance(written, str) else _constant(written)


def _constant(written: Json) -> Value:
    """A value of the file as it stands; decimals are written as expressions."""
    if isinstance(written, list):
        return [_constant(each) for each in written]
    if isinstance(written, dict):
        return {name: _constant(each) for name, each in written.items()}
    if written is None or isinstance(written, float):
        raise BadDraw("écrivez un nombre, un texte ou une liste")
    return written


def _whole(written: Json, values: Values) -> int:
    found = _value(written, values)
    if isinstance(found, bool) or not isinstance(found, int):
        raise BadDraw(f"« {written} » n’est pas un nombre entier")
    return found


def _list(written: Json, values: Values) -> list[Value]:
    found = _value(written, values)
    if not isinstance(found, list) or not found:
        raise BadDraw("écrivez une liste, ou une expression qui en donne une")
    return found


def _two(written: Json) -> tuple[Json, Json]:
    if not isinstance(written, list) or len(written) != 2:
        raise BadDraw("écrivez deux bornes : [plus petit, plus grand]")
    return written[0], written[1]


def _one_of(draw: JsonObject, chance: Chance, values: Values) -> Value:
    return chance.one_of(_list(draw["one_of"], values))


def _some_of(draw: JsonObject, chance: Chance, values: Values) -> Value:
    among, count = _list(draw["some_of"], values), _whole(draw.get("count", 2), values)
    if not 1 <= count <= len(among):
        raise BadDraw(f"on ne peut pas en tirer {count} parmi {len(among)}")
    return chance.shuffled(among)[:count]


def _shuffled(draw: JsonObject, chance: Chance, values: Values) -> Value:
    return chance.shuffled(_list(draw["shuffled"], values))


def _stepped(low: int, high: int, step: int, chance: Chance) -> int:
    if step < 1 or high < low:
        raise BadDraw(f"rien entre {low} et {high}")
    return low + step * chance.below((high - low) // step + 1)


def _whole_number(draw: JsonObject, chance: Chance, values: Values) -> Value:
    low, high = (_whole(bound, values) for bound in _two(draw["whole"]))
    return _stepped(low, high, _whole(draw.get("step", 1), values), chance)


def _decimal(draw: JsonObject, chance: Chance, values: Values) -> Value:
    digits = _whole(draw.get("digits", 1), values)
    if not 1 <= digits <= 6:
        raise BadDraw("de 1 à 6 décimales")
    low, high = (int(_scaled(bound, values, digits)) for bound in _two(draw["decimal"]))
    return Decimal(_stepped(low, high, 1, chance)).scaleb(-digits)


def _scaled(written: Json, values: Values, digits: int) -> Decimal:
    found = _value(written, values)
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise BadDraw(f"« {written} » n’est pas un nombre")
    return Decimal(found).scaleb(digits)


def _date(draw: JsonObject, chance: Chance, values: Values) -> Value:
    first, last = (_day(bound, values) for bound in _two(draw["date"]))
    return first + timedelta(days=_stepped(0, (last - first).days, 1, chance))


def _day(written: Json, values: Values) -> date:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        found = _value(written, values)
    if not isinstance(found, date):
        raise BadDraw(f"« {written} » n’est pas une date comme 2026-03-09")
    return found


def _computed(draw: JsonObject, chance: Chance, values: Values) -> Value:
    return _value(draw["is"], values)


def _text(draw: JsonObject, chance: Chance, values: Values) -> Value:
    return filled(str(draw["text"]), values)


def _rows(draw: JsonObject, chance: Chance, values: Values) -> Value:
    """A table: columns in their order, seeing the row's earlier cells as `row` and its place as `number`."""
    count, columns, distinct = _whole(draw["rows"], values), draw["columns"], draw.get("distinct", [])
    if not isinstance(columns, dict) or not isinstance(distinct, list) or not 1 <= count <= LONGEST_LIST:
        raise BadDraw("écrivez « columns », et « distinct » comme une liste de colonnes")
    rows: list[Value] = []
    taken: dict[str, list[Value]] = {str(name): [] for name in distinct}
    for number in range(1, count + 1):
        row: dict[str, Value] = {}
        seen: Values = {**values, "row": row, "number": number, "rows": rows}
        for name, column in columns.items():
            row[name] = _fresh(column, chance, seen, taken.get(name))
        rows.append(row)
    return rows


def _fresh(column: Json, chance: Chance, values: Values, taken: list[Value] | None) -> Value:
    """A cell, other than those above it where the column is distinct."""
    for _ in range(_MOST_TRIES):
        value = drawn(column, chance, values)
        if taken is None:
            return value
        if value not in taken:
            taken.append(value)
            return value
    raise BadDraw("pas assez de valeurs différentes pour cette colonne")


_DRAWING: Mapping[str, Callable[[JsonObject, Chance, Values], Value]] = {
    "one_of": _one_of,
    "some_of": _some_of,
    "shuffled": _shuffled,
    "whole": _whole_number,
    "decimal": _decimal,
    "date": _date,
    "rows": _rows,
    "is": _computed,
    "text": _text,
}
