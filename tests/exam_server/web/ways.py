"""The ways into each standing, by real acts: how a room is led to where it is to stand.

Whoever adds a state to the exam room adds the way into it to `WAYS`: the test of the complement then tries
every write route in it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from exam_server.acts import (
    check_in,
    closing,
    duty,
    fraud,
    incidents,
    publishing,
    rest_breaks,
    rulings,
    sessions,
)
from exam_server.acts.certificates import Issuer
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import IdentityDocument, RefusalReason
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.roles import Person
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Transaction
from tests.exam_server.web.standings import OTHER_CLASS, standing
from tests.support import rehearsal
from tests.support.decisions import TWO_BREAKS, decide, recorded
from tests.support.room import ExamRoom, Sitter, an_exam_room
from tests.support.school import enrol

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


async def undecided(room: ExamRoom, c: Sitter) -> None:
    await room.do(incidents.resolve_incident, room.by, await _report(room), Settlement(Outcome.UNDECIDED))


async def colleague_added(room: ExamRoom, c: Sitter) -> None:
    colleague = room.school.colleague.id
    await room.do(duty.add_invigilator, room.school.head, room.session_id, colleague)


async def colleague_comes(room: ExamRoom, c: Sitter) -> None:
    """A second invigilator watches the room too."""
    await colleague_added(room, c)
    await room.do(duty.come_on_duty, room.school.colleague, room.session_id)


async def off_duty(room: ExamRoom, c: Sitter) -> None:
    await room.do(duty.leave_duty, room.by, room.session_id, "")


async def fraud_requested(room: ExamRoom, c: Sitter) -> None:
    await _request(room, room.by, c)


async def colleague_requests(room: ExamRoom, c: Sitter) -> None:
    await _request(room, room.school.colleague, c)


async def _request(room: ExamRoom, by: Person, c: Sitter) -> None:
    await room.do(fraud.request_fraud, by, c.id, "téléphone")


async def fraud_confirmed(room: ExamRoom, c: Sitter) -> None:
    number = (await room.store.read(standing, room)).shared.fraud_number
    await room.do(fraud.confirm_fraud, room.school.head, c.id, number)


async def fraud_withdrawn(room: ExamRoom, c: Sitter) -> None:
    number = (await room.store.read(standing, room)).shared.fraud_number
    await room.do(fraud.withdraw_fraud, room.by, c.id, number, "")


async def rehearsing(room: ExamRoom, c: Sitter) -> None:
    """The rehearsal's code is on the console, and a computer has come in by it."""
    await rehearsal.begin(room)
    room.rehearsal_code = await rehearsal.code_of(room)
    room.rehearsal_token = await rehearsal.enter(room)


async def rehearsal_ended(room: ExamRoom, c: Sitter) -> None:
    await rehearsal.end(room)


async def code_lapsed(room: ExamRoom, c: Sitter) -> None:
    """The day of the rehearsal is over, and nobody has ended it."""
    room.clock.advance(hours=12)


async def closed(room: ExamRoom, c: Sitter) -> None:
    await room.close(**{one.id: GivenReason(EndReason.TECHNICAL) for one in room.candidates})


async def finalised(room: ExamRoom, c: Sitter) -> None:
    await room.finalise()


async def published(room: ExamRoom, c: Sitter) -> None:
    await room.publish()


async def withdrawn(room: ExamRoom, c: Sitter) -> None:
    await room.do(publishing.withdraw_results, room.school.head, room.session_id, "oubli")


async def resumed(room: ExamRoom, c: Sitter) -> None:
    """The signed results were taken up again before anybody had seen them."""
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")


async def _rule(room: ExamRoom, by: Person, wanted: Wanted) -> int:
    return await room.do(rulings.take_ruling, by, room.session_id, wanted)


async def ruled(room: ExamRoom, c: Sitter) -> None:
    """The test is cancelled."""
    await _rule(room, room.school.head, Wanted(c.id, RulingKind.CANCEL, "écran noir"))


async def rejection_proposed(room: ExamRoom, c: Sitter) -> None:
    """A second person has still to agree."""
    wanted = Wanted(c.id, RulingKind.REJECT, "téléphone", (), await _report(room))
    await _rule(room, room.school.head, wanted)


