"""X.509 certificates: those that the house's own authority makes, and chains that another one made.

A certificate of ours says which key seals and since when. It makes nobody known who was not known before:
only an authority that others already trust does that, and its chain is imported.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeAlias, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from exam_server.signing.errors import KeyProblem
from exam_server.signing.jwk import PublicKey
from exam_server.signing.signing_key import Purpose
from exam_server.signing.wording import N_, shown

Chain: TypeAlias = tuple[x509.Certificate, ...]
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

DEFAULT_ORGANISATION = "Passation"
AUTHORITY_NAME = "Autorité des clés Passation"
LONGEST_ORGANISATION = 64
"""Bytes of UTF-8: as many as the library lets an organisation have."""

AUTHORITY_LASTS = timedelta(days=7_305)
CERTIFICATE_LASTS = timedelta(days=1_096)
MOST_IN_A_CHAIN = 8
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""


def authority_certificate(private: ec.EllipticCurvePrivateKey, organisation: str, now: datetime) -> Chain:
    """The authority's own certificate: it may sign certificates, and none of those may sign others."""
    name = _name(organisation, (NameOID.COMMON_NAME, AUTHORITY_NAME))
    public = private.public_key()
    certificate = (
        _builder(name, name, PublicKey.of(public), now, _second(now) + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(private, SHA256())
    )
    return (certificate,)


def seal_certificate(
    issuer: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    public: PublicKey,
    purpose: Purpose,
    organisation: str,
    now: datetime,
) -> Chain:
    """A key's certificate and the authority's; the authority's own end is the latest."""
    until = min(_second(now) + CERTIFICATE_LASTS, authority.not_valid_after_utc)
    if until <= now:
        raise KeyProblem(
            N_("l’autorité de ce dossier a expiré : commencez un autre dossier de clés (docs/keys.md)")
        )
    above = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above)
    name = _name(
        organisation, (NameOID.ORGANIZATIONAL_UNIT_NAME, purpose), (NameOID.COMMON_NAME, organisation)
    )
    builder = (
        _builder(name, authority.subject, public, now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(identifier, critical=False)
    )
    if purpose is Purpose.DOCUMENTS:
        uses = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]  # readers of PDFs ask for the second
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    return builder.sign(issuer, SHA256()), authority


def write_chain(chain: Sequence[x509.Certificate]) -> bytes:
    """PEM, the key's own certificate first."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)


def read_chain(pem: bytes) -> Chain:
    """The certificates of a PEM file in their order; ValueError where it is none."""
    return tuple(x509.load_pem_x509_certificates(pem))


def public_key_of(certificate: x509.Certificate) -> PublicKey:
    """The key that a certificate is about; ValueError for a kind that does not sign here."""
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of an unknown kind") from error
    if not isinstance(key, ec.EllipticCurvePublicKey | Ed25519PublicKey):
        raise ValueError("neither P-256 nor Ed25519")
    return PublicKey.of(key)


def check_chain(chain: Chain, public: PublicKey) -> None:
    """ValueError unless the first certificate is about this key and each is signed by the next."""
    if not 1 <= len(chain) <= MOST_IN_A_CHAIN or public_key_of(chain[0]) != public:
        raise ValueError("not this key's certificate")
    for certificate, issuer in pairwise(chain):
        if not _is_issued_by(certificate, issuer):
            raise ValueError("a certificate is not signed by the next one")


def validity_of(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """From when to when a certificate is good, both included."""
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def put_in_order(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> Chain:
    """The leaf, who signed it, who signed that one, as far as `others` lead; the rest is left out."""
    chain, left = [leaf], list(others)
    while len(chain) < MOST_IN_A_CHAIN and chain[-1].issuer != chain[-1].subject:
        above = next((one for one in left if _is_issued_by(chain[-1], one)), None)
        if above is None:
            break
        left.remove(above)
        chain.append(above)
    return tuple(chain)


def refuse_unfit(chain: Chain, now: datetime) -> None:
    """KeyProblem unless what came from outside may seal, and may do so now."""
    for certificate in chain:
        if now > certificate.not_valid_after_utc:
            raise KeyProblem(
                N_(
                    "le certificat de « {name} » a expiré le {day} : demandez-en un autre à son autorité",
                    name=name_of(certificate),
                    day=f"{certificate.not_valid_after_utc:%d/%m/%Y}",
                )
            )
    leaf = chain[0]
    if now < leaf.not_valid_before_utc:
        raise KeyProblem(
            N_(
                "le certificat de « {name} » ne vaut qu’à partir du {day}",
                name=name_of(leaf),
                day=f"{leaf.not_valid_before_utc:%d/%m/%Y}",
            )
        )
    _refuse_other_use(leaf)


def _refuse_other_use(leaf: x509.Certificate) -> None:
    try:
        is_authority, may_sign = _is_authority(leaf), _may_sign(leaf)
    except ValueError:
        raise KeyProblem(N_("le certificat de « {name} » est illisible", name=name_of(leaf))) from None
    if is_authority:
        raise KeyProblem(
            N_(
                "« {name} » est le certificat d’une autorité : une telle clé ne scelle rien",
                name=name_of(leaf),
            )
        )
    if not may_sign:
        raise KeyProblem(
            N_(
                "le certificat de « {name} » n’est pas fait pour signer (keyUsage sans digitalSignature ni "
                "nonRepudiation)",
                name=name_of(leaf),
            )
        )


def name_of(certificate: x509.Certificate) -> str:
    """Whom a certificate is about, short and safe to print."""
    return _shown(certificate.subject)


def issuer_of(certificate: x509.Certificate) -> str:
    """Who made a certificate, short and safe to print."""
    return _shown(certificate.issuer)


def organisation_of(certificate: x509.Certificate) -> str:
    """The organisation that a certificate names; the usual one where it names none."""
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
        return str(attribute.value)
    return DEFAULT_ORGANISATION


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as `openssl x509 -fingerprint` writes it, to be compared by eye."""
    return certificate.fingerprint(SHA256()).hex(":").upper()


def _builder(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public.key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_second(since))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public.key), critical=False)
    )


def _second(instant: datetime) -> datetime:
    """Certificates know whole seconds; the one that has begun counts."""
    return instant.replace(microsecond=0)


def _name(organisation: str, *more: tuple[ObjectIdentifier, str]) -> x509.Name:
    """Readers of documents show the common name: in a seal it is the organisation again."""
    length = len(organisation.encode("utf-8", errors="replace"))
    if not organisation.strip() or length > LONGEST_ORGANISATION or not organisation.isprintable():
        raise KeyProblem(
            N_(
                "le nom de l’organisation est vide, illisible ou trop long : {most} octets au plus, et une "
                "lettre accentuée en prend deux",
                most=LONGEST_ORGANISATION,
            )
        )
    attributes = ((NameOID.ORGANIZATION_NAME, organisation), *more)
    return x509.Name([x509.NameAttribute(kind, str(value)) for kind, value in attributes])


def _shown(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return shown(str(attribute.value))
    return shown(name.rfc4514_string())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        if not _is_authority(issuer):
            return False
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _may_sign(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.digital_signature or usage.content_commitment


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    """What a certificate says of itself; ValueError where it cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise ValueError("unreadable extensions") from error
