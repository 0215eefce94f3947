"""How a session, a candidate and an attempt can stand, each reached by real acts; and what then is true.

Whoever adds a state to the exam room adds the way into it to `WAYS`: the test of the complement then tries
every write route in it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import orjson
from sqlmodel import col, func, select

from exam_server.acts import check_in, incidents, sessions
from exam_server.acts.clocks import is_room_stopped
from exam_server.acts.closing import GivenReason
from exam_server.domain.admission import has_lapsed, late_after
from exam_server.domain.attempts import AttemptState, EndReason
from exam_server.domain.candidates import CandidateState, IdentityDocument, RefusalReason
from exam_server.domain.help_calls import HelpCallKind, HelpCallState
from exam_server.domain.incidents import IncidentState, Report
from exam_server.domain.sessions import SessionState
from exam_server.storage.session_rules import rules_of
from exam_server.storage.store import Store
from exam_server.storage.tables import Attempt, Candidate, HelpCall, IncidentReport, Session
from exam_server.storage.transaction import Reading, Transaction
from tests.support.room import ExamRoom, Sitter, an_exam_room
from tests.support.school import enrol

OTHER_CLASS = "3E B"
"""A class that nobody has registered yet."""


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
    call_number: int
    report_id: str
    position: int
    called_at: int
    message: int


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
    unread = orjson.loads(candidate.messages)
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
        call_number=0 if call is None else call.number,
        report_id="0" * 32 if report is None else report.id,
        position=0 if attempt is None else attempt.position,
        called_at=0 if call is None else call.position,
        message=unread[-1]["number"] if unread else 0,
    )


def _newest_call(reading: Reading, candidate_id: str) -> HelpCall | None:
    calls = select(HelpCall).where(HelpCall.attempt_id == candidate_id).order_by(col(HelpCall.number).desc())
    return reading.orm.scalars(calls).first()


def _late_limit_passed(reading: Reading, session: Session) -> bool:
    first = reading.orm.scalar(select(func.min(Attempt.started_at)).where(Attempt.session_id == session.id))
    if session.check_in_ends_at is None:
        return False
    limit = late_after(session.check_in_ends_at, first, rules_of(reading.house, session))
    return limit is not None and reading.now >= limit


Way = Callable[[ExamRoom, Sitter], Awaitable[object]]
"""Leads a room, and its first candidate, to where it is to stand."""


def then(*ways: Way) -> Way:
    """One thing after the other, with a minute behind each."""

    async def walk(room: ExamRoom, c: Sitter) -> None:
        for way in ways:
            await way(room, c)
            room.clock.advance(minutes=1)

    return walk


async def opened(room: ExamRoom, c: Sitter) -> None:
    """Open, with something reported of the candidate, and a neighbour who has a seat and waits."""
    await room.open()
    await room.check_in(room.candidates[1])
    await room.do(incidents.report_incident, room.by, room.session_id, Report("candidate_left_room", c.id))


async def tomorrow(room: ExamRoom, c: Sitter) -> None:
    def put_off(tx: Transaction) -> None:
        plan = sessions.plan_of(tx, tx.get(Session, room.session_id))
        later = replace(plan, day=plan.day + timedelta(days=1))
        sessions.change_plan(tx, room.school.head, room.session_id, later)

    await room.do(put_off)


async def cancelled(room: ExamRoom, c: Sitter) -> None:
    await room.do(sessions.cancel_session, room.school.head, room.session_id)


async def present(room: ExamRoom, c: Sitter) -> None:
    """Identity checked, no seat yet."""
    await room.do(check_in.verify_identity, room.by, c.id, IdentityDocument.SCHOOL_CARD)


async def absent(room: ExamRoom, c: Sitter) -> None:
    await room.do(check_in.mark_absent, room.by, c.id)


async def refused(room: ExamRoom, c: Sitter) -> None:
    await room.do(check_in.refuse, room.by, c.id, RefusalReason.NO_DOCUMENT, "")


async def new_card(room: ExamRoom, c: Sitter) -> None:
    await room.do(check_in.issue_new_card, room.by, c.id)


async def hour_passed(room: ExamRoom, c: Sitter) -> None:
    """Nobody is admitted any more."""
    room.clock.advance(hours=1, minutes=20)


async def quarter_passed(room: ExamRoom, c: Sitter) -> None:
    """An admission has lapsed."""
    room.clock.advance(minutes=15)


async def called_about_question(room: ExamRoom, c: Sitter) -> None:
    """A call that does not stop the clock."""
    await room.call(c, HelpCallKind.QUESTION)


async def written_to(room: ExamRoom, c: Sitter) -> None:
    await room.write_to(c, "Bonjour")


async def room_stopped(room: ExamRoom, c: Sitter) -> None:
    await room.pause_room()


async def time_over(room: ExamRoom, c: Sitter) -> None:
    """A second behind the deadline, within the grace: nobody has closed the test yet."""
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due + timedelta(seconds=1) - timedelta(minutes=1))


async def timed_out(room: ExamRoom, c: Sitter) -> None:
    """The clock's own hand has closed the test."""
    await time_over(room, c)
    room.clock.advance(minutes=2)
    await room.tick()


