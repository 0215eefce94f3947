"""Short-lived tokens of programs: signed by this server for itself, in one way and no other.

A token is a compact JWS of claims (RFC 7519), HS256 under a key that is derived from the server's secret for
this use alone. What a token's header asks for is compared, never followed: there is no key to choose and no
algorithm to confuse.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.errors import BrokenSeal, CanonicalError
from exam_server.signing.wording import N_

ALGORITHM: Final = "HS256"
TYP: Final = "passation-access+jwt"
LIFETIME: Final = timedelta(minutes=15)
LONGEST: Final = 2_048
_HEADER: Final = {"alg": ALGORITHM, "typ": TYP}
_CLAIMS: Final = frozenset({"aud", "client_id", "exp", "iat", "iss", "scope", "sub"})
_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class Access:
    """What a token lets a program do, until it ends."""

    client: str
    scopes: frozenset[str]


def audience_of(issuer: str) -> str:
    """The interface of this server for which a token is good."""
    return f"{issuer}/api"


def issue_token(secret: bytes, access: Access, issuer: str, now: datetime) -> str:
    """A token that ends by itself after `LIFETIME`."""
    issued = int(now.timestamp())
    claims: dict[str, JSON] = {
        "aud": audience_of(issuer),
        "client_id": access.client,
        "exp": issued + int(LIFETIME.total_seconds()),
        "iat": issued,
        "iss": issuer,
        "scope": " ".join(sorted(access.scopes)),
        "sub": access.client,
    }
    return jws.serialize_compact(dict(_HEADER), canonical(claims), _key(secret), algorithms=[ALGORITHM])


def read_token(secret: bytes, token: str, issuer: str, now: datetime) -> Access:
    """What the token says; BrokenSeal unless it is this server's own, for this interface, and not over."""
    if len(token) > LONGEST:
        raise _refused()
    try:
        opened = jws.deserialize_compact(token, _key(secret), algorithms=[ALGORITHM])
        claims = read_canonical(opened.payload)
    except (JoseError, CanonicalError, ValueError, TypeError) as error:
        raise _refused() from error
    if opened.headers() != _HEADER or not isinstance(claims, dict) or claims.keys() != _CLAIMS:
        raise _refused()
    if (claims["iss"], claims["aud"]) != (issuer, audience_of(issuer)):
        raise _refused()
    issued, ends, client, scope = (claims[name] for name in ("iat", "exp", "client_id", "scope"))
    if type(issued) is not int or type(ends) is not int or now.timestamp() >= ends:
        raise BrokenSeal(N_("ce jeton d’accès n’est plus valable : demandez-en un autre"))
    if not isinstance(client, str) or not isinstance(scope, str) or claims["sub"] != client:
        raise _refused()
    return Access(client, frozenset(scope.split()))


def _key(secret: bytes) -> OctKey:
    """The key of this use; who has another key of the server cannot make tokens with it."""
    derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"passation/access tokens/v1").derive(secret)
    return OctKey.import_key(derived)


def _refused() -> BrokenSeal:
    return BrokenSeal(N_("ce jeton d’accès n’est pas de ce serveur"))
