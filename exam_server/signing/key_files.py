"""One key in one JSON file, written once: its private part locked with a passphrase, or where to find it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import TypeAlias

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.durable_files import write_new
from exam_server.signing.errors import BrokenKeyFile, BrokenSeal, LockedKey
from exam_server.signing.es256 import CURVE
from exam_server.signing.instants import instant, milliseconds
from exam_server.signing.jwk import PublicKey, read_jwk
from exam_server.signing.signing_key import Purpose
from exam_server.signing.wording import N_

OPEN_TO_OTHERS = 0o077
_MAX_MEMORY_KIB = 4 * 1024 * 1024
_MAX_ITERATIONS = 100
_MAX_LANES = 16
_PRIVATE_BYTES = 32

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | Ed25519PrivateKey


@dataclass(frozen=True)
class Argon2Cost:
    """What trying one passphrase costs; written into each file, so that it can be raised later."""

    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 1

    def derive(self, passphrase: bytes, salt: bytes) -> bytes:
        kdf = Argon2id(
            salt=salt,
            length=32,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory_kib,
        )
        return kdf.derive(passphrase)


@dataclass(frozen=True)
class PlaceOnToken:
    """Where a private key is that never leaves its token: the library, the token, the key's label or id."""

    module: str
    token: str
    label: str | None
    id: bytes | None


@dataclass(frozen=True)
class KeyFile:
    """A key file as read: the public part is checked, the private part may still be locked."""

    path: Path
    purpose: Purpose
    created: datetime
    public: PublicKey
    private: Mapping[str, JSON]

    @property
    def protected(self) -> bool:
        return self.private["protection"] != "unprotected"

    @property
    def place(self) -> PlaceOnToken | None:
        """Where the private key is, unless it is here."""
        if self.private["protection"] != "pkcs11":
            return None
        label, identifier = self.private.get("label"), self.private.get("id")
        return PlaceOnToken(
            module=str(self.private["module"]),
            token=str(self.private["token"]),
            label=None if label is None else str(label),
            id=None if identifier is None else bytes.fromhex(str(identifier)),
        )

    def unlock(self, passphrase: bytes | None) -> PrivateKey:
        """The private key, checked against the public one."""
        try:
            private = _private_key(self.purpose, self._secret(passphrase))
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(self.path) from error
        if PublicKey.of(private.public_key()) != self.public:
            raise _damaged(self.path)
        return private

    def _secret(self, passphrase: bytes | None) -> bytes:
        if not self.protected:
            return b64u_decode(str(self.private["d"]))
        if passphrase is None:
            raise LockedKey(
                N_(
                    "la clé {kid} est protégée par une phrase secrète : donnez-la dans la variable "
                    "PASSATION_KEY_PASSPHRASE, puis recommencez",
                    kid=self.public.kid,
                )
            )
        secret = _cost(self.private["kdf"]).derive(passphrase, b64u_decode(str(self.private["salt"])))
        nonce, locked = b64u_decode(str(self.private["nonce"])), b64u_decode(str(self.private["ct"]))
        bound = canonical(_open_part(self.purpose, self.created, self.public))
        try:
            return AESGCM(secret).decrypt(nonce, locked, bound)
        except InvalidTag:
            raise LockedKey(
                N_(
                    "la phrase secrète n’ouvre pas la clé {kid} : vérifiez que PASSATION_KEY_PASSPHRASE est "
                    "celle qui servait à la création de la clé (et que le fichier {file} n’a pas changé). "
                    "Si elle est perdue, mettez ces clés de côté et commencez-en d’autres (docs/keys.md) : "
                    "ce qui a déjà été signé reste vérifiable",
                    kid=self.public.kid,
                    file=self.path.name,
                )
            ) from None


def write_key_file(
    path: Path,
    purpose: Purpose,
    private: PrivateKey,
    created: datetime,
    passphrase: bytes | None,
    cost: Argon2Cost,
) -> None:
    """Write a new key file as a whole or not at all; FileExistsError where one is there already."""
    opened = _open_part(purpose, created, PublicKey.of(private.public_key()))
    _write(path, opened, _locked(_secret_of(private), canonical(opened), passphrase, cost))


