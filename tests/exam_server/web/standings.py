"""How a session, a candidate and an attempt can stand; `ways.py` leads into each of these standings."""

from dataclasses import dataclass

import orjson
from sqlmodel import col, func, select

from exam_server.acts.clocks import is_room_stopped
from exam_server.domain.accommodations import Accommodations
from exam_server.domain.admission import has_lapsed, late_after
from exam_server.domain.attempts import AttemptState
from exam_server.domain.candidates import CandidateState
from exam_server.domain.fraud_requests import FraudRequestState
from exam_server.domain.help_calls import HelpCallState
from exam_server.domain.incidents import IncidentState
from exam_server.domain.rulings import ABOUT_ATTEMPT, RulingState
from exam_server.domain.sessions import SessionState
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.incident_rows import incidents_undecided
from exam_server.storage.rehearsal_tables import Rehearsal
from exam_server.storage.results_tables import Ruling
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import (
    Attempt,
    Candidate,
    HelpCall,
    IncidentReport,
    Session,
    SessionInvigilator,
)
from exam_server.storage.transaction import Reading
from tests.support.room import ExamRoom

OTHER_CLASS = "3E B"
"""A class that nobody has registered yet."""


@dataclass(frozen=True)
class Shared:
    """What is true of those who share the room: a request to end the first test, who watches, a rehearsal."""

    fraud: FraudRequestState | None
    fraud_number: int
    fraud_is_own: bool
    is_on_duty: bool
    colleague_invigilates: bool
    colleague_is_on_duty: bool
    has_code: bool
    code_is_in_force: bool


@dataclass(frozen=True)
class Decided:
    """What was ruled on the first candidate: where the newest ruling stands, and if one is about the test."""

    ruling: RulingState | None
    number: int
    stands_on_attempt: bool


@dataclass(frozen=True)
class Standing:
    """What is true of the session, of its first candidate, and of what hangs on that candidate."""

    session: SessionState
    candidate: CandidateState
    attempt: AttemptState | None
    call: HelpCallState | None
    report: IncidentState | None
    planned_for_today: bool
    room_stopped: bool
    late_limit_passed: bool
    is_seated: bool
    has_lapsed: bool
    card_is_used: bool
    signed_in: bool
    time_is_over: bool
    call_waits: bool
    call_holds_clock: bool
    is_stated: bool
    has_declined: bool
    is_undecided: bool
    call_number: int
    report_id: str
    breaks_left: int
    rests: bool
    position: int
    called_at: int
    message: int
    shared: Shared
    decided: Decided


def standing(reading: Reading, room: ExamRoom) -> Standing:
    """Read from the tables, so that a way that leads elsewhere than its name says is found out."""
    session = reading.get(Session, room.session_id)
    candidate = reading.get(Candidate, room.candidates[0].id)
    attempt = reading.orm.get(Attempt, candidate.id)
    call = _newest_call(reading, candidate.id)
    report = reading.orm.scalars(
        select(IncidentReport).where(IncidentReport.session_id == session.id)
    ).first()
    waits = call is not None and call.open_for is not None
    due = None if attempt is None else attempt.due_at
    return Standing(
        session=SessionState(session.state),
        candidate=CandidateState(candidate.state),
        attempt=None if attempt is None else AttemptState(attempt.state),
        call=None if call is None else HelpCallState(call.state),
        report=None if report is None else IncidentState(report.state),
        planned_for_today=session.date == reading.now.astimezone(reading.house.zone).date(),
        room_stopped=is_room_stopped(session),
        late_limit_passed=_late_limit_passed(reading, session),
        is_seated=candidate.seat_row is not None,
        has_lapsed=has_lapsed(reading.now, candidate.admitted_at, rules_of(reading.house, session)),
        card_is_used=candidate.card_used_at is not None,
        signed_in=candidate.device_hash is not None,
        time_is_over=due is not None and reading.now >= due,
        call_waits=waits,
        call_holds_clock=call is not None and waits and call.stops_clock,
        is_stated=report is not None and report.statement is not None,
        has_declined=report is not None and report.statement_declined,
        is_undecided=incidents_undecided(reading, session.id) > 0,
        call_number=0 if call is None else call.number,
        report_id="0" * 32 if report is None else report.id,
        breaks_left=_breaks_left(candidate, attempt),
        rests=attempt is not None and attempt.break_until is not None,
        position=0 if attempt is None else attempt.position,
        called_at=0 if call is None else call.position,
        message=_newest_message(candidate),
        shared=_shared(reading, room, candidate.id),
        decided=_decided(reading, candidate.id),
    )


def _decided(reading: Reading, candidate_id: str) -> Decided:
    about = select(Ruling).where(Ruling.candidate_id == candidate_id).order_by(col(Ruling.number).desc())
    rulings = reading.orm.scalars(about).all()
    newest = rulings[0] if rulings else None
    standing = {RulingState.PROPOSED, RulingState.STANDING}
    return Decided(
        ruling=None if newest is None else RulingState(newest.state),
        number=0 if newest is None else newest.number,
        stands_on_attempt=any(one.state in standing and one.kind in ABOUT_ATTEMPT for one in rulings),
    )


def _shared(reading: Reading, room: ExamRoom, candidate_id: str) -> Shared:
    request = _newest_request(reading, candidate_id)
    mine, theirs = (
        reading.orm.get(SessionInvigilator, (room.session_id, one.id))
        for one in (room.by, room.school.colleague)
    )
    rehearsed = reading.orm.get(Rehearsal, room.session_id)
    has_code = rehearsed is not None and rehearsed.code is not None
    return Shared(
        fraud=None if request is None else FraudRequestState(request.state),
        fraud_number=0 if request is None else request.number,
        fraud_is_own=request is not None and request.requested_by == room.by.id,
        is_on_duty=mine is not None and mine.on_duty_since is not None,
        colleague_invigilates=theirs is not None,
        colleague_is_on_duty=theirs is not None and theirs.on_duty_since is not None,
        has_code=has_code,
        code_is_in_force=rehearsed is not None and has_code and reading.now < rehearsed.ends_at,
    )


def _newest_message(candidate: Candidate) -> int:
    unread = orjson.loads(candidate.messages)
    return unread[-1]["number"] if unread else 0


def _breaks_left(candidate: Candidate, attempt: Attempt | None) -> int:
    granted = Accommodations.from_json(orjson.loads(candidate.accommodations)).breaks
    return 0 if granted is None else granted.most - (0 if attempt is None else attempt.breaks_taken)


def _newest_call(reading: Reading, candidate_id: str) -> HelpCall | None:
    calls = select(HelpCall).where(HelpCall.attempt_id == candidate_id).order_by(col(HelpCall.number).desc())
    return reading.orm.scalars(calls).first()


def _newest_request(reading: Reading, candidate_id: str) -> FraudRequest | None:
    about = select(FraudRequest).where(FraudRequest.attempt_id == candidate_id)
    return reading.orm.scalars(about.order_by(col(FraudRequest.number).desc())).first()


def _late_limit_passed(reading: Reading, session: Session) -> bool:
    first = reading.orm.scalar(select(func.min(Attempt.started_at)).where(Attempt.session_id == session.id))
    if session.check_in_ends_at is None:
        return False
    limit = late_after(session.check_in_ends_at, first, rules_of(reading.house, session))
    return limit is not None and reading.now >= limit
