"""Incident reports: until when, about what was given; nothing is overwritten, and all is in the log."""

import pytest

from exam_server.acts import incidents
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.storage.incident_rows import IncidentRow, incident_rows, incidents_standing
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

DONE = Settlement(Outcome.SETTLED, "câble rebranché")


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started: each has been given the first item."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def report(room: ExamRoom, wanted: Report) -> str:
    return await room.do(incidents.report_incident, room.by, room.session_id, wanted)


async def noise(room: ExamRoom) -> str:
    return await report(room, Report("room_noise", description="travaux"))


async def rows(room: ExamRoom) -> list[IncidentRow]:
    return await room.store.read(incident_rows, room.session_id)


async def ended(room: ExamRoom) -> None:
    """The head closes the session."""
    await room.close(**{one.id: GivenReason(EndReason.TECHNICAL) for one in room.candidates})


async def test_a_report_is_recorded_with_whom_which_question_when_and_by_whom(
    room: ExamRoom, c: Sitter
) -> None:
    incident = await report(room, Report("question_image", c.id, 1, "cadre vide"))
    fact = await room.last()
    assert (fact.kind, fact.entry.candidate, fact.entry.actor) == ("IncidentReported", c.id, room.by.id)
    assert fact.facts == {
        "incident": incident,
        "by": room.by.name,
        "category": "question_image",
        "position": 1,
        "description": "cadre vide",
    }
    (row,) = await rows(room)
    assert (row.category, row.position, row.description) == ("question_image", 1, "cadre vide")
    assert (row.by, row.at, row.standing, row.asks_for_statement) == (room.by.name, room.clock(), True, True)


async def test_a_position_is_one_that_this_candidate_was_given(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)
    await report(room, Report("question_image", c.id, 2))
    for one, position in ((c, 3), (room.candidates[1], 2)):
        before = await room.log()
        with pytest.raises(InvalidInput, match="invalid_incident") as refusal:
            await report(room, Report("question_image", one.id, position))
        assert refusal.value.facts["problems"] == [("position", "position_not_given")]
        assert await room.log() == before


async def test_a_candidate_of_another_session_is_nobody_here(room: ExamRoom) -> None:
    other = await an_exam_room(room.store, candidates=1, number=2)
    with pytest.raises(NotFound):
        await report(room, Report("candidate_left_room", other.candidates[0].id))


async def test_what_lacks_something_leaves_no_trace(room: ExamRoom, c: Sitter) -> None:
    before = await room.log()
    with pytest.raises(InvalidInput, match="invalid_incident"):
        await report(room, Report("candidate_complaint", c.id))
    assert await room.log() == before
    assert await rows(room) == []


async def test_reports_are_made_from_the_opening_to_the_finalisation_and_at_no_other_time(
    store: Store,
) -> None:
    planned = await an_exam_room(store, candidates=1, is_open=False, number=2)
    with pytest.raises(IllegalTransition):
        await noise(planned)
    room = await a_running_room(store, candidates=1)
    incident = await noise(room)
    await ended(room)
    await noise(room)
    await room.do(incidents.amend_incident, room.by, incident, "jusqu’à midi")
    await room.finalise()
    before = await room.log()
    for call in (
        noise(room),
        room.do(incidents.amend_incident, room.by, incident, "plus tard"),
        room.do(incidents.withdraw_incident, room.by, incident, "erreur"),
        room.do(incidents.resolve_incident, room.by, incident, DONE),
        room.do(incidents.record_statement, room.by, incident, None),
    ):
        with pytest.raises(IllegalTransition):
            await call
    assert await room.log() == before


async def test_notes_are_added_in_order_and_nothing_is_overwritten(room: ExamRoom) -> None:
    incident = await noise(room)
    room.clock.advance(minutes=2)
    await room.do(incidents.amend_incident, room.by, incident, "les travaux continuent")
    room.clock.advance(minutes=3)
    await room.do(incidents.amend_incident, room.school.head, incident, "arrêtés à ma demande")
    (row,) = await rows(room)
    assert row.description == "travaux"
    assert [(note["text"], note["by"]) for note in row.notes] == [
        ("les travaux continuent", room.by.name),
        ("arrêtés à ma demande", room.school.head.name),
    ]
    assert row.notes[-1]["at"] == room.clock()
    assert [fact.facts["note"] for fact in await room.log("IncidentAmended")] == [
        "les travaux continuent",
        "arrêtés à ma demande",
    ]


async def test_a_withdrawn_report_stays_readable_and_no_longer_counts(room: ExamRoom) -> None:
    incident = await noise(room)
    await noise(room)
    await room.do(incidents.withdraw_incident, room.by, incident, "autre salle")
    assert await room.store.read(incidents_standing, room.session_id) == 1
    row = next(one for one in await rows(room) if one.id == incident)
    assert (row.standing, row.description, row.notes[0]["kind"]) == (False, "travaux", "withdrawal")
    for call in (
        room.do(incidents.withdraw_incident, room.by, incident, "encore"),
        room.do(incidents.amend_incident, room.by, incident, "note"),
        room.do(incidents.resolve_incident, room.by, incident, DONE),
    ):
        with pytest.raises(IllegalTransition):
            await call


