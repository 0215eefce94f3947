"""Who is there: online, quiet, lost and back; and what moves between workers is not lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from exam_server.live import presence
from exam_server.live.presence import Attendance, Presence
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room

SESSION, WHO = "session", "candidate"


@dataclass
class Worker:
    """One worker's attendance, and what it has told and noted; notices go to the other workers."""

    told: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    others: "list[Worker]" = field(default_factory=list)
    attendance: Attendance = field(init=False)

    def __post_init__(self) -> None:
        self.attendance = Attendance(self._tell, self._note, lambda: 1000)

    def _tell(self, session: str, who: str, what: Presence, sign: int) -> None:
        self.told.append(str(what))
        notice = {"type": "presence", "candidate": who, "presence": str(what), "last_sign": sign}
        for other in self.others:
            other.attendance.overheard(session, notice)

    async def _note(self, _who: str, lost: bool) -> int:
        self.noted.append("lost" if lost else "back")
        return 1


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second is long here."""
    monkeypatch.setattr(presence, "LOST_AFTER", 0.1)
    monkeypatch.setattr(presence, "QUIET_AFTER", 0.25)


@pytest.fixture
async def workers() -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers that hear each other."""
    one, two = Worker(), Worker()
    one.others, two.others = [two], [one]
    yield one, two
    await one.attendance.stop()
    await two.attendance.stop()


async def test_a_page_that_is_reloaded_was_never_lost(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.02)
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.2)
    assert (one.told, one.noted) == (["online", "online"], [])


async def test_a_second_tab_that_closes_is_no_loss(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.2)
    assert one.noted == []


async def test_a_loss_and_a_return_are_noted_once(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.2)
    assert (one.told[-1], one.noted) == ("lost", ["lost"])
    one.attendance.joined(SESSION, WHO)
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0)
    assert (one.told[-1], one.noted) == ("online", ["lost", "back"])


async def test_a_connection_that_moves_to_another_worker_is_not_lost(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    two.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.2)
    assert one.noted == two.noted == []
    assert one.attendance.of_session(SESSION) == two.attendance.of_session(SESSION)
    assert one.attendance.of_session(SESSION)[WHO][0] is Presence.ONLINE


async def test_who_comes_back_to_another_worker_is_back(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.2)
    two.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0)
    assert (one.noted, two.noted) == (["lost"], ["back"])


async def test_another_worker_s_rubbish_changes_nothing(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    one.attendance.joined(SESSION, WHO)
    right = {"type": "presence", "candidate": WHO, "presence": "lost", "last_sign": 1}
    for wrong in ({}, {"type": "x"}, {"candidate": 1}, {"last_sign": "x"}, {"last_sign": None}):
        one.attendance.overheard(SESSION, {**right, **wrong} if wrong else {})
    one.attendance.overheard(SESSION, right)
    assert one.attendance.of_session(SESSION) == {WHO: (Presence.ONLINE, 1000)}


async def test_whoever_gives_no_sign_is_quiet_until_the_next_one(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    watching = asyncio.create_task(one.attendance.watch())
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.5)
    assert one.told[-1] == "quiet"
    one.attendance.alive(WHO)
    assert one.told[-1] == "online"
    watching.cancel()


async def test_the_board_sees_a_candidate_come_go_and_come_back(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    staff = await served.signed_in(room.by)
    path = f"/sessions/{room.session_id}/board.json"

    async def shown() -> str:
        return str((await staff.get(path)).json()["candidates"][0]["presence"])

    assert await shown() == "never"
    board = await served.board(room.by, room.session_id, (await room.session()).log_number)
    page = await served.page(c.token)
    seen = await board.until(lambda m: m["type"] == "presence")
    assert (seen["candidate"], seen["presence"], seen["last_sign"]) == (c.id, "online", seen["now"])
    await page.socket.close()
    assert (await board.until(lambda m: m["type"] == "presence"))["presence"] == "lost"
    assert (await board.event("ConnectionLost"))["candidate"] == c.id
    assert await shown() == "lost"
    await served.page(c.token)
    await board.until(lambda m: m["type"] == "presence" and m["presence"] == "online")
    assert (await board.event("ConnectionBack"))["candidate"] == c.id
    assert await shown() == "online"


async def test_a_connection_cut_without_a_word_is_seen_all_the_same(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    board = await served.board(room.by, room.session_id, (await room.session()).log_number)
    page = await served.page(c.token)
    await page.state("Hello")
    page.socket.transport.abort()
    assert (await board.event("ConnectionLost"))["candidate"] == c.id
