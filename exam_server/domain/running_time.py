"""For how long a candidate's clock ran on each item, and the account of the deadline. Pure.

The log has whole milliseconds where the ledger of `timing` counts microseconds. What the log has written
down of a deadline therefore counts, and its entries explain it: they differ by less than 1 ms an entry.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from exam_server.domain.sitting import Account, Replay
from exam_server.domain.timing import Ledger, TimeEntry, merged_stops, time_allowed

_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_of(at_ms: int) -> datetime:
    """The instant of a line of the log."""
    return _EPOCH + at_ms * _MS


def millis_of(instant: datetime) -> int:
    """An instant as the log has it."""
    return (instant - _EPOCH) // _MS


def left_at(ledger: Ledger, at_ms: int) -> int:
    """What remains at an instant."""
    return ledger.time_left(instant_of(at_ms)) // _MS


def count_running(entries: Sequence[TimeEntry], replay: Replay) -> None:
    """Sets for each item how long the clock ran and stood still while it was in hand.

    Both add up to the wall's time. What was still taken within the grace lies behind the deadline, where no
    clock ran any more: it counts up to the end.
    """
    spans = [
        (millis_of(stop.since), replay.until_ms if stop.until is None else millis_of(stop.until))
        for stop in merged_stops(entries)
    ]
    for item in replay.items:
        since = min(item.from_ms, replay.until_ms)
        until = min(replay.until_ms if item.to_ms is None else item.to_ms, replay.until_ms)
        item.stopped_ms = sum(max(0, min(end, until) - max(start, since)) for start, end in spans)
        item.ran_ms = until - since - item.stopped_ms


def account_of(ledger: Ledger, replay: Replay) -> Account:
    """Why the deadline is where it is; of an attempt that has started."""
    start_ms, deadline = replay.started_ms or 0, ledger.deadline
    base_ms, allowed_ms = ledger.base // _MS, ledger.allowed // _MS
    extra_ms = (time_allowed(ledger.base, ledger.extra) - ledger.base) // _MS
    deadline_ms, agrees = None if deadline is None else millis_of(deadline), True
    written = replay.moves[-1].deadline_ms if replay.moves else None
    if deadline_ms is not None and written is not None:
        agrees = abs(written - deadline_ms) <= len(ledger.entries)
        deadline_ms = written if agrees else deadline_ms
    ended = [stop for stop in merged_stops(ledger.entries) if stop.until is not None]
    if not ended:
        stopped_ms = 0
    elif deadline_ms is not None:
        stopped_ms = deadline_ms - start_ms - allowed_ms
    else:
        start = instant_of(start_ms)
        spans = [stop.until - max(stop.since, start) for stop in ended if stop.until and stop.until > start]
        stopped_ms = sum(spans, timedelta()) // _MS
    return Account(
        base_ms=base_ms,
        extra=ledger.extra,
        extra_ms=extra_ms,
        extended_ms=allowed_ms - base_ms - extra_ms,
        stopped_ms=stopped_ms,
        start_ms=start_ms,
        deadline_ms=deadline_ms,
        left_ms=left_at(ledger, replay.until_ms),
        agrees=agrees,
    )
