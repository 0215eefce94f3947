"""Tokens of programs: only this server's own, for this interface, in one way, until they end."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey

from exam_server.signing.access_tokens import (
    ALGORITHM,
    LIFETIME,
    TYP,
    Access,
    audience_of,
    issue_token,
    read_token,
)
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenSeal
from tests.support.clock import MORNING

SECRET = b"a secret of at least thirty-two bytes"
ISSUER = "https://passation.example"
ACCESS = Access("c" * 32, frozenset({"b", "a"}))
TOKEN = issue_token(SECRET, ACCESS, ISSUER, MORNING)
CLAIMS: dict[str, JSON] = {
    "aud": audience_of(ISSUER),
    "client_id": ACCESS.client,
    "exp": int((MORNING + LIFETIME).timestamp()),
    "iat": int(MORNING.timestamp()),
    "iss": ISSUER,
    "scope": "a b",
    "sub": ACCESS.client,
}


def refused(
    token: str, *, secret: bytes = SECRET, issuer: str = ISSUER, later: timedelta = timedelta()
) -> None:
    with pytest.raises(BrokenSeal):
        read_token(secret, token, issuer, MORNING + later)


def under_our_key(header: Mapping[str, object], payload: bytes) -> str:
    """What only somebody with this server's key could make."""
    derived = _key_of_the_server()
    return jws.serialize_compact(dict(header), payload, derived, ["HS256", "HS384", "HS512"])


def _key_of_the_server() -> OctKey:
    kept: list[OctKey] = []
    original = jws.serialize_compact

    def watch(header: object, payload: object, key: OctKey, **more: object) -> str:
        kept.append(key)
        return original(header, payload, key, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jws, "serialize_compact", watch)
        issue_token(SECRET, ACCESS, ISSUER, MORNING)
    return kept[0]


def test_a_token_says_who_and_what_until_it_ends() -> None:
    assert read_token(SECRET, TOKEN, ISSUER, MORNING) == ACCESS
    assert read_token(SECRET, TOKEN, ISSUER, MORNING + LIFETIME - timedelta(seconds=1)) == ACCESS
    refused(TOKEN, later=LIFETIME)


def test_another_library_reads_what_is_in_it() -> None:
    opened = jws.extract_compact(TOKEN.encode())
    assert opened.headers() == {"alg": "HS256", "typ": TYP}
    assert opened.payload == canonical(CLAIMS)


def test_another_server_s_token_is_refused() -> None:
    refused(TOKEN, secret=b"another secret of thirty-two bytes..")
    refused(TOKEN, issuer="https://elsewhere.example")


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("AbZ0_-.=é\0"))
def test_no_changed_letter_is_taken_for_another_token(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    try:
        found = read_token(SECRET, changed, ISSUER, MORNING)
    except BrokenSeal:
        return
    assert found == ACCESS  # the last letter of a signature has bits that mean nothing


@given(st.text(max_size=300))
def test_no_text_is_a_token(text: str) -> None:
    refused(text)


def test_no_header_but_ours_is_followed_even_under_our_key() -> None:
    payload = canonical(CLAIMS)
    assert (
        read_token(SECRET, under_our_key({"alg": ALGORITHM, "typ": TYP}, payload), ISSUER, MORNING) == ACCESS
    )
    for header in (
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "JWT"},
        {"alg": "HS384", "typ": TYP},
        {"alg": "HS512", "typ": TYP},
        {"alg": "HS256", "typ": TYP, "kid": "x"},
    ):
        refused(under_our_key(header, payload))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": ISSUER},
        {"iss": "x"},
        {"sub": "other"},
        {"client_id": 1, "sub": 1},
        {"exp": True},
        {"exp": str(CLAIMS["exp"])},
        {"exp": None},
        {"iat": None},
        {"scope": ["a"]},
        {"more": 1},
    ],
)
def test_no_claims_but_ours_are_taken_even_under_our_key(change: dict[str, JSON]) -> None:
    payload = canonical({**CLAIMS, **change})
    refused(under_our_key({"alg": ALGORITHM, "typ": TYP}, payload))


def test_claims_in_another_spelling_are_refused_even_under_our_key() -> None:
    refused(under_our_key({"alg": ALGORITHM, "typ": TYP}, canonical(CLAIMS) + b" "))
    refused(under_our_key({"alg": ALGORITHM, "typ": TYP}, b"[]"))
    refused(under_our_key({"alg": ALGORITHM, "typ": TYP}, b"\xff"))
