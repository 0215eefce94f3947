"""The key folder: what is kept, what is shown, what opens it, and what is never overwritten."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.signing.errors import BrokenKeyFile, BrokenSeal, KeyProblem, LockedKey, NoKey
from exam_server.signing.es256 import CURVE
from exam_server.signing.jwk import PublicKey, jwks, read_jwk, read_jwks, read_jwks_file, thumbprint
from exam_server.signing.jws import sign, verify
from exam_server.signing.key_files import Argon2Cost, write_key_file
from exam_server.signing.keys import SEALING, KeyStore, Purpose
from exam_server.signing.standing import Reason, Standing
from tests.exam_server.signing.support import CHEAP, NOW

RFC_7638_MODULUS = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3o"
    "knjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZH"
    "zu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEg"
    "U8awapJzKnqDKgw"
)
LATER = NOW + timedelta(days=2)
PASSPHRASE = "quatre mots plutôt simples".encode()


def the_file(folder: Path, purpose: Purpose = Purpose.DOCUMENTS) -> Path:
    (path,) = folder.glob(f"{purpose}-*.json")
    return path


def test_the_thumbprint_of_the_standard_is_found() -> None:
    jwk = {"kty": "RSA", "n": RFC_7638_MODULUS, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_signs_again_after_a_restart(tmp_path: Path, passphrase: bytes | None) -> None:
    made = KeyStore(tmp_path / "keys", passphrase, CHEAP).create(Purpose.DOCUMENTS, NOW)
    store = KeyStore(tmp_path / "keys", passphrase, CHEAP)
    token = sign(store.active(Purpose.DOCUMENTS, NOW), {"v": 1}, "t", NOW)
    assert verify(token, read_jwks(store.jwks()), "t") == {"v": 1}
    assert verify(token, {made.kid: store.public(made.kid)}, "t") == {"v": 1}


def test_an_empty_folder_has_no_key_and_says_what_to_do(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "absent")
    assert (store.list(LATER), store.jwks()) == ((), {"keys": []})
    assert (store.published(), store.publish(NOW), store.authority(), store.versions()) == (
        None,
        None,
        None,
        (),
    )
    with pytest.raises(NoKey, match="passation keys new"):
        store.active(Purpose.DOCUMENTS, LATER)
    with pytest.raises(NoKey, match="abc"):
        store.public("abc")


def test_the_newest_key_is_active_and_the_old_one_is_still_published(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    newer = store.create(Purpose.DOCUMENTS, NOW + timedelta(days=1))
    older = store.create(Purpose.DOCUMENTS, NOW)
    assert store.active(Purpose.DOCUMENTS, LATER).kid == newer.kid
    documents = [facts for facts in store.list(LATER) if facts.purpose is Purpose.DOCUMENTS]
    assert [(facts.kid, facts.active, facts.created) for facts in documents] == [
        (older.kid, False, NOW),
        (newer.kid, True, NOW + timedelta(days=1)),
    ]
    assert list(read_jwks(store.jwks())) == [older.kid, newer.kid]


def test_a_key_made_by_another_process_is_seen(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.create(Purpose.DOCUMENTS, NOW)
    other = KeyStore(tmp_path).create(Purpose.DOCUMENTS, NOW + timedelta(hours=1))
    assert store.active(Purpose.DOCUMENTS, LATER).kid == other.kid


def test_folder_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    KeyStore(tmp_path / "keys").create(Purpose.DOCUMENTS, NOW)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_neither_file_nor_repr_shows_a_protected_key(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, PASSPHRASE, CHEAP)
    key = store.create(Purpose.DOCUMENTS, NOW)
    document = orjson.loads(the_file(tmp_path).read_bytes())
    assert set(document["private"]) == {"protection", "kdf", "salt", "enc", "nonce", "ct"}
    assert document["private"]["kdf"] == {"argon2id": {"m": 64, "t": 1, "p": 1}}
    assert "sign_es256" not in repr(key)
    assert all(facts.protected for facts in store.list(LATER))


def test_the_published_key_is_public_only(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.create(Purpose.DOCUMENTS, NOW)
    (published,) = store.jwks()["keys"]  # type: ignore[misc,str-unpack]
    assert set(published) == {"alg", "crv", "kid", "kty", "use", "x", "y"}  # type: ignore[arg-type]
    assert not any(facts.protected for facts in store.list(LATER))


@pytest.mark.parametrize("passphrase", [b"wrong", PASSPHRASE + b" ", None])
def test_a_wrong_or_missing_passphrase_says_what_to_do(tmp_path: Path, passphrase: bytes | None) -> None:
    kid = KeyStore(tmp_path, PASSPHRASE, CHEAP).create(Purpose.DOCUMENTS, NOW).kid
    store = KeyStore(tmp_path, passphrase, CHEAP)
    with pytest.raises(LockedKey, match="PASSATION_KEY_PASSPHRASE") as refusal:
        store.active(Purpose.DOCUMENTS, LATER)
    assert kid in str(refusal.value)
    assert kid in [facts.kid for facts in store.list(LATER)]
    assert store.public(kid).kid == kid


def test_an_empty_passphrase_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="vide"):
        KeyStore(tmp_path, b"")


def test_what_is_readable_in_a_protected_file_cannot_be_changed(tmp_path: Path) -> None:
    KeyStore(tmp_path, PASSPHRASE, CHEAP).create(Purpose.DOCUMENTS, NOW)
    path = the_file(tmp_path)
    document = orjson.loads(path.read_bytes())
    path.write_bytes(orjson.dumps({**document, "created_ms": document["created_ms"] + 1}))
    with pytest.raises(LockedKey):
        KeyStore(tmp_path, PASSPHRASE, CHEAP).active(Purpose.DOCUMENTS, LATER)


def spoil(document: dict[str, Any], **changes: Any) -> bytes:
    return orjson.dumps({**document, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"alg": "RS256"},
        {"alg": "Ed25519"},
        {"purpose": "log"},
        {"purpose": "results"},
        {"kid": "other"},
        {"public": {}},
        {"created_ms": 1e300},
        {"created_ms": "2026"},
        {"private": None},
        {"private": {}},
        {"private": {"protection": "none"}},
        {"private": {"protection": "pkcs11"}},
        {"private": {"protection": "pkcs11", "module": "x", "token": "x", "id": "zz"}},
        {"private": {"protection": "unprotected"}},
        {"private": {"protection": "unprotected", "d": "AA"}},
        {"private": {"protection": "unprotected", "d": "AQ"}},
        {
            "private": {
                "protection": "passphrase",
                "kdf": {"argon2id": {"m": 10**9, "t": 1, "p": 1}},
                "salt": "AA",
            }
        },
        {"private": {"protection": "passphrase", "kdf": {"scrypt": {}}, "salt": "AA"}},
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    KeyStore(tmp_path).create(Purpose.DOCUMENTS, NOW)
    path = the_file(tmp_path)
    path.write_bytes(spoil(orjson.loads(path.read_bytes()), **changes))
    with pytest.raises(BrokenKeyFile, match=path.name):
        KeyStore(tmp_path, PASSPHRASE, CHEAP).active(Purpose.DOCUMENTS, LATER)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "documents-x.json").write_bytes(content)
    with pytest.raises(BrokenKeyFile, match=r"documents-x\.json"):
        KeyStore(tmp_path).list(LATER)


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    KeyStore(tmp_path).create(Purpose.DOCUMENTS, NOW)
    the_file(tmp_path).rename(tmp_path / "documents-copy.json")
    with pytest.raises(BrokenKeyFile, match="documents-copy"):
        KeyStore(tmp_path).list(LATER)


def test_an_unprotected_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    KeyStore(tmp_path).create(Purpose.DOCUMENTS, NOW)
    the_file(tmp_path).chmod(0o640)
    with pytest.raises(BrokenKeyFile, match="chmod 600"):
        KeyStore(tmp_path).active(Purpose.DOCUMENTS, LATER)


def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o770)
    with pytest.raises(KeyProblem, match="chmod 700"):
        KeyStore(tmp_path / "keys").create(Purpose.DOCUMENTS, NOW)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "documents-x.json"
    path.write_text("precious")
    with pytest.raises(FileExistsError):
        write_key_file(path, Purpose.DOCUMENTS, ec.generate_private_key(CURVE), NOW, None, CHEAP)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_make_the_first_keys_together_make_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda purpose: KeyStore(tmp_path).create(purpose, NOW), SEALING * 2))
    store = KeyStore(tmp_path)
    assert len({key.chain[1] for key in made if key.chain}) == 1
    assert len(store.list(NOW)) == len(made) + 1 == len(store.versions())


def test_who_reads_while_another_writes_sees_a_whole_folder(tmp_path: Path) -> None:
    writing = Event()

    def write() -> None:
        store = KeyStore(tmp_path)
        for number in range(6):
            kid = store.create(SEALING[number % 3], NOW).kid
            store.revoke(kid, Reason.SUPERSEDED, NOW, NOW)
        writing.set()

    def read(shared: KeyStore) -> int:
        seen = 0
        while not writing.is_set():
            facts = (shared.list(NOW), KeyStore(tmp_path).list(NOW))
            assert len(facts[0]) >= seen
            seen = len(facts[0])
        return seen

    shared = KeyStore(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, shared) for _ in range(3)]
        pool.submit(write).result()
        assert all(reader.result() for reader in readers)
    assert len(shared.list(NOW)) == 7


def test_a_folder_that_was_put_aside_verifies_and_signs_nothing(tmp_path: Path) -> None:
    """Its passphrase was lost, or its authority's key was read by others."""
    old = KeyStore(tmp_path, PASSPHRASE, CHEAP)
    first, second = (old.create(Purpose.DOCUMENTS, NOW) for _ in range(2))
    token = sign(second, {"v": 1}, "t", NOW)
    old.revoke(first.kid, Reason.SUPERSEDED, LATER, LATER)
    aside = tmp_path / "earlier" / "2026"
    files = [path for path in tmp_path.iterdir() if path.suffix]
    aside.mkdir(mode=0o700, parents=True)
    for path in files:
        path.rename(aside / path.name)
    store = KeyStore(tmp_path)
    with pytest.raises(NoKey):
        store.active(Purpose.DOCUMENTS, NOW)
    new = store.create(Purpose.DOCUMENTS, LATER)
    assert new.chain[1] != second.chain[1]
    assert store.active(Purpose.DOCUMENTS, LATER).kid == new.kid
    assert set(store.public_keys(Purpose.DOCUMENTS)) == {first.kid, second.kid, new.kid}
    assert set(read_jwks(store.jwks())) == {first.kid, second.kid, new.kid}
    assert verify(token, {second.kid: store.public(second.kid)}, "t") == {"v": 1}
    assert store.standing(first.kid, LATER) is Standing.REVOKED
    assert {facts.purpose for facts in store.list(LATER)} == {Purpose.AUTHORITY, Purpose.DOCUMENTS}
    next(aside.glob("key-set-*")).unlink()
    with pytest.raises(BrokenKeyFile):
        store.jwks()


