"""The published key set: versions that follow each other, take nothing back, and name whom to compare."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from exam_server.signing.base64url import b64u_decode
from exam_server.signing.canonical import read_canonical
from exam_server.signing.errors import BrokenKeyFile, BrokenSeal
from exam_server.signing.jws import sign
from exam_server.signing.key_set import (
    TYP,
    KeySet,
    check_succession,
    read_key_set,
    read_key_sets,
    write_key_set,
)
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from exam_server.signing.standing import Reason, Revocation, Standing, Verdict
from exam_server.signing.x509_certificates import fingerprint
from tests.exam_server.signing.support import CHEAP, NOW, openssl_accepts

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published") / "keys"


@pytest.fixture(scope="module")
def store(folder: Path) -> KeyStore:
    """Two keys for documents, the older one revoked; one for QR codes; one for the log. It is only read."""
    store = KeyStore(folder)
    old = store.create(Purpose.DOCUMENTS, NOW)
    for purpose in (Purpose.DOCUMENTS, Purpose.QR, Purpose.LOG):
        store.create(purpose, NOW + HOUR)
    store.revoke(old.kid, Reason.SUPERSEDED, NOW + 2 * HOUR, NOW + 3 * HOUR)
    return store


def authority(store: KeyStore) -> SigningKey:
    return store.create(Purpose.AUTHORITY, NOW)


def newest(store: KeyStore) -> KeySet:
    token = store.published()
    assert token is not None
    return read_key_set(token, authority(store).public)


def payload_of(token: str) -> dict[str, Any]:
    value = read_canonical(b64u_decode(token.split(".")[1]))
    assert isinstance(value, dict)
    return dict(value)


def test_each_change_is_a_version_that_names_the_digest_of_the_one_before(
    store: KeyStore, folder: Path
) -> None:
    versions = store.versions()
    assert [payload_of(token)["version"] for token in versions] == [1, 2, 3, 4, 5, 6]
    files = sorted(folder.glob("key-set-*.jws"))
    digests = [sha256(file.read_bytes()).hexdigest() for file in files]
    assert [payload_of(token)["previous"] for token in versions] == [None, *digests[:-1]]
    assert [payload_of(token)["issued_ms"] for token in versions][-1] == int(
        (NOW + 3 * HOUR).timestamp() * 1_000
    )
    assert store.publish(NOW + 9 * HOUR) == versions[-1]
    assert store.versions() == versions


def test_the_set_says_of_each_key_what_the_folder_knows(store: KeyStore) -> None:
    published = newest(store)
    assert {key.kid for key in published.keys} == {facts.kid for facts in store.list(NOW)}
    for key in published.keys:
        assert key.validity == store.validity(key.kid)
        assert key.public == store.public(key.kid)
        assert bool(key.chain) is (key.purpose is not Purpose.LOG)
    for purpose in Purpose:
        assert published.of(purpose) == store.public_keys(purpose)
    old = published.find(next(iter(published.of(Purpose.DOCUMENTS))))
    assert old is not None
    assert old.validity.standing(NOW + HOUR) is Standing.VALID
    assert old.validity.standing(NOW + 2 * HOUR) is Standing.REVOKED
    assert old.validity.verdict(None, NOW + 9 * HOUR) is Verdict.UNKNOWN
    assert published.find("unknown") is None


def test_the_members_are_those_that_are_documented(store: KeyStore) -> None:
    payload = payload_of(store.versions()[-1])
    assert payload.keys() == {"v", "version", "previous", "issued_ms", "keys"}
    for key in payload["keys"]:
        assert key.keys() == {
            "kid", "use", "jwk", "x5c", "valid_from_ms", "valid_to_ms", "revoked_at_ms", "reason",
        }  # fmt: skip
        assert set(key["jwk"]) <= {"alg", "crv", "kid", "kty", "use", "x", "y"}
    assert [key["reason"] for key in payload["keys"]].count("superseded") == 1
    assert {key["use"] for key in payload["keys"]} == {"authority", "documents", "qr", "log"}


def test_openssl_accepts_the_authority_s_signature(store: KeyStore, tmp_path: Path) -> None:
    signed, _dot, signature = store.versions()[-1].rpartition(".")
    openssl_accepts(tmp_path / "out", authority(store), signed.encode(), b64u_decode(signature))


def test_a_fingerprint_on_paper_is_enough(store: KeyStore) -> None:
    certificate, token = store.authority(), store.published()
    assert certificate is not None
    assert token is not None
    printed = fingerprint(certificate)
    for typed in (printed, printed.lower(), f" {printed} ", printed.replace(":", ""), authority(store).kid):
        assert read_key_set(token, typed) == newest(store)
        assert read_key_sets(store.versions(), typed) == newest(store)


def test_a_set_of_another_authority_is_refused(store: KeyStore, tmp_path: Path) -> None:
    other = KeyStore(tmp_path / "other")
    other.create(Purpose.LOG, NOW)
    certificate, stranger = other.authority(), authority(other)
    assert certificate is not None
    token = store.versions()[-1]
    for trusted in (stranger.public, stranger.kid, fingerprint(certificate), "", "AA:BB"):
        with pytest.raises(BrokenSeal):
            read_key_set(token, trusted)


def test_a_stranger_cannot_sign_under_the_fingerprint_of_the_authority(
    store: KeyStore, tmp_path: Path
) -> None:
    """Not even with the authority's own entry in the set."""
    stranger = authority(KeyStore(tmp_path / "other"))
    payload = payload_of(store.versions()[-1])
    with pytest.raises(BrokenSeal):
        read_key_set(sign(stranger, payload, TYP, NOW), authority(store).kid)


