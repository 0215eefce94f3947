"""How often each item was given: of the bank in use, over every session there ever was."""

from collections import Counter
from dataclasses import replace

from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.storage.exposure import count_exposure
from exam_server.storage.store import Store
from tests.support.house import threefold_bank
from tests.support.room import a_running_room


async def test_a_bank_that_nobody_has_met_has_no_exposure(store: Store) -> None:
    exposure = await store.read(count_exposure)
    assert (exposure.bank_version, exposure.tests, exposure.given) == (store.house.bank_version, 0, {})


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


async def test_tests_of_another_bank_do_not_count(store: Store) -> None:
    await a_running_room(store, candidates=2)
    large = threefold_bank()
    version = large.items.version
    store.house = replace(store.house, bank_version=version, banks={**store.house.banks, version: large})
    exposure = await store.read(count_exposure)
    assert (exposure.bank_version, exposure.tests, exposure.given) == (version, 0, {})