def test_the_usual_cost_is_that_of_the_house() -> None:
    assert Argon2Cost() == Argon2Cost(memory_kib=65_536, iterations=3, lanes=1)


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [
        (Purpose.AUTHORITY, "P-256"),
        (Purpose.DOCUMENTS, "P-256"),
        (Purpose.QR, "P-256"),
        (Purpose.LOG, "ED25519"),
    ],
)
def test_openssl_reads_the_public_key(tmp_path: Path, purpose: Purpose, kind: str) -> None:
    key = KeyStore(tmp_path).create(purpose, NOW)
    command = ["openssl", "pkey", "-pubin", "-noout", "-text"]
    read = subprocess.run(command, input=key.public.pem(), capture_output=True, text=True, check=True)
    assert kind in read.stdout


@pytest.mark.parametrize("purpose", Purpose)
def test_openssl_accepts_what_each_key_signs(tmp_path: Path, purpose: Purpose) -> None:
    key = KeyStore(tmp_path / "keys").create(purpose, NOW)
    signature = key.sign(b"some octets")
    if purpose is not Purpose.LOG:
        signature = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    for name, octets in {
        "message": b"some octets",
        "signature": signature,
        "key": key.public.pem().encode(),
    }.items():
        (tmp_path / name).write_bytes(octets)
    command = "openssl pkeyutl -verify -pubin -inkey key -rawin -in message -sigfile signature"
    said = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Verified Successfully" in said.stdout
    key.public.check(b"some octets", key.sign(b"some octets"))
    with pytest.raises(BrokenSeal):
        key.public.check(b"other octets", key.sign(b"some octets"))


