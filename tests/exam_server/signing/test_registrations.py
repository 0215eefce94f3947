"""A new passkey: kept as it is when it is what was asked for, and nothing else is."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.json import JSON
from exam_server.signing.assertions import HIGHEST_COUNT, challenge_of
from exam_server.signing.base64url import b64u
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.registrations import NewPasskey, read_registration
from tests.support.authenticator import KINDS, ORIGIN, PRESENT, RP_ID, Authenticator

CHALLENGE = challenge_of("a new passkey")
OPTIONS = {"challenge": b64u(CHALLENGE)}
MADE = Authenticator().make(OPTIONS)


def read(response: dict[str, JSON], challenge: bytes = CHALLENGE) -> NewPasskey:
    return read_registration(response, challenge, RP_ID, ORIGIN)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_key_is_taken_as_it_is(kind: str) -> None:
    key = Authenticator(kind, count=2**31)
    assert read(key.make(OPTIONS)) == NewPasskey(b64u(key.credential), key.public_key, HIGHEST_COUNT)


@pytest.mark.parametrize(
    "other",
    [
        Authenticator(flags=PRESENT),
        Authenticator(flags=4),
        Authenticator(rp_id="elsewhere.example"),
        Authenticator(origin="http://localhost:8001"),
        Authenticator(said={"type": "webauthn.get"}),
        Authenticator(said={"challenge": b64u(bytes(32))}),
    ],
)
def test_what_was_not_asked_for_is_refused(other: Authenticator) -> None:
    with pytest.raises(BrokenSeal):
        read(other.make(OPTIONS))


def test_an_assertion_is_no_new_passkey_and_one_challenge_no_other() -> None:
    with pytest.raises(BrokenSeal):
        read(Authenticator().use(OPTIONS))
    with pytest.raises(BrokenSeal):
        read(MADE, bytes(32))


def test_a_key_of_another_kind_is_refused() -> None:
    other = Authenticator()
    other.cose = {1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)}
    with pytest.raises(BrokenSeal):
        read(other.make(OPTIONS))


def test_a_credential_s_name_may_be_long_but_not_longer_than_the_standard_says() -> None:
    key = Authenticator()
    key.credential = bytes(1023)
    assert read(key.make(OPTIONS)).credential == b64u(bytes(1023))
    key.credential = bytes(1024)
    with pytest.raises(BrokenSeal):
        read(key.make(OPTIONS))


noise = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.binary(max_size=60).map(b64u)
    ),
    lambda inner: st.dictionaries(st.text(max_size=12), inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(part=st.sampled_from(["id", "rawId", "type", "clientDataJSON", "attestationObject"]), value=noise)
def test_nothing_that_a_browser_sends_breaks_the_reader(part: str, value: JSON) -> None:
    whole = {**MADE, "response": dict(MADE["response"])}  # type: ignore[arg-type, call-overload]
    where = whole if part in whole else whole["response"]
    where[part] = value
    with pytest.raises(BrokenSeal):
        read(whole)


@given(
    st.binary(max_size=80).map(lambda octets: cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": octets}))
)
def test_no_octets_break_the_reader(attestation: bytes) -> None:
    response = {**MADE["response"], "attestationObject": b64u(attestation)}  # type: ignore[dict-item]
    with pytest.raises(BrokenSeal):
        read({**MADE, "response": response})
