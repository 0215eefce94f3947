"""The published key set: which keys sign what, from when to when, in versions that follow each other.

A version is a JWS that the authority signs and that names the SHA-256 of the version before it. Nothing
that one version says is taken back by a later one: no key disappears, no revocation is undone.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from exam_server.signing.base64url import b64u_decode
from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.errors import BrokenSeal, CanonicalError
from exam_server.signing.instants import instant, milliseconds
from exam_server.signing.jwk import PublicKey, read_jwk
from exam_server.signing.jws import open_statement, sign
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.standing import Reason, Revocation, Validity
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import Chain, check_chain, validity_of

TYP = "passation-keys+jws"
LARGEST = 1 << 20
_PAYLOAD = frozenset({"v", "version", "previous", "issued_ms", "keys"})
_KEY = frozenset({"kid", "use", "jwk", "x5c", "valid_from_ms", "valid_to_ms", "revoked_at_ms", "reason"})


@dataclass(frozen=True)
class PublishedKey:
    """A key as everybody may know it."""

    purpose: Purpose
    public: PublicKey
    chain: Chain
    validity: Validity

    @property
    def kid(self) -> str:
        return self.public.kid


@dataclass(frozen=True)
class KeySet:
    """A version whose signature holds. `digest` is what the next version names."""

    version: int
    issued: datetime
    previous: str | None
    digest: str
    keys: tuple[PublishedKey, ...]

    def of(self, purpose: Purpose) -> dict[str, PublicKey]:
        """The keys of a use, revoked and expired ones too: what they signed before remains."""
        return {key.kid: key.public for key in self.keys if key.purpose is purpose}

    def find(self, kid: str) -> PublishedKey | None:
        """The key of this name, unless nobody ever published it."""
        return next((key for key in self.keys if key.kid == kid), None)


def write_key_set(
    authority: SigningKey, keys: Sequence[PublishedKey], before: KeySet | None, now: datetime
) -> str:
    """The version that follows `before`."""
    payload: dict[str, JSON] = {
        "v": 1,
        "version": 1 if before is None else before.version + 1,
        "previous": None if before is None else before.digest,
        "issued_ms": milliseconds(now),
        "keys": [_written(key) for key in keys],
    }
    return sign(authority, payload, TYP, now)


def read_key_set(token: str, authority: PublicKey | str) -> KeySet:
    """The version, or BrokenSeal.

    `authority` is its key, or its fingerprint as somebody was given it on paper: the key's name (RFC 7638)
    or the SHA-256 of its certificate in hexadecimal, with or without colons.
    """
    if len(token) > LARGEST:
        raise BrokenSeal(N_("ce jeu de clés est trop gros : {most} octets au plus", most=LARGEST))
    signer = authority if isinstance(authority, PublicKey) else _authority_in(token, authority)
    payload = open_statement(token, {signer.kid: signer}, TYP).payload
    try:
        read = _read(payload, sha256(token.encode("ascii")).hexdigest())
    except (BrokenSeal, KeyError, TypeError, ValueError) as error:
        raise _misshapen() from error
    if read.of(Purpose.AUTHORITY) != {signer.kid: signer}:
        raise BrokenSeal(N_("ce jeu de clés ne nomme pas l’autorité qui l’a signé"))
    return read


def signer_of(token: str) -> str:
    """The authority that a set says it is of, by its key's name: nobody has vouched for it. Or BrokenSeal."""
    try:
        header = read_canonical(b64u_decode(token.partition(".")[0]))
    except (CanonicalError, ValueError):
        header = None
    kid = header.get("kid") if isinstance(header, dict) else None
    if not isinstance(kid, str):
        raise _misshapen()
    return kid


def read_key_sets(tokens: Iterable[str], authority: PublicKey | str) -> KeySet | None:
    """The newest of all versions from the first on, each of which follows the one before; None of none."""
    newest: KeySet | None = None
    for token in tokens:
        read = read_key_set(token, authority)
        if newest is None and read.version != 1:
            raise BrokenSeal(N_("la première version du jeu de clés manque"))
        if newest is not None:
            if read.version != newest.version + 1:
                raise BrokenSeal(N_("une version du jeu de clés manque après la {n}", n=newest.version))
            check_succession(newest, read)
        newest = read
    return newest


def check_succession(known: KeySet, shown: KeySet) -> None:
    """BrokenSeal unless `shown` is what is known, or a later version that takes nothing of it back."""
    if shown.version < known.version:
        raise BrokenSeal(
            N_(
                "ce jeu de clés est une version ancienne ({n}) : la version {known} est déjà connue",
                n=shown.version,
                known=known.version,
            )
        )
    follows = {known.version: shown.digest == known.digest, known.version + 1: shown.previous == known.digest}
    if not follows.get(shown.version, True):
        raise BrokenSeal(
            N_("la version {n} du jeu de clés ne suit pas celle qui est connue", n=shown.version)
        )
    for key in known.keys:
        if not keeps(key, shown.find(key.kid)):
            raise BrokenSeal(
                N_("la version {n} du jeu de clés revient sur la clé {kid}", n=shown.version, kid=key.kid)
            )


