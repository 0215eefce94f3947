"""A whole session through the acts: what the log says is what comes out, and nothing else."""

from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.exports.results import Sat, candidates_results, settings_of
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from tests.support.room import a_running_room


async def test_the_results_can_be_computed_again_from_the_log_alone(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    first, second = room.candidates
    await room.finish(first)
    await room.respond(second)
    await room.close(**{second.id: GivenReason(EndReason.TECHNICAL)})
    signed = await room.finalise()
    house = store.house
    bank = house.banks[house.bank_version]
    facts = await store.read(facts_after, room.session_id, 0)
    again = candidates_results(facts, Sat(bank.items, bank.published), settings_of(house.rules), check=True)
    assert again == signed["candidates"]
    await room.checked_log()
