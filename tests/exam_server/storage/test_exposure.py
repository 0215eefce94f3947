"""How often each item was given: over every session of a year, whatever bank it was sat with."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.storage.exposure import LOOKS_BACK, Exposure, count_exposure
from exam_server.storage.house import Banks
from exam_server.storage.store import Store
from tests.support.clock import ManualClock
from tests.support.house import threefold_bank
from tests.support.room import a_running_room


async def test_where_nobody_has_sat_nothing_is_exposed(store: Store) -> None:
    assert await store.read(count_exposure) == Exposure(0, {})


async def test_every_test_and_every_item_that_was_given_counts_also_of_closed_sessions(store: Store) -> None:
    first = await a_running_room(store, candidates=3)
    await first.respond(first.candidates[0])
    unfinished = {one.id: GivenReason(EndReason.TECHNICAL) for one in first.candidates}
    await first.close(**unfinished)
    second = await a_running_room(store, candidates=2, number=2)
    given = [line.facts["item_id"] for room in (first, second) for line in await room.log("ItemGiven")]
    assert len(given) == 3 + 1 + 2
    exposure = await store.read(count_exposure)
    assert (exposure.tests, exposure.given) == (5, Counter(given))
    assert await store.run(count_exposure) == exposure


async def test_tests_of_an_earlier_version_of_the_bank_count_too(store: Store) -> None:
    """A small change must not bring back at once what has been seen too often."""
    await a_running_room(store, candidates=2)
    before = await store.read(count_exposure)
    large = threefold_bank()
    version = large.items.version
    store.house = replace(store.house, banks=Banks({**store.house.banks, version: large}, version))
    assert await store.read(count_exposure) == before
    assert before.tests == 2


async def test_what_was_seen_more_than_a_year_ago_counts_no_more(store: Store, clock: ManualClock) -> None:
    room = await a_running_room(store, candidates=2)
    opened = (await room.session()).opened_at
    assert opened is not None
    for step, tests in ((-timedelta(seconds=1), 2), (timedelta(0), 0), (timedelta(seconds=1), 0)):
        clock.move_to(opened + LOOKS_BACK + step)
        assert (await store.read(count_exposure)).tests == tests
