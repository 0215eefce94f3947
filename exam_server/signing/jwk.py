"""Public keys as JSON Web Keys, named by their RFC 7638 thumbprint."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TypeAlias

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.ed25519 import check_ed25519
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.es256 import CURVE, check_es256
from exam_server.signing.wording import N_

AnyPublicKey: TypeAlias = ec.EllipticCurvePublicKey | Ed25519PublicKey


class Algorithm(StrEnum):
    """How a key signs; a key has one way for all its life. The names are those of RFC 7518 and RFC 9864."""

    ES256 = "ES256"
    ED25519 = "Ed25519"


_THUMBPRINT_MEMBERS = MappingProxyType(
    {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}
)
_FIXED_MEMBERS: Mapping[Algorithm, Mapping[str, JSON]] = MappingProxyType(
    {
        Algorithm.ES256: {"alg": "ES256", "crv": "P-256", "kty": "EC", "use": "sig"},
        Algorithm.ED25519: {"alg": "Ed25519", "crv": "Ed25519", "kty": "OKP", "use": "sig"},
    }
)
_COORDINATE_BYTES = 32


def thumbprint(jwk: Mapping[str, JSON]) -> str:
    """The kid of a key: a digest of what makes it this key and of nothing else."""
    members = _THUMBPRINT_MEMBERS[str(jwk["kty"])]
    return b64u(sha256(canonical({name: jwk[name] for name in members})).digest())


@dataclass(frozen=True)
class PublicKey:
    """A point of P-256, uncompressed, or an Ed25519 key; equal keys are equal points of the same curve."""

    algorithm: Algorithm
    point: bytes

    @classmethod
    def of(cls, key: AnyPublicKey) -> "PublicKey":
        if isinstance(key, Ed25519PublicKey):
            return cls(Algorithm.ED25519, key.public_bytes_raw())
        if not isinstance(key.curve, type(CURVE)):
            raise ValueError("not a point of P-256")
        return cls(Algorithm.ES256, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @cached_property
    def jwk(self) -> dict[str, JSON]:
        members: dict[str, JSON] = {**_FIXED_MEMBERS[self.algorithm], **self._coordinates()}
        return {**members, "kid": thumbprint(members)}

    def _coordinates(self) -> dict[str, JSON]:
        if self.algorithm is Algorithm.ED25519:
            return {"x": b64u(self.point)}
        return {"x": b64u(self.point[1:33]), "y": b64u(self.point[33:])}

    @cached_property
    def kid(self) -> str:
        return str(self.jwk["kid"])

    @cached_property
    def key(self) -> AnyPublicKey:
        """The key as the library has it."""
        if self.algorithm is Algorithm.ED25519:
            return Ed25519PublicKey.from_public_bytes(self.point)
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.point)

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise BrokenSeal unless this key signed these bytes."""
        if isinstance(self.key, Ed25519PublicKey):
            check_ed25519(self.key, message, signature)
        else:
            check_es256(self.key, message, signature)

    def pem(self) -> str:
        """The form that openssl takes."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_jwk(value: JSON) -> PublicKey:
    """The key of one JWK; BrokenSeal unless it is one of ours, complete, on the curve and rightly named."""
    try:
        if not isinstance(value, Mapping):
            raise ValueError("not an object")
        key = _read_okp(value) if value["kty"] == "OKP" else _read_ec(value)
    except (KeyError, ValueError) as error:
        raise BrokenSeal(N_("ce n’est pas une clé publique P-256 ou Ed25519")) from error
    if value != key.jwk:
        raise BrokenSeal(N_("la clé publique ne porte pas son vrai nom (RFC 7638) ou ses vrais attributs"))
    return key


def _read_ec(value: Mapping[str, JSON]) -> PublicKey:
    point = b"\x04" + _coordinate(value["x"]) + _coordinate(value["y"])
    return PublicKey.of(ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point))


def _read_okp(value: Mapping[str, JSON]) -> PublicKey:
    return PublicKey.of(Ed25519PublicKey.from_public_bytes(_coordinate(value["x"])))


def _coordinate(value: JSON) -> bytes:
    octets = b64u_decode(str(value))
    if len(octets) != _COORDINATE_BYTES:
        raise ValueError("wrong length")
    return octets


def read_jwks(value: JSON) -> dict[str, PublicKey]:
    """The keys of a key set, by kid, in their order."""
    members = value.get("keys") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(members, list):
        raise BrokenSeal(N_("ce n’est pas un jeu de clés publiques (JWKS)"))
    keys = {key.kid: key for key in map(read_jwk, members)}
    if len(keys) != len(members):
        raise BrokenSeal(N_("une clé publique est en double"))
    return keys


def read_jwks_file(octets: bytes) -> dict[str, PublicKey]:
    """The key set of a file that somebody obtained elsewhere, in any JSON spelling."""
    try:
        value: JSON = orjson.loads(octets)
    except orjson.JSONDecodeError as error:
        raise BrokenSeal(N_("ce n’est pas un jeu de clés publiques (JWKS)")) from error
    return read_jwks(value)


def jwks(keys: Iterable[PublicKey]) -> dict[str, JSON]:
    return {"keys": [key.jwk for key in keys]}
