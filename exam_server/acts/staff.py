"""How staff come in: e-mail and password, or a one-time link; and how tries are limited."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import select

from exam_server.acts.identifiers import new_id, new_token, token_hash
from exam_server.domain.errors import Forbidden, InvalidInput, NotFound, TooManyTries
from exam_server.domain.roles import Person, Role, roles_of
from exam_server.storage.tables import Account, Centre, Login, SignInLink, Throttle
from exam_server.storage.transaction import Reading, Transaction
from exam_server.storage.tries import kept_key, sweep_tries, take_one_off, tries_of

LOGIN_LENGTH = timedelta(hours=12)
LINK_LENGTH = timedelta(hours=12)
SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()
_NOBODYS_HASH = _hasher.hash("a password that nobody has, so that an unknown address takes as long")


@dataclass(frozen=True)
class Limit:
    """At most `tries` in any window of this length.

    Where it `slows`, there is no end to the tries: from then on each has to wait, 1 s, 2 s, 4 s … 30 s after
    the one before, until none has come for as long as the window.
    """

    tries: int
    window: timedelta
    slows: bool = False


_FIVE_MINUTES = timedelta(minutes=5)
PER_DEVICE = Limit(10, _FIVE_MINUTES)
PER_ACCOUNT = Limit(10, _FIVE_MINUTES, slows=True)
"""For browsers that never signed in to the account; it only slows: who fails must not lock others out."""
PER_CODE = Limit(10, _FIVE_MINUTES)
PER_ADDRESS = Limit(3_000, _FIVE_MINUTES)
"""A school is one address: this one only stops a machine that guesses."""
LONGEST_KEPT = timedelta(hours=1)
LONGEST_DELAY = timedelta(seconds=30)


def charge(tx: Transaction, *tries: tuple[str, Limit]) -> timedelta | None:
    """Counts a try on each key, or, where one of them is full, on none: then returns how long to wait.

    It runs in a transaction of its own, before what is tried: a failed try counts, and of many that come at
    once none slips through. Who succeeds gets the try back. The rows are locked in one order for everybody.
    """
    ordered = sorted(tries, key=lambda one: kept_key(tx.house.secret, one[0]))
    rows = [(tries_of(tx, key), limit) for key, limit in ordered]
    waits = [wait for row, limit in rows if (wait := _wait(tx.now, row, limit)) is not None]
    if waits:
        return max(waits)
    for row, limit in rows:
        if tx.now - row.window_start >= limit.window:
            row.window_start, row.tries = tx.now, 0
        if limit.slows:
            row.window_start = tx.now
        row.tries += 1
    return None


def count_try(tx: Transaction, key: str, limit: Limit) -> timedelta | None:
    """Counts a try on one key; returns None, or how long to wait."""
    return charge(tx, (key, limit))


def give_back(tx: Transaction, *keys: str) -> None:
    """The try was no failure: it no longer counts on these keys."""
    for key in sorted(keys, key=lambda one: kept_key(tx.house.secret, one)):
        take_one_off(tx, key)


def _wait(now: datetime, row: Throttle, limit: Limit) -> timedelta | None:
    """How long until this row takes another try; None when it does now."""
    passed = now - row.window_start
    if passed >= limit.window or row.tries < limit.tries:
        return None
    if not limit.slows:
        return limit.window - passed
    delay = min(LONGEST_DELAY, timedelta(seconds=2 ** min(row.tries - limit.tries, 10)))
    return delay - passed if passed < delay else None


def forget_old_tries(tx: Transaction) -> int:
    """Sweeps what no limit looks at any more; returns how many rows went."""
    return sweep_tries(tx, tx.now - LONGEST_KEPT)


def check_tries(wait: timedelta | None) -> None:
    """Raises TooManyTries with the time to wait."""
    if wait is not None:
        retry_ms = -(-wait // timedelta(milliseconds=1))
        raise TooManyTries(retry_ms=retry_ms, seconds=-(-retry_ms // 1000))


def account_key(email: str) -> str:
    """The name under which tries on an account are counted."""
    return "account:" + email.strip().lower()


def browser_mark(secret: bytes, device: str, account_id: str) -> str:
    """What a browser that has signed in to an account keeps, to be known again; of no use in another one."""
    return hmac.new(secret, f"known\0{device}\0{account_id}".encode(), hashlib.sha256).hexdigest()


def password_facts(reading: Reading, email: str) -> tuple[str | None, str]:
    """The account's identifier (None when unknown) and the hash to verify against, which takes as long."""
    account = reading.orm.scalar(select(Account).where(Account.email == email.strip().lower()))
    if account is None or account.disabled or account.password_hash is None:
        return None, _NOBODYS_HASH
    return account.id, account.password_hash