async def test_what_came_of_it_is_a_fact_of_its_own_beside_the_report(room: ExamRoom, c: Sitter) -> None:
    incident = await report(room, Report("machine_network", c.id, settlement=DONE))
    reported, resolved = (await room.log())[-2:]
    assert (reported.kind, resolved.kind) == ("IncidentReported", "IncidentResolved")
    assert "outcome" not in reported.facts
    assert resolved.facts == {
        "incident": incident,
        "category": "machine_network",
        "by": room.by.name,
        "outcome": "settled",
        "done": "câble rebranché",
    }
    (row,) = await rows(room)
    assert (row.outcome, row.is_undecided) == (Outcome.SETTLED, False)
    await room.checked_log()


async def test_what_came_of_it_may_be_said_again_and_nothing_is_overwritten(
    room: ExamRoom, c: Sitter
) -> None:
    await report(room, Report("machine_power", settlement=Settlement(Outcome.UNDECIDED)))
    (row,) = await rows(room)
    assert row.is_undecided
    room.clock.advance(minutes=9)
    await room.do(incidents.resolve_incident, room.by, row.id, DONE)
    room.clock.advance(minutes=9)
    ended = Settlement(Outcome.ENDED, "repassera le 3 juin")
    await room.do(incidents.resolve_incident, room.school.head, row.id, ended)
    (row,) = await rows(room)
    assert row.outcome is Outcome.ENDED
    assert [(note["outcome"], note["text"], note["by"]) for note in row.notes] == [
        ("undecided", "", room.by.name),
        ("settled", "câble rebranché", room.by.name),
        ("ended", "repassera le 3 juin", room.school.head.name),
    ]
    assert row.notes[-1]["at"] == room.clock()
    said = [(line.facts["outcome"], line.entry.actor) for line in await room.log("IncidentResolved")]
    assert said == [
        ("undecided", room.by.id),
        ("settled", room.by.id),
        ("ended", room.school.head.id),
    ]


async def test_what_does_not_say_what_was_done_leaves_no_trace(room: ExamRoom) -> None:
    incident = await noise(room)
    before = await room.log()
    with pytest.raises(InvalidInput, match="invalid_incident"):
        await room.do(incidents.resolve_incident, room.by, incident, Settlement(Outcome.SETTLED))
    assert await room.log() == before


async def test_what_is_left_to_the_head_is_decided_before_the_session_is_finalised(
    room: ExamRoom, c: Sitter
) -> None:
    left = Settlement(Outcome.UNDECIDED)
    incident = await report(room, Report("rules_object", c.id, None, "téléphone", left))
    mistaken = await report(room, Report("rules_object", c.id, None, "calculatrice", left))
    await room.do(incidents.withdraw_incident, room.by, mistaken, "autorisée")
    await ended(room)
    before = await room.log()
    with pytest.raises(IllegalTransition, match="incidents_undecided") as refusal:
        await room.finalise()
    assert refusal.value.facts == {"count": 1}
    assert await room.log() == before
    assert (await room.session()).state == "closed"
    decided = Settlement(Outcome.WENT_ON, "rien n’a été consulté")
    await room.do(incidents.resolve_incident, room.school.head, incident, decided)
    await room.finalise()
    await room.checked_log()


async def test_the_candidate_s_own_words_are_kept_and_not_replaced(room: ExamRoom, c: Sitter) -> None:
    left = Settlement(Outcome.UNDECIDED)
    incident = await report(room, Report("rules_object", c.id, None, "téléphone sur la table", left))
    await room.do(incidents.record_statement, room.by, incident, "Il était éteint.")
    fact = await room.last()
    assert (fact.kind, fact.facts["statement"], fact.facts["declined"]) == (
        "StatementRecorded",
        "Il était éteint.",
        False,
    )
    with pytest.raises(NotAllowed, match="statement_recorded"):
        await room.do(incidents.record_statement, room.by, incident, "Non.")
    (row,) = await rows(room)
    assert (row.statement, row.asks_for_statement) == ("Il était éteint.", False)


async def test_who_declined_to_speak_may_still_do_so(room: ExamRoom, c: Sitter) -> None:
    incident = await report(room, Report("candidate_left_room", c.id))
    await room.do(incidents.record_statement, room.by, incident, None)
    (row,) = await rows(room)
    assert (row.statement, row.statement_declined) == (None, True)
    await room.do(incidents.record_statement, room.by, incident, "J’étais à l’infirmerie.")
    (row,) = await rows(room)
    assert (row.statement, row.statement_declined) == ("J’étais à l’infirmerie.", False)


async def test_what_concerns_the_room_has_nobody_to_hear(room: ExamRoom) -> None:
    incident = await noise(room)
    with pytest.raises(InvalidInput, match="nobody_to_state"):
        await room.do(incidents.record_statement, room.by, incident, "?")


async def test_reports_change_no_result(store: Store) -> None:
    plain = await an_exam_room(store, candidates=1)
    told = await an_exam_room(store, candidates=1, number=2)
    settled = Settlement(Outcome.WENT_ON, "rien à faire")
    await report(told, Report("rules_examined", told.candidates[0].id, None, "à examiner", settled))
    results = []
    for room in (plain, told):
        await room.close(**{room.candidates[0].id: GivenReason(EndReason.ABSENT)})
        (one,) = (await room.finalise())["candidates"]
        results.append((one["status"], one["reason"]))
    assert results == [("cancelled", "absent")] * 2
    await told.checked_log()
