"""Replacing the item in hand: it counts for nothing, the test stays as long, and everyone can do it again."""

from dataclasses import replace

import pytest

from exam_server.acts.engine import history_of
from exam_server.domain.errors import IllegalTransition, NotAllowed, StalePosition
from exam_server.domain.finalisation import fold
from exam_server.domain.help_calls import HelpCallKind
from exam_server.exports.results import Sat, check_record
from exam_server.storage.candidate_state import as_state
from exam_server.storage.house import Engines
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from exam_server.storage.tables import GivenItem, Response
from question_bank.assembly import Answered
from tests.support.house import only, thin_bank
from tests.support.room import ExamRoom, Sitter, a_running_room

QUESTION = HelpCallKind.QUESTION


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def replaced(room: ExamRoom, c: Sitter, after: int = 0) -> int:
    """Answers so many items, calls and gets another one; returns the number of the last fact before."""
    for _ in range(after):
        room.clock.advance(seconds=40)
        await room.respond(c)
    room.clock.advance(seconds=30)
    await room.call(c, QUESTION)
    number = (await room.last()).number
    await room.replace(c)
    return number


async def test_another_item_takes_the_place_and_the_log_says_why(room: ExamRoom, c: Sitter) -> None:
    before = await room.view(c)
    number = await replaced(room, c)
    after = await room.view(c)
    assert after.item_id != before.item_id
    gone, given, resolved = (await room.log())[number:]
    assert gone.kind == "ItemReplaced"
    assert gone.facts == {
        "position": 1,
        "item": before.item_id,
        "seconds": 30,
        "neutralised_after": 0,
        "reason": "image absente",
    }
    assert (given.kind, given.facts["position"]) == ("ItemGiven", 2)
    assert given.facts["item_id"] == after.item_id
    assert (resolved.kind, resolved.facts["how"]) == ("HelpCallResolved", "item_replaced")


async def test_the_candidate_stays_at_the_same_question_of_as_many(room: ExamRoom, c: Sitter) -> None:
    await replaced(room, c, after=4)
    state = as_state(await room.view(c), room.store.house, 0)
    assert state["progress"] == {"position": 5, "of": 32, "minimum": 20, "answered": 4, "passed": 0}
    item = state["item"]
    assert isinstance(item, dict)
    assert item["position"] == 6
    await room.respond(c)
    state = as_state(await room.view(c), room.store.house, 0)
    assert state["progress"] == {"position": 6, "of": 32, "minimum": 20, "answered": 5, "passed": 0}


async def test_the_rows_say_which_item_was_replaced(room: ExamRoom, c: Sitter) -> None:
    await room.draft(c)
    item = (await room.view(c)).item_id
    await replaced(room, c)
    given = await room.store.read(lambda r: r.get(GivenItem, {"attempt_id": c.id, "position": 1}))
    assert (given.item_id, given.neutralised_after, given.seconds) == (item, 0, 30)
    draft = await room.store.read(lambda r: r.get(Response, {"attempt_id": c.id, "position": 1}))
    assert draft.final is False
    told = await room.store.read(history_of, c.id)
    assert told == [Answered(given.item_id, False, 30, 0)]


async def test_a_response_under_way_to_the_item_that_was_replaced_is_stale(room: ExamRoom, c: Sitter) -> None:
    await room.draft(c)
    content = await room.right_content(c)
    await replaced(room, c)
    number = (await room.last()).number
    with pytest.raises(StalePosition):
        await room.respond(c, position=1, revision=2, content=content)
    assert (await room.last()).number == number
    attempt = await room.attempt(c)
    assert (attempt.answered, attempt.position, attempt.replaced) == (0, 2, 1)


async def test_a_draft_of_the_item_that_was_replaced_is_no_response_at_the_end(
    room: ExamRoom, c: Sitter
) -> None:
    await room.draft(c)
    await replaced(room, c)
    await room.terminate(c)
    assert (await room.attempt(c)).answered == 0
    record = fold(await room.store.read(facts_after, room.session_id, 0)).candidates[c.id]
    assert (record.counted, record.responses_given) == ([], 0)


