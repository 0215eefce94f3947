"""The rows that count tries: made without colliding, and swept when their window is long past."""

from datetime import datetime

from sqlalchemy import bindparam, delete, text

from exam_server.storage.columns import to_micros
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.tables import Throttle
from exam_server.storage.transaction import Transaction

_FIRST_TRY = text(
    "INSERT INTO throttle (key, window_start, tries) VALUES (:key, :start, 0) ON CONFLICT (key) DO NOTHING"
)
_TRIES = table_of(Throttle)
_SWEEP = Prepared(delete(_TRIES).where(_TRIES.c.window_start < bindparam("before")))


def tries_of(tx: Transaction, key: str) -> Throttle:
    """The row of this key, locked; made where it is missing, also when two ask at once."""
    tx.orm.execute(_FIRST_TRY, {"key": key, "start": to_micros(tx.now)})
    return tx.orm.get_one(Throttle, key, with_for_update=not tx.is_alone)


def sweep_tries(tx: Transaction, before: datetime) -> int:
    """Deletes the rows whose window began before this instant; returns how many."""
    return tx.write(_SWEEP, {"before": to_micros(before)})
