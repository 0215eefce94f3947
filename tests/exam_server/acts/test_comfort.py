"""How a pupil reads best is kept for the pupil, over computers and sessions, and nobody else hears of it."""

import pytest

from exam_server.acts.comfort import keep_comfort
from exam_server.acts.identifiers import token_hash
from exam_server.domain.comfort import Comfort, Theme
from exam_server.domain.errors import InvalidInput, SignedOut
from exam_server.domain.json import JSON
from exam_server.storage.candidate_state import as_state
from exam_server.storage.candidate_view import candidate_view
from exam_server.storage.store import Store
from exam_server.storage.transaction import Reading
from tests.support.room import a_running_room, an_exam_room

LARGE = Comfort(text=200, theme=Theme.CONTRAST).to_json()
DARK = Comfort(theme=Theme.DARK).to_json()


async def shown(store: Store, token: str) -> JSON:
    """The settings in the state of whoever holds this token."""

    def look(reading: Reading) -> JSON:
        view = candidate_view(reading, token_hash(token))
        if view is None:
            raise SignedOut
        return as_state(view, store.house, 0)["comfort"]

    return await store.read(look)


async def test_the_last_settings_that_came_are_the_pupil_s(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, neighbour = room.candidates
    assert await shown(store, c.token) is None
    for settings in (DARK, LARGE, LARGE):
        assert (await room.do(keep_comfort, c.token, settings)).to_json() == settings
        assert await shown(store, c.token) == settings
    assert await shown(store, neighbour.token) is None


async def test_they_are_no_fact_of_the_exam(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    before, attempt = await room.log(), (await room.attempt(c)).model_dump()
    await room.do(keep_comfort, c.token, LARGE)
    assert await room.log() == before
    assert (await room.attempt(c)).model_dump() == attempt


async def test_before_the_start_and_after_the_end_a_pupil_reads_too(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    c = room.candidates[0]
    await room.admit(c)
    await room.enter(c)
    await room.do(keep_comfort, c.token, DARK)
    await room.start(c)
    assert await shown(store, c.token) == DARK
    await room.terminate(c)
    await room.do(keep_comfort, c.token, LARGE)
    assert await shown(store, c.token) == LARGE


async def test_whoever_is_signed_out_keeps_nothing(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    with pytest.raises(SignedOut):
        await room.do(keep_comfort, "nobody-s", DARK)


async def test_what_is_no_such_setting_leaves_what_was_kept(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    await room.do(keep_comfort, c.token, DARK)
    with pytest.raises(InvalidInput):
        await room.do(keep_comfort, c.token, {**LARGE, "text": 400})
    assert await shown(store, c.token) == DARK