def keeps(key: PublishedKey, later: PublishedKey | None) -> bool:
    """True when the later word on a key only adds a revocation, or makes it earlier."""
    if later is None or (key.purpose, key.public, key.chain) != (later.purpose, later.public, later.chain):
        return False
    if (key.validity.since, key.validity.until) != (later.validity.since, later.validity.until):
        return False
    before, after = key.validity.revocation, later.validity.revocation
    return before is None or before == after or (after is not None and after.at < before.at)


def _written(key: PublishedKey) -> dict[str, JSON]:
    revocation, until = key.validity.revocation, key.validity.until
    return {
        "kid": key.kid,
        "use": str(key.purpose),
        "jwk": key.public.jwk,
        "x5c": [b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in key.chain],
        "valid_from_ms": milliseconds(key.validity.since),
        "valid_to_ms": None if until is None else milliseconds(until),
        "revoked_at_ms": None if revocation is None else milliseconds(revocation.at),
        "reason": None if revocation is None else str(revocation.reason),
    }


def _read(payload: JSON, digest: str) -> KeySet:
    if not isinstance(payload, dict) or payload.keys() != _PAYLOAD:
        raise ValueError("not a key set")
    if canonical(payload["v"]) != b"1":
        raise ValueError("an unknown kind of key set")
    version, previous, keys = payload["version"], payload["previous"], payload["keys"]
    if type(version) is not int or version < 1 or (previous is None) != (version == 1):
        raise ValueError("wrong version")
    if not isinstance(keys, list) or not isinstance(previous, str | None):
        raise ValueError("wrong members")
    read = tuple(_read_key(key) for key in keys)
    if len({key.kid for key in read}) != len(read):
        raise ValueError("a key twice")
    return KeySet(version, instant(payload["issued_ms"]), previous, digest, read)


def _read_key(value: JSON) -> PublishedKey:
    if not isinstance(value, dict) or value.keys() != _KEY:
        raise ValueError("not a key")
    purpose, public = Purpose(str(value["use"])), read_jwk(value["jwk"])
    chain = _read_x5c(value["x5c"])
    if value["kid"] != public.kid or public.algorithm is not purpose.algorithm:
        raise ValueError("another key")
    if purpose.certified:
        check_chain(chain, public)
    elif chain:
        raise ValueError("a certificate too many")
    return PublishedKey(purpose, public, chain, _read_validity(value, public.kid, chain))


def _read_validity(value: Mapping[str, JSON], kid: str, chain: Chain) -> Validity:
    """The certificate, where there is one, has the last word on the span."""
    since, until = instant(value["valid_from_ms"]), value["valid_to_ms"]
    revoked, reason = value["revoked_at_ms"], value["reason"]
    if (revoked is None) != (reason is None):
        raise ValueError("half a revocation")
    revocation = None if revoked is None else Revocation(kid, instant(revoked), Reason(str(reason)))
    read = Validity(since, None if until is None else instant(until), revocation)
    if chain and (read.since, read.until) != validity_of(chain[0]):
        raise ValueError("not the span of the certificate")
    return read


def _read_x5c(value: JSON) -> Chain:
    if not isinstance(value, list):
        raise ValueError("not a chain")
    try:
        return tuple(x509.load_der_x509_certificate(b64decode(str(one), validate=True)) for one in value)
    except x509.InvalidVersion as error:
        raise ValueError("not a certificate") from error


def _authority_in(token: str, fingerprint: str) -> PublicKey:
    """The key that this fingerprint names, in a set that is not believed yet.

    A key cannot lie about its own digest: whoever signed the set with it is who was meant.
    """
    wanted = fingerprint.strip()
    in_hexadecimal = wanted.replace(":", "").lower()
    try:
        payload = read_canonical(b64u_decode(token.split(".")[1]))
        keys = payload["keys"] if isinstance(payload, dict) else None
        for key in map(_read_key, keys if isinstance(keys, list) else []):
            if wanted == key.kid or (
                key.chain and in_hexadecimal == key.chain[0].fingerprint(SHA256()).hex()
            ):
                return key.public
    except (BrokenSeal, CanonicalError, IndexError, KeyError, TypeError, ValueError) as error:
        raise _misshapen() from error
    raise BrokenSeal(N_("ce jeu de clés n’est pas de l’autorité dont vous avez l’empreinte"))


def _misshapen() -> BrokenSeal:
    return BrokenSeal(N_("ce n’est pas un jeu de clés publié, ou il n’a pas la forme prévue"))
