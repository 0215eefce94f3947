"""What the head decides about a candidate after an incident: taken, confirmed by a second one, reversed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from sqlmodel import col, select

from exam_server.acts.engine import bank_of
from exam_server.acts.lookups import lock_watched_session, session_of_centre
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.events import Event, EventKind
from exam_server.domain.finalisation import Fact, SessionRecord, fold
from exam_server.domain.incidents import IncidentState
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.domain.rulings import (
    TAKES_TWO,
    TRANSITIONS,
    Heard,
    RulingAction,
    RulingKind,
    RulingState,
    Standing,
    Wanted,
    check_second,
    check_wanted,
)
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.exports.results import Sat, result_of, settings_of
from exam_server.signing.canonical import canonical
from exam_server.storage.closing_rows import asked_of
from exam_server.storage.log import facts_after
from exam_server.storage.results_tables import Ruling
from exam_server.storage.tables import Account, Attempt, Candidate, IncidentReport, Session
from exam_server.storage.transaction import Reading, Transaction


@dataclass(frozen=True)
class Effect:
    """A candidate's result as things stand, and as it would be: both in the form of the signed results."""

    before: dict[str, JSON]
    after: dict[str, JSON]


def take_ruling(tx: Transaction, by: Person, session_id: str, wanted: Wanted) -> int:
    """Takes a ruling, or proposes one that takes a second person; returns its number.

    Raises InvalidInput or NotAllowed by the rules of `domain/rulings.py`, IllegalTransition unless the
    session is closed and its results not finalised, NotFound for a candidate of another session.
    """
    session = _lock_closed(tx, by, session_id)
    if Role.HEAD not in by.roles:
        raise NotFound
    _check(tx, session, wanted)
    number = tx.next_number(session_id)
    ruling = Ruling(
        session_id=session_id,
        number=number,
        candidate_id=wanted.candidate,
        incident_id=wanted.incident,
        kind=wanted.kind,
        positions=canonical(sorted(wanted.positions)).decode(),
        reason=wanted.reason.strip(),
        state=RulingState.PROPOSED,
        proposed_by=by.id,
        proposed_at=tx.now,
    )
    tx.orm.add(ruling)
    if wanted.kind in TAKES_TWO:
        facts: dict[str, JSON] = {**_said(ruling), "by": by.name, "reason": ruling.reason}
        return tx.record(session_id, Event(EventKind.RULING_PROPOSED, by.id, wanted.candidate, facts))
    return _taken(tx, by, ruling)


def confirm_ruling(tx: Transaction, by: Person, session_id: str, number: int) -> int:
    """A second person, of the room or another head, takes what the head proposed; the last number.

    Raises Forbidden for whoever proposed it.
    """
    _lock_closed(tx, by, session_id)
    ruling = _ruling_at(tx, session_id, number)
    check_second(ruling.proposed_by, by.id)
    return _taken(tx, by, ruling)


def drop_ruling(tx: Transaction, by: Person, session_id: str, number: int, reason: str) -> int:
    """What was proposed is not taken: the one who proposed it withdraws it, or the second person says no."""
    _lock_closed(tx, by, session_id)
    return _ended(tx, by, _ruling_at(tx, session_id, number), RulingAction.DROP, reason)


def reverse_ruling(tx: Transaction, by: Person, session_id: str, number: int, reason: str) -> int:
    """The inverse of a ruling: it no longer counts, and stays readable."""
    _lock_closed(tx, by, session_id)
    if Role.HEAD not in by.roles:
        raise NotFound
    return _ended(tx, by, _ruling_at(tx, session_id, number), RulingAction.REVERSE, reason)


def effect_of(reading: Reading, by: Person, session_id: str, wanted: Wanted) -> Effect:
    """What a ruling would do to its candidate's result. Changes nothing; raises what `take_ruling` raises."""
    session = session_of_centre(reading, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.RULE)
    _check(reading, session, wanted)
    number = session.log_number + 1
    facts = facts_after(reading, session_id, 0)
    content: dict[str, JSON] = {
        "ruling": number,
        "kind": str(wanted.kind),
        "positions": sorted(wanted.positions),
        "by": by.name,
        "proposed_by": by.name,
        "proposed_by_id": by.id,
    }
    would_be = Fact(number, 0, EventKind.RULING_TAKEN, wanted.candidate, content, by.id)
    result = _result_in(reading, session, wanted.candidate)
    return Effect(result(fold(facts)), result(fold([*facts, would_be])))


