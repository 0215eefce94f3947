"""Acts on a selection: one instant, one reason for all whom they concern; the others named, with why."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from exam_server.acts import duty, selection
from exam_server.acts.accommodations import set_extra_time
from exam_server.acts.attempts import Extension
from exam_server.acts.selection import Selection
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotFound
from exam_server.domain.roles import Person
from exam_server.storage.candidate_state import as_state
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

MINUTE = timedelta(minutes=1)
FIVE = Extension(5 * MINUTE, "panne")
Answer = Mapping[str, Any]


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Four candidates, who have just started; the second one has a third more time."""
    room = await an_exam_room(store, candidates=4)
    await room.do(set_extra_time, room.school.officer, room.candidates[1].id, Fraction(1, 3))
    await room.admit_all()
    await room.start_all()
    return room


def chosen(room: ExamRoom, *sitters: Sitter, request: str = "w1") -> Selection:
    return Selection(room.session_id, tuple(c.id for c in sitters or room.candidates), request)


async def pause(room: ExamRoom, *sitters: Sitter, request: str = "p1") -> Answer:
    return await room.do(
        selection.pause_selection, room.by, chosen(room, *sitters, request=request), "alarme"
    )


async def resume(room: ExamRoom, *sitters: Sitter, request: str = "r1") -> Answer:
    return await room.do(selection.resume_selection, room.by, chosen(room, *sitters, request=request))


async def extend(room: ExamRoom, *sitters: Sitter, request: str = "e1") -> Answer:
    return await room.do(selection.extend_selection, room.by, chosen(room, *sitters, request=request), FIVE)


async def terminate(
    room: ExamRoom, *sitters: Sitter, reason: EndReason = EndReason.MEDICAL, request: str = "t1"
) -> Answer:
    choice = chosen(room, *sitters, request=request)
    return await room.do(selection.terminate_selection, room.by, choice, reason, "malaise")


async def write(room: ExamRoom, *sitters: Sitter, request: str = "m1") -> Answer:
    return await room.do(
        selection.write_to_selection, room.by, chosen(room, *sitters, request=request), "Chut."
    )


ACTS = (pause, resume, extend, terminate, write)


async def deadlines(room: ExamRoom) -> dict[str, Any]:
    return {c.id: (await room.attempt(c)).due_at for c in room.candidates}


async def unread(room: ExamRoom, c: Sitter) -> list[str]:
    state: Any = as_state(await room.view(c), room.store.house, 0)
    return [one["text"] for one in state["messages"]]


@pytest.mark.parametrize("length", [timedelta(seconds=1), MINUTE, timedelta(hours=1), timedelta(seconds=754)])
async def test_a_pause_of_some_gives_back_its_exact_length_to_each_of_them(
    room: ExamRoom, length: timedelta
) -> None:
    one, more_time, other, apart = room.candidates
    before = await deadlines(room)
    room.clock.advance(minutes=20, seconds=13)
    answer = await pause(room, one, more_time, other)
    assert (sorted(answer["done"]), answer["left"]) == (sorted({one.id, more_time.id, other.id}), [])
    facts = await room.log("AttemptPaused")
    assert {fact.entry.at_ms for fact in facts} == {to_millis(room.clock())}, "one instant"
    assert {(fact.facts["reason"], fact.entry.actor) for fact in facts} == {("alarme", room.by.id)}
    assert answer["number"] == facts[-1].number
    room.clock.advance(seconds=length.total_seconds())
    await resume(room, one, more_time, other)
    after = await deadlines(room)
    assert {c.id: after[c.id] - before[c.id] for c in room.candidates} == {
        one.id: length,
        more_time.id: length,
        other.id: length,
        apart.id: timedelta(),
    }
    assert before[more_time.id] - before[one.id] == 35 * MINUTE


async def test_more_time_is_the_same_for_each_whether_stopped_or_not(room: ExamRoom) -> None:
    one, more_time, _, apart = room.candidates
    await room.pause(one)
    before = await deadlines(room)
    await extend(room, one, more_time)
    assert (await room.attempt(one)).left_us == 110 * MINUTE // timedelta(microseconds=1)
    after = await deadlines(room)
    assert after[more_time.id] - before[more_time.id] == 5 * MINUTE
    assert after[apart.id] == before[apart.id]


async def test_the_act_is_done_for_those_it_fits_and_names_the_others_with_why(room: ExamRoom) -> None:
    one, paused, ended, _ = room.candidates
    await room.pause(paused)
    await room.terminate(ended)
    answer = await pause(room, one, paused, ended)
    assert answer["done"] == [one.id]
    assert {(left["candidate"], left["why"]) for left in answer["left"]} == {
        (paused.id, "already_paused"),
        (ended.id, "ended"),
    }
    assert (await room.attempt(one)).state == "paused"
    assert len(await room.log("AttemptPaused")) == 2


async def test_whoever_has_not_started_is_left_by_a_pause_and_reached_by_a_message(store: Store) -> None:
    room = await an_exam_room(store, candidates=2)
    started, waiting = room.candidates
    await room.admit(started)
    await room.start(started)
    await room.enter(waiting)
    answer = await pause(room)
    assert (answer["done"], answer["left"]) == (
        [started.id],
        [{"candidate": waiting.id, "why": "not_started"}],
    )
    answer = await write(room)
    assert (sorted(answer["done"]), answer["left"]) == (sorted([started.id, waiting.id]), [])
    assert await unread(room, waiting) == ["Chut."]


