"""Keys that stay on a token: SoftHSM holds them and signs, openssl makes them and checks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import orjson
import pytest

from exam_server.signing.errors import BrokenKeyFile, KeyProblem, LockedKey, NoKey, RevokedKey
from exam_server.signing.es256 import ORDER
from exam_server.signing.jws import sign, verify
from exam_server.signing.key_files import PlaceOnToken
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from exam_server.signing.standing import Reason
from exam_server.signing.x509_certificates import read_chain, write_chain
from tests.exam_server.signing.support import CHEAP, NOW, openssl, openssl_accepts
from tests.support.tokens import PIN, SoftToken, new_tokens

numbers = count(1)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, SoftToken]]:
    """Several, since who has logged in to one is logged in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", "")  # so that it is put back
        yield new_tokens(tmp_path_factory.mktemp("softhsm"), "ecole", "certifié", "fermé", "échangé")


@pytest.fixture(scope="module")
def token(tokens: dict[str, SoftToken]) -> SoftToken:
    return tokens["ecole"]


def place(token: SoftToken, folder: Path, kind: str = "EC -pkeyopt ec_paramgen_curve:P-256") -> PlaceOnToken:
    """A new key of this kind on the token."""
    number = next(numbers)
    openssl(folder, f"genpkey -algorithm {kind} -out {number}.key")
    token.take_in(folder / f"{number}.key", f"cachet {number}", f"{number:04x}")
    return PlaceOnToken(token.module, token.name, f"cachet {number}", None)


def kept(folder: Path, pin: str | None = PIN) -> KeyStore:
    return KeyStore(folder, None, CHEAP, pin)


@pytest.fixture
def at(token: SoftToken, tmp_path: Path) -> PlaceOnToken:
    return place(token, tmp_path)


@pytest.fixture
def key(at: PlaceOnToken, tmp_path: Path) -> SigningKey:
    kept(tmp_path / "keys").refer_to_token(at, Purpose.DOCUMENTS, NOW)
    return kept(tmp_path / "keys").active(Purpose.DOCUMENTS, NOW)


def test_openssl_accepts_what_a_token_signs(key: SigningKey, tmp_path: Path) -> None:
    openssl_accepts(tmp_path / "out", key, b"sealed", key.sign(b"sealed"))
    token = sign(key, {"v": 1}, "t", NOW)
    assert verify(token, {key.kid: key.public}, "t") == {"v": 1}


def test_openssl_verifies_the_certificate_that_a_token_s_key_gets_from_our_authority(
    key: SigningKey, tmp_path: Path
) -> None:
    (tmp_path / "leaf.pem").write_bytes(write_chain(key.chain[:1]))
    (tmp_path / "ca.pem").write_bytes(write_chain(key.chain[1:]))
    seconds = int((NOW + timedelta(days=1)).timestamp())
    assert "OK" in openssl(tmp_path, f"verify -x509_strict -attime {seconds} -CAfile ca.pem leaf.pem")


def test_each_signature_has_the_smaller_s_and_holds(key: SigningKey) -> None:
    for number in range(40):
        signature = key.sign(b"%d" % number)
        assert int.from_bytes(signature[32:]) <= ORDER // 2
        key.public.check(b"%d" % number, signature)


def test_the_folder_keeps_the_place_and_nothing_secret(
    key: SigningKey, at: PlaceOnToken, tmp_path: Path
) -> None:
    path = tmp_path / "keys" / f"documents-{key.kid}.json"
    assert orjson.loads(path.read_bytes())["private"] == {
        "protection": "pkcs11",
        "module": at.module,
        "token": "ecole",
        "label": at.label,
        "id": None,
    }
    (facts,) = [one for one in kept(tmp_path / "keys").list(NOW) if one.kid == key.kid]
    assert (facts.place, facts.protected, facts.active) == (at, True, True)
    with pytest.raises(KeyProblem, match="jeton"):
        kept(tmp_path / "keys").export_pkcs12(key.kid, b"phrase")


def test_several_threads_sign_one_after_the_other(key: SigningKey) -> None:
    messages = [b"%d" % number for number in range(60)]
    with ThreadPoolExecutor(6) as pool:
        for message, signature in zip(messages, pool.map(key.sign, messages), strict=True):
            key.public.check(message, signature)


def test_a_token_that_was_unplugged_and_plugged_in_again_goes_on(key: SigningKey, token: SoftToken) -> None:
    key.sign(b"before")
    token.unplug()
    key.public.check(b"after", key.sign(b"after"))


def test_a_revoked_key_of_a_token_signs_no_more(key: SigningKey, tmp_path: Path) -> None:
    kept(tmp_path / "keys").revoke(key.kid, Reason.CEASED, NOW, NOW)
    with pytest.raises(RevokedKey):
        key.sign(b"x")


