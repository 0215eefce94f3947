"""A rehearsal of an exam room: the code on the console, a computer that enters and measures."""

from exam_server.acts import rehearsing
from exam_server.domain.candidates import Seat
from exam_server.domain.measures import Measures
from exam_server.storage.rehearsal_rows import code_now
from tests.support.computers import A_GOOD_COMPUTER
from tests.support.room import ExamRoom


async def begin(room: ExamRoom) -> int:
    return await room.do(rehearsing.begin_rehearsal, room.by, room.session_id)


async def end(room: ExamRoom) -> int:
    return await room.do(rehearsing.end_rehearsal, room.by, room.session_id)


async def code_of(room: ExamRoom) -> str:
    """The code that the console shows."""
    found = await room.store.read(code_now, room.session_id)
    assert found is not None
    return found[0]


async def enter(room: ExamRoom, typed: str | None = None) -> str:
    """A computer types the code; returns its token."""
    return await room.store.read(rehearsing.enter_rehearsal, typed or await code_of(room))


async def measure(
    room: ExamRoom, token: str, seat: tuple[int, int] = (1, 1), found: Measures = A_GOOD_COMPUTER
) -> rehearsing.Rehearsed:
    """A computer says what it has measured."""
    return await room.do(rehearsing.rehearse_seat, token, Seat(*seat), found)


async def a_rehearsal(room: ExamRoom) -> None:
    """From its beginning to its end, with one computer."""
    await begin(room)
    await measure(room, await enter(room))
    await end(room)
