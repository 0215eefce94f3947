"""What a key may sign, and a key that is ready to sign."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from exam_server.signing.jwk import Algorithm, PublicKey


class Purpose(StrEnum):
    """What a key may sign; a key has one use for all its life.

    AUTHORITY   the certificates of DOCUMENTS and QR, the revocations, the published key set; nothing else
    DOCUMENTS   results, certificates, status lists, exports
    QR          the codes printed on certificates
    LOG         the checkpoints of the log
    """

    AUTHORITY = "authority"
    DOCUMENTS = "documents"
    QR = "qr"
    LOG = "log"

    @property
    def algorithm(self) -> Algorithm:
        """How a key of this use signs."""
        return Algorithm.ED25519 if self is Purpose.LOG else Algorithm.ES256

    @property
    def certified(self) -> bool:
        """Whether a key of this use has an X.509 certificate."""
        return self is not Purpose.LOG


SEALING = (Purpose.DOCUMENTS, Purpose.QR, Purpose.LOG)
"""The uses that a server needs a key for; the authority's comes by itself."""


@dataclass(frozen=True)
class SigningKey:
    """An unlocked key; `chain` is its certificate and those above it, empty for the log's keys."""

    purpose: Purpose
    public: PublicKey
    chain: tuple[x509.Certificate, ...]
    _sign: Callable[[bytes], bytes] = field(repr=False)
    _refuse_revoked: Callable[[], None] = field(repr=False)

    @property
    def kid(self) -> str:
        return self.public.kid

    @cached_property
    def x5c(self) -> tuple[str, ...]:
        """The chain as the header of a JWS bears it (RFC 7515)."""
        return tuple(b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in self.chain)

    def sign(self, message: bytes) -> bytes:
        """r and s for P-256, the 64 bytes of Ed25519 for the log; RevokedKey once the key is revoked."""
        self._refuse_revoked()
        return self._sign(message)