async def _number(room: ExamRoom) -> int:
    return (await room.store.read(standing, room)).decided.number


async def rejection_confirmed(room: ExamRoom, c: Sitter) -> None:
    await room.do(rulings.confirm_ruling, room.by, room.session_id, await _number(room))


async def rejection_dropped(room: ExamRoom, c: Sitter) -> None:
    await room.do(rulings.drop_ruling, room.by, room.session_id, await _number(room), "rien d’établi")


async def ruling_reversed(room: ExamRoom, c: Sitter) -> None:
    await room.do(rulings.reverse_ruling, room.school.head, room.session_id, await _number(room), "erreur")


async def breaks_granted(room: ExamRoom, c: Sitter) -> None:
    """Two rest breaks, and nothing else."""
    await decide(room, c, recorded(Fraction(0), breaks=TWO_BREAKS))


async def resting(room: ExamRoom, c: Sitter) -> None:
    await room.do(rest_breaks.take_break, c.token)


async def both_breaks_had(room: ExamRoom, c: Sitter) -> None:
    for _ in range(2):
        await resting(room, c)
        room.clock.advance(minutes=1)
        await room.do(rest_breaks.end_break, c.token)


at_desk = then(opened, ExamRoom.check_in)
admitted = then(opened, ExamRoom.admit, ExamRoom.enter)
running = then(admitted, ExamRoom.start)
sat = then(running, ExamRoom.finish, closed)
heard = then(running, declined, ExamRoom.finish, closed)

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
    "breaks granted": then(running, breaks_granted),
    "breaks granted, paused": then(running, breaks_granted, ExamRoom.pause),
    "resting": then(running, breaks_granted, resting),
    "resting, room stopped": then(running, breaks_granted, resting, room_stopped),
    "both breaks had": then(running, breaks_granted, both_breaks_had),
    "terminated while resting": then(running, breaks_granted, resting, ExamRoom.terminate),
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
    "off duty": then(opened, off_duty),
    "a colleague is added": then(opened, colleague_added),
    "a colleague watches too": then(opened, colleague_comes),
    "a colleague alone watches": then(opened, colleague_comes, off_duty),
    "fraud requested": then(running, fraud_requested),
    "fraud requested by a colleague": then(running, colleague_comes, colleague_requests),
    "fraud requested, time over": then(running, fraud_requested, time_over),
    "fraud confirmed": then(running, fraud_requested, fraud_confirmed),
    "fraud request withdrawn": then(running, fraud_requested, fraud_withdrawn),
    "fraud request lapsed": then(running, fraud_requested, ExamRoom.finish),
    "planned, rehearsing": then(rehearsing),
    "planned, rehearsal ended": then(rehearsing, rehearsal_ended),
    "planned, rehearsal's code lapsed": then(rehearsing, code_lapsed),
    "cancelled while rehearsing": then(rehearsing, cancelled),
    "open, rehearsing": then(rehearsing, opened),
    "closed, nobody's report is decided": then(rehearsing, running, undecided, ExamRoom.finish, closed),
    "closed, never started": then(at_desk, ExamRoom.enter, closed),
    "closed, while running": then(running, closed),
    "closed, completed": sat,
    "closed, report withdrawn": then(running, report_withdrawn, closed),
    "finalised": then(sat, finalised),
    "finalised, taken up again": then(sat, finalised, resumed),
    "published": then(sat, finalised, published),
    "published, withdrawn": then(sat, finalised, published, withdrawn),
    "test cancelled by the head": then(sat, ruled),
    "test cancelled by the head, reversed": then(sat, ruled, ruling_reversed),
    "rejection proposed": then(heard, rejection_proposed),
    "rejection confirmed": then(heard, rejection_proposed, rejection_confirmed),
    "rejection put aside": then(heard, rejection_proposed, rejection_dropped),
}


async def room_that_is(store: Store, way: str, issuer: Issuer | None = None) -> ExamRoom:
    """A room of two candidates, and a class more that could be registered, led along this way."""
    room = await an_exam_room(store, candidates=2, is_open=False)
    if issuer is not None:
        room.sign_with(issuer)
    await room.do(enrol, room.school, 1, OTHER_CLASS, 5000)
    await WAYS[way](room, room.candidates[0])
    return room
