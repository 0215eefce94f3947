"""Telling whoever comes second who was first, and when: a refusal that names the act that made it one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import orjson
from sqlmodel import col, select

from exam_server.domain.errors import IllegalTransition
from exam_server.domain.events import EventKind
from exam_server.storage.columns import from_micros
from exam_server.storage.tables import Account, LogEntry
from exam_server.storage.transaction import Reading, Transaction

Thing = Mapping[EventKind, str]
"""The kinds of fact that move one thing, and the code of the refusal of whoever comes after each."""

_K = EventKind

AN_ATTEMPT: Thing = MappingProxyType(
    {
        _K.ATTEMPT_PAUSED: "already_paused",
        _K.ATTEMPT_RESUMED: "already_resumed",
        _K.ATTEMPT_COMPLETED: "already_completed",
        _K.TIME_RAN_OUT: "already_timed_out",
        _K.ATTEMPT_TERMINATED: "already_terminated",
    }
)
A_CALL: Thing = MappingProxyType(
    {
        _K.HELP_CALL_ANSWERED: "call_answered",
        _K.HELP_CALL_RESOLVED: "call_resolved",
        _K.HELP_CALL_WITHDRAWN: "call_withdrawn",
    }
)
A_CANDIDATE: Thing = MappingProxyType(
    {
        _K.IDENTITY_VERIFIED: "already_present",
        _K.CANDIDATE_ADMITTED: "already_admitted",
        _K.CANDIDATE_ABSENT: "already_absent",
        _K.CANDIDATE_REFUSED: "already_refused",
        _K.REFUSAL_WITHDRAWN: "refusal_withdrawn",
    }
)
A_ROOM: Thing = MappingProxyType(
    {_K.ROOM_PAUSED: "room_already_stopped_by", _K.ROOM_RESUMED: "room_not_stopped_now"}
)
A_DUTY: Thing = MappingProxyType({_K.DUTY_LEFT: "duty_left", _K.DUTY_HANDED_OVER: "duty_handed_over"})
A_FRAUD_REQUEST: Thing = MappingProxyType(
    {
        _K.FRAUD_REQUESTED: "fraud_requested",
        _K.FRAUD_CONFIRMED: "fraud_confirmed",
        _K.FRAUD_WITHDRAWN: "fraud_withdrawn",
        _K.FRAUD_LAPSED: "fraud_lapsed",
    }
)

THINGS = (AN_ATTEMPT, A_CALL, A_CANDIDATE, A_ROOM, A_DUTY, A_FRAUD_REQUEST)

BY_NOBODY = frozenset({_K.ATTEMPT_COMPLETED, _K.TIME_RAN_OUT, _K.HELP_CALL_WITHDRAWN, _K.FRAUD_LAPSED})
"""What a candidate or the clock did: the refusal names nobody."""


@contextmanager
def telling_who(
    tx: Transaction, session_id: str, thing: Thing, about: str | None = None, **named: int | str
) -> Iterator[None]:
    """An IllegalTransition in here says who was first (`by`, a name) and when (`at`), where the log knows.

    `about` is the candidate; `named` narrows to the facts that name this, such as call=12.
    """
    try:
        yield
    except IllegalTransition as refusal:
        found = _newest(tx, session_id, thing, about, named)
        if found is None:
            raise
        kind, actor, at_ms = found
        account = tx.orm.get(Account, actor)
        if account is None and kind not in BY_NOBODY:
            raise
        told = {} if account is None else {"by": account.name}
        when = from_micros(at_ms * 1000)
        raise IllegalTransition(thing[kind], **{**refusal.facts, **told, "at": when}) from None


def _newest(
    reading: Reading, session_id: str, thing: Thing, about: str | None, named: Mapping[str, int | str]
) -> tuple[EventKind, str, int] | None:
    """The newest fact that moved this: its kind, who did it, and the instant."""
    query = (
        select(LogEntry.kind, LogEntry.actor, LogEntry.at_ms, LogEntry.content)
        .where(LogEntry.session_id == session_id)
        .where(col(LogEntry.kind).in_([str(kind) for kind in thing]))
        .order_by(col(LogEntry.number).desc())
    )
    if about is not None:
        query = query.where(LogEntry.candidate == about)
    for kind, actor, at_ms, content in reading.orm.execute(query):
        said = orjson.loads(content or "{}")
        if all(said.get(name) == value for name, value in named.items()):
            return EventKind(kind), actor, at_ms
    return None
