"""Keys with certificates, made in memory: an authority of one's own and what it certifies."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from exam_server.signing.es256 import CURVE, sign_es256
from exam_server.signing.jwk import PublicKey
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.x509_certificates import authority_certificate, seal_certificate

SINCE = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Authority:
    """Certifies keys."""

    def __init__(self, organisation: str = "Collège des Vergers") -> None:
        self._private = ec.generate_private_key(CURVE)
        self._organisation = organisation
        (self.root,) = authority_certificate(self._private, organisation, SINCE)

    def key(self, purpose: Purpose = Purpose.DOCUMENTS, since: datetime = SINCE) -> SigningKey:
        """A new one, under this authority."""
        private = ec.generate_private_key(CURVE)
        public = PublicKey.of(private.public_key())
        chain = seal_certificate(self._private, self.root, public, purpose, self._organisation, since)
        return SigningKey(purpose, public, chain, partial(sign_es256, private), lambda: None)

    def write_root(self, path: Path) -> Path:
        """As openssl and others read it."""
        path.write_bytes(self.root.public_bytes(Encoding.PEM))
        return path