def test_only_the_authority_signs_a_set(store: KeyStore) -> None:
    for purpose in (Purpose.DOCUMENTS, Purpose.QR):
        key = store.active(purpose, NOW + HOUR)
        with pytest.raises(BrokenSeal, match="autorité"):
            read_key_set(sign(key, payload_of(store.versions()[-1]), TYP, NOW), key.public)


def test_a_version_that_is_missing_doubled_or_out_of_place_is_refused(store: KeyStore) -> None:
    versions, public = store.versions(), authority(store).public
    wrong = [versions[1:], versions[:2] + versions[3:], versions[::-1], (versions[0], *versions)]
    for tokens in wrong:
        with pytest.raises(BrokenSeal):
            read_key_sets(tokens, public)
    assert read_key_sets((), public) is None


def test_an_older_version_than_the_one_that_is_known_is_a_roll_back(store: KeyStore) -> None:
    public = authority(store).public
    read = [read_key_set(token, public) for token in store.versions()]
    for n, known in enumerate(read):
        for m, shown in enumerate(read):
            if m < n:
                with pytest.raises(BrokenSeal, match="version ancienne"):
                    check_succession(known, shown)
            else:
                check_succession(known, shown)


def test_nothing_that_was_published_is_taken_back_in_a_later_version(store: KeyStore) -> None:
    known, signer = newest(store), authority(store)
    revoked = next(key for key in known.keys if key.validity.revocation)
    was = revoked.validity.revocation
    assert was is not None

    def said(*keys: Any) -> KeySet:
        return read_key_set(write_key_set(signer, keys, known, NOW), signer.public)

    def with_revocation(revocation: Revocation | None) -> KeySet:
        changed = replace(revoked, validity=replace(revoked.validity, revocation=revocation))
        return said(*(changed if key is revoked else key for key in known.keys))

    check_succession(known, said(*known.keys))
    check_succession(known, with_revocation(replace(was, at=was.at - HOUR, reason=Reason.COMPROMISED)))
    taken_back = [
        said(*(key for key in known.keys if key is not revoked)),
        with_revocation(None),
        with_revocation(replace(was, at=was.at + HOUR)),
        with_revocation(replace(was, reason=Reason.CEASED)),
        replace(said(*known.keys), previous="0" * 64),
        replace(known, digest="0" * 64),
    ]
    for shown in taken_back:
        with pytest.raises(BrokenSeal):
            check_succession(known, shown)


CHANGES: list[tuple[str, Any]] = [
    ("v", 2), ("v", True), ("version", 0), ("version", "6"), ("version", True), ("version", 1),
    ("previous", None), ("previous", 7), ("issued_ms", -1), ("issued_ms", "now"), ("issued_ms", 10**15),
    ("keys", {}), ("keys", [{}]), ("keys", [None]), ("more", 1),
]  # fmt: skip

