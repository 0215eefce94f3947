"""Access cards: the one-time code with which a candidate enters, derived from a secret, never stored.

The code is the HMAC-SHA256 of the candidate and of the number of the card, written in 22 letters and figures
that cannot be taken for one another: 22^8 = 5.5e10, 35.7 bits. The store keeps only another HMAC of the code.
"""

import hashlib
import hmac
import secrets

ALPHABET = "BCDFGHJKMPQRTVWXY23479"
"""No vowel, so no word; B without 8, G without 6, M without N, V without U, and none of 0 O 1 I L 5 S Z."""
LENGTH = 8
SESSION_CODE_LENGTH = 6


def card_code(secret: bytes, candidate_id: str, issue: int) -> str:
    """The code of a candidate's `issue`-th card; `issue` counts from 1."""
    material = hmac.new(secret, f"card\0{candidate_id}\0{issue}".encode(), hashlib.sha256).digest()
    # 256 bits over 22^8: the bias of the modulo is below 2^-200.
    number = int.from_bytes(material, "big")
    letters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def card_hash(secret: bytes, code: str) -> str:
    """What the store keeps of a code, to find the card again."""
    return hmac.new(secret, f"lookup\0{code}".encode(), hashlib.sha256).hexdigest()


def written(code: str) -> str:
    """The code in two groups of four, as on the card."""
    return f"{code[:4]}-{code[4:]}"


def normalised(typed: str) -> str:
    """What a person typed, without case, spaces and hyphens."""
    return "".join(c for c in typed.upper() if c.isalnum())[:32]


def new_session_code() -> str:
    """A code by which an invigilator opens a session, or computers enter a rehearsal: 6 characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SESSION_CODE_LENGTH))
