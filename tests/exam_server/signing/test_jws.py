"""A signed statement: read back when whole, refused in any other spelling, checked by openssl too."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenSeal, CanonicalError
from exam_server.signing.es256 import ORDER
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement, sign, verify
from exam_server.signing.keys import SigningKey
from tests.exam_server.signing.support import NOW, new_key

TYP = "example+jws"
PAYLOAD: JSON = {"v": 1, "name": "Prunelle Démo", "levels": [1, 2, 3]}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return new_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def keys(key: SigningKey) -> dict[str, PublicKey]:
    return {key.kid: key.public}


@pytest.fixture(scope="module")
def token(key: SigningKey) -> str:
    return sign(key, PAYLOAD, TYP, NOW)


def signed_by_hand(key: SigningKey, header: bytes, payload: bytes = canonical(PAYLOAD)) -> str:
    """A rightly signed token whose header and payload are whatever we like."""
    message = f"{b64u(header)}.{b64u(payload)}"
    return f"{message}.{b64u(key.sign(message.encode()))}"


def header(key: SigningKey, **changes: Any) -> bytes:
    return canonical({"alg": "ES256", "iat": 0, "kid": key.kid, "typ": TYP, **changes})


def test_a_statement_comes_back_with_its_signer_and_time(key: SigningKey, keys: dict[str, PublicKey]) -> None:
    statement = open_statement(sign(key, PAYLOAD, TYP, NOW), keys, TYP)
    assert (statement.payload, statement.kid, statement.signed_at) == (PAYLOAD, key.kid, NOW)
    assert verify(sign(key, PAYLOAD, TYP, NOW), keys, TYP) == PAYLOAD


def test_signing_the_same_twice_gives_the_same_text(key: SigningKey, token: str) -> None:
    assert sign(key, PAYLOAD, TYP, NOW) == token
    assert sign(key, PAYLOAD, TYP, NOW + timedelta(seconds=1)) != token


@given(st.integers(0, 2**40))
def test_each_signature_has_the_smaller_s(key: SigningKey, number: int) -> None:
    signature = key.sign(str(number).encode())
    assert 0 < int.from_bytes(signature[32:]) <= ORDER // 2


def test_openssl_accepts_the_signature(key: SigningKey, token: str, tmp_path: Path) -> None:
    message, _, signature = token.rpartition(".")
    raw = b64u_decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    (tmp_path / "key.pem").write_text(key.public.pem())
    (tmp_path / "signature").write_bytes(der)
    (tmp_path / "message").write_text(message)
    (tmp_path / "other").write_text(message + "A")
    check = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature"]
    accepted = subprocess.run([*check, "message"], cwd=tmp_path, capture_output=True, text=True, check=False)
    refused = subprocess.run([*check, "other"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (accepted.returncode, accepted.stdout) == (0, "Verified OK\n")
    assert refused.returncode != 0


def test_no_changed_character_is_accepted(keys: dict[str, PublicKey], token: str) -> None:
    for at, was in enumerate(token):
        for other in "A_.=\n é" + chr(ord(was) ^ 1):
            if other != was:
                with pytest.raises(BrokenSeal):
                    verify(token[:at] + other + token[at + 1 :], keys, TYP)


def test_no_cut_or_lengthened_token_is_accepted(keys: dict[str, PublicKey], token: str) -> None:
    variants = [token[:at] for at in range(len(token))]
    for changed in [
        *variants,
        token + "=",
        token + "\n",
        token + "A",
        " " + token,
        token + ".",
        token + ".AA",
    ]:
        with pytest.raises(BrokenSeal):
            verify(changed, keys, TYP)


def test_the_other_form_of_the_same_signature_is_refused(keys: dict[str, PublicKey], token: str) -> None:
    message, _, signature = token.rpartition(".")
    raw = b64u_decode(signature)
    high = raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    with pytest.raises(BrokenSeal, match="forme unique"):
        verify(f"{message}.{b64u(high)}", keys, TYP)


@pytest.mark.parametrize(
    "signature", [bytes(64), b"", bytes(63), b"\xff" * 64, bytes(31) + b"\x01" + bytes(32)]
)
def test_degenerate_signatures_are_refused(keys: dict[str, PublicKey], token: str, signature: bytes) -> None:
    with pytest.raises(BrokenSeal):
        verify(f"{token.rpartition('.')[0]}.{b64u(signature)}", keys, TYP)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "es256", "EdDSA", None, 256])
def test_no_other_algorithm_is_followed(key: SigningKey, keys: dict[str, PublicKey], alg: Any) -> None:
    with pytest.raises(BrokenSeal, match="ES256"):
        verify(signed_by_hand(key, header(key, alg=alg)), keys, TYP)


@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "other+jws"},
        {"iat": -1},
        {"iat": True},
        {"iat": "0"},
        {"iat": 2**50},
        {"kid": None},
        {"kid": "unknown"},
        {"crit": []},
        {"jwk": {}},
    ],
)
def test_a_header_that_says_anything_else_is_refused(
    key: SigningKey, keys: dict[str, PublicKey], changes: dict[str, Any]
) -> None:
    assert verify(signed_by_hand(key, header(key)), keys, TYP) == PAYLOAD
    with pytest.raises(BrokenSeal):
        verify(signed_by_hand(key, header(key, **changes)), keys, TYP)


@pytest.mark.parametrize(
    "octets", [b"[]", b"1", b"{}", b"not json", b"\xff", b'{"alg": "ES256"}', b"[" * 500]
)
def test_a_header_that_is_not_one_is_refused(
    key: SigningKey, keys: dict[str, PublicKey], octets: bytes
) -> None:
    with pytest.raises(BrokenSeal):
        verify(signed_by_hand(key, octets), keys, TYP)


@pytest.mark.parametrize("payload", [b'{"b":1,"a":2}', b"1.5", b"not json", b'{"a":1} ', b"\xff"])
def test_a_signed_payload_in_another_spelling_is_refused(
    key: SigningKey, keys: dict[str, PublicKey], payload: bytes
) -> None:
    with pytest.raises(BrokenSeal):
        verify(signed_by_hand(key, header(key), payload), keys, TYP)


def test_another_key_under_the_same_name_is_refused(key: SigningKey, token: str, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    with pytest.raises(BrokenSeal):
        verify(token, {key.kid: other.public}, TYP)
    with pytest.raises(BrokenSeal):
        verify(token, {other.kid: other.public}, TYP)
    with pytest.raises(BrokenSeal):
        verify(token, {}, TYP)


@given(st.text(max_size=200) | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,90}", fullmatch=True))
def test_any_other_text_is_refused_and_nothing_else_happens(keys: dict[str, PublicKey], text: str) -> None:
    with pytest.raises(BrokenSeal):
        verify(text, keys, TYP)


def test_what_has_no_canonical_form_is_never_signed(key: SigningKey) -> None:
    with pytest.raises(CanonicalError):
        sign(key, {"score": orjson.loads("1.5")}, TYP, NOW)


def test_an_instant_without_time_zone_is_refused(key: SigningKey) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(key, PAYLOAD, TYP, datetime(2026, 5, 12, tzinfo=UTC).replace(tzinfo=None))
