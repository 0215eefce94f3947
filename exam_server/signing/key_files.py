"""One private key in one JSON file: written once, locked with a passphrase where there is one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes, token_hex

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenKeyFile, BrokenSeal, LockedKey
from exam_server.signing.es256 import CURVE
from exam_server.signing.jwk import PublicKey, read_jwk
from exam_server.signing.wording import N_

OPEN_TO_OTHERS = 0o077
_MAX_MEMORY_KIB = 4 * 1024 * 1024
_MAX_ITERATIONS = 100
_MAX_LANES = 16


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
class KeyFile:
    """A key file as read: the public part is checked, the private part may still be locked."""

    path: Path
    purpose: str
    created: datetime
    public: PublicKey
    private: Mapping[str, JSON]

    @property
    def protected(self) -> bool:
        return self.private["protection"] != "unprotected"

    def unlock(self, passphrase: bytes | None) -> ec.EllipticCurvePrivateKey:
        """The private key, checked against the public one."""
        try:
            scalar = self._scalar(passphrase)
            private = ec.derive_private_key(int.from_bytes(scalar), CURVE)
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(self.path) from error
        if PublicKey.of(private.public_key()) != self.public:
            raise _damaged(self.path)
        return private

    def _scalar(self, passphrase: bytes | None) -> bytes:
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
                    "Si elle est perdue, créez une autre clé avec « passation keys new » : ce qui a déjà été "
                    "signé reste vérifiable",
                    kid=self.public.kid,
                    file=self.path.name,
                )
            ) from None


def write_key_file(
    path: Path,
    purpose: str,
    private: ec.EllipticCurvePrivateKey,
    created: datetime,
    passphrase: bytes | None,
    cost: Argon2Cost,
) -> None:
    """Write a new key file as a whole or not at all; FileExistsError where one is there already."""
    public = PublicKey.of(private.public_key())
    opened = _open_part(purpose, created, public)
    scalar = private.private_numbers().private_value.to_bytes(32)
    locked = _locked(scalar, canonical(opened), passphrase, cost)
    _write_new(path, orjson.dumps({**opened, "private": locked}, option=orjson.OPT_INDENT_2) + b"\n")


def read_key_file(path: Path) -> KeyFile:
    try:
        document = orjson.loads(path.read_bytes())
        if document["v"] != 1 or document["alg"] != "ES256":
            raise ValueError("unknown version")
        created = datetime.fromtimestamp(document["created_ms"] / 1_000, UTC)
        public = read_jwk(document["public"])
        read = KeyFile(path, str(document["purpose"]), created, public, dict(document["private"]))
        if document["kid"] != public.kid or read.private["protection"] not in ("unprotected", "passphrase"):
            raise ValueError("wrong name or protection")
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


def _open_part(purpose: str, created: datetime, public: PublicKey) -> dict[str, JSON]:
    """What anyone may read; it is also bound to the locked part, so that neither can be exchanged."""
    created_ms = round(created.timestamp() * 1_000)
    return {
        "v": 1,
        "kid": public.kid,
        "alg": "ES256",
        "purpose": purpose,
        "created_ms": created_ms,
        "public": public.jwk,
    }


def _locked(scalar: bytes, bound: bytes, passphrase: bytes | None, cost: Argon2Cost) -> dict[str, JSON]:
    if passphrase is None:
        return {"protection": "unprotected", "d": b64u(scalar)}
    salt, nonce = token_bytes(16), token_bytes(12)
    return {
        "protection": "passphrase",
        "kdf": {"argon2id": {"m": cost.memory_kib, "t": cost.iterations, "p": cost.lanes}},
        "salt": b64u(salt),
        "enc": "A256GCM",
        "nonce": b64u(nonce),
        "ct": b64u(AESGCM(cost.derive(passphrase, salt)).encrypt(nonce, scalar, bound)),
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


def _write_new(path: Path, octets: bytes) -> None:
    """A link to a finished file is atomic and, unlike a rename, never replaces what is there."""
    draft = path.with_name(f".new-{token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(draft)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _damaged(path: Path) -> BrokenKeyFile:
    return BrokenKeyFile(
        N_("le fichier de clé {file} est abîmé : rétablissez-le depuis une sauvegarde", file=str(path))
    )
