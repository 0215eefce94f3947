"""The revocations of a key folder: a record that only grows, each line signed by the authority.

A line is a JWS (flattened JSON, RFC 7515 section 7.2.2) that names the digest of the line before it, so
that none can be taken out or exchanged. A key may be revoked again, for an earlier instant: the earliest
counts, since what is learnt of a theft is learnt later.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.durable_files import replace
from exam_server.signing.errors import BrokenKeyFile, RevokedKey, SigningError
from exam_server.signing.instants import instant, milliseconds
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement, sign
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.standing import Reason, Revocation
from exam_server.signing.wording import N_

TYP = "passation-revocation+jws"
_PAYLOAD = frozenset({"v", "kid", "previous", "reason", "revoked_at_ms"})
_JWS = frozenset({"payload", "protected", "signature"})
_NONE: Mapping[str, Revocation] = MappingProxyType({})


def revocation_line(authority: SigningKey, revocation: Revocation, before: bytes, now: datetime) -> bytes:
    """The line that follows those of `before`, with its line end."""
    lines = before.splitlines()
    payload: dict[str, JSON] = {
        "v": 1,
        "kid": revocation.kid,
        "previous": sha256(lines[-1]).hexdigest() if lines else None,
        "reason": str(revocation.reason),
        "revoked_at_ms": milliseconds(revocation.at),
    }
    protected, signed, signature = sign(authority, payload, TYP, now).split(".")
    return canonical({"payload": signed, "protected": protected, "signature": signature}) + b"\n"


def read_revocations(octets: bytes, authority: PublicKey) -> dict[str, Revocation]:
    """The earliest revocation of each key; SigningError or ValueError names no place, the caller does."""
    found: dict[str, Revocation] = {}
    previous = None
    if octets and not octets.endswith(b"\n"):
        raise ValueError("the last line is cut")
    for line in octets.split(b"\n")[:-1]:
        revocation, follows = _read_line(line, authority)
        known = found.get(revocation.kid)
        if follows != previous or (known and known.at <= revocation.at):
            raise ValueError("a line is not in its place")
        found[revocation.kid] = revocation
        previous = sha256(line).hexdigest()
    return found


def _read_line(line: bytes, authority: PublicKey) -> tuple[Revocation, JSON]:
    jws = read_canonical(line)
    if not isinstance(jws, dict) or jws.keys() != _JWS:
        raise ValueError("not a signed line")
    token = f"{jws['protected']}.{jws['payload']}.{jws['signature']}"
    payload = open_statement(token, {authority.kid: authority}, TYP).payload
    if not isinstance(payload, dict) or payload.keys() != _PAYLOAD or canonical(payload["v"]) != b"1":
        raise ValueError("not a revocation")
    at, reason = instant(payload["revoked_at_ms"]), Reason(str(payload["reason"]))
    return Revocation(str(payload["kid"]), at, reason), payload["previous"]


@dataclass(frozen=True)
class _Seen:
    stamp: tuple[int, int, int] | None
    octets: bytes
    revocations: Mapping[str, Revocation]


class RevocationRecord:
    """The record of one folder; it is read again only when its file has changed, and it may only grow."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._seen = _Seen(None, b"", _NONE)

    def current(self, authority: PublicKey) -> Mapping[str, Revocation]:
        """Every revocation that is known by now, by kid."""
        seen, stamp = self._seen, self._stamp()
        if stamp != seen.stamp:
            octets = self._path.read_bytes() if stamp else b""
            seen = self._seen = _Seen(stamp, octets, self._read(seen, octets, authority))
        return seen.revocations

    def refuse(self, kid: str, authority: PublicKey) -> None:
        """RevokedKey if this key is revoked. On the path of each signature: one look at the file's stamp."""
        revocation = self.current(authority).get(kid)
        if revocation is not None:
            raise RevokedKey(
                N_("la clé {kid} est révoquée : elle ne signe plus. Lancez « passation keys new »", kid=kid)
            )

    def add(self, authority: SigningKey, revocation: Revocation, now: datetime) -> None:
        """One line more; nobody else writes meanwhile."""
        self.current(authority.public)
        before = self._seen.octets
        replace(self._path, before + revocation_line(authority, revocation, before, now))

    def _read(self, seen: _Seen, octets: bytes, authority: PublicKey) -> Mapping[str, Revocation]:
        try:
            if not octets.startswith(seen.octets):
                raise ValueError("lines were taken out")
            return MappingProxyType(read_revocations(octets, authority))
        except (SigningError, ValueError) as error:
            raise BrokenKeyFile(
                N_(
                    "le registre des révocations {file} est abîmé ou raccourci : rétablissez-le depuis une "
                    "sauvegarde, rien n’est signé d’ici là",
                    file=str(self._path),
                )
            ) from error

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._name)  # noqa: PTH116 - half the time of Path.stat, before each signature
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
