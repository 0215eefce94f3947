"""The programs that may pull results: the operator adds them, each with its secret, scopes and schools."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from exam_server.acts.identifiers import new_id, new_token, token_hash
from exam_server.acts.staff import Limit
from exam_server.domain.errors import InvalidInput, NotFound
from exam_server.storage.credential_tables import LivretClient
from exam_server.storage.livret_rows import livret_clients
from exam_server.storage.transaction import Reading, Transaction

LONGEST_NAME = 100
PER_CLIENT = Limit(30, timedelta(minutes=5))
"""Tries of one program from one address: it may well ask for several tokens at once."""

_NOBODYS_HASH = token_hash("the secret of no program, so that an unknown one takes as long")


class Scope(StrEnum):
    """What a program may ask for."""

    CERTIFICATIONS = "organizations-certifications-result"
    SEARCH = "orientation-certification-search"


@dataclass(frozen=True)
class Client:
    """A program, and what it may: its scopes, and its schools by UAI (none named: all of them)."""

    id: str
    name: str
    scopes: frozenset[Scope]
    centres: frozenset[str]
    added_at: datetime
    used_at: datetime | None
    disabled_at: datetime | None

    def may_see(self, uai: str) -> bool:
        """Whether this school is one of the program's."""
        return not self.centres or uai.upper() in self.centres


def add_client(
    tx: Transaction, name: str, scopes: Iterable[Scope], centres: Iterable[str]
) -> tuple[str, str]:
    """A new program: its identifier, and the secret that nobody can be shown again."""
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InvalidInput("client_name", most=LONGEST_NAME)
    secret = new_token()
    client = LivretClient(
        id=new_id(),
        name=cleaned,
        secret_hash=token_hash(secret),
        scopes=" ".join(sorted(set(scopes))),
        centres=orjson.dumps(sorted({uai.upper() for uai in centres})).decode(),
        added_at=tx.now,
    )
    tx.orm.add(client)
    return client.id, secret


def disable_client(tx: Transaction, client_id: str) -> str:
    """From now on the program gets nothing, whatever token it still holds; returns its name."""
    client = tx.orm.get(LivretClient, client_id)
    if client is None:
        raise NotFound("no_such_client")
    client.disabled_at = client.disabled_at or tx.now
    return client.name


def client_rows(reading: Reading) -> list[Client]:
    """Every program that was ever added, the oldest first."""
    return [_client(row) for row in livret_clients(reading)]


def client_with(reading: Reading, client_id: str) -> Client | None:
    """The program with this identifier; None for one that is unknown or disabled."""
    row = reading.orm.get(LivretClient, client_id)
    return None if row is None or row.disabled_at is not None else _client(row)


def proven_client(reading: Reading, client_id: str, secret: str) -> Client | None:
    """The program that knows this secret; one that is unknown or disabled takes as long as a wrong secret."""
    row = reading.orm.get(LivretClient, client_id)
    kept = _NOBODYS_HASH if row is None else row.secret_hash
    is_right = hmac.compare_digest(kept, token_hash(secret))
    return _client(row) if row is not None and row.disabled_at is None and is_right else None


def note_use(tx: Transaction, client_id: str) -> None:
    """The program has asked for a token."""
    tx.get(LivretClient, client_id).used_at = tx.now


def _client(row: LivretClient) -> Client:
    return Client(
        id=row.id,
        name=row.name,
        scopes=frozenset(Scope(word) for word in row.scopes.split()),
        centres=frozenset(orjson.loads(row.centres)),
        added_at=row.added_at,
        used_at=row.used_at,
        disabled_at=row.disabled_at,
    )