def write_key_reference(
    path: Path, purpose: Purpose, public: PublicKey, created: datetime, place: PlaceOnToken
) -> None:
    """The file of a key that stays on its token: nothing in it is secret."""
    private: dict[str, JSON] = {
        "protection": "pkcs11",
        "module": place.module,
        "token": place.token,
        "label": place.label,
        "id": None if place.id is None else place.id.hex(),
    }
    _write(path, _open_part(purpose, created, public), private)


def read_key_file(path: Path) -> KeyFile:
    """The file, whole and of one of our kinds; BrokenKeyFile names it otherwise."""
    try:
        document = orjson.loads(path.read_bytes())
        public = read_jwk(document["public"])
        purpose, created = Purpose(document["purpose"]), instant(document["created_ms"])
        read = KeyFile(path, purpose, created, public, dict(document["private"]))
        if document["v"] != 1 or document["alg"] != public.algorithm or document["kid"] != public.kid:
            raise ValueError("unknown version or wrong name")
        if public.algorithm is not read.purpose.algorithm:
            raise ValueError("not a key for this use")
        if read.private["protection"] not in ("unprotected", "passphrase", "pkcs11"):
            raise ValueError("unknown protection")
        _ = read.place  # what it says is read now, so that a damaged file is named now
    except (BrokenSeal, KeyError, TypeError, ValueError, OverflowError) as error:
        raise _damaged(path) from error
    if not read.protected and path.stat().st_mode & OPEN_TO_OTHERS:
        raise BrokenKeyFile(
            N_(
                "la clé non protégée {file} est accessible à d’autres comptes : lancez « chmod 600 {file} » "
                "ou créez une clé avec une phrase secrète",
                file=str(path),
            )
        )
    return read


def _private_key(purpose: Purpose, secret: bytes) -> PrivateKey:
    if purpose is Purpose.LOG:
        return Ed25519PrivateKey.from_private_bytes(secret)
    return ec.derive_private_key(int.from_bytes(secret), CURVE)


def _secret_of(private: PrivateKey) -> bytes:
    if isinstance(private, Ed25519PrivateKey):
        return private.private_bytes_raw()
    return private.private_numbers().private_value.to_bytes(_PRIVATE_BYTES)


def _open_part(purpose: Purpose, created: datetime, public: PublicKey) -> dict[str, JSON]:
    """What anyone may read; it is also bound to the locked part, so that neither can be exchanged."""
    return {
        "v": 1,
        "kid": public.kid,
        "alg": str(public.algorithm),
        "purpose": str(purpose),
        "created_ms": milliseconds(created),
        "public": public.jwk,
    }


def _write(path: Path, opened: dict[str, JSON], private: dict[str, JSON]) -> None:
    write_new(path, orjson.dumps({**opened, "private": private}, option=orjson.OPT_INDENT_2) + b"\n")


def _locked(secret: bytes, bound: bytes, passphrase: bytes | None, cost: Argon2Cost) -> dict[str, JSON]:
    if passphrase is None:
        return {"protection": "unprotected", "d": b64u(secret)}
    salt, nonce = token_bytes(16), token_bytes(12)
    return {
        "protection": "passphrase",
        "kdf": {"argon2id": {"m": cost.memory_kib, "t": cost.iterations, "p": cost.lanes}},
        "salt": b64u(salt),
        "enc": "A256GCM",
        "nonce": b64u(nonce),
        "ct": b64u(AESGCM(cost.derive(passphrase, salt)).encrypt(nonce, secret, bound)),
    }


def _cost(kdf: JSON) -> Argon2Cost:
    figures = kdf["argon2id"] if isinstance(kdf, dict) else None
    if not isinstance(figures, dict):
        raise TypeError("no argon2id figures")
    cost = Argon2Cost(int(str(figures["m"])), int(str(figures["t"])), int(str(figures["p"])))
    # A damaged file must not make the server take all memory before it says so.
    if cost.memory_kib > _MAX_MEMORY_KIB or cost.iterations > _MAX_ITERATIONS or cost.lanes > _MAX_LANES:
        raise ValueError("out of bounds")
    return cost


def _damaged(path: Path) -> BrokenKeyFile:
    return BrokenKeyFile(
        N_("le fichier de clé {file} est abîmé : rétablissez-le depuis une sauvegarde", file=str(path))
    )
