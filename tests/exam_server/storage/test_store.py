"""What the store promises on both databases: durable, alone, in order, and told only after the commit."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from exam_server.domain.errors import NotAllowed
from exam_server.storage.store import Store, StoreClosed
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction
from tests.exam_server.storage.support import a_session, add, add_and_refuse, names, note, together
from tests.support.log import check_log

Opener = Callable[[], Store]


async def test_another_store_sees_what_was_acknowledged(store: Store, another_store: Opener) -> None:
    assert await store.run(add, "Collège") == "Collège"
    assert await another_store().read(names) == {"Collège"}


async def test_a_refusing_act_leaves_nothing_behind_and_the_others_are_kept(store: Store) -> None:
    acts = [store.run(add_and_refuse if n % 3 == 0 else add, f"{n}") for n in range(30)]
    said = await together(*acts)
    assert [n for n, answer in enumerate(said) if isinstance(answer, NotAllowed)] == list(range(0, 30, 3))
    assert await store.read(names) == {f"{n}" for n in range(30) if n % 3}


async def test_every_act_gets_its_own_answer(store: Store) -> None:
    said = await asyncio.gather(*(store.run(add, f"{n}") for n in range(300)))
    assert said == [f"{n}" for n in range(300)]


async def test_a_refused_act_records_no_fact(store: Store, told: list[dict[str, int]]) -> None:
    session_id = await store.run(a_session)

    def note_and_refuse(tx: Transaction) -> None:
        note(tx, session_id)
        raise NotAllowed

    with pytest.raises(NotAllowed):
        await store.run(note_and_refuse)
    assert [line.number for line in await store.read(check_log, session_id)] == [1, 2]
    await store.close()
    assert told == [{session_id: 2}]


async def test_growth_is_told_after_the_commit_and_with_the_number_reached(
    store: Store, another_store: Opener, told: list[dict[str, int]]
) -> None:
    session_id = await store.run(a_session)
    numbers = await asyncio.gather(*(store.run(note, session_id) for _ in range(20)))
    assert sorted(numbers) == list(range(3, 23))
    await store.close()
    assert [set(one) for one in told] == [{session_id}] * len(told)
    assert max(one[session_id] for one in told) == 22
    reached = await another_store().read(lambda r: r.get(Session, session_id).log_number)
    assert reached == 22


async def test_whoever_is_told_can_read_what_was_told(
    store: Store, another_store: Opener, told: list[dict[str, int]]
) -> None:
    session_id = await store.run(a_session)
    reader = another_store()
    for number in range(3, 10):
        await store.run(note, session_id)
        # The answer comes no later than the telling, so a reader that starts now sees the fact.
        assert await reader.read(lambda r: r.get(Session, session_id).log_number) == number


async def test_an_act_without_a_fact_tells_nothing(store: Store, told: list[dict[str, int]]) -> None:
    await store.run(add, "Collège")
    await store.close()
    assert told == []


async def test_one_act_may_grow_two_logs(store: Store, told: list[dict[str, int]]) -> None:
    first, second = await store.run(a_session, 1), await store.run(a_session, 2)

    def both(tx: Transaction) -> None:
        note(tx, first)
        note(tx, second)
        note(tx, second)

    await store.run(both)
    await store.close()
    assert {first: 3, second: 4} in told
    assert len(told) == 3


async def test_readers_see_only_what_is_committed(store: Store) -> None:
    loop = asyncio.get_running_loop()
    seen: list[set[str]] = []

    def add_and_look(tx: Transaction) -> None:
        add(tx, "not yet")
        reading = asyncio.run_coroutine_threadsafe(store.read(names), loop)
        seen.append(reading.result(10))

    await store.run(add_and_look)
    assert seen == [set()]
    assert await store.read(names) == {"not yet"}


async def test_a_read_model_sees_one_moment(store: Store) -> None:
    loop = asyncio.get_running_loop()
    seen: list[set[str]] = []

    def look_twice(reading: Reading) -> None:
        seen.append(names(reading))
        asyncio.run_coroutine_threadsafe(store.run(add, "meanwhile"), loop).result(10)
        seen.append(names(reading))

    await store.read(look_twice)
    assert seen == [set(), set()]
    assert await store.read(names) == {"meanwhile"}


async def test_a_read_model_cannot_be_broken_by_the_one_before(store: Store) -> None:
    def wrong(reading: Reading) -> None:
        reading.connection.exec_driver_sql("SELECT nothing FROM nowhere")

    for _ in range(8):
        with pytest.raises(Exception, match="nowhere"):
            await store.read(wrong)
    assert await store.read(names) == set()


async def test_what_an_act_leaves_for_after_the_commit_is_not_done_when_it_refuses(store: Store) -> None:
    done: list[str] = []

    def act(tx: Transaction, name: str, *, refuses: bool) -> None:
        tx.after_commit.append(lambda: done.append(name))
        if refuses:
            raise NotAllowed

    await together(store.run(act, "refused", refuses=True), store.run(act, "kept", refuses=False))
    assert done == ["kept"]


async def test_a_caller_who_goes_away_does_not_undo_the_act(store: Store) -> None:
    call = asyncio.ensure_future(store.run(add, "gone"))
    await asyncio.sleep(0)
    call.cancel()
    await store.run(add, "still here")
    await store.close()
    assert call.cancelled()


async def test_closing_lets_the_waiting_acts_finish(store: Store, another_store: Opener) -> None:
    waiting = [asyncio.ensure_future(store.run(add, f"{n}")) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [f"{n}" for n in range(50)]
    assert await another_store().read(names) == {f"{n}" for n in range(50)}


async def test_a_closed_store_takes_no_act(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreClosed):
        await store.run(add, "too late")


async def test_a_listener_that_fails_does_not_stop_the_store(
    store: Store, another_store: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_grown: dict[str, int]) -> None:
        raise RuntimeError("the hub has gone")

    deaf = another_store()
    deaf._publish = fail
    session_id = await deaf.run(a_session)
    numbers = await asyncio.gather(*(deaf.run(note, session_id) for _ in range(20)))
    assert sorted(numbers) == list(range(3, 23))
    assert "the hub has gone" in caplog.text


@pytest.mark.parametrize("sessions", [1, 3])
async def test_logs_grow_without_gaps_however_many_acts_come_at_once(store: Store, sessions: int) -> None:
    ids = [await store.run(a_session, n) for n in range(1, sessions + 1)]
    acts = [store.run(note, ids[n % sessions]) for n in range(60 * sessions)]
    refusals = [store.run(add_and_refuse, f"{n}") for n in range(20)]
    await together(*acts, *refusals)
    for session_id in ids:
        lines = await store.read(check_log, session_id)
        assert [line.number for line in lines] == list(range(1, 63))


async def test_what_a_statement_was_given_is_not_in_its_error(store: Store) -> None:
    await store.run(add, "Secrète")
    with pytest.raises(IntegrityError) as caught:
        await store.run(add, "Secrète")
    assert "INSERT" in str(caught.value)
    assert "parameters hidden" in str(caught.value)
