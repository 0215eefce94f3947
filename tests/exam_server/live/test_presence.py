"""Who is there: online, quiet, lost and back; and what moves between workers is not lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from exam_server.live import presence
from exam_server.live.devices import Device
from exam_server.live.presence import Attendance, Presence
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room

SESSION, WHO = "session", "candidate"


@dataclass
class Worker:
    """One worker's attendance, and what it has told; notices go to the others, notes into the one log."""

    noted: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    slow: float = 0.0
    others: "list[Worker]" = field(default_factory=list)
    attendance: Attendance = field(init=False)

    def __post_init__(self) -> None:
        self.attendance = Attendance(self._tell, self._show, self._note, lambda: 1000)

    def _tell(self, session: str, who: str, what: Presence, sign: int) -> None:
        self.told.append(str(what))
        notice = {"type": "presence", "candidate": who, "presence": str(what), "last_sign": sign}
        for other in self.others:
            other.attendance.overheard(session, notice)

    def _show(self, session: str, who: str, device: Device) -> None:
        for other in self.others:
            other.attendance.overheard(session, {"type": "device", "candidate": who, **device.to_json()})

    async def _note(self, _who: str, lost: bool) -> int | None:
        """As the act does: what the log says already is not said again."""
        await asyncio.sleep(self.slow)
        if lost == (bool(self.noted) and self.noted[-1] == "lost"):
            return None
        self.noted.append("lost" if lost else "back")
        return len(self.noted)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second is long here."""
    monkeypatch.setattr(presence, "LOST_AFTER", 0.1)
    monkeypatch.setattr(presence, "QUIET_AFTER", 0.25)
    monkeypatch.setattr(presence, "REPEAT_AFTER", 0.1)
    monkeypatch.setattr(presence, "SILENT_AFTER", 0.4)


@pytest.fixture
async def workers() -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers that hear each other."""
    one = Worker()
    two = Worker(one.noted)
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
    assert (one.told, one.noted) == (["online"], [])


async def test_a_computer_is_known_to_every_worker(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    used = Device("firefox", 1366, 768)
    one.attendance.joined(SESSION, WHO)
    one.attendance.uses(WHO, used)
    assert one.attendance.devices_of(SESSION) == two.attendance.devices_of(SESSION) == {WHO: used}
    two.attendance.overheard(SESSION, {"type": "device", "candidate": WHO, "browser": 7})
    assert two.attendance.devices_of(SESSION) == {WHO: used}
    assert one.attendance.devices_of("another") == {}


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
    await asyncio.sleep(0.01)
    assert (one.told[-1], one.noted) == ("online", ["lost", "back"])


async def test_a_connection_that_moves_to_another_worker_is_not_lost(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    two.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.2)
    assert one.noted == []
    assert one.attendance.of_session(SESSION) == two.attendance.of_session(SESSION)
    assert one.attendance.of_session(SESSION)[WHO][0] is Presence.ONLINE


async def test_who_comes_back_to_another_worker_is_back(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.2)
    two.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.01)
    assert one.noted == ["lost", "back"]


async def test_each_drop_has_its_own_wait(workers: tuple[Worker, Worker]) -> None:
    one, _two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.07)
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.06)
    assert one.noted == []
    await asyncio.sleep(0.1)
    assert one.noted == ["lost"]


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_who_is_back_while_the_loss_is_being_written_is_back(
    workers: tuple[Worker, Worker], elsewhere: bool
) -> None:
    one, two = workers
    one.slow = 0.1
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    await asyncio.sleep(0.15)
    (two if elsewhere else one).attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.3)
    assert one.noted == ["lost", "back"]


async def test_signs_of_life_are_told_when_something_changes_or_now_and_then(
    workers: tuple[Worker, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _two = workers
    monkeypatch.setattr(presence, "TELL_EVERY", 0.1)
    one.attendance.joined(SESSION, WHO)
    for _ in range(500):
        one.attendance.alive(WHO)
    assert one.told == ["online"]
    await asyncio.sleep(0.12)
    one.attendance.alive(WHO)
    assert one.told == ["online", "online"]


async def test_a_connection_that_goes_to_and_fro_between_workers_is_not_lost(
    workers: tuple[Worker, Worker],
) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.left(WHO)
    two.attendance.joined(SESSION, WHO)
    two.attendance.left(WHO)
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.2)
    assert one.noted == []
    assert two.attendance.of_session(SESSION)[WHO][0] is Presence.ONLINE


async def test_whose_worker_was_killed_is_not_online_for_ever(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    watching = asyncio.create_task(two.attendance.watch())
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.2)
    assert two.attendance.of_session(SESSION)[WHO][0] is Presence.ONLINE
    await asyncio.sleep(0.4)
    assert two.attendance.of_session(SESSION)[WHO][0] is Presence.LOST
    assert (two.told, one.noted) == (["lost"], [])
    watching.cancel()


async def test_who_is_connected_is_told_again_so_that_the_others_know(
    workers: tuple[Worker, Worker],
) -> None:
    one, two = workers
    watching = [asyncio.create_task(worker.attendance.watch()) for worker in workers]
    one.attendance.joined(SESSION, WHO)
    await asyncio.sleep(0.7)
    assert two.attendance.of_session(SESSION)[WHO][0] is Presence.QUIET
    for task in watching:
        task.cancel()


async def test_whose_test_is_under_way_at_the_start_is_expected_and_then_lost(
    workers: tuple[Worker, Worker],
) -> None:
    one, two = workers
    watching = asyncio.create_task(one.attendance.watch())
    for who in (WHO, "another", "here"):
        one.attendance.expected(SESSION, who)
    assert one.attendance.of_session(SESSION)[WHO][0] is Presence.QUIET
    one.attendance.joined(SESSION, "here")
    await asyncio.sleep(0.3)
    two.attendance.joined(SESSION, "another")
    await asyncio.sleep(0.25)
    shown = {who: what for who, (what, _sign) in one.attendance.of_session(SESSION).items()}
    assert shown[WHO] is Presence.LOST
    assert shown["another"] is Presence.ONLINE
    assert shown["here"] is not Presence.LOST
    assert one.noted == []
    watching.cancel()


async def test_sessions_that_are_closed_are_forgotten(workers: tuple[Worker, Worker]) -> None:
    one, two = workers
    one.attendance.joined(SESSION, WHO)
    one.attendance.joined("closed", "stays")
    one.attendance.joined("closed", "goes")
    one.attendance.left("goes")
    two.attendance.forget_all_but({SESSION})
    assert one.attendance.forget_all_but({SESSION}) == 1
    assert list(one.attendance.of_session("closed")) == ["stays"]
    assert list(two.attendance.of_session(SESSION)) == [WHO]
    assert two.attendance.of_session("closed") == {}


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