def test_the_certificates_on_the_token_are_taken(tokens: dict[str, SoftToken], tmp_path: Path) -> None:
    token = tokens["certifié"]
    at = place(token, tmp_path)
    number = str(at.label).split()[-1]
    ca = "-addext basicConstraints=critical,CA:TRUE"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 900"
    openssl(tmp_path, f"{made} -keyout root.key -out root.pem -subj /CN=Racine {ca}")
    openssl(tmp_path, f"req -new -key {number}.key -out seal.csr -subj /CN=Cachet")
    openssl(tmp_path, "x509 -req -in seal.csr -CA root.pem -CAkey root.key -days 800 -out seal.pem")
    chain = tuple(read_chain((tmp_path / f"{name}.pem").read_bytes())[0] for name in ("seal", "root"))
    for certificate in chain:
        token.take_certificate(certificate, f"{int(number):04x}")
    now = chain[0].not_valid_before_utc + timedelta(days=1)
    key = kept(tmp_path / "keys").refer_to_token(
        replace(at, id=bytes.fromhex(f"{int(number):04x}")), Purpose.QR, now
    )
    assert key.chain == chain
    key.public.check(b"x", key.sign(b"x"))


def test_certificates_of_another_key_are_refused(at: PlaceOnToken, key: SigningKey, tmp_path: Path) -> None:
    other = KeyStore(tmp_path / "other").create(Purpose.DOCUMENTS, NOW)
    with pytest.raises(KeyProblem, match="certificats"):
        kept(tmp_path / "third").refer_to_token(at, Purpose.DOCUMENTS, NOW, other.chain)
    given = kept(tmp_path / "third").refer_to_token(at, Purpose.DOCUMENTS, NOW, key.chain)
    assert given.chain == key.chain


def test_a_key_of_a_token_has_one_use(at: PlaceOnToken, key: SigningKey, tmp_path: Path) -> None:
    store = kept(tmp_path / "keys")
    for purpose, why in (
        (Purpose.QR, "déjà"),
        (Purpose.LOG, "documents ou qr"),
        (Purpose.AUTHORITY, "documents"),
    ):
        with pytest.raises(KeyProblem, match=why):
            store.refer_to_token(at, purpose, NOW)


@pytest.mark.parametrize("kind", ["EC -pkeyopt ec_paramgen_curve:P-384", "RSA -pkeyopt rsa_keygen_bits:2048"])
def test_a_key_of_another_kind_is_refused(token: SoftToken, tmp_path: Path, kind: str) -> None:
    with pytest.raises(KeyProblem, match="P-256"):
        kept(tmp_path / "keys").refer_to_token(place(token, tmp_path, kind), Purpose.QR, NOW)
    assert kept(tmp_path / "keys").list(NOW) == ()


def test_what_is_not_there_is_said(at: PlaceOnToken, token: SoftToken, tmp_path: Path) -> None:
    twin = replace(at, label="jumelle")
    for identifier in ("aa", "bb"):
        openssl(tmp_path, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out twin.key")
        token.take_in(tmp_path / "twin.key", "jumelle", identifier)
    wrong = {
        replace(at, token="inconnu"): "aucun jeton",
        replace(at, label="inconnue"): "0 clés",
        replace(at, id=b"\xff"): "0 clés",
        twin: "2 clés",
        replace(at, module="/nowhere/library.so"): "library.so",
        replace(at, module="/etc/hostname"): "hostname",
    }
    for there, why in wrong.items():
        with pytest.raises(KeyProblem, match=why):
            kept(tmp_path / "keys").refer_to_token(there, Purpose.QR, NOW)
    kept(tmp_path / "keys").refer_to_token(replace(twin, id=b"\xaa"), Purpose.QR, NOW)


def test_a_missing_or_wrong_code_is_said_and_tried_once(tokens: dict[str, SoftToken], tmp_path: Path) -> None:
    at = place(tokens["fermé"], tmp_path)
    with pytest.raises(LockedKey, match="PASSATION_PKCS11_PIN"):
        kept(tmp_path / "keys", None).refer_to_token(at, Purpose.QR, NOW)
    for wrong in ("000000", "1", "é" * 300):
        with pytest.raises(LockedKey, match="au hasard"):
            kept(tmp_path / "keys", wrong).refer_to_token(at, Purpose.QR, NOW)
    assert kept(tmp_path / "keys").refer_to_token(at, Purpose.QR, NOW).sign(b"x")


def test_another_key_in_the_same_place_is_noticed(tokens: dict[str, SoftToken], tmp_path: Path) -> None:
    at = place(tokens["échangé"], tmp_path)
    kid = kept(tmp_path / "keys").refer_to_token(at, Purpose.QR, NOW).kid
    other = place(tokens["échangé"], tmp_path)
    path = tmp_path / "keys" / f"qr-{kid}.json"
    document = orjson.loads(path.read_bytes())
    document["private"]["label"] = other.label
    path.write_bytes(orjson.dumps(document))
    with pytest.raises(KeyProblem, match="n’est plus"):
        kept(tmp_path / "keys").active(Purpose.QR, NOW).sign(b"x")


def test_a_reference_that_others_can_write_is_refused(key: SigningKey, tmp_path: Path) -> None:
    """It names a library that is loaded."""
    (tmp_path / "keys" / f"documents-{key.kid}.json").chmod(0o620)
    with pytest.raises(BrokenKeyFile, match="chmod 600"):
        kept(tmp_path / "keys").active(Purpose.DOCUMENTS, NOW)


def test_without_the_token_everything_else_goes_on(key: SigningKey, tmp_path: Path) -> None:
    store = kept(tmp_path / "keys", None)
    assert key.kid in {facts.kid for facts in store.list(NOW)}
    assert store.public(key.kid) == key.public
    with pytest.raises(NoKey):
        store.active(Purpose.QR, NOW)
    assert store.create(Purpose.LOG, NOW).sign(b"x")