KEY_CHANGES: list[tuple[str, Any]] = [
    ("kid", "x"), ("use", "log"), ("use", "results"), ("use", None), ("jwk", {}), ("jwk", None), ("x5c", []),
    ("x5c", None), ("x5c", ["AAAA"]), ("x5c", ["é"]), ("valid_from_ms", 0), ("valid_to_ms", None),
    ("valid_to_ms", 2**53 - 1), ("revoked_at_ms", None), ("revoked_at_ms", -1), ("reason", None),
    ("reason", "lost"), ("more", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_a_set_of_another_shape_is_refused_even_when_it_is_signed(
    store: KeyStore, name: str, value: Any
) -> None:
    signer, payload = authority(store), payload_of(store.versions()[-1])
    token = sign(signer, {**payload, name: value}, TYP, NOW)
    for trusted in (signer.public, signer.kid):
        with pytest.raises(BrokenSeal):
            read_key_set(token, trusted)


@pytest.mark.parametrize(("name", "value"), KEY_CHANGES)
def test_a_key_that_contradicts_itself_is_refused_even_when_it_is_signed(
    store: KeyStore, name: str, value: Any
) -> None:
    signer, payload = authority(store), payload_of(store.versions()[-1])
    keys = [{**key, name: value} if key["reason"] else key for key in payload["keys"]]
    token = sign(signer, {**payload, "keys": keys}, TYP, NOW)
    with pytest.raises(BrokenSeal):
        read_key_set(token, signer.public)


def test_a_key_of_the_log_has_no_certificate_and_stands_once(store: KeyStore) -> None:
    signer, payload = authority(store), payload_of(store.versions()[-1])
    x5c = next(key["x5c"] for key in payload["keys"] if key["use"] == "qr")
    with_certificate = [{**key, "x5c": x5c} if key["use"] == "log" else key for key in payload["keys"]]
    for keys in (with_certificate, payload["keys"] + payload["keys"][-1:]):
        with pytest.raises(BrokenSeal):
            read_key_set(sign(signer, {**payload, "keys": keys}, TYP, NOW), signer.public)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "....", "é.é.é", "a" * (1 << 20) + "a"])
def test_any_other_text_is_refused(store: KeyStore, text: str) -> None:
    for trusted in (authority(store).public, authority(store).kid):
        with pytest.raises(BrokenSeal):
            read_key_set(text, trusted)


def test_every_character_of_a_published_set_counts(store: KeyStore) -> None:
    token, signer = store.versions()[-1], authority(store)
    for place in range(0, len(token), 61):
        changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]
        for trusted in (signer.public, signer.kid):
            with pytest.raises(BrokenSeal):
                read_key_set(changed, trusted)


@pytest.mark.parametrize("taken", ["the first", "one", "all", "the text", "a key"])
def test_a_folder_that_no_longer_is_what_was_published_is_refused(
    store: KeyStore, folder: Path, tmp_path: Path, taken: str
) -> None:
    folder = copytree(folder, tmp_path / "keys")
    files = sorted(folder.glob("key-set-*.jws"))
    gone = {"the first": files[:1], "one": files[2:3], "all": files, "a key": list(folder.glob("log-*"))}
    for file in gone.get(taken, []):
        file.unlink()
    if taken == "the text":
        files[-1].write_bytes(files[-1].read_bytes()[:-1])
    with pytest.raises(BrokenKeyFile, match="sauvegarde"):
        KeyStore(folder).active(Purpose.QR, NOW + HOUR)


def test_a_server_that_runs_notices_a_folder_that_was_set_back(
    store: KeyStore, folder: Path, tmp_path: Path
) -> None:
    """Where it starts afterwards it cannot know; whoever has a later version does."""
    server = KeyStore(copytree(folder, tmp_path / "keys"))
    server.list(NOW)
    (tmp_path / "keys" / "key-set-00006.jws").unlink()
    with pytest.raises(BrokenKeyFile, match="version ancienne"):
        server.active(Purpose.QR, NOW + HOUR)


def test_a_version_that_could_not_be_written_is_made_up_for(tmp_path: Path) -> None:
    """The power went between the key and its publication."""
    store = KeyStore(tmp_path)
    store.create(Purpose.LOG, NOW)
    key = store.create(Purpose.QR, NOW)
    (tmp_path / "key-set-00003.jws").unlink()
    again = KeyStore(tmp_path)
    assert again.active(Purpose.QR, NOW).kid == key.kid
    again.publish(NOW + HOUR)
    assert newest(again).of(Purpose.QR) == {key.kid: key.public}
    assert len(again.versions()) == 3


def test_reading_needs_no_passphrase_and_writing_does(tmp_path: Path) -> None:
    KeyStore(tmp_path, b"phrase", CHEAP).create(Purpose.LOG, NOW)
    reader = KeyStore(tmp_path)
    assert reader.publish(NOW) == reader.published()
    assert reader.authority() is not None
