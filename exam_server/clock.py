"""The server's clock. In a demonstration it may run faster; everywhere else it is the machine's."""

import time
from datetime import UTC, datetime, timedelta

from exam_server.storage.store import Clock


def make_clock(speed: int, epoch_ms: int | None) -> Clock:
    """A clock that agrees with the machine's at `epoch_ms` and runs `speed` times as fast from there on.

    The epoch is given from outside, so that several processes, and one that starts again, show the same time.
    """
    if speed == 1:
        return lambda: datetime.now(UTC)
    begin = datetime.fromtimestamp((epoch_ms or int(time.time() * 1000)) / 1000, UTC)

    def now() -> datetime:
        elapsed: timedelta = datetime.now(UTC) - begin
        return begin + elapsed * speed

    return now
