"""PKCS#12 files: a key and its certificates as other authorities and programs give and take them."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from exam_server.signing.errors import KeyProblem, LockedKey
from exam_server.signing.es256 import CURVE
from exam_server.signing.jwk import PublicKey
from exam_server.signing.key_files import PrivateKey
from exam_server.signing.wording import N_, Wording, shown
from exam_server.signing.x509_certificates import Chain, check_chain, put_in_order

LARGEST = 1 << 20
_ROUNDS = 600_000


@dataclass(frozen=True)
class Imported:
    """What a PKCS#12 file held: the key, its certificate and those above it."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: Chain


def read_pkcs12(octets: bytes, passphrase: bytes) -> Imported:
    """The P-256 key of the file with its chain in order; KeyProblem says why there is none."""
    if len(octets) > LARGEST:
        raise KeyProblem(N_("ce fichier PKCS#12 est trop gros : {most} octets au plus", most=LARGEST))
    try:
        private, leaf, others = pkcs12.load_key_and_certificates(octets, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise LockedKey(
            N_("la phrase secrète n’ouvre pas ce fichier, ou ce n’est pas un fichier PKCS#12 lisible")
        ) from None
    if private is None or leaf is None:
        raise KeyProblem(N_("ce fichier PKCS#12 n’a pas à la fois une clé privée et son certificat"))
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, type(CURVE)):
        raise KeyProblem(_why_not(private))
    try:
        chain = put_in_order(leaf, others)
        check_chain(chain, PublicKey.of(private.public_key()))
    except ValueError:
        raise KeyProblem(N_("le certificat de ce fichier PKCS#12 n’est pas celui de sa clé")) from None
    return Imported(private, chain)


def write_pkcs12(name: str, private: PrivateKey, chain: Chain, passphrase: bytes) -> bytes:
    """A file that openssl, browsers and signing programs open with this passphrase."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(passphrase)
    )
    leaf: x509.Certificate | None = chain[0] if chain else None
    return pkcs12.serialize_key_and_certificates(name.encode(), private, leaf, chain[1:], encryption)


def _why_not(private: object) -> Wording:
    """Which kind of key it is instead, and why it may not be imported."""
    if isinstance(private, rsa.RSAPrivateKey):
        kind = f"RSA {private.key_size}"
    elif isinstance(private, ec.EllipticCurvePrivateKey):
        kind = private.curve.name
    else:
        kind = type(private).__name__.removeprefix("_").removesuffix("PrivateKey")
    return N_(
        "cette clé est de type {kind} : seules les clés P-256 (ECDSA, prime256v1) scellent ici, parce que "
        "chaque signature y a une seule forme et que tous les vérificateurs la lisent ; demandez à votre "
        "autorité un certificat pour une clé P-256",
        kind=shown(kind),
    )
