"""What is reported of a session: a fact, notes, what came of it, what the candidate says, its withdrawal."""

import orjson

from exam_server.acts.identifiers import new_id
from exam_server.acts.lookups import Place, lock_watched_place, lock_watched_session
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.events import Event, EventKind
from exam_server.domain.incidents import (
    TRANSITIONS,
    IncidentAction,
    IncidentState,
    Report,
    Settlement,
    check_report,
    check_settlement,
    may_read,
)
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.tables import GivenItem, IncidentReport, Session
from exam_server.storage.transaction import Transaction


def report_incident(tx: Transaction, by: Person, session_id: str, report: Report) -> str:
    """Reports what happened, until the session is finalised; returns the report's identifier.

    What came of it, where that is known already, is a fact of its own beside the report.
    """
    session = lock_watched_session(tx, by, session_id)
    _check_open_to_reports(session)
    check_report(report, by.roles)
    if report.candidate is not None:
        _check_place(tx, lock_watched_place(tx, by, report.candidate), session_id, report.position)
    incident = IncidentReport(
        id=new_id(),
        session_id=session_id,
        number=tx.next_number(session_id),
        candidate_id=report.candidate,
        position=report.position,
        category=report.category,
        description=report.description,
        state=IncidentState.STANDING,
        reported_by=by.id,
        reported_at=tx.now,
    )
    tx.orm.add(incident)
    facts: dict[str, JSON] = {
        "position": report.position,
        "description": report.description,
    }
    _record(tx, by, incident, EventKind.INCIDENT_REPORTED, facts)
    if report.settlement is not None:
        _settle(tx, by, incident, report.settlement)
    return incident.id


def amend_incident(tx: Transaction, by: Person, incident_id: str, note: str) -> int:
    """Adds a note to a report; what was written before stays. Returns the event's number."""
    incident = _moved(tx, by, incident_id, IncidentAction.AMEND)
    _add_note(tx, by, incident, "note", note)
    return _record(tx, by, incident, EventKind.INCIDENT_AMENDED, {"note": note})


def resolve_incident(tx: Transaction, by: Person, incident_id: str, settlement: Settlement) -> int:
    """Says what was done about a report, and what came of it; what was said before stays. The event's number.

    It may be said again, by somebody else or when more is known: each time with its own time and author.
    """
    incident = _moved(tx, by, incident_id, IncidentAction.RESOLVE)
    check_settlement(settlement)
    return _settle(tx, by, incident, settlement)


def withdraw_incident(tx: Transaction, by: Person, incident_id: str, reason: str) -> int:
    """Withdraws a report that was made by mistake: it stays readable, and no longer counts."""
    incident = _moved(tx, by, incident_id, IncidentAction.WITHDRAW)
    _add_note(tx, by, incident, "withdrawal", reason)
    return _record(tx, by, incident, EventKind.INCIDENT_WITHDRAWN, {"reason": reason})


def record_statement(tx: Transaction, by: Person, incident_id: str, statement: str | None) -> int:
    """The candidate's own words about a report; None: the candidate was asked, and has nothing to say.

    Whoever declined may still speak; declining twice does no harm.
    """
    incident = _moved(tx, by, incident_id, IncidentAction.RECORD_STATEMENT)
    if incident.candidate_id is None:
        raise InvalidInput("nobody_to_state")
    if incident.statement is not None:
        raise NotAllowed("statement_recorded")
    if statement is None and incident.statement_declined:
        return tx.lock_session(incident.session_id)
    incident.statement, incident.statement_declined = statement, statement is None
    incident.statement_at = tx.now
    facts: dict[str, JSON] = {"statement": statement, "declined": statement is None}
    return _record(tx, by, incident, EventKind.STATEMENT_RECORDED, facts)


def _settle(tx: Transaction, by: Person, incident: IncidentReport, settlement: Settlement) -> int:
    incident.outcome = settlement.outcome
    _add_note(tx, by, incident, "resolution", settlement.done, outcome=str(settlement.outcome))
    facts: dict[str, JSON] = {"outcome": str(settlement.outcome), "done": settlement.done}
    return _record(tx, by, incident, EventKind.INCIDENT_RESOLVED, facts)


def _moved(tx: Transaction, by: Person, incident_id: str, action: IncidentAction) -> IncidentReport:
    """The report, of a session that the person invigilates or heads, after this move."""
    found = tx.orm.get(IncidentReport, incident_id)
    if found is None:
        raise NotFound
    session = lock_watched_session(tx, by, found.session_id)
    if not may_read(found.category, by.roles):
        raise NotFound
    _check_open_to_reports(session)
    tx.orm.refresh(found)  # it was read before the lock
    found.state = move(TRANSITIONS, IncidentState(found.state), action)
    return found


def _check_open_to_reports(session: Session) -> None:
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.REPORT)


def _check_place(tx: Transaction, place: Place, session_id: str, position: int | None) -> None:
    """The candidate sits in this session, and was given an item at this position."""
    if place.session.id != session_id:
        raise NotFound
    if position is not None and tx.orm.get(GivenItem, (place.candidate.id, position)) is None:
        raise InvalidInput("invalid_incident", problems=[("position", "position_not_given")])


def _add_note(
    tx: Transaction, by: Person, incident: IncidentReport, kind: str, text: str, **more: JSON
) -> None:
    note: dict[str, JSON] = {"kind": kind, "text": text, "by": by.name, "at": to_millis(tx.now), **more}
    incident.notes = canonical([*orjson.loads(incident.notes), note]).decode()


def _record(
    tx: Transaction, by: Person, incident: IncidentReport, kind: EventKind, facts: dict[str, JSON]
) -> int:
    known: dict[str, JSON] = {"incident": incident.id, "category": incident.category, "by": by.name}
    return tx.record(incident.session_id, Event(kind, by.id, incident.candidate_id, {**known, **facts}))
