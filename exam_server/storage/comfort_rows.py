"""A pupil's settings as a row: written over, also when two of the pupil's pages write at once."""

import orjson
from sqlalchemy import text

from exam_server.domain.comfort import Comfort
from exam_server.signing.canonical import canonical
from exam_server.storage.transaction import Transaction

_KEEP = text(
    "INSERT INTO pupil_comfort (pupil_id, settings) VALUES (:pupil, :settings)"
    " ON CONFLICT (pupil_id) DO UPDATE SET settings = excluded.settings"
)


_KEPT = text("SELECT settings FROM pupil_comfort WHERE pupil_id = :pupil")


def settings_of(tx: Transaction, pupil_id: str) -> Comfort | None:
    """What the pupil has set; None for nothing so far."""
    kept = tx.orm.execute(_KEPT, {"pupil": pupil_id}).scalar()
    return None if kept is None else Comfort.from_json(orjson.loads(kept))


def keep_settings(tx: Transaction, pupil_id: str, comfort: Comfort) -> None:
    """These settings are the pupil's from now on."""
    tx.orm.execute(_KEEP, {"pupil": pupil_id, "settings": canonical(comfort.to_json()).decode()})
