"""Instants as whole milliseconds, the only form in which they are signed."""

from datetime import UTC, datetime

from exam_server.signing.canonical import JSON

# 9999-12-31: the last instant that a calendar of ours can show.
_LAST_MS = 253_402_300_799_999


def instant(milliseconds: JSON) -> datetime:
    """The instant of a number of milliseconds; ValueError where a calendar has none."""
    if type(milliseconds) is not int or not 0 <= milliseconds <= _LAST_MS:
        raise ValueError("not an instant")
    seconds, rest = divmod(milliseconds, 1_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1_000)


def milliseconds(at: datetime) -> int:
    """The number that `instant` reads; what is finer than a millisecond is cut off."""
    return int(at.replace(microsecond=0).timestamp()) * 1_000 + at.microsecond // 1_000
