"""ECDSA on P-256 with SHA-256, where each message and key have exactly one accepted signature form."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from exam_server.signing.errors import BrokenSeal
from exam_server.signing.wording import N_

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SIGNATURE_BYTES = 64
_SIGNING = ec.ECDSA(SHA256(), deterministic_signing=True)
_CHECKING = ec.ECDSA(SHA256())


def sign_es256(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """r and s as 32 bytes each; deterministic (RFC 6979), and s is the smaller of its two values."""
    der = private.sign(message, _SIGNING)
    # SEQUENCE { INTEGER r, INTEGER s }, all lengths short: what the library has written need not be parsed.
    end = 4 + der[3]
    s = int.from_bytes(der[end + 2 :])
    return der[4:end][-32:].rjust(32, b"\0") + min(s, ORDER - s).to_bytes(32)


def check_es256(public: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> None:
    """Raise BrokenSeal unless this is the signature that `sign_es256` could have given."""
    if len(signature) != SIGNATURE_BYTES:
        raise BrokenSeal(N_("la signature n’a pas {count} octets", count=SIGNATURE_BYTES))
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    # Without this rule anyone could turn s into ORDER - s and own a second valid file.
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        raise BrokenSeal(N_("la signature n’est pas sous sa forme unique (s trop grand ou hors limites)"))
    try:
        public.verify(encode_dss_signature(r, s), message, _CHECKING)
    except InvalidSignature:
        raise BrokenSeal(N_("la signature ne correspond pas au contenu et à la clé")) from None
