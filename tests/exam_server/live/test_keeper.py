"""The clock's own hand: what is due is closed, and one that cannot be closed keeps no other open."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from exam_server.live.keeper import keep_deadlines
from tests.support.clock import ManualClock

BROKEN = "broken"


class Deadlines:
    """A few attempts that are due, one of which cannot be closed yet."""

    def __init__(self, *due: str) -> None:
        self.waiting = list(due)
        self.tries: list[str] = []
        self.is_away = False

    async def due(self) -> list[str]:
        if self.is_away:
            raise OSError("the database is away")
        return list(self.waiting)

    async def next_due(self) -> datetime | None:
        return ManualClock()() if self.waiting else None

    async def run_out(self, attempt_id: str) -> bool:
        self.tries.append(attempt_id)
        if attempt_id == BROKEN and self.tries.count(BROKEN) < 2:
            raise RuntimeError("not just now")
        self.waiting.remove(attempt_id)
        return True


async def keep(deadlines: Deadlines, seconds: float) -> None:
    clock = ManualClock()
    kept = keep_deadlines(deadlines.due, deadlines.next_due, deadlines.run_out, clock, 1)
    with suppress(TimeoutError):
        await asyncio.wait_for(kept, seconds)


async def test_one_that_cannot_be_closed_keeps_no_other_open() -> None:
    deadlines = Deadlines(BROKEN, "a", "b")
    await keep(deadlines, 0.3)
    assert deadlines.waiting == [BROKEN]


async def test_one_that_cannot_be_closed_is_not_tried_at_once_over_and_over() -> None:
    deadlines = Deadlines(BROKEN, "a")
    await keep(deadlines, 0.5)
    assert deadlines.tries == [BROKEN, "a"]


async def test_one_that_could_not_be_closed_is_tried_again() -> None:
    deadlines = Deadlines(BROKEN)
    await keep(deadlines, 1.5)
    assert deadlines.waiting == []


async def test_a_database_that_was_away_costs_a_moment() -> None:
    deadlines = Deadlines("a")
    deadlines.is_away = True
    keeping = asyncio.create_task(keep(deadlines, 2))
    await asyncio.sleep(0.2)
    deadlines.is_away = False
    await keeping
    assert deadlines.waiting == []


async def test_a_deadline_to_come_is_met_when_it_comes() -> None:
    clock, met = ManualClock(), []
    loop, begin = asyncio.get_running_loop(), clock()
    started = loop.time()
    when = begin + timedelta(seconds=30)

    def now() -> datetime:
        return begin + timedelta(seconds=(loop.time() - started) * 100)

    async def due() -> list[str]:
        return ["a"] if not met and now() >= when else []

    async def next_due() -> datetime | None:
        return None if met else when

    async def run_out(_attempt_id: str) -> bool:
        met.append(now() - when)
        return True

    with suppress(TimeoutError):
        await asyncio.wait_for(keep_deadlines(due, next_due, run_out, now, 100), 1)
    assert len(met) == 1
    assert timedelta() <= met[0] < timedelta(seconds=20), "a hundredth of that on a real clock"
