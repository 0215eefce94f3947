"""The printed access cards say on the page whose they are: a rehearsal reads them there."""

from exam_server.simulation.reading import read_page
from tests.exam_server.web.site import Site
from tests.support.room import an_exam_room


async def test_each_card_carries_its_candidate_and_its_code(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=3)
    first = room.candidates[0]
    await room.enter(first)
    head = await site.signed_in(room.school.head)
    seen = read_page((await head.get(f"/sessions/{room.session_id}/cards")).text)
    assert {who: code.replace("-", "") for who, code in seen.cards.items()} == {
        c.id: c.card for c in room.candidates
    }
    assert seen.used_cards == {first.id}
