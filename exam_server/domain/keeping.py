"""The key under which a candidate's browser keeps what the server has not acknowledged yet."""

import hashlib
import hmac


def keeping_key(secret: bytes, session_id: str, attempt_id: str) -> str:
    """One attempt's key: 64 hexadecimal digits, the same at every computer, of nobody else's attempt.

    It is told to the signed-in device alone and stored nowhere, so what a computer has kept is noise to
    whoever sits there next.
    """
    return hmac.new(secret, f"kept\0{session_id}\0{attempt_id}".encode(), hashlib.sha256).hexdigest()
