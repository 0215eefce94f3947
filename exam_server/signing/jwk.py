"""Public keys as JSON Web Keys, named by their RFC 7638 thumbprint."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.es256 import CURVE, check_es256
from exam_server.signing.wording import N_

_THUMBPRINT_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
_FIXED_MEMBERS = {"alg": "ES256", "crv": "P-256", "kty": "EC", "use": "sig"}
_COORDINATE_BYTES = 32


def thumbprint(jwk: Mapping[str, JSON]) -> str:
    """The kid of a key: a digest of what makes it this key and of nothing else."""
    members = _THUMBPRINT_MEMBERS[str(jwk["kty"])]
    return b64u(sha256(canonical({name: jwk[name] for name in members})).digest())


@dataclass(frozen=True)
class PublicKey:
    """A point of P-256, uncompressed; equal keys are equal points."""

    point: bytes

    @classmethod
    def of(cls, key: ec.EllipticCurvePublicKey) -> "PublicKey":
        return cls(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @cached_property
    def jwk(self) -> dict[str, JSON]:
        x, y = self.point[1:33], self.point[33:]
        members: dict[str, JSON] = {**_FIXED_MEMBERS, "x": b64u(x), "y": b64u(y)}
        return {**members, "kid": thumbprint(members)}

    @cached_property
    def kid(self) -> str:
        return str(self.jwk["kid"])

    @cached_property
    def _key(self) -> ec.EllipticCurvePublicKey:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.point)

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise BrokenSeal unless this key signed these bytes."""
        check_es256(self._key, message, signature)

    def pem(self) -> str:
        """The form that openssl takes."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_jwk(value: JSON) -> PublicKey:
    """The key of one JWK; BrokenSeal unless it is one of ours, complete, on the curve and rightly named."""
    try:
        if not isinstance(value, Mapping):
            raise ValueError("not an object")
        x, y = b64u_decode(str(value["x"])), b64u_decode(str(value["y"]))
        if not len(x) == len(y) == _COORDINATE_BYTES:
            raise ValueError("wrong length")
        key = PublicKey.of(ec.EllipticCurvePublicKey.from_encoded_point(CURVE, b"\x04" + x + y))
    except (KeyError, ValueError) as error:
        raise BrokenSeal(N_("ce n’est pas une clé publique P-256")) from error
    if value != key.jwk:
        raise BrokenSeal(N_("la clé publique ne porte pas son vrai nom (RFC 7638) ou ses vrais attributs"))
    return key


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
