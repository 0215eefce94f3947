"""The rows that count tries: made without colliding, and swept when their window is long past."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import bindparam, delete, text, update

from exam_server.storage.columns import to_micros
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.tables import Throttle
from exam_server.storage.transaction import Transaction

_FIRST_TRY = text(
    "INSERT INTO throttle (key, window_start, tries) VALUES (:key, :start, 0) ON CONFLICT (key) DO NOTHING"
)
_TRIES = table_of(Throttle)
_SWEEP = Prepared(delete(_TRIES).where(_TRIES.c.window_start < bindparam("before")))
_GIVE_BACK = Prepared(
    update(_TRIES)
    .where(_TRIES.c.key == bindparam("kept"))
    .where(_TRIES.c.tries > bindparam("none"))
    .values(tries=_TRIES.c.tries - bindparam("one"))
)


def kept_key(secret: bytes, key: str) -> str:
    """What the database keeps of a key `kind:of what`: its kind, and an HMAC under the server's secret.

    Codes, e-mail addresses and network addresses are few enough to be guessed one by one from a plain hash.
    """
    kind = key.partition(":")[0]
    return f"{kind}:" + hmac.new(secret, f"tries\0{key}".encode(), hashlib.sha256).hexdigest()


def tries_of(tx: Transaction, key: str) -> Throttle:
    """The row of this key, locked; made where it is missing, also when two ask at once."""
    kept = kept_key(tx.house.secret, key)
    tx.orm.execute(_FIRST_TRY, {"key": kept, "start": to_micros(tx.now)})
    return tx.orm.get_one(Throttle, kept, with_for_update=not tx.is_alone)


def take_one_off(tx: Transaction, key: str) -> None:
    """One try fewer on this key, where it has any."""
    tx.write(_GIVE_BACK, {"kept": kept_key(tx.house.secret, key), "none": 0, "one": 1})


def sweep_tries(tx: Transaction, before: datetime) -> int:
    """Deletes the rows whose window began before this instant; returns how many."""
    return tx.write(_SWEEP, {"before": to_micros(before)})