async def test_an_item_that_was_answered_meanwhile_stays_and_so_does_the_next(
    room: ExamRoom, c: Sitter
) -> None:
    await room.call(c, QUESTION)
    await room.respond(c)
    before = await room.log()
    with pytest.raises(IllegalTransition, match="item_answered"):
        await room.replace(c)
    assert await room.log() == before
    await room.dismiss(c)


async def test_the_time_for_which_the_clock_stood_still_is_not_time_in_hand(
    room: ExamRoom, c: Sitter
) -> None:
    room.clock.advance(seconds=50)
    await room.call(c)
    room.clock.advance(minutes=8)
    await room.replace(c)
    (gone,) = await room.log("ItemReplaced")
    assert gone.facts["seconds"] == 50
    room.clock.advance(seconds=12)
    await room.respond(c)
    (saved,) = await room.log("ResponseSaved")
    assert saved.facts["seconds"] == 12


@pytest.mark.parametrize("keeps_engines", [True, False])
async def test_a_whole_test_with_replaced_items_is_as_long_and_is_found_again_from_the_log(
    room: ExamRoom, c: Sitter, keeps_engines: bool
) -> None:
    """With the engine in hand and with one that is rebuilt from the rows at each step: the same choices."""
    if not keeps_engines:
        room.store.house = replace(room.store.house, engines=Engines(most=0))
    await replaced(room, c)
    await replaced(room, c, after=3)
    await room.draft(c)
    await replaced(room, c)
    await replaced(room, c, after=28)
    await room.finish_from_here(c)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.answered, attempt.position, attempt.replaced) == ("completed", 32, 36, 4)
    session = fold(await room.store.read(facts_after, room.session_id, 0))
    record = session.candidates[c.id]
    in_use = room.store.house.banks[session.bank_version or ""]
    check_record(record, Sat(in_use.items, in_use.published), session.rules)
    assert (record.responses_given, len(record.items), len(set(record.items))) == (32, 36, 36)
    assert sorted(record.replaced) == [1, 5, 6, 35]


async def test_an_engine_that_another_worker_kept_from_before_is_not_used_again(
    room: ExamRoom, c: Sitter
) -> None:
    """This worker has the engine of the old item in hand; the item is replaced elsewhere."""
    here = room.store.house
    await room.respond(c)
    room.store.house = replace(here, engines=Engines())
    await replaced(room, c)
    room.store.house = here
    await room.finish_from_here(c)
    session = fold(await room.store.read(facts_after, room.session_id, 0))
    in_use = here.banks[session.bank_version or ""]
    check_record(session.candidates[c.id], Sat(in_use.items, in_use.published), session.rules)


async def test_a_replacement_that_is_refused_leaves_the_test_as_it_was(store: Store) -> None:
    """In a bank with nothing to spare: the test could not become whole any more."""
    store.house = replace(store.house, banks=only(thin_bank()))
    room = await a_running_room(store)
    c = room.candidates[0]
    refused = None
    while refused is None:  # a candidate may call so often only: then this fails
        await room.call(c, QUESTION)
        before, item = await room.log(), (await room.view(c)).item_id
        try:
            await room.replace(c)
        except NotAllowed as refusal:
            refused = refusal
    assert refused.code == "no_other_item"
    assert await room.log() == before
    assert (await room.view(c)).item_id == item
    await room.dismiss(c)
    await room.finish_from_here(c)
    assert (await room.attempt(c)).answered == 32


async def test_a_session_with_replaced_items_is_finalised(room: ExamRoom, c: Sitter) -> None:
    await replaced(room, c, after=2)
    for one in room.candidates:
        await room.finish_from_here(one)
    await room.close()
    signed = await room.finalise()
    assert [(one["status"], one["responses"]) for one in signed["candidates"]] == [("validated", 32)] * 2
