"""Ed25519 keys that sign checkpoints and co-sign them, made on the spot; the same seed gives the same key."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exam_server.signing.es256 import CURVE
from exam_server.signing.jwk import PublicKey


@dataclass(frozen=True)
class LogKey:
    """Signs as a key file or a device would."""

    _private: Ed25519PrivateKey = field(repr=False)

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey.of(self._private.public_key())

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


def a_log_key(seed: str = "log") -> LogKey:
    """Not random: what a test signs is the same in each run."""
    return LogKey(Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest()))


def a_key_of_another_kind() -> PublicKey:
    """P-256: it signs documents, and no log."""
    return PublicKey.of(ec.generate_private_key(CURVE).public_key())