async def stated(room: ExamRoom, c: Sitter) -> None:
    await room.do(incidents.record_statement, room.by, await _report(room), "Il était éteint.")


async def declined(room: ExamRoom, c: Sitter) -> None:
    await room.do(incidents.record_statement, room.by, await _report(room), None)


async def report_withdrawn(room: ExamRoom, c: Sitter) -> None:
    await room.do(incidents.withdraw_incident, room.by, await _report(room), "autre salle")


async def _report(room: ExamRoom) -> str:
    return (await room.store.read(standing, room)).report_id


async def closed(room: ExamRoom, c: Sitter) -> None:
    await room.close(**{one.id: GivenReason(EndReason.TECHNICAL) for one in room.candidates})


async def finalised(room: ExamRoom, c: Sitter) -> None:
    await room.finalise()


at_desk = then(opened, ExamRoom.check_in)
admitted = then(opened, ExamRoom.admit, ExamRoom.enter)
running = then(admitted, ExamRoom.start)

WAYS: Mapping[str, Way] = {
    "planned": then(),
    "planned, entered": then(ExamRoom.enter),
    "planned for tomorrow": then(tomorrow),
    "cancelled": then(cancelled),
    "cancelled, entered": then(ExamRoom.enter, cancelled),
    "registered": then(opened),
    "registered, entered": then(opened, ExamRoom.enter),
    "present without seat": then(opened, present),
    "present": at_desk,
    "present, too late": then(at_desk, hour_passed),
    "admitted, not entered": then(opened, ExamRoom.admit),
    "admitted": admitted,
    "admission lapsed": then(admitted, quarter_passed),
    "admission lapsed, too late": then(admitted, hour_passed),
    "absent": then(opened, absent),
    "refused": then(at_desk, refused),
    "room stopped, registered": then(opened, room_stopped),
    "room stopped, admitted": then(admitted, room_stopped),
    "running": running,
    "running, written to": then(running, written_to),
    "running, new card": then(running, new_card),
    "called": then(running, ExamRoom.call),
    "called about the question": then(running, called_about_question),
    "called, somebody comes": then(running, ExamRoom.call, ExamRoom.come),
    "call dismissed": then(running, ExamRoom.call, ExamRoom.dismiss),
    "call withdrawn": then(running, ExamRoom.call, ExamRoom.withdraw),
    "called, and answered the question": then(running, called_about_question, ExamRoom.respond),
    "paused": then(running, ExamRoom.pause),
    "called, paused": then(running, ExamRoom.call, ExamRoom.pause),
    "room stopped, running": then(running, room_stopped),
    "room stopped, paused": then(running, ExamRoom.pause, room_stopped),
    "room stopped, called": then(running, ExamRoom.call, room_stopped),
    "time over, not closed": then(running, time_over),
    "timed out": then(running, timed_out),
    "timed out while called": then(running, called_about_question, timed_out),
    "completed": then(running, ExamRoom.finish),
    "terminated": then(running, ExamRoom.terminate),
    "terminated while called": then(running, ExamRoom.call, ExamRoom.terminate),
    "report with statement": then(running, stated),
    "report, nothing to say": then(running, declined),
    "report withdrawn": then(running, report_withdrawn),
    "closed, never started": then(at_desk, ExamRoom.enter, closed),
    "closed, while running": then(running, closed),
    "closed, completed": then(running, ExamRoom.finish, closed),
    "closed, report withdrawn": then(running, report_withdrawn, closed),
    "finalised": then(running, ExamRoom.finish, closed, finalised),
}


async def room_that_is(store: Store, way: str) -> ExamRoom:
    """A room of two candidates, and a class more that could be registered, led along this way."""
    room = await an_exam_room(store, candidates=2, is_open=False)
    await room.do(enrol, room.school, 1, OTHER_CLASS, 5000)
    await WAYS[way](room, room.candidates[0])
    return room
