"""Revocation: a record that only grows, which every process sees, and after which a key signs no more."""

import base64
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from exam_server.signing.errors import BrokenKeyFile, KeyProblem, NoKey, RevokedKey
from exam_server.signing.jws import verify
from exam_server.signing.keys import SEALING, KeyStore, Purpose
from exam_server.signing.revocations import TYP
from exam_server.signing.standing import Reason, Standing
from tests.exam_server.signing.support import CHEAP, NOW, openssl_accepts

HOUR = timedelta(hours=1)
ENDS = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)]
RECORD = "revocations.jsonl"


@pytest.mark.parametrize("purpose", SEALING)
@pytest.mark.parametrize("reason", Reason)
def test_a_revoked_key_signs_no_more_whoever_holds_it(
    tmp_path: Path, purpose: Purpose, reason: Reason
) -> None:
    made, held = KeyStore(tmp_path), KeyStore(tmp_path)
    kid = made.create(purpose, NOW).kid
    key = held.active(purpose, NOW)
    key.sign(b"before")
    KeyStore(tmp_path).revoke(kid, reason, NOW + HOUR, NOW + HOUR)
    for holder in (key, made.create(purpose, NOW + 2 * HOUR)):
        if holder.kid == kid:
            with pytest.raises(RevokedKey, match=kid):
                holder.sign(b"after")
        else:
            holder.sign(b"after")
    assert held.active(purpose, NOW + 2 * HOUR).kid != kid
    assert held.validity(kid).revocation is not None


@pytest.mark.parametrize("side", ENDS)
def test_a_key_is_good_until_the_instant_of_its_revocation(tmp_path: Path, side: timedelta) -> None:
    store = KeyStore(tmp_path)
    kid = store.create(Purpose.DOCUMENTS, NOW).kid
    at, now = NOW + 2 * HOUR, NOW + 9 * HOUR
    revocation = store.revoke(kid, Reason.COMPROMISED, at, now)
    assert (revocation.at, revocation.reason) == (at, Reason.COMPROMISED)
    assert store.standing(kid, at - side) is Standing.VALID
    assert store.standing(kid, at) is Standing.REVOKED
    assert store.standing(kid, at + side) is Standing.REVOKED
    with pytest.raises(NoKey, match="passation keys new"):
        store.active(Purpose.DOCUMENTS, now)


