"""On SQLite, one writer commits for all the acts that wait: who shares a commit, and what if it fails."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import IntegrityError

from exam_server.domain.errors import NotAllowed
from exam_server.storage.house import House
from exam_server.storage.store import MOST_IN_ONE_COMMIT, Store
from tests.exam_server.storage.support import (
    Doorkeeper,
    a_session,
    add,
    add_and_refuse,
    add_orphan,
    names,
    note,
    together,
)
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.log import check_log


@pytest.fixture
async def store(
    on_sqlite: Place, house: House, clock: ManualClock, told: list[dict[str, int]]
) -> AsyncIterator[Store]:
    """The store on SQLite alone."""
    store = Store(on_sqlite.open(), house, clock, told.append)
    yield store
    await store.close()


async def test_the_acts_that_wait_share_one_commit(store: Store) -> None:
    async with Doorkeeper(store) as door:
        calls = [asyncio.ensure_future(store.run(add, f"{n}")) for n in range(20)]
        await asyncio.sleep(0)
        door.let_go()
        assert await asyncio.gather(*calls) == [f"{n}" for n in range(20)]
    assert door.commits == 2  # the doorkeeper's own, and one for all twenty
    assert await store.read(names) == {f"{n}" for n in range(20)}


async def test_a_commit_does_not_wait_for_ever_more_acts(store: Store) -> None:
    async with Doorkeeper(store) as door:
        calls = [asyncio.ensure_future(store.run(add, f"{n}")) for n in range(MOST_IN_ONE_COMMIT + 1)]
        await asyncio.sleep(0)
        door.let_go()
        await asyncio.gather(*calls)
    assert door.commits == 3


async def test_who_refuses_in_a_group_rolls_back_alone(store: Store) -> None:
    async with Doorkeeper(store) as door:
        acts = [add, add_and_refuse, add, add_and_refuse, add]
        calls = [asyncio.ensure_future(store.run(act, f"{n}")) for n, act in enumerate(acts)]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert door.commits == 2
    assert [isinstance(answer, NotAllowed) for answer in said] == [False, True, False, True, False]
    assert await store.read(names) == {"0", "2", "4"}


async def test_a_database_error_in_one_act_spares_the_others_of_its_group(store: Store) -> None:
    async with Doorkeeper(store) as door:
        calls = [asyncio.ensure_future(store.run(add, name)) for name in ("one", "one", "two")]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert said[0] == "one"
    assert isinstance(said[1], IntegrityError)
    assert said[2] == "two"


async def test_when_the_commit_fails_everyone_of_the_group_hears_it(
    store: Store, told: list[dict[str, int]]
) -> None:
    session_id = await store.run(a_session)
    before = await store.read(names)
    async with Doorkeeper(store) as door:
        calls = [
            asyncio.ensure_future(store.run(add, "one")),
            asyncio.ensure_future(store.run(add_orphan)),
            asyncio.ensure_future(store.run(note, session_id)),
            asyncio.ensure_future(store.run(add_and_refuse, "two")),
        ]
        await asyncio.sleep(0)
        door.let_go()
        said = await together(*calls)
    assert all("FOREIGN KEY" in str(error) for error in said[:3])
    assert isinstance(said[3], NotAllowed)
    assert await store.read(names) == before
    assert await store.run(note, session_id) == 3
    await store.read(check_log, session_id)
    await store.close()
    assert told == [{session_id: 2}, {session_id: 3}]


async def test_acts_of_one_group_see_each_other(store: Store) -> None:
    session_id = await store.run(a_session)
    async with Doorkeeper(store) as door:
        calls = [asyncio.ensure_future(store.run(note, session_id)) for _ in range(10)]
        await asyncio.sleep(0)
        door.let_go()
        assert await asyncio.gather(*calls) == list(range(3, 13))
    assert door.commits == 2
    await store.read(check_log, session_id)


async def test_a_group_is_told_once_with_the_last_number(store: Store, told: list[dict[str, int]]) -> None:
    session_id = await store.run(a_session)
    async with Doorkeeper(store) as door:
        calls = [asyncio.ensure_future(store.run(note, session_id)) for _ in range(10)]
        await asyncio.sleep(0)
        door.let_go()
        await asyncio.gather(*calls)
    await store.close()
    assert told == [{session_id: 2}, {session_id: 12}]
