"""JSON values with types, read strictly and written in one canonical form."""

import json
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


class BadJson(ValueError):  # noqa: N818 - the exam's words
    """A stored value has not the shape that it was written with."""


def canonical(value: Json) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def member(value: Json, name: str) -> Json:
    if not isinstance(value, dict) or name not in value:
        raise BadJson(f"no member {name!r}")
    return value[name]


def text(value: Json) -> str:
    if not isinstance(value, str):
        raise BadJson(f"not a text: {value!r}")
    return value


def whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadJson(f"not a whole number: {value!r}")
    return value


def number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadJson(f"not a number: {value!r}")
    return float(value)


def flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise BadJson(f"not true or false: {value!r}")
    return value


def elements(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise BadJson(f"not a list: {value!r}")
    return value
