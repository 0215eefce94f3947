"""The receipt that every test gets at its end: computed once, from the rows that can change no more."""

import orjson
from sqlalchemy import and_, bindparam, select

from exam_server.signing.receipts import Saved, responses_digest
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.tables import GivenItem, Response
from exam_server.storage.transaction import Reading

_GIVEN, _RESPONSE = table_of(GivenItem), table_of(Response)
_COUNTED = Prepared(
    select(_RESPONSE.c.position, _GIVEN.c.item_id, _RESPONSE.c.content)
    .join(
        _GIVEN,
        and_(_GIVEN.c.attempt_id == _RESPONSE.c.attempt_id, _GIVEN.c.position == _RESPONSE.c.position),
    )
    .where(_RESPONSE.c.attempt_id == bindparam("attempt"))
    .where(_GIVEN.c.neutralised_after.is_(None))
)


def receipt_of(reading: Reading, attempt_id: str) -> str:
    """The digest of the responses that count: not the draft of an item that was replaced."""
    rows = reading.rows(_COUNTED, {"attempt": attempt_id})
    saved = (Saved(position, item, orjson.loads(content)) for position, item, content in rows)
    return responses_digest(attempt_id, saved)
