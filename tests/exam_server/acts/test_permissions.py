"""Every act of the staff, tried by the wrong people: what is not theirs does not exist for them."""

from collections.abc import Callable
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

import pytest

from exam_server.acts import (
    accommodations,
    attempts,
    check_in,
    closing,
    duty,
    fraud,
    help_calls,
    incidents,
    messages,
    publishing,
    rehearsing,
    replacing,
    room,
    rulings,
    selection,
    sessions,
    welcoming,
)
from exam_server.acts.attempts import Extension
from exam_server.acts.closing import GivenReason
from exam_server.acts.confirming import Confirmation
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import IdentityDocument, RefusalReason, Seat
from exam_server.domain.errors import Forbidden, NotFound
from exam_server.domain.incidents import Report
from exam_server.domain.roles import Person
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from tests.support.room import HOST, ExamRoom, a_running_room
from tests.support.school import CLASS, found_school

Deed = Callable[[Transaction, Person, ExamRoom, str], Any]
NOISE = Report("room_noise")
MORE = Extension(timedelta(minutes=5), "?")
NO_ISSUER: Any = None
"""Whoever may not publish never comes to the keys."""
ANOTHER_PLAN = sessions.Plan("C3", date(2099, 5, 4), time(9), 5, 6, ("?",))


def chosen(room: ExamRoom, candidate: str) -> selection.Selection:
    return selection.Selection(room.session_id, (candidate,), "wish")


def cancelling(candidate: str) -> Wanted:
    return Wanted(candidate, RulingKind.CANCEL, "?")


