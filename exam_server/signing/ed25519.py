"""Ed25519 (RFC 8032), the signatures of the log: nothing random in them, and one form of each."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exam_server.signing.errors import BrokenSeal
from exam_server.signing.wording import N_

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def sign_ed25519(private: Ed25519PrivateKey, message: bytes) -> bytes:
    """The 64 bytes that RFC 8032 gives."""
    return private.sign(message)


def check_ed25519(public: Ed25519PublicKey, message: bytes, signature: bytes) -> None:
    """Raise BrokenSeal unless this key signed these bytes."""
    if len(signature) != SIGNATURE_BYTES:
        raise BrokenSeal(N_("la signature n’a pas {count} octets", count=SIGNATURE_BYTES))
    try:
        public.verify(signature, message)
    except InvalidSignature:
        raise BrokenSeal(N_("la signature ne correspond pas au contenu et à la clé")) from None
