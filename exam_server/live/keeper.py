"""The clock's own hand: closes the tests whose deadline has passed. Every worker has one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

LONGEST_SLEEP = 1.0
SHORTEST_SLEEP = 0.02

Due = Callable[[], Awaitable[list[str]]]
NextDue = Callable[[], Awaitable[datetime | None]]
RunOut = Callable[[str], Awaitable[bool]]

log = logging.getLogger(__name__)


async def keep_deadlines(
    due: Due, next_due: NextDue, run_out: RunOut, clock: Callable[[], datetime], speed: int
) -> None:
    """For ever: close what is due, then sleep until the next deadline, at most a second.

    Two workers may find the same attempt: the act closes it once. What fell due while no worker ran is found
    at the first look. An attempt that cannot be closed just now does not keep the others open.
    """
    while True:
        try:
            closed = await asyncio.gather(*(_close(run_out, attempt_id) for attempt_id in await due()))
            coming = await next_due() if all(closed) else None
        except Exception:
            log.exception("deadlines could not be kept just now; looking again in a second")
            coming = None
        sleep = LONGEST_SLEEP
        if coming is not None:
            sleep = min(sleep, (coming - clock()).total_seconds() / speed + SHORTEST_SLEEP)
        await asyncio.sleep(max(SHORTEST_SLEEP, sleep))


async def _close(run_out: RunOut, attempt_id: str) -> bool:
    """False when the attempt could not be closed: whoever sees that does not try again at once."""
    try:
        await run_out(attempt_id)
    except Exception:
        log.exception("a test could not be closed at its deadline; trying again in a second")
        return False
    return True


async def sweep_every(seconds: float, sweep: Callable[[], Awaitable[int]]) -> None:
    """For ever: sweeps, then sleeps so long."""
    while True:
        try:
            await sweep()
        except Exception:
            log.exception("nothing could be swept just now; trying again in an hour")
        await asyncio.sleep(seconds)