ON_A_CANDIDATE: dict[str, Deed] = {
    "verify_identity": lambda tx, by, _, c: check_in.verify_identity(tx, by, c, IdentityDocument.OTHER),
    "give_seat": lambda tx, by, _, c: check_in.give_seat(tx, by, c, Seat(5, 5)),
    "admit": lambda tx, by, _, c: check_in.admit(tx, by, c),
    "mark_absent": lambda tx, by, _, c: check_in.mark_absent(tx, by, c),
    "welcome": lambda tx, by, _, c: welcoming.welcome(tx, by, c, IdentityDocument.OTHER),
    "refuse": lambda tx, by, _, c: check_in.refuse(tx, by, c, RefusalReason.NO_DOCUMENT, ""),
    "withdraw_refusal": lambda tx, by, _, c: check_in.withdraw_refusal(tx, by, c),
    "issue_new_card": lambda tx, by, _, c: check_in.issue_new_card(tx, by, c),
    "pause": lambda tx, by, _, c: attempts.pause_attempt(tx, by, c, "?"),
    "resume": lambda tx, by, _, c: attempts.resume_attempt(tx, by, c),
    "extend": lambda tx, by, _, c: attempts.extend_attempt(tx, by, c, MORE),
    "terminate": lambda tx, by, _, c: attempts.terminate_attempt(tx, by, c, EndReason.OTHER, ""),
    "send_message": lambda tx, by, _, c: messages.send_message(tx, by, c, "?"),
    "answer_call": lambda tx, by, r, c: help_calls.answer_call(tx, by, c, r.call_number),
    "dismiss_call": lambda tx, by, r, c: help_calls.dismiss_call(tx, by, c, r.call_number),
    "give_time_back": lambda tx, by, r, c: help_calls.give_time_back(tx, by, c, r.call_number, MORE),
    "replace_item": lambda tx, by, r, c: replacing.replace_item(tx, by, c, r.call_number, "?"),
    "request_fraud": lambda tx, by, _, c: fraud.request_fraud(tx, by, c, "?"),
}
ON_THE_ROOM: dict[str, Deed] = {
    "begin_rehearsal": lambda tx, by, r, _: rehearsing.begin_rehearsal(tx, by, r.session_id),
    "end_rehearsal": lambda tx, by, r, _: rehearsing.end_rehearsal(tx, by, r.session_id),
    "admit_all": lambda tx, by, r, _: check_in.admit_all(tx, by, r.session_id),
    "send_to_room": lambda tx, by, r, _: messages.send_to_room(tx, by, r.session_id, "?"),
    "welcome_all": lambda tx, by, r, _: welcoming.welcome_all(tx, by, r.session_id, IdentityDocument.OTHER),
    "report_incident": lambda tx, by, r, _: incidents.report_incident(tx, by, r.session_id, NOISE),
    "pause_room": lambda tx, by, r, _: room.pause_room(tx, by, r.session_id, "?"),
    "resume_room": lambda tx, by, r, _: room.resume_room(tx, by, r.session_id),
    "extend_room": lambda tx, by, r, _: room.extend_room(tx, by, r.session_id, MORE),
    "come_on_duty": lambda tx, by, r, _: duty.come_on_duty(tx, by, r.session_id),
    "leave_duty": lambda tx, by, r, _: duty.leave_duty(tx, by, r.session_id, ""),
    "take_over": lambda tx, by, r, _: duty.take_over(tx, by, r.session_id, r.by.id, ""),
    "hand_over": lambda tx, by, r, _: duty.hand_over(tx, by, r.session_id, r.by.id, ""),
    "pause_selection": lambda tx, by, r, c: selection.pause_selection(tx, by, chosen(r, c), "?"),
    "resume_selection": lambda tx, by, r, c: selection.resume_selection(tx, by, chosen(r, c)),
    "extend_selection": lambda tx, by, r, c: selection.extend_selection(tx, by, chosen(r, c), MORE),
    "terminate_selection": lambda tx, by, r, c: selection.terminate_selection(
        tx, by, chosen(r, c), EndReason.MEDICAL, ""
    ),
    "write_to_selection": lambda tx, by, r, c: selection.write_to_selection(tx, by, chosen(r, c), "?"),
    "terminate_room": lambda tx, by, r, _: room.terminate_room(tx, by, r.session_id, EndReason.OTHER, ""),
}
ON_A_REPORT: dict[str, Callable[[Transaction, Person, str], Any]] = {
    "amend_incident": lambda tx, by, i: incidents.amend_incident(tx, by, i, "?"),
    "withdraw_incident": lambda tx, by, i: incidents.withdraw_incident(tx, by, i, "?"),
    "record_statement": lambda tx, by, i: incidents.record_statement(tx, by, i, None),
}
OF_A_SECOND_PERSON: dict[str, Deed] = {
    "confirm_ruling": lambda tx, by, r, _: rulings.confirm_ruling(tx, by, r.session_id, 1),
    "drop_ruling": lambda tx, by, r, _: rulings.drop_ruling(tx, by, r.session_id, 1, "?"),
}
OF_THE_CENTRE: dict[str, Deed] = {
    **OF_A_SECOND_PERSON,
    "take_ruling": lambda tx, by, r, c: rulings.take_ruling(tx, by, r.session_id, cancelling(c)),
    "effect_of": lambda tx, by, r, c: rulings.effect_of(tx, by, r.session_id, cancelling(c)),
    "reverse_ruling": lambda tx, by, r, _: rulings.reverse_ruling(tx, by, r.session_id, 1, "?"),
    "effect_of_reversal": lambda tx, by, r, _: rulings.effect_of_reversal(tx, by, r.session_id, 1),
    "publish": lambda tx, by, r, _: publishing.publish_results(tx, by, r.session_id, NO_ISSUER),
    "withdraw": lambda tx, by, r, _: publishing.withdraw_results(tx, by, r.session_id, "?"),
    "resume_session": lambda tx, by, r, _: closing.resume_session(tx, by, r.session_id, "?"),
    "set_extra_time": lambda tx, by, _, c: accommodations.set_extra_time(tx, by, c, Fraction(1, 3)),
    "change_plan": lambda tx, by, r, _: sessions.change_plan(tx, by, r.session_id, ANOTHER_PLAN),
    "add_invigilator": lambda tx, by, r, _: duty.add_invigilator(tx, by, r.session_id, r.school.colleague.id),
    "confirm_fraud": lambda tx, by, _, c: fraud.confirm_fraud(tx, by, c, 1),
    "withdraw_fraud": lambda tx, by, _, c: fraud.withdraw_fraud(tx, by, c, 1, ""),
    "cancel": lambda tx, by, r, _: sessions.cancel_session(tx, by, r.session_id),
    "unregister": lambda tx, by, _, c: sessions.unregister_candidate(tx, by, c),
    "register_class": lambda tx, by, r, _: sessions.register_class(tx, by, r.session_id, CLASS),
    "close": lambda tx, by, r, c: closing.close_session(
        tx, by, r.session_id, {c: GivenReason(EndReason.TECHNICAL)}
    ),
    "finalise": lambda tx, by, r, _: closing.finalise_session(
        tx, by, r.session_id, HOST, lambda _payload: "signed", lambda _tx: Confirmation("passkey", "", {})
    ),
    "ask_to_finalise": lambda tx, by, r, _: closing.ask_to_finalise(tx, by, r.session_id, HOST),
}
OF_THE_ROOM = {**ON_A_CANDIDATE, **ON_THE_ROOM}


