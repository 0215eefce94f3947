"""The figures of the exam: how long, how many, how late; the defaults are the exam's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from exam_server.domain.help_calls import HelpStopsClock
from exam_server.domain.json import JSON

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class ExamRules:
    """What holds for a session: the server's settings until it is opened, from then on its own.

    duration            the base time of the test, before extra time
    check_in            the phase of welcome and identity checks
    grace               how long after the deadline a response that was under way is still taken
    items               the length of a test
    minimum_responses   fewer, and no certificate is validated
    exposure_ppm        the highest share of candidates that may meet one item, in millionths
    help_stops_clock    for which help calls the candidate's clock stands still until the call is over
    """

    duration: timedelta = timedelta(minutes=105)
    check_in: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(seconds=5)
    items: int = 32
    minimum_responses: int = 20
    exposure_ppm: int = 50_000
    help_stops_clock: HelpStopsClock = HelpStopsClock.TECHNICAL

    def to_json(self) -> dict[str, JSON]:
        """As a session and its log keep them; lengths in microseconds, so that nothing is rounded."""
        return {
            "duration_us": self.duration // _MICROSECOND,
            "check_in_us": self.check_in // _MICROSECOND,
            "grace_us": self.grace // _MICROSECOND,
            "items": self.items,
            "minimum_responses": self.minimum_responses,
            "exposure_ppm": self.exposure_ppm,
            "help_stops_clock": str(self.help_stops_clock),
        }

    @classmethod
    def from_json(cls, written: JSON) -> "ExamRules":
        """The rules that were written down; raises ValueError for what are none."""
        return cls(
            duration=_whole(written, "duration_us") * _MICROSECOND,
            check_in=_whole(written, "check_in_us") * _MICROSECOND,
            grace=_whole(written, "grace_us") * _MICROSECOND,
            items=_whole(written, "items"),
            minimum_responses=_whole(written, "minimum_responses"),
            exposure_ppm=_whole(written, "exposure_ppm"),
            help_stops_clock=_help_stops_clock(written),
        )


def _whole(written: JSON, name: str) -> int:
    value = written.get(name) if isinstance(written, Mapping) else None
    if type(value) is not int:
        raise ValueError(f"rules: {name} is not a whole number")
    return value


def _help_stops_clock(written: JSON) -> HelpStopsClock:
    """A session that was opened before there were help calls has none that could stop a clock."""
    name = "help_stops_clock"
    value = written.get(name, HelpStopsClock.NONE) if isinstance(written, Mapping) else None
    try:
        return HelpStopsClock(str(value))
    except ValueError:
        raise ValueError(f"rules: {name} is not one of {', '.join(HelpStopsClock)}") from None