def test_the_key_before_takes_over_where_the_newest_is_revoked(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    old, new = (store.create(Purpose.LOG, NOW + n * HOUR).kid for n in (0, 1))
    assert store.active(Purpose.LOG, NOW + 2 * HOUR).kid == new
    store.revoke(new, Reason.CEASED, NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert store.active(Purpose.LOG, NOW + 2 * HOUR).kid == old


def test_a_second_revocation_can_only_be_earlier(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    kid, now = store.create(Purpose.QR, NOW).kid, NOW + 9 * HOUR
    store.revoke(kid, Reason.SUPERSEDED, NOW + 4 * HOUR, now)
    for at in (NOW + 4 * HOUR, NOW + 5 * HOUR):
        with pytest.raises(KeyProblem, match="déjà révoquée"):
            store.revoke(kid, Reason.COMPROMISED, at, now)
    store.revoke(kid, Reason.COMPROMISED, NOW + HOUR, now)
    found = KeyStore(tmp_path).validity(kid).revocation
    assert found is not None
    assert (found.at, found.reason) == (NOW + HOUR, Reason.COMPROMISED)


def test_what_cannot_be_revoked_is_said(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    kid, authority = store.create(Purpose.LOG, NOW).kid, store.create(Purpose.AUTHORITY, NOW).kid
    with pytest.raises(KeyProblem, match="avenir"):
        store.revoke(kid, Reason.CEASED, NOW + timedelta(milliseconds=1), NOW)
    with pytest.raises(KeyProblem, match="autorité"):
        store.revoke(authority, Reason.COMPROMISED, NOW, NOW)
    with pytest.raises(NoKey):
        store.revoke("unknown", Reason.CEASED, NOW, NOW)
    assert not (tmp_path / RECORD).exists()


def three_revocations(folder: Path, passphrase: bytes | None = None) -> KeyStore:
    store = KeyStore(folder, passphrase, CHEAP)
    for n, purpose in enumerate(SEALING):
        kid = store.create(purpose, NOW + n * HOUR).kid
        store.revoke(kid, Reason.CEASED, NOW + 5 * HOUR, NOW + 5 * HOUR)
    return store


def test_each_line_is_a_jws_of_the_authority_that_openssl_accepts(tmp_path: Path) -> None:
    store = three_revocations(tmp_path / "keys")
    authority = store.create(Purpose.AUTHORITY, NOW)
    lines = (tmp_path / "keys" / RECORD).read_bytes().splitlines()
    assert len(lines) == len(SEALING)
    for line in lines:
        jws = orjson.loads(line)
        signed = f"{jws['protected']}.{jws['payload']}"
        payload = verify(f"{signed}.{jws['signature']}", {authority.kid: authority.public}, TYP)
        assert isinstance(payload, dict)
        assert payload["revoked_at_ms"] == int((NOW + 5 * HOUR).timestamp() * 1_000)
        signature = base64.urlsafe_b64decode(jws["signature"] + "==")
        openssl_accepts(tmp_path / "out", authority, signed.encode(), signature)


def spoiled(octets: bytes) -> dict[str, bytes]:
    """The record as somebody would like it who has the folder but not the authority's key."""
    one, two, three = octets.splitlines(keepends=True)
    jws = orjson.loads(two)
    other = {**jws, "payload": orjson.loads(three)["payload"]}
    return {
        "nothing": b"",
        "the first line taken out": two + three,
        "a line in the middle taken out": one + three,
        "the last line taken out": one + two,
        "two lines exchanged": two + one + three,
        "a line doubled": one + two + two + three,
        "the end cut": octets[:-1],
        "a line cut": octets[:-20] + b"\n",
        "another payload": one + orjson.dumps(other, option=orjson.OPT_SORT_KEYS) + b"\n" + three,
        "one more member": one + orjson.dumps({**jws, "z": 1}, option=orjson.OPT_SORT_KEYS) + b"\n" + three,
        "no JSON": octets + b"revoked\n",
        "an empty line": octets + b"\n",
    }


SPOILS = list(spoiled(b'{"payload":1}\n' * 3))


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_record_that_was_changed_or_shortened_stops_everything(tmp_path: Path, spoil: str) -> None:
    three_revocations(tmp_path)
    path = tmp_path / RECORD
    path.write_bytes(spoiled(path.read_bytes())[spoil])
    store = KeyStore(tmp_path)
    with pytest.raises(BrokenKeyFile, match="sauvegarde"):
        store.active(Purpose.DOCUMENTS, NOW)
    with pytest.raises(BrokenKeyFile, match="sauvegarde"):
        store.create(Purpose.DOCUMENTS, NOW)


def test_a_record_that_disappears_revives_no_key_that_is_in_hand(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    key = store.create(Purpose.DOCUMENTS, NOW)
    store.revoke(key.kid, Reason.CEASED, NOW, NOW)
    with pytest.raises(RevokedKey):
        key.sign(b"x")
    (tmp_path / RECORD).unlink()
    with pytest.raises(KeyProblem):
        key.sign(b"x")


def test_every_single_bit_of_the_record_counts(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    kid = store.create(Purpose.LOG, NOW).kid
    store.revoke(kid, Reason.CEASED, NOW, NOW)
    octets = (tmp_path / RECORD).read_bytes()
    for place in range(0, len(octets) * 8, 29):
        changed = bytearray(octets)
        changed[place // 8] ^= 1 << place % 8
        (tmp_path / RECORD).write_bytes(changed)
        with pytest.raises(BrokenKeyFile):
            KeyStore(tmp_path).standing(kid, NOW)


def test_revoking_needs_the_authority_s_passphrase(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, b"phrase", CHEAP)
    kid = store.create(Purpose.LOG, NOW).kid
    with pytest.raises(KeyProblem, match="PASSATION_KEY_PASSPHRASE"):
        KeyStore(tmp_path, None, CHEAP).revoke(kid, Reason.CEASED, NOW, NOW)
    assert KeyStore(tmp_path, None, CHEAP).standing(kid, NOW) is Standing.VALID
