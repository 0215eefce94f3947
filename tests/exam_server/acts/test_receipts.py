"""Every end gives a receipt of the responses that count, alike in row, log, page and results."""

from dataclasses import replace

import pytest

from exam_server.domain.attempts import EndReason
from exam_server.domain.finalisation import Fact, fold
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.json import JSON
from exam_server.exports.results import ResultsDiffer, Sat, results_of, settings_of
from exam_server.signing.receipts import Saved, fingerprint, responses_digest
from exam_server.storage.candidate_state import as_state
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room

ENDS = {"AttemptCompleted", "TimeRanOut", "AttemptTerminated"}


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def completed(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c, revision=2)  # the draft is validated
    await room.finish_from_here(c)


async def timed_out(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(hours=3)
    await room.tick()


async def terminated(room: ExamRoom, c: Sitter) -> None:
    await room.terminate(c)


async def all_terminated(room: ExamRoom, c: Sitter) -> None:
    await room.terminate_room()


async def facts(room: ExamRoom) -> list[Fact]:
    return await room.store.read(facts_after, room.session_id, 0)


def results(room: ExamRoom, told: list[Fact]) -> dict[str, dict[str, JSON]]:
    """By candidate, computed again from the log, every mark and every choice checked."""
    house = room.store.house
    bank = house.banks[house.bank_version]
    found = results_of(fold(told), Sat(bank.items, bank.published), settings_of(house.rules), check=True)
    return {str(one["id"]): one for one in found}


async def shown(room: ExamRoom, c: Sitter) -> dict[str, JSON]:
    state = as_state(await room.view(c), room.store.house, 0)
    assert isinstance(state["ended"], dict)
    return state["ended"]


@pytest.mark.parametrize("end", [completed, timed_out, terminated, all_terminated])
async def test_every_end_gives_one_receipt_everywhere(room: ExamRoom, c: Sitter, end: object) -> None:
    await room.respond(c)
    await room.respond(c, right=False)
    await room.draft(c)
    await end(room, c)  # type: ignore[operator]
    digest = (await room.attempt(c)).receipt
    assert digest is not None
    told = await facts(room)
    (over,) = (one for one in told if one.kind in ENDS and one.candidate == c.id)
    assert over.content["receipt"] == digest
    assert (await shown(room, c))["receipt"] == fingerprint(digest)
    counted = fold(told).candidates[c.id].responses
    assert digest == responses_digest(c.id, (Saved(at, one.item, one.content) for at, one in counted.items()))
    assert results(room, told)[c.id]["receipt"] == {"sha256": digest, "fingerprint": fingerprint(digest)}


async def test_a_test_without_a_response_has_a_receipt_too(room: ExamRoom, c: Sitter) -> None:
    await room.terminate(c)
    assert (await room.attempt(c)).receipt == responses_digest(c.id, [])


async def test_before_the_end_there_is_none(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)
    assert (await room.attempt(c)).receipt is None


async def test_the_draft_of_a_question_that_was_replaced_is_not_of_it(room: ExamRoom, c: Sitter) -> None:
    await room.draft(c)
    await room.call(c, HelpCallKind.QUESTION)
    await room.replace(c)
    await room.respond(c)
    await room.terminate(c)
    told = await facts(room)
    assert results(room, told)[c.id]["receipt"] == {
        "sha256": (await room.attempt(c)).receipt,
        "fingerprint": (await shown(room, c))["receipt"],
    }


async def test_a_log_with_another_receipt_is_found(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)
    await room.terminate(c, EndReason.TECHNICAL)
    told = await facts(room)
    other = (await room.attempt(room.candidates[1])).id
    forged = [
        replace(one, content={**one.content, "receipt": responses_digest(other, [])})
        if one.kind == "AttemptTerminated"
        else one
        for one in told
    ]
    with pytest.raises(ResultsDiffer, match="the receipt is of other responses"):
        results(room, forged)


async def test_a_log_from_before_there_were_receipts_gives_the_results_of_that_time(
    room: ExamRoom, c: Sitter
) -> None:
    await room.respond(c)
    await room.terminate(c)
    old = [
        replace(one, content={name: value for name, value in one.content.items() if name != "receipt"})
        for one in await facts(room)
    ]
    assert "receipt" not in results(room, old)[c.id]


async def test_what_was_passed_over_counts_once_however_often_it_is_sent(room: ExamRoom, c: Sitter) -> None:
    state = as_state(await room.view(c), room.store.house, 0)
    assert state["progress"]["passed"] == 0  # type: ignore[index, call-overload]
    await room.respond(c)
    for _ in range(2):
        await room.respond(c, content={"skip": True}, position=2)
    state = as_state(await room.view(c), room.store.house, 0)
    assert state["progress"] == {"position": 3, "of": 32, "minimum": 20, "answered": 2, "passed": 1}
    await room.respond(c, content={"skip": True})
    assert (await room.attempt(c)).passed == 2


async def test_a_passed_over_draft_that_the_end_cut_off_counts_as_passed(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c, content={"skip": True}, final=False)
    assert (await room.attempt(c)).passed == 0
    await room.terminate(c)
    assert (await room.attempt(c)).passed == 1
