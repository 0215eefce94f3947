"""Scenes and goals as JSON and back: frozen classes of texts, whole numbers, flags, tuples and each other."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from question_bank.item_types.jsonvalues import BadJson, Json, elements, flag, text, whole

Stored = TypeVar("Stored")


def to_json(value: object) -> Json:
    """A mapping of a class's fields, a list of a tuple, and the plain values as they are."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return [to_json(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"cannot be stored: {value!r}")


def from_json(kind: type[Stored], value: Json) -> Stored:
    """The same value again; raises BadJson where the JSON has another shape than the class."""
    found: Stored = _built(kind, value)
    return found


def _built(kind: Any, value: Json) -> Any:
    if get_origin(kind) is UnionType:
        return None if value is None else _built(_without_none(kind), value)
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], one) for one in elements(value))
    if is_dataclass(kind):
        return _record(kind, value)
    return {str: text, int: whole, bool: flag}[kind](value)


def _without_none(kind: UnionType) -> Any:
    return next(one for one in get_args(kind) if one is not NoneType)


def _record(kind: Any, value: Json) -> Any:
    kinds = _kinds(kind)
    if not isinstance(value, dict) or set(value) != set(kinds):
        raise BadJson(f"not the fields of {kind.__name__}: {value!r}")
    return kind(**{name: _built(of, value[name]) for name, of in kinds.items()})


@cache
def _kinds(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
