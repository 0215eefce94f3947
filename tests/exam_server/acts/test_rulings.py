"""Rulings on a candidate: the effect shown before, what they do to the results, and their inverse."""

import pytest

from exam_server.acts import incidents, rulings
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import Forbidden, IllegalTransition, NotAllowed, NotFound
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.storage.results_rows import ruling_rows
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room

SETTLED = Settlement(Outcome.SETTLED, "fait")


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """One who finished her test and one whose test was ended for suspected fraud; the session is closed."""
    room = await a_running_room(store, candidates=2)
    await room.finish(room.candidates[0])
    await room.finish_from_here(room.candidates[1])
    await room.close()
    return room


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


def wanted(c: Sitter, kind: RulingKind, *positions: int, incident: str | None = None) -> Wanted:
    return Wanted(c.id, kind, "écran noir", positions, incident)


async def take(room: ExamRoom, ruling: Wanted) -> int:
    return await room.do(rulings.take_ruling, room.school.head, room.session_id, ruling)


async def reverse(room: ExamRoom, number: int) -> int:
    return await room.do(rulings.reverse_ruling, room.school.head, room.session_id, number, "erreur")


async def result(room: ExamRoom, c: Sitter) -> dict[str, object]:
    (found,) = [one for one in (await room.finalise())["candidates"] if one["id"] == c.id]
    return dict(found)


async def heard(room: ExamRoom, c: Sitter, *, declined: bool = False) -> str:
    """A report about this candidate, who was asked."""
    report = Report("rules_object", c.id, None, "téléphone", SETTLED)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    await room.do(incidents.record_statement, room.by, incident, None if declined else "il était éteint")
    return incident


async def test_the_effect_that_is_shown_is_what_the_ruling_then_does(room: ExamRoom, c: Sitter) -> None:
    ruling = wanted(c, RulingKind.LEAVE_OUT, 1, 2, 3)
    before = await room.log()
    shown = await room.store.read(rulings.effect_of, room.school.head, room.session_id, ruling)
    assert await room.log() == before, "looking changes nothing"
    number = await take(room, ruling)
    found = await result(room, c)
    assert found["scores"] == shown.after["scores"] != shown.before["scores"]
    assert found["rulings"] == [
        {"kind": "leave_out", "positions": [1, 2, 3], "taken_by": room.school.head.name}
    ]
    assert number > 0


async def test_an_item_that_is_left_out_says_nothing_and_its_response_was_given(
    room: ExamRoom, c: Sitter
) -> None:
    shown = await room.store.read(
        rulings.effect_of, room.school.head, room.session_id, wanted(c, RulingKind.LEAVE_OUT, 1)
    )
    before, after = shown.before["scores"], shown.after["scores"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert before["responses"] - after["responses"] == 1
    assert shown.before["responses"] == shown.after["responses"]


async def test_a_ruling_that_is_reversed_leaves_the_result_as_it_was(room: ExamRoom, c: Sitter) -> None:
    head = room.school.head
    number = await take(room, wanted(c, RulingKind.LEAVE_OUT, 1, 2))
    shown = await room.store.read(rulings.effect_of_reversal, head, room.session_id, number)
    await reverse(room, number)
    with pytest.raises(IllegalTransition):
        await reverse(room, number)
    found = await result(room, c)
    assert found == shown.after
    assert "rulings" not in found
    kinds = [line.kind for line in await room.checked_log()][-3:]
    assert kinds == ["RulingTaken", "RulingReversed", "SessionFinalised"]


@pytest.mark.parametrize(
    ("kind", "status", "reason"), [(RulingKind.CANCEL, "cancelled", "cancelled_by_ruling")]
)
async def test_an_attempt_is_cancelled_and_can_be_restored(
    room: ExamRoom, c: Sitter, kind: RulingKind, status: str, reason: str
) -> None:
    number = await take(room, wanted(c, kind))
    with pytest.raises(NotAllowed, match="ruling_stands"):
        await take(room, wanted(c, RulingKind.KEEP))
    effect = await room.store.read(rulings.effect_of_reversal, room.school.head, room.session_id, number)
    assert (effect.before["status"], effect.before["reason"]) == (status, reason)
    assert (effect.before["scores"], effect.after["status"]) == (None, "validated")


@pytest.mark.parametrize("declined", [False, True])
async def test_a_rejection_takes_a_second_person_and_a_candidate_who_was_asked(
    room: ExamRoom, c: Sitter, declined: bool
) -> None:
    incident = await heard(room, c, declined=declined)
    number = await take(room, wanted(c, RulingKind.REJECT, incident=incident))
    with pytest.raises(IllegalTransition, match="rulings_waiting"):
        await room.finalise()
    with pytest.raises(Forbidden, match="second_person_needed"):
        await room.do(rulings.confirm_ruling, room.school.head, room.session_id, number)
    await room.do(rulings.confirm_ruling, room.by, room.session_id, number)
    found = await result(room, c)
    assert (found["status"], found["reason"], found["scores"]) == ("rejected", "rejected_by_ruling", None)
    (said,) = found["rulings"] if isinstance(found["rulings"], list) else []
    assert (said["proposed_by"], said["taken_by"]) == (room.school.head.name, room.by.name)


async def test_nobody_is_rejected_who_was_not_asked(room: ExamRoom, c: Sitter) -> None:
    report = Report("rules_object", c.id, None, "téléphone", SETTLED)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    with pytest.raises(NotAllowed, match="not_heard"):
        await take(room, wanted(c, RulingKind.REJECT, incident=incident))


async def test_what_was_proposed_can_be_put_aside_by_the_second_person(room: ExamRoom, c: Sitter) -> None:
    incident = await heard(room, c)
    number = await take(room, wanted(c, RulingKind.REJECT, incident=incident))
    await room.do(rulings.drop_ruling, room.by, room.session_id, number, "rien n’est établi")
    assert (await result(room, c))["status"] == "validated"
    (row,) = await room.store.read(ruling_rows, room.session_id)
    assert (row.state, row.ended_by, row.taken_by) == ("dropped", room.by.name, None)


async def test_a_test_that_was_ended_for_suspected_fraud_can_be_kept(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    for _ in range(25):
        await room.respond(c)
    await room.terminate(c, EndReason.TECHNICAL)
    await room.close()
    effect = await room.store.read(
        rulings.effect_of, room.school.head, room.session_id, wanted(c, RulingKind.KEEP)
    )
    assert effect.after["status"] == "validated"


async def test_only_a_closed_session_whose_results_are_not_finalised_takes_rulings(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await room.finish(c)
    with pytest.raises(IllegalTransition):
        await take(room, wanted(c, RulingKind.CANCEL))
    await room.close()
    await room.finalise()
    with pytest.raises(IllegalTransition):
        await take(room, wanted(c, RulingKind.CANCEL))


async def test_rulings_are_the_head_s_and_about_who_sat(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(NotFound):
        await room.do(rulings.take_ruling, room.by, room.session_id, wanted(c, RulingKind.CANCEL))
    with pytest.raises(NotFound):
        await take(room, Wanted("nobody", RulingKind.CANCEL, "?"))
    number = await take(room, wanted(c, RulingKind.CANCEL))
    with pytest.raises(NotFound):
        await room.do(rulings.reverse_ruling, room.by, room.session_id, number, "?")
