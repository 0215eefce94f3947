"""PKCS#12: a key of another authority comes in, one of ours goes out, openssl being at the other end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from exam_server.signing.errors import KeyProblem, LockedKey, NoKey
from exam_server.signing.jwk import PublicKey
from exam_server.signing.key_set import read_key_set
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.signing.pkcs12 import LARGEST
from exam_server.signing.x509_certificates import read_chain
from tests.exam_server.signing.support import CHEAP, NOW, openssl, openssl_accepts

DAY = timedelta(days=1)
PASSPHRASE = b"quatre mots de passe"
P256 = "ec -pkeyopt ec_paramgen_curve:P-256"
SIGNS = "keyUsage=critical,digitalSignature,nonRepudiation"
NO_AUTHORITY = "basicConstraints=critical,CA:FALSE"
AN_AUTHORITY = "basicConstraints=critical,CA:TRUE"
Make = Callable[..., bytes]


def issue(folder: Path, name: str, by: str | None, kind: str, days: int, *extensions: str) -> None:
    """A key and its certificate, by `openssl`; `by` is the authority that signs it, or itself."""
    added = [word for extension in extensions for word in ("-addext", extension)]
    signer = [] if by is None else ["-CA", f"{by}.pem", "-CAkey", f"{by}.key"]
    files = f"-keyout {name}.key -out {name}.pem -subj /O=Cachets/CN={name}"
    openssl(folder, f"req -x509 -newkey {kind} -nodes -days {days} {files}", *signer, *added)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root, an intermediate authority that it certifies, and leaves of several kinds."""
    folder = tmp_path_factory.mktemp("authority")
    signs_certificates = "keyUsage=critical,keyCertSign,cRLSign"
    issue(folder, "root", None, P256, 3_650, AN_AUTHORITY, signs_certificates)
    issue(folder, "inter", "root", "rsa:2048", 3_000, AN_AUTHORITY, signs_certificates)
    issue(folder, "seal", "inter", P256, 800, NO_AUTHORITY, SIGNS)
    issue(folder, "plain", "inter", P256, 800, NO_AUTHORITY)
    issue(folder, "tls", "inter", P256, 800, NO_AUTHORITY, "keyUsage=critical,keyAgreement")
    issue(folder, "p384", "inter", "ec -pkeyopt ec_paramgen_curve:P-384", 800, NO_AUTHORITY, SIGNS)
    issue(folder, "rsa", "inter", "rsa:2048", 800, NO_AUTHORITY, SIGNS)
    issue(folder, "ed", "inter", "ed25519", 800, NO_AUTHORITY, SIGNS)
    # The root first: the file's order says nothing about who signed whom.
    (folder / "chain.pem").write_bytes(
        (folder / "root.pem").read_bytes() + (folder / "inter.pem").read_bytes()
    )
    (folder / "phrase").write_bytes(PASSPHRASE + b"\n")
    return folder


@pytest.fixture(scope="module")
def p12(authority: Path) -> Make:
    """The bytes of a PKCS#12 file with a key, its certificate and the authorities above it."""

    def make(name: str, *options: str) -> bytes:
        files = f"-inkey {name}.key -in {name}.pem -out {name}.p12 -passout file:phrase"
        openssl(authority, f"pkcs12 -export {files}", *(options or ("-certfile", "chain.pem")))
        return (authority / f"{name}.p12").read_bytes()

    return make


@pytest.fixture
def today() -> datetime:
    """The machine's own day: openssl makes its certificates from now on."""
    return datetime.now(UTC) + timedelta(minutes=1)


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENTS, Purpose.QR])
def test_a_key_of_a_real_authority_comes_in_with_its_whole_chain_and_signs(
    tmp_path: Path, authority: Path, p12: Make, today: datetime, purpose: Purpose
) -> None:
    store = KeyStore(tmp_path / "keys", PASSPHRASE, CHEAP)
    store.create(purpose, today - DAY)
    kid = store.import_pkcs12(p12("seal"), PASSPHRASE, purpose, today).kid
    key = KeyStore(tmp_path / "keys", PASSPHRASE, CHEAP).active(purpose, today)
    expected = [read_chain((authority / f"{name}.pem").read_bytes())[0] for name in ("seal", "inter", "root")]
    assert (key.kid, list(key.chain)) == (kid, expected)
    openssl_accepts(tmp_path / "out", key, b"sealed", key.sign(b"sealed"))
    said = openssl(authority, "verify -x509_strict -CAfile root.pem -untrusted inter.pem seal.pem")
    assert "seal.pem: OK" in said
    validity = store.validity(kid)
    leaf = expected[0]
    assert (validity.since, validity.until) == (leaf.not_valid_before_utc, leaf.not_valid_after_utc)


def test_an_imported_key_is_published_with_its_chain(tmp_path: Path, p12: Make, today: datetime) -> None:
    store = KeyStore(tmp_path)
    key = store.import_pkcs12(p12("seal"), PASSPHRASE, Purpose.DOCUMENTS, today)
    token = store.published()
    assert token is not None
    found = read_key_set(token, store.create(Purpose.AUTHORITY, today).public).find(key.kid)
    assert found is not None
    assert found.chain == key.chain


def test_a_leaf_without_a_key_usage_may_sign(tmp_path: Path, p12: Make, today: datetime) -> None:
    assert KeyStore(tmp_path).import_pkcs12(p12("plain"), PASSPHRASE, Purpose.QR, today).chain


