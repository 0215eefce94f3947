"""One value, one byte string; everything doubtful is refused."""

from enum import StrEnum
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.canonical import MAX_DEPTH, MAX_INTEGER, canonical, read_canonical
from exam_server.signing.errors import CanonicalError

ASCII = st.text(st.characters(max_codepoint=127), max_size=8)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ASCII, inner, max_size=5),
    max_leaves=30,
)


@given(VALUES)
def test_an_independent_rfc_8785_writer_gives_the_same_bytes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_a_value_is_read_back_as_it_was(value: Any) -> None:
    assert read_canonical(canonical(value)) == value


@given(VALUES, st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_no_other_bytes_are_read_as_the_same_value(value: Any, at: int, extra: bytes) -> None:
    octets = canonical(value)
    cut = at % (len(octets) + 1)
    changed = octets[:cut] + extra + octets[cut:]
    try:
        assert read_canonical(changed) != value or type(value) is bool
    except CanonicalError:
        return


@given(st.binary(max_size=60) | VALUES.map(lambda value: orjson.dumps(value, option=orjson.OPT_INDENT_2)))
def test_whatever_is_read_was_canonical(octets: bytes) -> None:
    try:
        value = read_canonical(octets)
    except CanonicalError:
        return
    assert rfc8785.dumps(value) == octets


class Colour(StrEnum):
    RED = "red"


def test_an_enumerated_text_is_written_as_its_text() -> None:
    assert canonical({"b": Colour.RED, "a": (1, 2)}) == b'{"a":[1,2],"b":"red"}'


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ({"a": [1, {"b": 0.5}]}, "$.a[1].b"),
        ([float("nan")], "$[0]"),
        ({"é": 1}, "$"),
        ({1: 2}, "$"),
        ({"a": {Colour.RED: 1}}, "$.a"),
        (["ok", "\ud800"], "$[1]"),
        (MAX_INTEGER + 1, "$"),
        (-MAX_INTEGER - 1, "$"),
        (b"bytes", "$"),
        ({"a": {1, 2}}, "$.a"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: Any, path: str) -> None:
    with pytest.raises(CanonicalError) as refusal:
        canonical(value)
    assert refusal.value.path == path
    assert str(refusal.value).startswith(path)


def test_nesting_is_bounded_at_both_ends() -> None:
    deepest: Any = 0
    for _ in range(MAX_DEPTH):
        deepest = [deepest]
    assert canonical(deepest) == b"[" * MAX_DEPTH + b"0" + b"]" * MAX_DEPTH
    with pytest.raises(CanonicalError):
        canonical([deepest])
    with pytest.raises(CanonicalError):
        read_canonical(b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    "octets",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"[1, 2]",
        b"1.0",
        b"1e3",
        b"-0",
        b'"\\u0041"',
        b" 1",
        b"1\n",
        b"",
        b"\xff",
    ],
)
def test_another_spelling_is_not_read(octets: bytes) -> None:
    with pytest.raises(CanonicalError):
        read_canonical(octets)
