"""What a board shows of the staff: who invigilates, who watches now, who did what last, what takes two."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlmodel import col, or_, select

from exam_server.domain.events import ROOM, SYSTEM, EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.roles import Role, roles_of
from exam_server.storage.columns import to_millis
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Account, LogEntry, Session, SessionInvigilator
from exam_server.storage.transaction import Reading

MOST_ACTS = 150
"""Facts of the staff that a board begins with: a class that is welcomed in one act leaves sixty."""

_E, _K = LogEntry, EventKind
_BEFORE = [
    str(kind)
    for kind in (_K.SESSION_PLANNED, _K.SESSION_CHANGED, _K.CANDIDATE_REGISTERED, _K.CANDIDATE_UNREGISTERED)
]
"""The office's, before the day: no act of the room."""


def staff_of_room(reading: Reading, session: Session, viewer: str) -> dict[str, JSON]:
    """For the board's session: who looks at it and may act, its invigilators, whether fraud takes two."""
    rows = reading.orm.execute(
        select(SessionInvigilator, Account.name)
        .join(Account, col(Account.id) == SessionInvigilator.account_id)
        .where(SessionInvigilator.session_id == session.id)
        .order_by(Account.name, Account.id)
    ).all()
    return {
        "me": viewer,
        "invigilators": [
            {"id": one.account_id, "name": name, "on_duty_since": _ms(one.on_duty_since)}
            for one, name in rows
        ],
        "looks_on": all(one.account_id != viewer for one, _ in rows),
        "fraud_needs_second": rules_of(reading.house, session).fraud_needs_second,
    }


def acts_of_staff(reading: Reading, session_id: str, most: int = MOST_ACTS) -> list[Fact]:
    """The newest facts that members of staff made, the oldest first: not the candidates', not the clock's."""
    newest = reading.orm.scalars(
        select(_E)
        .where(
            _E.session_id == session_id, col(_E.actor).not_in((SYSTEM, ROOM)), col(_E.kind).not_in(_BEFORE)
        )
        .where(or_(col(_E.candidate).is_(None), _E.candidate != _E.actor))
        .order_by(col(_E.number).desc())
        .limit(most)
    ).all()
    return [
        Fact(one.number, one.at_ms, one.kind, one.candidate, orjson.loads(one.content or "{}"), one.actor)
        for one in reversed(newest)
    ]


def people_of(reading: Reading, session: Session, acts: list[Fact]) -> dict[str, JSON]:
    """Names by account: the session's invigilators, the head's office, and whoever acted in this session."""
    acted = {fact.actor for fact in acts}
    assigned = set(
        reading.orm.scalars(
            select(SessionInvigilator.account_id).where(SessionInvigilator.session_id == session.id)
        )
    )
    accounts = reading.orm.scalars(select(Account).where(Account.centre_id == session.centre_id))
    office = {Role.HEAD, Role.ACCOMMODATIONS}
    return {
        one.id: one.name
        for one in accounts
        if one.id in acted or one.id in assigned or roles_of(one.roles) & office
    }


def open_requests(reading: Reading, session_id: str) -> Mapping[str, dict[str, JSON]]:
    """By attempt: the requests that wait for a second person."""
    rows = reading.orm.execute(
        select(FraudRequest, Account.name)
        .join(Account, col(Account.id) == FraudRequest.requested_by)
        .where(FraudRequest.session_id == session_id, col(FraudRequest.open_for).is_not(None))
    ).all()
    return {
        one.attempt_id: {
            "request": one.number,
            "at": to_millis(one.requested_at),
            "by": one.requested_by,
            "name": name,
            "note": one.note,
        }
        for one, name in rows
    }


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_millis(instant)
