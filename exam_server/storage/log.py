"""Reading a session's log back, with its contents."""

import orjson
from sqlalchemy import bindparam, select

from exam_server.domain.finalisation import Fact
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.tables import LogEntry
from exam_server.storage.transaction import Reading

_LOG = table_of(LogEntry)
_AFTER = Prepared(
    select(_LOG.c.number, _LOG.c.at_ms, _LOG.c.kind, _LOG.c.candidate, _LOG.c.content, _LOG.c.actor)
    .where(_LOG.c.session_id == bindparam("session"))
    .where(_LOG.c.number > bindparam("after"))
    .order_by(_LOG.c.number)
)


def facts_after(reading: Reading, session_id: str, after: int) -> list[Fact]:
    """The facts of a session whose numbers are higher than `after`, in order; an erased content is empty."""
    rows = reading.rows(_AFTER, {"session": session_id, "after": after})
    return [
        Fact(number, at_ms, kind, candidate, orjson.loads(content or "{}"), actor)
        for number, at_ms, kind, candidate, content, actor in rows
    ]


def actors_of(reading: Reading, session_id: str) -> dict[int, str]:
    """Who did what, by number: an account's identifier, a candidate's, or the system."""
    rows = reading.orm.execute(
        select(_LOG.c.number, _LOG.c.actor).where(_LOG.c.session_id == session_id)
    ).all()
    return {row[0]: row[1] for row in rows}
