"""The list of what is revoked: bit by bit, in the form of the standard, signed, dated, and never a bomb."""

import gzip
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jws import sign
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.status_list import (
    ENTRIES,
    TYP,
    StatusBits,
    decoded,
    free_index,
    open_status_list,
    sign_status_list,
)
from tests.exam_server.signing.support import NOW
from tests.support.certified_keys import Authority

PLACES = st.integers(0, ENTRIES - 1)
OF_THE_STANDARD = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
"""The example of the recommendation: nothing is revoked."""


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return Authority().key()


def bits_of(places: set[int]) -> StatusBits:
    bits = StatusBits()
    for place in places:
        bits.set(place)
    return bits


def a_list(key: SigningKey, bits: StatusBits) -> str:
    return sign_status_list(key, "3f2a", bits, NOW, timedelta(hours=24))


@given(st.sets(PLACES, max_size=60), st.sets(PLACES, max_size=60))
def test_what_is_set_is_set_until_it_is_cleared_and_nothing_else_is(on: set[int], off: set[int]) -> None:
    bits = bits_of(on)
    for place in off:
        bits.clear(place)
    assert {place for place in on | off if bits.is_set(place)} == on - off
    assert decoded(bits.encoded()) == bits == bits_of(on - off)


@given(PLACES)
def test_the_first_place_is_the_highest_bit_as_the_standard_says(place: int) -> None:
    encoded = bits_of({place}).encoded()
    assert encoded[0] == "u"
    octets = gzip.decompress(urlsafe_b64decode(encoded[1:] + "=="))
    assert f"{int.from_bytes(octets):0{ENTRIES}b}".index("1") == place


def test_the_standard_s_own_example_is_read() -> None:
    assert decoded(OF_THE_STANDARD) == StatusBits()


def test_an_empty_list_is_small_and_always_the_same() -> None:
    assert StatusBits().encoded() == StatusBits().encoded()
    assert len(StatusBits().encoded()) < 80


@pytest.mark.parametrize("place", [-1, ENTRIES, 10**9])
def test_there_is_no_place_outside_the_list(place: int) -> None:
    bits = StatusBits()
    for act in (bits.set, bits.clear, bits.is_set):
        with pytest.raises(ValueError, match="places go from"):
            act(place)


def encoded(octets: bytes) -> str:
    return "u" + b64u(gzip.compress(octets, mtime=0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "z" + OF_THE_STANDARD[1:],
        OF_THE_STANDARD[:-4],
        OF_THE_STANDARD + "AAAA",
        "u" + b64u(bytes(99)),
        encoded(bytes(ENTRIES // 8 - 1)),
        encoded(bytes(ENTRIES // 8 + 1)),
        encoded(bytes(20_000_000)),
        "u" + "A" * 10_000_000,
        "ué",
    ],
)
def test_no_other_encoding_is_a_list_and_no_bomb_goes_off(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decoded(text)


def test_places_are_drawn_at_random_among_those_that_are_free() -> None:
    drawn = {free_index(set()) for _turn in range(300)}
    assert len(drawn) > 290
    assert max(drawn) - min(drawn) > ENTRIES // 2
    assert free_index(set(range(0, ENTRIES, 2))) % 2 == 1
    with pytest.raises(ValueError, match="full"):
        free_index(range(ENTRIES))


def test_a_signed_list_says_what_is_revoked_and_until_when_it_is_good(key: SigningKey) -> None:
    found = open_status_list(a_list(key, bits_of({4_711})), {key.kid: key.public}, "3f2a")
    assert (found.bits.is_set(4_711), found.bits.is_set(4_712)) == (True, False)
    assert found.is_current(NOW)
    assert found.is_current(NOW + timedelta(hours=24))
    assert not found.is_current(NOW + timedelta(hours=24, seconds=1))
    assert not found.is_current(NOW - timedelta(seconds=1))


def test_another_list_or_another_signer_is_refused(key: SigningKey) -> None:
    token = a_list(key, StatusBits())
    with pytest.raises(BrokenSeal, match="que nomme le certificat"):
        open_status_list(token, {key.kid: key.public}, "other")
    with pytest.raises(BrokenSeal):
        open_status_list(token, {}, "3f2a")
    with pytest.raises(BrokenSeal):
        open_status_list(sign(key, {}, "passation-results+jws", NOW), {key.kid: key.public}, "3f2a")


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"issued_ms": -1},
        {"issued_ms": "0"},
        {"valid_until_ms": None},
        {"encodedList": ""},
        {"encodedList": None},
        {"more": 1},
    ],
)
def test_a_signed_statement_of_another_form_is_no_list(key: SigningKey, changes: dict[str, Any]) -> None:
    good: dict[str, JSON] = {
        "v": 1,
        "list": "3f2a",
        "issued_ms": 0,
        "valid_until_ms": 0,
        "encodedList": OF_THE_STANDARD,
    }
    keys = {key.kid: key.public}
    assert not open_status_list(sign(key, good, TYP, NOW), keys, "3f2a").bits.is_set(0)
    with pytest.raises(BrokenSeal, match="forme prévue"):
        open_status_list(sign(key, {**good, **changes}, TYP, NOW), keys, "3f2a")
    with pytest.raises(BrokenSeal, match="forme prévue"):
        open_status_list(sign(key, [], TYP, NOW), keys, "3f2a")
