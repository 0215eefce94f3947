"""Certificates: what the authority says of each key, read and checked by a program that is not ours."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from exam_server.signing.errors import BrokenKeyFile, KeyProblem
from exam_server.signing.es256 import CURVE
from exam_server.signing.jwk import PublicKey
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from exam_server.signing.standing import Standing
from exam_server.signing.x509_certificates import (
    LONGEST_ORGANISATION,
    authority_certificate,
    fingerprint,
    seal_certificate,
    write_chain,
)
from tests.exam_server.signing.support import NOW, openssl

SECOND = timedelta(seconds=1)
THREE_YEARS, TWENTY_YEARS = timedelta(days=1_096), timedelta(days=7_305)


def written(folder: Path, key: SigningKey) -> Path:
    """`leaf.pem` and `ca.pem`, as a reader has them."""
    folder.mkdir(exist_ok=True)
    (folder / "leaf.pem").write_bytes(write_chain(key.chain[:1]))
    (folder / "ca.pem").write_bytes(write_chain(key.chain[-1:]))
    return folder


def verify(folder: Path, at: datetime) -> str:
    return openssl(
        folder, f"verify -x509_strict -purpose any -attime {int(at.timestamp())} -CAfile ca.pem leaf.pem"
    )


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENTS, Purpose.QR])
def test_openssl_verifies_a_key_s_certificate_up_to_the_authority(tmp_path: Path, purpose: Purpose) -> None:
    key = KeyStore(tmp_path / "keys").create(purpose, NOW, "Collège des Vergers")
    folder = written(tmp_path / "out", key)
    for at in (NOW, NOW + THREE_YEARS - SECOND):
        assert "leaf.pem: OK" in verify(folder, at)
    for at, why in ((NOW - SECOND, "not yet valid"), (NOW + THREE_YEARS + SECOND, "expired")):
        with pytest.raises(AssertionError, match=why):
            verify(folder, at)


def test_openssl_reads_in_a_documents_certificate_what_it_may_be_used_for(tmp_path: Path) -> None:
    key = KeyStore(tmp_path / "keys").create(Purpose.DOCUMENTS, NOW, "Collège des Vergers")
    folder = written(tmp_path / "out", key)
    text = openssl(folder, "x509 -in leaf.pem -noout -text -nameopt utf8,sep_comma_plus")
    assert "Subject: O=Collège des Vergers,OU=documents,CN=Collège des Vergers" in text
    assert "Issuer: O=Collège des Vergers,CN=Autorité des clés Passation" in text
    assert re.search(r"Key Usage: critical\s+Digital Signature, Non Repudiation\n", text)
    assert re.search(r"Extended Key Usage:\s+1\.3\.6\.1\.5\.5\.7\.3\.36, E-mail Protection\n", text)
    assert re.search(r"Basic Constraints: critical\s+CA:FALSE\n", text)
    assert "Subject Key Identifier" in text
    assert "Authority Key Identifier" in text
    assert "Alternative Name" not in text
    authority = openssl(folder, "x509 -in ca.pem -noout -text")
    assert re.search(r"Key Usage: critical\s+Certificate Sign, CRL Sign\n", authority)
    assert re.search(r"Basic Constraints: critical\s+CA:TRUE, pathlen:0\n", authority)
    assert fingerprint(key.chain[1]) in openssl(folder, "x509 -in ca.pem -noout -fingerprint -sha256")


def test_the_certificate_of_the_qr_codes_is_not_for_documents(tmp_path: Path) -> None:
    key = KeyStore(tmp_path / "keys").create(Purpose.QR, NOW)
    text = openssl(written(tmp_path / "out", key), "x509 -in leaf.pem -noout -text")
    assert "Extended Key Usage" not in text
    assert "O = Passation" in text


def test_one_authority_certifies_all_keys_and_names_them_like_itself(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    first = store.create(Purpose.DOCUMENTS, NOW, "Lycée des Prés")
    second = store.create(Purpose.QR, NOW + SECOND)
    assert first.chain[1:] == second.chain[1:] == (store.authority(),)
    assert "Lycée des Prés" in second.chain[0].subject.rfc4514_string()
    assert store.create(Purpose.LOG, NOW).chain == ()
    assert store.create(Purpose.AUTHORITY, NOW).chain == first.chain[1:]


def test_a_certificate_never_outlives_its_authority() -> None:
    private = ec.generate_private_key(CURVE)
    (root,) = authority_certificate(private, "Lycée", NOW)
    public = PublicKey.of(ec.generate_private_key(CURVE).public_key())
    late = NOW + TWENTY_YEARS - timedelta(days=30)
    leaf, _root = seal_certificate(private, root, public, Purpose.QR, "Lycée", late)
    assert leaf.not_valid_after_utc == root.not_valid_after_utc == NOW + TWENTY_YEARS
    with pytest.raises(KeyProblem, match="autorité"):
        seal_certificate(private, root, public, Purpose.QR, "Lycée", NOW + TWENTY_YEARS)


@pytest.mark.parametrize("name", ["", "  ", "a" * (LONGEST_ORGANISATION + 1), "Lycée\nCN=Ministère", "\x00"])
def test_an_organisation_has_a_name_that_fits_and_can_be_read(tmp_path: Path, name: str) -> None:
    store = KeyStore(tmp_path)
    with pytest.raises(KeyProblem, match="organisation"):
        store.create(Purpose.DOCUMENTS, NOW, name or " ")
    assert store.list(NOW) == ()
    store.create(Purpose.DOCUMENTS, NOW, "é" * (LONGEST_ORGANISATION // 2))


def test_a_key_is_active_for_exactly_as_long_as_its_certificate_is_good(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.create(Purpose.AUTHORITY, NOW - timedelta(days=1))
    key = store.create(Purpose.DOCUMENTS, NOW)
    ends = {
        NOW - SECOND: Standing.NOT_YET,
        NOW: Standing.VALID,
        NOW + THREE_YEARS: Standing.VALID,
        NOW + THREE_YEARS + SECOND: Standing.EXPIRED,
    }
    for at, standing in ends.items():
        assert store.standing(key.kid, at) is standing
        assert [facts.active for facts in store.list(at)][-1] is (standing is Standing.VALID)
        if standing is Standing.VALID:
            assert store.active(Purpose.DOCUMENTS, at).kid == key.kid
        else:
            with pytest.raises(KeyProblem, match="passation keys new"):
                store.active(Purpose.DOCUMENTS, at)


def test_a_newer_key_signs_and_the_older_one_again_where_the_newer_is_not_good(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    older = store.create(Purpose.DOCUMENTS, NOW)
    newer = store.create(Purpose.DOCUMENTS, NOW + timedelta(days=1))
    assert store.active(Purpose.DOCUMENTS, NOW).kid == older.kid
    assert store.active(Purpose.DOCUMENTS, NOW + timedelta(days=1)).kid == newer.kid


@pytest.mark.parametrize("spoil", ["missing", "empty", "of another key", "not signed by the next", "not PEM"])
def test_a_key_without_its_own_certificate_is_named_and_does_not_sign(tmp_path: Path, spoil: str) -> None:
    store, other = KeyStore(tmp_path / "keys"), KeyStore(tmp_path / "other")
    key, stranger = store.create(Purpose.DOCUMENTS, NOW), other.create(Purpose.DOCUMENTS, NOW)
    path = tmp_path / "keys" / f"documents-{key.kid}.pem"
    contents = {
        "empty": b"",
        "of another key": write_chain(stranger.chain),
        "not signed by the next": write_chain((key.chain[0], stranger.chain[1])),
        "not PEM": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }
    path.unlink()
    if spoil in contents:
        path.write_bytes(contents[spoil])
    with pytest.raises(BrokenKeyFile, match=path.name):
        store.active(Purpose.DOCUMENTS, NOW)


def test_a_certificate_that_was_published_cannot_be_exchanged_for_another_one(tmp_path: Path) -> None:
    """Even for one that the authority's own key made, for the same key."""
    store = KeyStore(tmp_path)
    key = store.create(Purpose.DOCUMENTS, NOW)
    (tmp_path / f"documents-{key.kid}.pem").write_bytes(write_chain(key.chain[:1]))
    with pytest.raises(BrokenKeyFile, match=key.kid):
        KeyStore(tmp_path).active(Purpose.DOCUMENTS, NOW)


def test_two_authorities_in_one_folder_are_refused(tmp_path: Path) -> None:
    KeyStore(tmp_path / "one").create(Purpose.AUTHORITY, NOW)
    KeyStore(tmp_path / "two").create(Purpose.AUTHORITY, NOW)
    for path in (tmp_path / "two").glob("authority-*"):
        path.rename(tmp_path / "one" / path.name)
    with pytest.raises(KeyProblem, match="plusieurs autorités"):
        KeyStore(tmp_path / "one").list(NOW)


def test_certificates_made_in_the_same_second_are_different(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    serials = {store.create(Purpose.QR, NOW).chain[0].serial_number for _ in range(3)}
    assert len(serials) == 3
