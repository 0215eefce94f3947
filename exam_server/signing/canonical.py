"""Canonical JSON (RFC 8785) for the subset that we sign: ASCII keys, whole numbers, no floats.

Within this subset sorting by code point (orjson) and by UTF-16 unit (RFC 8785) agree, and no number
has two spellings; outside it they do not, so the rest is refused rather than written somehow.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import orjson

from exam_server.signing.errors import CanonicalError
from exam_server.signing.wording import N_, Wording

JSON: TypeAlias = bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"] | None

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64
_SCALARS = frozenset({str, int, bool, type(None)})

_Problem: TypeAlias = tuple[str, Wording] | None


def canonical(value: JSON) -> bytes:
    """The one byte string for this value; CanonicalError where it has none."""
    if _is_plain(value, MAX_DEPTH):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
        except orjson.JSONEncodeError:
            pass  # a half character or too large a number: the long way says where
    problem = _problem(value, MAX_DEPTH)
    if problem:
        raise CanonicalError("$" + problem[0], problem[1])
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def read_canonical(octets: bytes) -> JSON:
    """The value of bytes that `canonical` could have written, and of no others."""
    try:
        value: JSON = orjson.loads(octets)
    except orjson.JSONDecodeError as error:
        raise CanonicalError("$", N_("ce n’est pas du JSON")) from error
    if canonical(value) != octets:
        raise CanonicalError("$", N_("ce JSON n’est pas sous sa forme canonique (RFC 8785)"))
    return value


def _is_plain(value: object, depth: int) -> bool:
    """True when orjson writes all of it canonically, or refuses it; every recorded fact goes by here."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if depth == 0:
        return False
    if kind is dict:
        return _has_plain_members(cast("dict[object, object]", value), depth - 1)
    if kind is list or kind is tuple:
        return _has_plain_values(cast("Sequence[object]", value), depth - 1)
    return False


def _has_plain_members(members: dict[object, object], depth: int) -> bool:
    # A plain loop: a generator for `all` costs twice as much, and each saved response comes through here.
    for key, inner in members.items():
        if type(key) is not str or not key.isascii():
            return False
        if type(inner) not in _SCALARS and not _is_plain(inner, depth):
            return False
    return True


def _has_plain_values(values: Sequence[object], depth: int) -> bool:
    for inner in values:  # noqa: SIM110 - a plain loop, as above
        if type(inner) not in _SCALARS and not _is_plain(inner, depth):
            return False
    return True


def _problem(value: object, depth: int) -> _Problem:
    """What cannot be written and where; exact container types, since orjson writes more than we mean."""
    if value is None or isinstance(value, bool | str | int):
        wrong = _wrong_scalar(value)
        return ("", wrong) if wrong else None
    if depth == 0:
        return "", N_("plus de {depth} niveaux emboîtés", depth=MAX_DEPTH)
    if type(value) is dict:
        return _problem_in_dict(value, depth - 1)
    if type(value) is list or type(value) is tuple:
        return _problem_in_list(value, depth - 1)
    return "", N_("valeur de type {type} : ni texte, ni entier, ni liste", type=type(value).__name__)


def _wrong_scalar(value: bool | str | int | None) -> Wording | None:
    if isinstance(value, str) and not value.isascii() and not _is_text(value):
        return N_("texte avec un demi-caractère isolé")
    if isinstance(value, int) and not -MAX_INTEGER <= value <= MAX_INTEGER:
        return N_("nombre entier au-delà de 2^53 - 1")
    return None


def _problem_in_dict(members: dict[object, object], depth: int) -> _Problem:
    for key, value in members.items():
        if type(key) is not str or not key.isascii():
            return "", N_("une clé n’est pas un texte ASCII")
        problem = _problem(value, depth)
        if problem:
            return f".{key}{problem[0]}", problem[1]
    return None


def _problem_in_list(values: Sequence[object], depth: int) -> _Problem:
    for index, value in enumerate(values):
        problem = _problem(value, depth)
        if problem:
            return f"[{index}]{problem[0]}", problem[1]
    return None


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
