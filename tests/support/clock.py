"""A clock that a test sets by hand."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
"""Nine o’clock of a Tuesday in Paris."""


class ManualClock:
    """Stands still until a test moves it; it is called where the server calls the real one."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(
        self, *, hours: int = 0, minutes: int = 0, seconds: int = 0, microseconds: int = 0
    ) -> datetime:
        """Moves on (or back, with negative numbers); returns the new instant."""
        self.now += timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
        return self.now

    def move_to(self, instant: datetime) -> None:
        """Goes to this very instant."""
        self.now = instant
