"""The access card, once, for one device; and the start of the test."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from exam_server.acts import check_in, entering
from exam_server.acts.closing import GivenReason
from exam_server.domain.access_cards import written
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import IdentityDocument
from exam_server.domain.errors import NotAllowed, NotFound, SignedOut
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from question_bank.assembly import AssemblySpec
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room
from tests.support.school import LEVELS

REQUEST = "a-page-s-own-random-words"


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Three candidates, all admitted, none entered."""
    room = await an_exam_room(store)
    await room.admit_all()
    return room


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def test_a_card_lets_its_candidate_in(room: ExamRoom, c: Sitter) -> None:
    entered = await room.do(entering.enter, c.card)
    assert entered.candidate_id == c.id
    row = await room.candidate(c)
    assert row.card_used_at == room.clock()
    assert entered.token not in str(row)
    fact = await room.last()
    assert (fact.kind, fact.entry.actor, fact.entry.candidate) == ("CandidateEntered", c.id, c.id)


@pytest.mark.parametrize("typing", [str.lower, written, lambda code: f"  {code[:3]} {code[3:]}  "])
async def test_a_card_may_be_typed_carelessly(room: ExamRoom, c: Sitter, typing: object) -> None:
    assert callable(typing)
    assert (await room.do(entering.enter, typing(c.card))).candidate_id == c.id


@pytest.mark.parametrize("code", ["", "BCDFGHJK", "é", "x" * 1000])
async def test_a_code_that_is_no_card_s_is_not_found(room: ExamRoom, code: str) -> None:
    with pytest.raises(NotFound, match="unknown_code"):
        await room.do(entering.enter, code)


async def test_a_second_device_is_refused_and_the_first_stays(room: ExamRoom, c: Sitter) -> None:
    await room.enter(c)
    before = await room.log()
    with pytest.raises(NotAllowed, match="card_used_elsewhere"):
        await room.do(entering.enter, c.card)
    assert await room.log() == before
    await room.start(c)


async def test_an_entry_whose_answer_was_lost_is_answered_again(room: ExamRoom, c: Sitter) -> None:
    first = await room.do(entering.enter, c.card, REQUEST)
    log = await room.log()
    room.clock.advance(minutes=9, seconds=59)
    assert await room.do(entering.enter, c.card.lower(), REQUEST) == first
    assert await room.log() == log
    c.token = first.token
    await room.start(c)
    assert await room.do(entering.enter, c.card, REQUEST) == first


@pytest.mark.parametrize("request_of_another", [None, "another-request-of-another-page"])
async def test_another_page_s_request_does_not_enter_again(
    room: ExamRoom, c: Sitter, request_of_another: str | None
) -> None:
    await room.do(entering.enter, c.card, REQUEST)
    with pytest.raises(NotAllowed, match="card_used_elsewhere"):
        await room.do(entering.enter, c.card, request_of_another)


async def test_an_entry_is_not_answered_again_after_ten_minutes(room: ExamRoom, c: Sitter) -> None:
    await room.do(entering.enter, c.card, REQUEST)
    room.clock.advance(minutes=10)
    with pytest.raises(NotAllowed, match="card_used_elsewhere"):
        await room.do(entering.enter, c.card, REQUEST)


async def test_a_new_card_is_another_entry_with_the_same_request(room: ExamRoom, c: Sitter) -> None:
    first = await room.do(entering.enter, c.card, REQUEST)
    code = await room.do(check_in.issue_new_card, room.by, c.id)
    with pytest.raises(NotFound, match="unknown_code"):
        await room.do(entering.enter, c.card, REQUEST)
    assert (await room.do(entering.enter, code, REQUEST)).token != first.token


async def test_one_request_s_tokens_are_as_many_as_its_cards(room: ExamRoom) -> None:
    entered = [await room.do(entering.enter, c.card, REQUEST) for c in room.candidates]
    assert len({one.token for one in entered}) == 3
    assert min(len(one.token) for one in entered) >= 43