async def test_a_message_to_some_stands_on_their_pages_alone(room: ExamRoom) -> None:
    one, other, *others = room.candidates
    await write(room, one, other)
    assert [await unread(room, c) for c in (one, other, *others)] == [["Chut."], ["Chut."], [], []]
    assert {fact.entry.candidate for fact in await room.log("MessageSent")} == {one.id, other.id}


async def test_the_tests_of_some_are_ended_with_one_reason(room: ExamRoom) -> None:
    one, other, *others = room.candidates
    await terminate(room, one, other)
    assert [(await room.attempt(c)).state for c in (one, other)] == ["terminated"] * 2
    assert [(await room.attempt(c)).state for c in others] == ["in_progress"] * 2
    assert (await room.candidate(one)).end_reason == "medical"
    assert {fact.facts["note"] for fact in await room.log("AttemptTerminated")} == {"malaise"}


async def test_a_suspicion_of_fraud_is_never_a_selection_s(room: ExamRoom) -> None:
    before = await room.log()
    with pytest.raises(InvalidInput, match="bad_reason"):
        await terminate(room, reason=EndReason.FRAUD_SUSPECTED)
    assert await room.log() == before


async def test_an_act_that_concerns_nobody_is_refused_and_leaves_no_trace(room: ExamRoom) -> None:
    for c in room.candidates:
        await room.terminate(c)
    before = await room.log()
    for act in ACTS:
        with pytest.raises(IllegalTransition, match="nobody_fits") as refusal:
            await act(room)
        left: Any = refusal.value.facts["left"]
        assert {(one["candidate"], one["why"]) for one in left} == {(c.id, "ended") for c in room.candidates}
    assert await room.log() == before


async def test_asked_again_after_a_lost_answer_it_is_done_once(room: ExamRoom) -> None:
    before = await deadlines(room)
    for act in (pause, resume, extend, write, terminate):
        first = await act(room)
        number = (await room.session()).log_number
        assert await act(room) == first, act.__name__
        assert (await room.session()).log_number == number
    assert {fact.facts["deadline"] for fact in await room.log("TimeExtended")} == {
        to_millis(due + 5 * MINUTE) for due in before.values()
    }


async def test_another_wish_or_another_person_with_the_same_number_is_heard(room: ExamRoom) -> None:
    await extend(room, request="a")
    await extend(room, request="b")
    colleague = room.school.colleague
    await room.do(duty.add_invigilator, room.school.head, room.session_id, colleague.id)
    await room.do(selection.extend_selection, colleague, chosen(room, request="a"), FIVE)
    assert len(await room.log("TimeExtended")) == 3 * len(room.candidates)


async def test_whose_time_is_over_is_left_from_the_deadline_on(room: ExamRoom) -> None:
    one, more_time = room.candidates[:2]
    room.clock.advance(minutes=105)
    answer = await extend(room, one, more_time)
    assert (answer["done"], answer["left"]) == (
        [more_time.id],
        [{"candidate": one.id, "why": "time_is_over"}],
    )


async def test_a_pause_that_would_hold_nothing_leaves_that_one_and_holds_the_others(room: ExamRoom) -> None:
    """A worker whose clock is behind finds a ledger that has gone past one deadline already."""
    one, more_time = room.candidates[:2]
    room.clock.advance(minutes=105, seconds=3)
    await room.pause_room()
    await room.resume_room()
    room.clock.advance(seconds=-4)
    answer = await pause(room, one, more_time)
    assert (answer["done"], answer["left"]) == (
        [more_time.id],
        [{"candidate": one.id, "why": "time_is_over"}],
    )


async def test_while_the_room_is_stopped_a_pause_of_some_outlasts_it(room: ExamRoom) -> None:
    one, *others = room.candidates
    before = await deadlines(room)
    await room.pause_room()
    room.clock.advance(minutes=2)
    await pause(room, one)
    room.clock.advance(minutes=3)
    await room.resume_room()
    assert (await room.attempt(one)).due_at is None
    room.clock.advance(minutes=4)
    await resume(room, one)
    after = await deadlines(room)
    assert after[one.id] - before[one.id] == 9 * MINUTE
    assert {after[c.id] - before[c.id] for c in others} == {5 * MINUTE}


async def test_somebody_of_another_session_makes_the_whole_act_unknown(room: ExamRoom, store: Store) -> None:
    elsewhere = await a_running_room(store, candidates=1, number=2)
    before, theirs = await room.log(), await elsewhere.log()
    for act in ACTS:
        with pytest.raises(NotFound):
            await act(room, room.candidates[0], elsewhere.candidates[0])
    assert (await room.log(), await elsewhere.log()) == (before, theirs)


@pytest.mark.parametrize("who", ["colleague", "officer"])
async def test_a_room_that_is_not_theirs_is_unknown(room: ExamRoom, who: str) -> None:
    stranger: Person = getattr(room.school, who)
    with pytest.raises(NotFound):
        await room.do(selection.pause_selection, stranger, chosen(room), "?")


async def test_only_an_open_session_has_acts_on_a_selection(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    for act in ACTS:
        with pytest.raises(IllegalTransition):
            await act(room)


async def test_the_log_of_acts_on_selections_is_whole(room: ExamRoom) -> None:
    for act in (pause, resume, extend, write, terminate):
        await act(room)
    await room.checked_log()