def is_password(hashed: str, password: str) -> bool:
    """Slow on purpose (argon2id): call it outside any transaction."""
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False


def sign_in(tx: Transaction, account_id: str) -> tuple[str, Person]:
    """A login for an account whose password was verified: the cookie's token, and the person."""
    return _new_login(tx, tx.get(Account, account_id))


def use_link(tx: Transaction, token: str) -> tuple[str, Person]:
    """Signs in by a one-time link; raises Forbidden when it was used or is too old."""
    link = tx.orm.get(SignInLink, token_hash(token), with_for_update=not tx.is_alone)
    if link is None:
        raise NotFound("unknown_link")
    if link.used_at is not None or link.expires_at <= tx.now:
        raise Forbidden("link_used")
    link.used_at = tx.now
    return _new_login(tx, tx.get(Account, link.account_id))


def link_facts(reading: Reading, token: str) -> tuple[Person, bool] | None:
    """Whose link it is, and whether it still works."""
    link = reading.orm.get(SignInLink, token_hash(token))
    if link is None:
        return None
    person = _person(reading.get(Account, link.account_id))
    return person, link.used_at is None and link.expires_at > reading.now


def sign_out(tx: Transaction, token: str) -> None:
    """Ends a login; an unknown one does no harm."""
    login = tx.orm.get(Login, token_hash(token))
    if login is not None:
        tx.orm.delete(login)


def person_of(reading: Reading, token: str) -> Person | None:
    """The person whose login this is; None when it ended."""
    login = reading.orm.get(Login, token_hash(token))
    if login is None or login.expires_at <= reading.now:
        return None
    account = reading.get(Account, login.account_id)
    return None if account.disabled else _person(account)


def add_centre(tx: Transaction, uai: str, name: str) -> str:
    """The centre with this UAI, created when it is new."""
    centre = tx.orm.scalar(select(Centre).where(Centre.uai == uai))
    if centre is None:
        centre = Centre(id=new_id(), uai=uai, name=name)
        tx.orm.add(centre)
        tx.orm.flush()
    return centre.id


def add_account(
    tx: Transaction, centre_id: str, email: str, name: str, roles: frozenset[Role], password: str | None
) -> str:
    """A new member of staff; raises InvalidInput when the address is taken or the password too short."""
    cleaned = email.strip().lower()
    if tx.orm.scalar(select(Account.id).where(Account.email == cleaned)) is not None:
        raise InvalidInput("email_taken")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password_too_short", least=SHORTEST_PASSWORD)
    account = Account(
        id=new_id(),
        centre_id=centre_id,
        email=cleaned,
        name=name,
        password_hash=None if password is None else _hasher.hash(password),
        roles=",".join(sorted(roles)),
    )
    tx.orm.add(account)
    tx.orm.flush()
    return account.id


def new_link(tx: Transaction, account_id: str, length: timedelta = LINK_LENGTH) -> str:
    """A one-time sign-in link's token."""
    token = new_token()
    tx.orm.add(SignInLink(token_hash=token_hash(token), account_id=account_id, expires_at=tx.now + length))
    return token


def _new_login(tx: Transaction, account: Account) -> tuple[str, Person]:
    if account.disabled:
        raise Forbidden("account_disabled")
    token = new_token()
    expires: datetime = tx.now + LOGIN_LENGTH
    tx.orm.add(
        Login(token_hash=token_hash(token), account_id=account.id, created_at=tx.now, expires_at=expires)
    )
    return token, _person(account)


def _person(account: Account) -> Person:
    return Person(account.id, account.centre_id, account.name, roles_of(account.roles))
