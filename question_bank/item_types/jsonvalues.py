"""JSON values with types, read strictly and written in one canonical form."""

import json
import math
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


class BadJson(ValueError):
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


def decimal(value: Json) -> float:
    """A finite number written as text."""
    try:
        found = float(text(value))
    except ValueError:
        raise BadJson(f"not a number: {value!r}") from None
    if not math.isfinite(found):
        raise BadJson(f"not a finite number: {value!r}")
    return found


def flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise BadJson(f"not true or false: {value!r}")
    return value


def elements(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise BadJson(f"not a list: {value!r}")
    return value