@pytest.fixture
async def running(store: Store) -> ExamRoom:
    """One candidate, who has started and called for help."""
    running = await a_running_room(store, candidates=1)
    await running.call(running.candidates[0])
    return running


async def refused(running: ExamRoom, deed: Deed, by: Person, candidate_id: str) -> None:
    before = await running.log()
    with pytest.raises(NotFound):
        await running.do(deed, by, running, candidate_id)
    assert await running.log() == before


async def test_another_school_s_people_find_nothing(running: ExamRoom) -> None:
    other = await running.do(found_school, 2)
    c = running.candidates[0]
    for deed in (*OF_THE_ROOM.values(), *OF_THE_CENTRE.values()):
        for person in (other.head, other.invigilator):
            await refused(running, deed, person, c.id)


async def test_a_colleague_of_another_room_finds_nothing(running: ExamRoom) -> None:
    c = running.candidates[0]
    for deed in OF_THE_ROOM.values():
        for person in (running.school.colleague, running.school.officer):
            await refused(running, deed, person, c.id)


async def test_a_second_person_is_of_the_room_or_a_head(running: ExamRoom) -> None:
    for deed in OF_A_SECOND_PERSON.values():
        for person in (running.school.colleague, running.school.officer):
            await refused(running, deed, person, running.candidates[0].id)


async def test_a_report_is_found_by_the_room_s_own_people_alone(running: ExamRoom) -> None:
    other = await running.do(found_school, 2)
    c = running.candidates[0]
    left = Report("candidate_left_room", c.id)
    incident = await running.do(incidents.report_incident, running.by, running.session_id, left)
    before = await running.log()
    strangers = (other.head, other.invigilator, running.school.colleague, running.school.officer)
    for deed in ON_A_REPORT.values():
        for person in strangers:
            with pytest.raises(NotFound):
                await running.do(deed, person, incident)
        with pytest.raises(NotFound):
            await running.do(deed, running.school.head, "no report")
    assert await running.log() == before


async def test_nobody_finds_a_candidate_or_a_session_that_is_not_there(running: ExamRoom) -> None:
    running.session_id, real = "no session", running.session_id
    for deed in (*OF_THE_ROOM.values(), *OF_THE_CENTRE.values()):
        with pytest.raises(NotFound):
            await running.do(deed, running.school.head, running, "nobody")
    running.session_id = real


HEADS_TOO = {"report_incident", "begin_rehearsal", "end_rehearsal"}
"""What a head does from the office as well."""


@pytest.mark.parametrize("name", sorted(OF_THE_ROOM.keys() - HEADS_TOO))
async def test_a_head_who_looks_on_does_nothing_in_the_room(running: ExamRoom, name: str) -> None:
    """Whatever an invigilator does there, in whatever state: told so, and no trace."""
    before = await running.log()
    with pytest.raises(Forbidden, match="looks_on"):
        await running.do(OF_THE_ROOM[name], running.school.head, running, running.candidates[0].id)
    assert await running.log() == before


@pytest.mark.parametrize(
    "name",
    [
        "pause",
        "extend",
        "terminate",
        "send_message",
        "send_to_room",
        "answer_call",
        "dismiss_call",
        "give_time_back",
        "replace_item",
        "pause_room",
        "extend_room",
        "terminate_room",
        "come_on_duty",
        "request_fraud",
    ],
)
async def test_a_head_who_invigilates_may_do_what_an_invigilator_may(running: ExamRoom, name: str) -> None:
    head = running.school.head
    await running.do(duty.add_invigilator, head, running.session_id, head.id)
    before = len(await running.log())
    await running.do(OF_THE_ROOM[name], head, running, running.candidates[0].id)
    lines = await running.log()
    assert len(lines) > before
    assert lines[-1].entry.actor == head.id