@pytest.mark.parametrize("purpose", SEALING)
def test_each_use_has_a_key_of_its_own(tmp_path: Path, purpose: Purpose) -> None:
    store = KeyStore(tmp_path)
    made = {use: store.create(use, NOW).kid for use in SEALING}
    assert store.active(purpose, NOW).kid == made[purpose]
    assert list(store.public_keys(purpose)) == [made[purpose]]
    assert sorted(read_jwks(store.jwks())) == sorted(made.values())


def test_a_key_of_the_log_neither_signs_nor_checks_a_statement(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    log, documents = store.create(Purpose.LOG, NOW), store.create(Purpose.DOCUMENTS, NOW)
    with pytest.raises(ValueError, match="log"):
        sign(log, {"v": 1}, "t", NOW)
    token = sign(documents, {"v": 1}, "t", NOW)
    header = b64u(canonical({"alg": "ES256", "iat": int(NOW.timestamp()), "kid": log.kid, "typ": "t"}))
    signed = f"{header}.{token.split('.')[1]}"
    forged = f"{signed}.{b64u(log.sign(signed.encode()))}"
    with pytest.raises(BrokenSeal, match="journal"):
        verify(forged, {log.kid: log.public}, "t")


def test_only_a_whole_and_rightly_named_key_is_read(tmp_path: Path) -> None:
    key = KeyStore(tmp_path).create(Purpose.LOG, NOW).public
    assert read_jwk(key.jwk) == key
    for changes in ({"y": "AA"}, {"crv": "P-256"}, {"alg": "EdDSA"}, {"x": "AA"}, {"kty": "EC"}):
        with pytest.raises(BrokenSeal):
            read_jwk({**key.jwk, **changes})
    key = KeyStore(tmp_path).create(Purpose.DOCUMENTS, NOW).public
    assert read_jwk(key.jwk) == key
    wrong: list[Any] = [
        None,
        [],
        {},
        {**key.jwk, "kid": "x"},
        {**key.jwk, "d": "AA"},
        {**key.jwk, "x": key.jwk["y"]},
        {**key.jwk, "y": "AA"},
        {**key.jwk, "y": None},
        {**key.jwk, "use": "enc"},
        {name: value for name, value in key.jwk.items() if name != "kid"},
    ]
    for value in wrong:
        with pytest.raises(BrokenSeal):
            read_jwk(value)


def test_a_key_set_is_read_in_any_spelling_but_never_half(tmp_path: Path) -> None:
    key = PublicKey.of(ec.generate_private_key(CURVE).public_key())
    spaced = orjson.dumps(jwks([key]), option=orjson.OPT_INDENT_2)
    assert read_jwks_file(spaced) == {key.kid: key}
    for octets in [
        b"",
        b"{}",
        b"[]",
        b'{"keys":{}}',
        b'{"keys":[],"more":1}',
        orjson.dumps(jwks([key, key])),
    ]:
        with pytest.raises(BrokenSeal):
            read_jwks_file(octets)