def effect_of_reversal(reading: Reading, by: Person, session_id: str, number: int) -> Effect:
    """What reversing a ruling would do. Changes nothing; raises what `reverse_ruling` raises."""
    session = session_of_centre(reading, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.RULE)
    ruling = _ruling_at(reading, session_id, number)
    move(TRANSITIONS, RulingState(ruling.state), RulingAction.REVERSE)
    record = fold(facts_after(reading, session_id, 0))
    result = _result_in(reading, session, ruling.candidate_id)
    before = result(record)
    record.candidates[ruling.candidate_id].rulings.pop(number, None)
    return Effect(before, result(record))


def _result_in(
    reading: Reading, session: Session, candidate: str
) -> Callable[[SessionRecord], dict[str, JSON]]:
    in_use = bank_of(reading.house, session.bank_version)
    sat = Sat(in_use.items, in_use.published)

    def result(record: SessionRecord) -> dict[str, JSON]:
        settings = settings_of(record.rules or reading.house.rules)
        return result_of(record.candidates[candidate], sat, settings)

    return result


def _check(reading: Reading, session: Session, wanted: Wanted) -> None:
    candidate = reading.orm.get(Candidate, wanted.candidate)
    if candidate is None or candidate.session_id != session.id:
        raise NotFound
    attempt = reading.orm.get(Attempt, wanted.candidate)
    if attempt is None or AttemptState(attempt.state) not in ENDED:
        raise NotAllowed("never_sat")
    check_wanted(
        wanted,
        _answered(reading, wanted.candidate),
        _standing(reading, session.id, wanted.candidate),
        _heard(reading, session.id, wanted.incident),
    )


def _answered(reading: Reading, candidate: str) -> frozenset[int]:
    return frozenset(one.position for one in asked_of(reading, candidate))


def _standing(reading: Reading, session_id: str, candidate: str) -> Sequence[Standing]:
    rows = reading.orm.scalars(
        select(Ruling).where(
            Ruling.session_id == session_id,
            Ruling.candidate_id == candidate,
            col(Ruling.state).in_((RulingState.PROPOSED, RulingState.STANDING)),
        )
    )
    return [Standing(RulingKind(one.kind), tuple(orjson.loads(one.positions))) for one in rows]


def _heard(reading: Reading, session_id: str, incident_id: str | None) -> Heard | None:
    if incident_id is None:
        return None
    incident = reading.orm.get(IncidentReport, incident_id)
    if incident is None or (incident.session_id, incident.state) != (session_id, IncidentState.STANDING):
        raise InvalidInput("invalid_ruling", problems=[("incident", "incident_required")])
    return Heard(incident.candidate_id, incident.statement is not None, incident.statement_declined)


def _lock_closed(tx: Transaction, by: Person, session_id: str) -> Session:
    session = lock_watched_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.RULE)
    return session


def _ruling_at(reading: Reading, session_id: str, number: int) -> Ruling:
    """Raises NotFound; a number that no column can hold is none."""
    ruling = reading.orm.get(Ruling, (session_id, number)) if 0 < number < 2**31 else None
    if ruling is None:
        raise NotFound("no_such_ruling")
    return ruling


def _taken(tx: Transaction, by: Person, ruling: Ruling) -> int:
    ruling.state = move(TRANSITIONS, RulingState(ruling.state), RulingAction.CONFIRM)
    ruling.taken_by, ruling.taken_at = by.id, tx.now
    proposed_by = by.name if ruling.proposed_by == by.id else tx.get(Account, ruling.proposed_by).name
    facts: dict[str, JSON] = {
        **_said(ruling),
        "by": by.name,
        "reason": ruling.reason,
        "proposed_by": proposed_by,
        "proposed_by_id": ruling.proposed_by,
    }
    return tx.record(ruling.session_id, Event(EventKind.RULING_TAKEN, by.id, ruling.candidate_id, facts))


def _ended(tx: Transaction, by: Person, ruling: Ruling, action: RulingAction, reason: str) -> int:
    ruling.state = move(TRANSITIONS, RulingState(ruling.state), action)
    ruling.ended_by, ruling.ended_at = by.id, tx.now
    kind = EventKind.RULING_DROPPED if action is RulingAction.DROP else EventKind.RULING_REVERSED
    facts: dict[str, JSON] = {**_said(ruling), "by": by.name, "reason": reason}
    return tx.record(ruling.session_id, Event(kind, by.id, ruling.candidate_id, facts))


def _said(ruling: Ruling) -> dict[str, JSON]:
    return {
        "ruling": ruling.number,
        "kind": ruling.kind,
        "positions": orjson.loads(ruling.positions),
        "incident": ruling.incident_id,
    }
