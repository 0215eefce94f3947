"""A signed object for codes: what anybody's CBOR and openssl make of it, and every other spelling refused."""

import random
import subprocess
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.cose import KID_BYTES, keys_by_kid8, kid8, open_sign1, sign1
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.es256 import ORDER
from exam_server.signing.jwk import PublicKey
from exam_server.signing.signing_key import Purpose, SigningKey
from tests.support.certified_keys import Authority

PAYLOAD = cbor2.dumps({1: "FR:0990001X", 6: 1_778_578_200})
ES256, ES384, EDDSA, HS256 = -7, -35, -8, 5


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def key(authority: Authority) -> SigningKey:
    return authority.key(Purpose.QR)


@pytest.fixture(scope="module")
def keys(key: SigningKey) -> dict[bytes, PublicKey]:
    return keys_by_kid8([key.chain[0]])


def by_hand(key: SigningKey, protected: object, payload: object = PAYLOAD, **other: object) -> bytes:
    """Rightly signed over whatever header we like, and put together by another program."""
    head = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    signature = key.sign(cbor2.dumps(["Signature1", head, other.get("outside", b""), payload]))
    parts = [head, other.get("unprotected", {}), payload, other.get("signature", signature)]
    return cbor2.dumps(cbor2.CBORTag(other.get("tag", 18), parts))  # type: ignore[arg-type]


@given(st.binary(max_size=700))
def test_a_payload_comes_back(key: SigningKey, keys: dict[bytes, PublicKey], payload: bytes) -> None:
    assert open_sign1(sign1(key, payload), keys) == payload


def test_it_is_what_another_program_puts_together(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    octets = by_hand(key, {1: ES256, 4: kid8(key.chain[0])})
    assert octets == sign1(key, PAYLOAD)
    tagged = cbor2.loads(octets)
    assert (tagged.tag, tagged.value[1], len(tagged.value[3])) == (18, {}, 64)
    assert open_sign1(octets, keys) == PAYLOAD


def test_openssl_accepts_the_signature_over_what_the_standard_says(key: SigningKey, tmp_path: Path) -> None:
    protected, _unprotected, payload, raw = cbor2.loads(sign1(key, PAYLOAD)).value
    (tmp_path / "signed").write_bytes(cbor2.dumps(["Signature1", protected, b"", payload]))
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    (tmp_path / "signature").write_bytes(der)
    (tmp_path / "key.pem").write_text(key.public.pem())
    check = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed"]
    found = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "Verified OK\n")


@pytest.mark.parametrize("alg", [ES384, EDDSA, HS256, 0, None, "ES256", -7.0, 2**70])
def test_no_other_algorithm_is_followed(key: SigningKey, keys: dict[bytes, PublicKey], alg: object) -> None:
    with pytest.raises(BrokenSeal, match="ES256"):
        open_sign1(by_hand(key, {1: alg, 4: kid8(key.chain[0])}), keys)


def other_headers(key: SigningKey) -> list[bytes]:
    """Rightly signed, with a header that we do not write."""
    kid = kid8(key.chain[0])
    headers = [
        {4: kid, 1: ES256},
        {1: ES256},
        {1: ES256, 4: kid, 2: [99], 99: 0},
        {1: ES256, 4: kid[:7]},
        {1: ES256, 4: kid + b"\0"},
        cbor2.dumps({1: ES256, 4: kid}) + b"\0",
    ]
    unprotected = [
        by_hand(key, {1: ES256}, unprotected={4: kid}),
        by_hand(key, {1: ES256, 4: kid}, unprotected={4: kid}),
    ]
    return [*(by_hand(key, header) for header in headers), *unprotected]


def other_spellings(key: SigningKey) -> list[bytes]:
    """The right header around something else, or the right object written otherwise."""
    header = {1: ES256, 4: kid8(key.chain[0])}
    good = sign1(key, PAYLOAD)
    r, s = good[-64:-32], int.from_bytes(good[-32:])
    short = cbor2.dumps(PAYLOAD)
    return [
        *(by_hand(key, header, tag=tag) for tag in (98, 61)),
        *(by_hand(key, header, payload=payload) for payload in (None, "text", [])),
        *(
            by_hand(key, header, signature=odd)
            for odd in (r, good[-64:] + b"\0", bytes(64), r + (ORDER - s).to_bytes(32))
        ),
        by_hand(key, header, outside=b"x"),
        good[1:],
        good + b"\0",
        cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(good))),
        b"\xd2\x9f" + good[2:] + b"\xff",
        b"\xd8\x12" + good[1:],
        good.replace(short, b"\x58" + bytes([len(PAYLOAD)]) + PAYLOAD),
        good.replace(short, b"\x59\0" + bytes([len(PAYLOAD)]) + PAYLOAD),
        good.replace(short, b"\x5f" + short + b"\xff"),
    ]


def test_every_other_form_of_the_object_is_refused(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    good, accepted = sign1(key, PAYLOAD), []
    for octets in (*other_headers(key), *other_spellings(key)):
        assert octets != good
        try:
            open_sign1(octets, keys)
            accepted.append(octets.hex())
        except BrokenSeal:
            pass
    assert accepted == []


def test_no_changed_bit_and_no_cut_is_accepted(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    good = sign1(key, PAYLOAD)
    changed = [good[:at] for at in range(len(good))]
    for bit in range(8 * len(good)):
        octets = bytearray(good)
        octets[bit // 8] ^= 1 << bit % 8
        changed.append(bytes(octets))
    for octets in changed:
        with pytest.raises(BrokenSeal):
            open_sign1(octets, keys)


def test_another_key_is_refused_whatever_it_is_called(authority: Authority, key: SigningKey) -> None:
    other, good = authority.key(Purpose.QR), sign1(key, PAYLOAD)
    with pytest.raises(BrokenSeal, match="clés connues"):
        open_sign1(good, keys_by_kid8([other.chain[0]]))
    with pytest.raises(BrokenSeal, match="ne correspond pas"):
        open_sign1(good, {kid8(key.chain[0]): other.public})
    with pytest.raises(BrokenSeal, match="clés connues"):
        open_sign1(good, {})


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENTS, Purpose.AUTHORITY])
def test_a_key_of_another_use_signs_no_code(authority: Authority, purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="key for codes"):
        sign1(authority.key(purpose), PAYLOAD)


@given(st.binary(max_size=300))
def test_any_other_octets_are_refused_and_nothing_else_happens(
    key: SigningKey, keys: dict[bytes, PublicKey], octets: bytes
) -> None:
    head = sign1(key, PAYLOAD)[: 8 + KID_BYTES]
    for hostile in (octets, head + octets, head + b"\xa0" + octets):
        with pytest.raises(BrokenSeal):
            open_sign1(hostile, keys)


def test_an_object_that_is_too_long_is_not_even_looked_at(
    key: SigningKey, keys: dict[bytes, PublicKey]
) -> None:
    octets = random.Random(1).randbytes(4_000)
    with pytest.raises(BrokenSeal, match="trop long"):
        open_sign1(sign1(key, octets), keys)
