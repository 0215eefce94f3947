"""What the server seals is there: the log of sessions for anybody, a checkpoint for the head."""

from exam_server.acts.house_log import house_origin
from exam_server.acts.sealing import origin_of
from exam_server.signing.checkpoints import open_checkpoint
from exam_server.signing.keys import Purpose
from exam_server.signing.merkle import leaf_hash, root_of
from exam_server.web.sealing import host_of, seal
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room


async def a_sealed_room(site: Site) -> ExamRoom:
    site.desk.keys.create(Purpose.LOG, site.store.clock())
    room = await a_running_room(site.store, 1)
    room.clock.advance(seconds=61)
    await seal(site.desk)
    return room


async def test_the_log_of_sessions_is_signed_and_its_lines_give_its_root(site: Site) -> None:
    await a_sealed_room(site)
    browser, keys = site.browser(), site.desk.keys.public_keys(Purpose.LOG).values()
    note = (await browser.get("/.well-known/passation/sessions.txt")).content
    lines = (await browser.get("/.well-known/passation/sessions.jsonl")).content.splitlines()
    checkpoint = open_checkpoint(note, house_origin(host_of(site.desk)), keys).checkpoint
    assert (checkpoint.size, checkpoint.root) == (len(lines), root_of([leaf_hash(line) for line in lines]))


async def test_an_open_session_has_a_signed_checkpoint_after_a_minute(site: Site) -> None:
    room = await a_sealed_room(site)
    head = await site.signed_in(room.school.head)
    note = await head.get(f"/sessions/{room.session_id}/checkpoint.txt")
    keys = site.desk.keys.public_keys(Purpose.LOG).values()
    origin = origin_of(host_of(site.desk), room.session_id)
    assert open_checkpoint(note.content, origin, keys).checkpoint.size == (await room.session()).log_number


async def test_without_a_key_for_the_log_nothing_is_sealed_and_nothing_stops(site: Site) -> None:
    room = await a_running_room(site.store, 1)
    room.clock.advance(seconds=61)
    assert await seal(site.desk) == 0
    head = await site.signed_in(room.school.head)
    assert (await head.get(f"/sessions/{room.session_id}/checkpoint.txt")).status_code == 409