def test_a_chain_that_the_file_does_not_bring_is_as_long_as_it_is(
    tmp_path: Path, p12: Make, today: datetime
) -> None:
    octets = p12("seal", "-certfile", "root.pem")
    assert len(KeyStore(tmp_path).import_pkcs12(octets, PASSPHRASE, Purpose.QR, today).chain) == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("p384", "secp384r1"),
        ("rsa", "RSA 2048"),
        ("ed", "Ed25519"),
        ("root", "autorité"),
        ("tls", "keyUsage"),
    ],
)
def test_what_may_not_seal_is_refused_and_why_is_said(
    tmp_path: Path, p12: Make, today: datetime, name: str, why: str
) -> None:
    store = KeyStore(tmp_path / "keys")
    with pytest.raises(KeyProblem, match=why):
        store.import_pkcs12(p12(name), PASSPHRASE, Purpose.DOCUMENTS, today)
    assert store.list(today) == ()


@pytest.mark.parametrize(
    ("offset", "why"), [(-timedelta(days=9), "à partir du"), (timedelta(days=801), "a expiré")]
)
def test_a_certificate_is_only_taken_while_it_is_good(
    tmp_path: Path, p12: Make, today: datetime, offset: timedelta, why: str
) -> None:
    with pytest.raises(KeyProblem, match=why):
        KeyStore(tmp_path).import_pkcs12(p12("seal"), PASSPHRASE, Purpose.QR, today + offset)


def test_a_chain_with_an_expired_authority_is_refused(
    tmp_path: Path, authority: Path, p12: Make, today: datetime
) -> None:
    issue(authority, "brief", "root", P256, 1, AN_AUTHORITY)
    issue(authority, "long", "brief", P256, 800, NO_AUTHORITY, SIGNS)
    octets = p12("long", "-certfile", "brief.pem")
    with pytest.raises(KeyProblem, match="brief"):
        KeyStore(tmp_path).import_pkcs12(octets, PASSPHRASE, Purpose.QR, today + 3 * DAY)


@pytest.mark.parametrize("passphrase", [b"", b"another", PASSPHRASE + b"\n", "motdepasse à accents".encode()])
def test_a_wrong_passphrase_opens_nothing(
    tmp_path: Path, p12: Make, today: datetime, passphrase: bytes
) -> None:
    with pytest.raises(LockedKey, match="phrase secrète"):
        KeyStore(tmp_path).import_pkcs12(p12("seal"), passphrase, Purpose.DOCUMENTS, today)


def test_what_is_no_pkcs12_file_is_refused(tmp_path: Path, p12: Make, today: datetime) -> None:
    whole = p12("seal")
    for octets in (b"", b"\x30\x00", b"-----BEGIN", whole[:-1], whole[1:], b"\x00" * (LARGEST + 1)):
        with pytest.raises(KeyProblem):
            KeyStore(tmp_path).import_pkcs12(octets, PASSPHRASE, Purpose.DOCUMENTS, today)


def test_a_file_without_both_key_and_certificate_is_refused(
    tmp_path: Path, p12: Make, today: datetime
) -> None:
    for options in (("-nokeys",), ("-nocerts",)):
        with pytest.raises(KeyProblem):
            KeyStore(tmp_path).import_pkcs12(p12("seal", *options), PASSPHRASE, Purpose.QR, today)


@pytest.mark.parametrize("purpose", [Purpose.LOG, Purpose.AUTHORITY])
def test_the_log_and_the_authority_take_no_key_from_outside(
    tmp_path: Path, p12: Make, today: datetime, purpose: Purpose
) -> None:
    with pytest.raises(KeyProblem, match="documents ou qr"):
        KeyStore(tmp_path).import_pkcs12(p12("seal"), PASSPHRASE, purpose, today)


def test_a_key_has_one_use_and_comes_in_once(tmp_path: Path, p12: Make, today: datetime) -> None:
    store = KeyStore(tmp_path)
    store.import_pkcs12(p12("seal"), PASSPHRASE, Purpose.QR, today)
    for purpose in (Purpose.QR, Purpose.DOCUMENTS):
        with pytest.raises(KeyProblem, match="déjà"):
            store.import_pkcs12(p12("seal"), PASSPHRASE, purpose, today)


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENTS, Purpose.LOG])
def test_openssl_reads_what_is_exported(tmp_path: Path, purpose: Purpose) -> None:
    store = KeyStore(tmp_path / "keys", PASSPHRASE, CHEAP)
    key = store.create(purpose, NOW)
    (tmp_path / "out.p12").write_bytes(store.export_pkcs12(key.kid, b"autre phrase"))
    said = openssl(tmp_path, "pkcs12 -in out.p12 -info -nodes -passin", "pass:autre phrase")
    assert "PBES2, PBKDF2, AES-256-CBC" in said
    assert "MAC: sha256" in said
    assert said.count("BEGIN CERTIFICATE") == len(key.chain)
    pem = said[said.index("-----BEGIN PRIVATE") : said.index("-----END PRIVATE")]
    private = load_pem_private_key(f"{pem}-----END PRIVATE KEY-----\n".encode(), None)
    assert PublicKey.of(private.public_key()) == key.public  # type: ignore[arg-type]


def test_what_is_exported_comes_in_elsewhere_as_the_same_key(tmp_path: Path) -> None:
    ours, theirs = KeyStore(tmp_path / "ours"), KeyStore(tmp_path / "theirs")
    key = ours.create(Purpose.DOCUMENTS, NOW)
    again = theirs.import_pkcs12(ours.export_pkcs12(key.kid, b"p"), b"p", Purpose.DOCUMENTS, NOW)
    assert (again.kid, again.chain, again.sign(b"x")) == (key.kid, key.chain, key.sign(b"x"))


def test_nothing_is_exported_without_a_passphrase_or_of_an_unknown_key(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    kid = store.create(Purpose.LOG, NOW).kid
    with pytest.raises(KeyProblem, match="phrase secrète"):
        store.export_pkcs12(kid, b"")
    with pytest.raises(NoKey):
        store.export_pkcs12("unknown", b"x")
