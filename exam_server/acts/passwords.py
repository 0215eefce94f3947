"""A member of staff's own password, and what one must prove again before one's credentials change."""

from datetime import timedelta

from argon2 import PasswordHasher
from sqlmodel import col, delete

from exam_server.acts.identifiers import token_hash
from exam_server.acts.staff import SHORTEST_PASSWORD
from exam_server.domain.errors import InvalidInput
from exam_server.domain.roles import Person
from exam_server.storage.tables import Account, Login
from exam_server.storage.transaction import Reading, Transaction

RECENT = timedelta(minutes=15)
"""How young a login must be to stand for a password that somebody does not have."""

_hasher = PasswordHasher()


def own_hash(reading: Reading, by: Person) -> str | None:
    """What the person's password is verified against; None for who has none."""
    return reading.get(Account, by.id).password_hash


def is_recent(reading: Reading, by: Person, token: str) -> bool:
    """True where this person signed in with this login a short while ago."""
    login = reading.orm.get(Login, token_hash(token))
    return login is not None and login.account_id == by.id and reading.now - login.created_at < RECENT


def new_hash(password: str) -> str:
    """Slow on purpose (argon2id): call it outside any transaction. Raises InvalidInput for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password_too_short", least=SHORTEST_PASSWORD, field="new")
    return _hasher.hash(password)


def set_password(tx: Transaction, by: Person, hashed: str, token: str) -> None:
    """From now on this one; whoever is signed in to the account elsewhere no longer is."""
    tx.get(Account, by.id).password_hash = hashed
    others = col(Login.account_id) == by.id, col(Login.token_hash) != token_hash(token)
    tx.orm.execute(delete(Login).where(*others))
