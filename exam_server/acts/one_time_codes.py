"""The one-time code of a member of staff: begun, confirmed by a first code, used, removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.roles import Person
from exam_server.signing.errors import BrokenRecord
from exam_server.signing.one_time_codes import new_secret, open_secret, seal_secret, step_that_fits
from exam_server.signing.records import RecordsKey
from exam_server.storage.credential_tables import OneTimeSecret
from exam_server.storage.transaction import Reading, Transaction

BEGUN_LASTS = timedelta(minutes=15)
"""How long after its beginning a secret may be confirmed: who began it has just proved who they are."""


@dataclass(frozen=True)
class CodeState:
    """`since` is when it was confirmed, or begun where it is not confirmed yet."""

    is_confirmed: bool
    since: datetime


def code_state(reading: Reading, by: Person) -> CodeState | None:
    """How far somebody is with their one-time code; None where there is none."""
    row = reading.orm.get(OneTimeSecret, by.id)
    if row is None or not row.sealed:
        return None
    return CodeState(row.confirmed_at is not None, row.confirmed_at or row.added_at)


def begin_code(tx: Transaction, by: Person) -> str:
    """A new secret, told this once; raises NotAllowed where one is in use."""
    row = _locked(tx, by)
    if row is not None and row.confirmed_at is not None:
        raise NotAllowed("code_in_use")
    secret = new_secret()
    sealed = seal_secret(RecordsKey.of(tx.house.secret), secret, by.id)
    if row is None:
        tx.orm.add(OneTimeSecret(account_id=by.id, sealed=sealed, added_at=tx.now))
    else:
        row.sealed, row.added_at, row.used_step = sealed, tx.now, 0
    return secret


def confirm_code(tx: Transaction, by: Person, code: str) -> None:
    """The first code: the telephone has the secret, and its clock is right."""
    row = _locked(tx, by)
    if row is None or not row.sealed or row.confirmed_at is not None:
        raise NotAllowed("no_code_begun")
    if tx.now - row.added_at >= BEGUN_LASTS:
        raise NotAllowed("no_code_begun")
    if not _fits(tx, row, code):
        raise InvalidInput("wrong_first_code", field="code")
    row.confirmed_at = tx.now


def use_code(tx: Transaction, by: Person, code: str) -> bool:
    """True for a code of now that has not served yet. Raises NotAllowed where the account has none."""
    row = _locked(tx, by)
    if row is None or row.confirmed_at is None:
        raise NotAllowed("no_code")
    return _fits(tx, row, code)


def remove_code(tx: Transaction, by: Person) -> None:
    """Destroys the secret; the row stays, so that one can see that there was one."""
    row = _locked(tx, by)
    if row is not None:
        row.sealed, row.confirmed_at = b"", None


def _fits(tx: Transaction, row: OneTimeSecret, code: str) -> bool:
    try:
        secret = open_secret(RecordsKey.of(tx.house.secret), row.sealed, row.account_id)
    except BrokenRecord:
        raise NotAllowed("code_unreadable") from None
    step = step_that_fits(secret, code.replace(" ", ""), tx.now, row.used_step)
    if step is not None:
        row.used_step = step
    return step is not None


def _locked(tx: Transaction, by: Person) -> OneTimeSecret | None:
    return tx.orm.get(OneTimeSecret, by.id, with_for_update=not tx.is_alone)
