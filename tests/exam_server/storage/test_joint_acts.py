"""Many calls of one act, run as one: each gets its own answer, nobody pays for another's fault."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.errors import NotAllowed, Refusal
from exam_server.storage.house import House
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from exam_server.storage.waiting import MOST_TOGETHER, Asked, Waiting, parts_of
from tests.exam_server.storage.support import Doorkeeper, a_session, add, add_orphan, names, note, together
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.log import check_log


def add_all(tx: Transaction, asked: Sequence[Asked[str]]) -> list[str | Refusal]:
    """Adds a name for each call; a name of one letter is refused, "fault" breaks the act."""
    said: list[str | Refusal] = []
    for one in asked:
        if len(one.call) == 1:
            said.append(NotAllowed("one_letter"))
            continue
        add(tx, one.call)
        if one.call == "fault":
            raise RuntimeError("a fault in the act itself")
        said.append(f"{one.call} of {len(asked)}")
    return said


def note_all(tx: Transaction, asked: Sequence[Asked[str]]) -> list[int | Refusal]:
    """One more fact for each call; its number."""
    return [note(tx, one.call) for one in asked]


def moments(_tx: Transaction, asked: Sequence[Asked[None]]) -> list[datetime | Refusal]:
    """When each call came in."""
    return [one.at for one in asked]


def _waiting(act: object, key: str | None, number: int) -> Waiting:
    asked = None if key is None else Asked(key, number, datetime(2026, 6, 1, tzinfo=UTC))
    return Waiting(act, asked, None, None)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z", None]))))
def test_parts_keep_the_order_and_never_hold_one_key_twice(calls: list[tuple[str, str | None]]) -> None:
    group = [_waiting(act, key, number) for number, (act, key) in enumerate(calls)]
    parts = parts_of(group)
    assert [waiting for part in parts for waiting in part.waiting] == group
    for part in parts:
        keys = [waiting.asked and waiting.asked.key for waiting in part.waiting]
        assert len(set(keys)) == len(keys)
        assert len({waiting.act for waiting in part.waiting}) == 1
        assert len(keys) == 1 or None not in keys


def test_neighbouring_calls_of_one_act_become_one_part_up_to_the_most() -> None:
    group = [_waiting("a", f"{n}", n) for n in range(MOST_TOGETHER + 3)]
    assert [len(part.waiting) for part in parts_of(group)] == [MOST_TOGETHER, 3]


async def test_each_call_gets_its_own_answer_or_refusal(store: Store) -> None:
    said = await together(
        *(store.run_together(add_all, name, name) for name in ("Aulne", "b", "Cèdre", "d", "Érable"))
    )
    assert [isinstance(answer, NotAllowed) for answer in said] == [False, True, False, True, False]
    assert [str(answer).split(" ", maxsplit=1)[0] for answer in said[::2]] == ["Aulne", "Cèdre", "Érable"]
    assert await store.read(names) == {"Aulne", "Cèdre", "Érable"}


async def test_a_fault_in_one_call_is_heard_by_that_call_alone(store: Store) -> None:
    wanted = ("Aulne", "fault", "Cèdre")
    said = await together(*(store.run_together(add_all, name, name) for name in wanted))
    assert isinstance(said[1], RuntimeError)
    assert await store.read(names) == {"Aulne", "Cèdre"}


async def test_each_call_with_one_key_sees_what_the_one_before_it_did(store: Store) -> None:
    session_id = await store.run(a_session)
    numbers = await asyncio.gather(*(store.run_together(note_all, "same", session_id) for _ in range(30)))
    assert sorted(numbers) == list(range(3, 33))  # on PostgreSQL in whatever order their turns came
    await store.read(check_log, session_id)


async def test_calls_for_several_sessions_grow_each_log_without_a_gap(
    store: Store, told: list[dict[str, int]]
) -> None:
    sessions = [await store.run(a_session, number) for number in (1, 2, 3)]
    calls = [(f"{n}", sessions[n % 3]) for n in range(60)]
    numbers = await asyncio.gather(*(store.run_together(note_all, key, one) for key, one in calls))
    for place, session_id in enumerate(sessions):
        assert sorted(numbers[place::3]) == list(range(3, 23))
        await store.read(check_log, session_id)
    await store.close()
    assert {name: max(one.get(name, 0) for one in told) for name in sessions} == dict.fromkeys(sessions, 22)


@pytest.fixture
async def alone(on_sqlite: Place, house: House, clock: ManualClock) -> AsyncIterator[Store]:
    """The store on SQLite, whose one writer can be kept busy."""
    store = Store(on_sqlite.open(), house, clock, lambda grown: None)
    yield store
    await store.close()


async def test_calls_that_wait_together_are_one_act(alone: Store) -> None:
    async with Doorkeeper(alone) as door:
        calls = [
            asyncio.ensure_future(alone.run_together(add_all, name, name))
            for name in ("Aulne", "Bouleau", "c", "Cèdre")
        ]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert said[:2] == ["Aulne of 4", "Bouleau of 4"]
    assert isinstance(said[2], NotAllowed)
    assert door.commits == 2  # the doorkeeper's own, and one for all


async def test_after_a_fault_every_call_is_run_again_by_itself(alone: Store) -> None:
    async with Doorkeeper(alone) as door:
        calls = [
            asyncio.ensure_future(alone.run_together(add_all, name, name))
            for name in ("Aulne", "fault", "b", "Cèdre")
        ]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert (said[0], said[3]) == ("Aulne of 1", "Cèdre of 1")
    assert isinstance(said[1], RuntimeError)
    assert isinstance(said[2], NotAllowed)
    assert await alone.read(names) == {"Aulne", "Cèdre"}


async def test_another_act_between_two_calls_keeps_its_turn(alone: Store) -> None:
    async with Doorkeeper(alone) as door:
        calls = [
            asyncio.ensure_future(alone.run_together(add_all, "Aulne", "Aulne")),
            asyncio.ensure_future(alone.run(names)),
            asyncio.ensure_future(alone.run_together(add_all, "Cèdre", "Cèdre")),
        ]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert said == ["Aulne of 1", {"Aulne"}, "Cèdre of 1"]


async def test_a_call_bears_the_instant_at_which_it_came_in(alone: Store, clock: ManualClock) -> None:
    begun = clock()
    async with Doorkeeper(alone) as door:
        first = asyncio.ensure_future(alone.run_together(moments, "a", None))
        await asyncio.sleep(0)
        clock.advance(seconds=7)
        second = asyncio.ensure_future(alone.run_together(moments, "b", None))
        await asyncio.sleep(0)
        clock.advance(seconds=60)
        door.let_go()
        instants = await asyncio.gather(first, second)
    assert [(one - begun).total_seconds() for one in instants] == [0, 7]


async def test_when_the_commit_fails_every_call_of_a_part_hears_it(alone: Store) -> None:
    async with Doorkeeper(alone) as door:
        calls = [
            asyncio.ensure_future(alone.run_together(add_all, name, name)) for name in ("Aulne", "b", "Cèdre")
        ]
        calls.append(asyncio.ensure_future(alone.run(add_orphan)))
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert [type(answer).__name__ for answer in said[:3]] == [
        "IntegrityError",
        "NotAllowed",
        "IntegrityError",
    ]
    assert await alone.read(names) == set()