async def test_a_device_is_signed_out_ten_minutes_after_the_end(room: ExamRoom, c: Sitter) -> None:
    others = room.candidates[1:]
    await room.start(c)
    await room.start(others[0])
    await room.enter(others[1])
    await room.terminate(c)
    room.clock.advance(minutes=9, seconds=59)
    assert await room.do(entering.sign_out_ended) == 0
    assert await room.store.read(entering.is_long_over, c.token) is False
    room.clock.advance(seconds=1)
    seen = [await room.store.read(entering.is_long_over, s.token) for s in room.candidates]
    assert seen == [True, False, False]
    assert await room.do(entering.sign_out_ended) == 1
    with pytest.raises(SignedOut):
        await room.do(entering.start_attempt, c.token)
    assert await room.do(entering.start_attempt, others[0].token) == others[0].id
    assert await room.store.read(entering.is_long_over, c.token) is False


async def test_a_closed_session_signs_out_who_never_started(room: ExamRoom, c: Sitter) -> None:
    await room.enter(c)
    await room.close(**{s.id: GivenReason(EndReason.TECHNICAL) for s in room.candidates})
    assert await room.do(entering.sign_out_ended) == 0
    room.clock.advance(minutes=10)
    assert await room.store.read(entering.is_long_over, c.token) is True
    assert await room.do(entering.sign_out_ended) == 1


async def test_of_many_devices_that_show_one_card_at_once_one_gets_in(room: ExamRoom, c: Sitter) -> None:
    tries = [room.do(entering.enter, c.card) for _ in range(8)]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in said if isinstance(one, entering.Entered)]) == 1
    assert len(await room.log("CandidateEntered")) == 1


async def test_the_start_fixes_the_test_and_lets_the_clock_run(room: ExamRoom, c: Sitter) -> None:
    await room.enter(c)
    assert await room.do(entering.start_attempt, c.token) == c.id
    deadline = room.clock() + timedelta(minutes=105)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.started_at, attempt.due_at) == ("in_progress", room.clock(), deadline)
    assert (attempt.position, attempt.answered) == (1, 0)
    spec = AssemblySpec.from_json(orjson.loads(attempt.spec))
    assert (spec.profile.levels, spec.length, spec.test_seconds) == (LEVELS, 32, 105 * 60)
    started, item = (await room.log())[-2:]
    assert (started.kind, item.kind) == ("AttemptStarted", "ItemGiven")
    assert (started.facts["deadline"], started.facts["allowed_ms"]) == (to_millis(deadline), 105 * 60_000)
    assert started.facts["spec"] == orjson.loads(attempt.spec)
    assert item.facts["position"] == 1


async def test_starting_twice_does_no_harm(room: ExamRoom, c: Sitter) -> None:
    await room.enter(c)
    starts = [room.do(entering.start_attempt, c.token) for _ in range(6)]
    assert await asyncio.gather(*starts) == [c.id] * 6
    room.clock.advance(minutes=1)
    before = await room.log()
    await room.start(c)
    assert await room.log() == before
    assert (await room.attempt(c)).started_at < room.clock()


async def test_who_is_not_admitted_cannot_start(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    c = room.candidates[0]
    await room.enter(c)
    for step in (None, check_in.verify_identity):
        if step is not None:
            await room.do(step, room.by, c.id, IdentityDocument.PASSPORT)
        with pytest.raises(NotAllowed, match="not_admitted"):
            await room.start(c)
    await room.admit(c)
    await room.start(c)


async def test_nobody_starts_without_a_card(room: ExamRoom) -> None:
    with pytest.raises(SignedOut):
        await room.do(entering.start_attempt, "nobody's token")


async def test_a_candidate_may_enter_but_not_start_before_the_session_opens(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    c = room.candidates[0]
    await room.enter(c)
    with pytest.raises(NotAllowed, match="session_not_open"):
        await room.start(c)


async def test_nobody_enters_or_starts_once_the_session_is_closed(room: ExamRoom) -> None:
    entered, outside, _ = room.candidates
    await room.enter(entered)
    reason = GivenReason(EndReason.OTHER, "panne")
    await room.close(**{one.id: reason for one in room.candidates})
    with pytest.raises(NotAllowed, match="session_over"):
        await room.enter(outside)
    with pytest.raises(NotAllowed, match="session_not_open"):
        await room.start(entered)


async def test_neighbours_get_tests_of_different_colours(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    specs = [AssemblySpec.from_json(orjson.loads((await room.attempt(c)).spec)) for c in room.candidates]
    assert specs[0].colour != specs[1].colour
    assert specs[0].seed != specs[1].seed
    assert specs[0].session_seed == specs[1].session_seed
