"""Timestamps: of this digest, in reply to this request, by an authority that is trusted, at any later day."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from asn1crypto import cms, tsp
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response

from exam_server.signing.errors import BrokenTimestamp
from exam_server.signing.timestamps import (
    Token,
    check_reply,
    new_nonce,
    open_token,
    read_roots,
    request_for,
)
from tests.exam_server.signing.support import NOW
from tests.support.clock import ManualClock
from tests.support.timestamp_authority import P_256, RSA, TimestampAuthority

CHECKPOINT = b"passation/centre.example/log/1\n42\n...\n"
DIGEST = sha256(CHECKPOINT).digest()
OTHER = sha256(b"another").digest()
NONCE = 0xFEDC_BA98_7654_3210
MUCH_LATER = datetime(2056, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    return TimestampAuthority(tmp_path_factory.mktemp("authority"), ManualClock(NOW))


@pytest.fixture(scope="module")
def reply(authority: TimestampAuthority) -> bytes:
    return authority.reply(request_for(DIGEST, NONCE))


def stamped(reply: bytes, authority: TimestampAuthority) -> Token:
    return check_reply(reply, DIGEST, read_roots(authority.roots_pem), NONCE)


def test_a_reply_gives_the_instant_the_number_and_the_name(
    reply: bytes, authority: TimestampAuthority
) -> None:
    token = stamped(reply, authority)
    assert token.gen_time == NOW
    assert token.gen_time.tzinfo is not None
    assert (token.serial, token.authority) == (2, "CN=Horodatage d’essai (stamps)")
    assert reply.endswith(token.der)


def test_a_kept_token_says_the_same_also_thirty_years_later(
    reply: bytes, authority: TimestampAuthority
) -> None:
    token = stamped(reply, authority)
    roots = read_roots(authority.roots_pem)
    for at in (NOW, MUCH_LATER, MUCH_LATER + timedelta(days=36_500)):
        assert open_token(token.der, DIGEST, roots, at) == token


def test_a_token_from_the_future_is_refused(reply: bytes, authority: TimestampAuthority) -> None:
    token = stamped(reply, authority)
    with pytest.raises(BrokenTimestamp, match="futur"):
        open_token(token.der, DIGEST, read_roots(authority.roots_pem), NOW - timedelta(seconds=1))
    with pytest.raises(ValueError, match="time zone"):
        open_token(token.der, DIGEST, read_roots(authority.roots_pem), NOW.replace(tzinfo=None))


def test_a_token_for_another_document_is_refused(reply: bytes, authority: TimestampAuthority) -> None:
    roots = read_roots(authority.roots_pem)
    with pytest.raises(BrokenTimestamp, match="autre document"):
        check_reply(reply, OTHER, roots, NONCE)
    with pytest.raises(BrokenTimestamp, match="autre document"):
        open_token(stamped(reply, authority).der, OTHER, roots, MUCH_LATER)


def test_a_reply_to_another_request_is_refused(reply: bytes, authority: TimestampAuthority) -> None:
    with pytest.raises(BrokenTimestamp, match="nonce"):
        check_reply(reply, DIGEST, read_roots(authority.roots_pem), NONCE + 1)


def test_only_the_authorities_that_were_named_are_trusted(
    reply: bytes, authority: TimestampAuthority, tmp_path: Path
) -> None:
    stranger = TimestampAuthority(tmp_path, ManualClock(NOW))
    token = stamped(reply, authority)
    for roots in (read_roots(stranger.roots_pem), ()):
        with pytest.raises(BrokenTimestamp, match="désignée"):
            check_reply(reply, DIGEST, roots, NONCE)
        with pytest.raises(BrokenTimestamp, match="désignée"):
            open_token(token.der, DIGEST, roots, MUCH_LATER)
    both = read_roots(stranger.roots_pem + authority.roots_pem)
    assert open_token(token.der, DIGEST, both, MUCH_LATER) == token


def test_an_authority_whose_certificate_had_expired_is_not_believed(authority: TimestampAuthority) -> None:
    """Its root is trusted; but it stamps in a year when its certificate was not valid any more."""
    late = TimestampAuthority(
        authority.folder.with_name("late"), ManualClock(datetime(2061, 1, 1, tzinfo=UTC))
    )
    with pytest.raises(BrokenTimestamp, match="désignée"):
        check_reply(late.reply(request_for(DIGEST, NONCE)), DIGEST, read_roots(late.roots_pem), NONCE)


@pytest.mark.parametrize(("key", "between"), [(RSA, False), (P_256, True)])
def test_authorities_of_other_makes_are_read(key: tuple[str, ...], between: bool, tmp_path: Path) -> None:
    """RSA, and a chain whose certificates come in its own order rather than in that of DER."""
    other = TimestampAuthority(tmp_path, ManualClock(NOW), key=key, between=between)
    roots = read_roots(other.roots_pem)
    token = check_reply(other.reply(request_for(DIGEST, NONCE)), DIGEST, roots, NONCE)
    assert open_token(token.der, DIGEST, roots, MUCH_LATER).gen_time == NOW


def test_certificates_in_another_order_than_der_s_are_put_in_order(tmp_path: Path) -> None:
    other = TimestampAuthority(tmp_path, ManualClock(NOW), key=RSA, between=True)
    reply = tsp.TimeStampResp.load(other.reply(request_for(DIGEST, NONCE)))
    listed = reply["time_stamp_token"]["content"]["certificates"]
    first, second = (one.dump() for one in listed)
    body = reply.dump()
    for pair in (first + second, second + first):
        swapped = body.replace(first + second, pair).replace(second + first, pair)
        token = check_reply(swapped, DIGEST, read_roots(other.roots_pem), NONCE)
        assert open_token(token.der, DIGEST, read_roots(other.roots_pem), MUCH_LATER) == token


def test_a_digest_of_another_kind_does_not_pass_for_sha_256(
    reply: bytes, authority: TimestampAuthority
) -> None:
    sha256_oid, sha3_oid = bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040208")
    token = stamped(reply, authority).der
    at = token.index(sha256_oid, token.index(b"\x04\x20" + DIGEST) - 20)
    changed = token[:at] + sha3_oid + token[at + len(sha3_oid) :]
    with pytest.raises(BrokenTimestamp, match="SHA-256"):
        open_token(changed, DIGEST, read_roots(authority.roots_pem), MUCH_LATER)


def test_a_refusal_of_the_authority_is_told(authority: TimestampAuthority) -> None:
    sha1 = request_for(DIGEST, NONCE).replace(
        bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040203")
    )
    with pytest.raises(BrokenTimestamp, match="a refusé"):
        check_reply(authority.reply(sha1), DIGEST, read_roots(authority.roots_pem), NONCE)


@pytest.mark.parametrize("kept", ["reply", "token"])
def test_no_single_bit_can_be_changed(kept: str, reply: bytes, authority: TimestampAuthority) -> None:
    """Each bit of what no signature covers, and a sample of the others."""
    roots = read_roots(authority.roots_pem)
    token = stamped(reply, authority).der
    octets = token if kept == "token" else reply
    for bit in bits_to_change(octets, token):
        changed = bytearray(octets)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BrokenTimestamp):
            if kept == "token":
                open_token(bytes(changed), DIGEST, roots, MUCH_LATER)
            else:
                check_reply(bytes(changed), DIGEST, roots, NONCE)


def bits_to_change(octets: bytes, token: bytes) -> list[int]:
    signed = cms.ContentInfo.load(token)["content"]
    certificates = signed["certificates"].dump()
    attributes = signed["signer_infos"][0]["signed_attrs"].contents
    stated = signed["encap_content_info"]["content"].contents
    covered: set[int] = set()
    for part in (certificates, attributes, stated):
        at = octets.index(part)
        covered |= set(range(at * 8, (at + len(part)) * 8))
    others = sorted(set(range(len(octets) * 8)) - covered)
    return others + Random(6).sample(sorted(covered), 600)


def test_what_no_signature_covers_cannot_be_added_to(reply: bytes, authority: TimestampAuthority) -> None:
    token = cms.ContentInfo.load(stamped(reply, authority).der)
    signer = token["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = [
        cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": NOW})]})
    ]
    with pytest.raises(BrokenTimestamp):
        open_token(token.dump(force=True), DIGEST, read_roots(authority.roots_pem), MUCH_LATER)
    for octets in (stamped(reply, authority).der + b"\x00", b"", b"\x30\x00", reply, b"\x30" * 100_000):
        with pytest.raises(BrokenTimestamp):
            open_token(octets, DIGEST, read_roots(authority.roots_pem), MUCH_LATER)


@given(st.binary(max_size=200))
def test_whatever_an_authority_answers_is_read_or_refused(octets: bytes) -> None:
    with pytest.raises(BrokenTimestamp):
        check_reply(octets, DIGEST, (), NONCE)
    with pytest.raises(BrokenTimestamp):
        check_reply(b"\x30" * 100_000, DIGEST, (), NONCE)


@given(st.integers(1, 2**64 - 1))
def test_a_request_is_one_that_others_read(nonce: int) -> None:
    asked = tsp.TimeStampReq.load(request_for(DIGEST, nonce), strict=True)
    assert asked.dump(force=True) == request_for(DIGEST, nonce)
    assert asked.native["nonce"] == nonce
    assert asked.native["cert_req"] is True
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert asked["message_imprint"]["hashed_message"].native == DIGEST


def test_nonces_are_new_and_of_the_length_that_all_authorities_take() -> None:
    nonces = {new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert all(nonce.bit_length() == 64 for nonce in nonces)
    with pytest.raises(ValueError, match="32 bytes"):
        request_for(b"short", NONCE)


def test_a_file_without_certificates_is_refused(authority: TimestampAuthority) -> None:
    assert len(read_roots(authority.roots_pem * 2)) == 2
    for wrong in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(BrokenTimestamp, match="PEM"):
            read_roots(wrong)


def test_the_library_reads_the_reply_as_it_came(reply: bytes) -> None:
    """It is judged in the bytes that are kept, not in others written anew."""
    assert decode_timestamp_response(reply).as_bytes() == reply
