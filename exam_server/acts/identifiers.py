"""New identifiers and tokens: random, without meaning."""

import hashlib
import secrets


def new_id() -> str:
    """An identifier for a row: 128 random bits, so that nobody guesses a neighbour's."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A bearer token for a cookie or a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the store keeps of a token; it has the entropy of a key, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
