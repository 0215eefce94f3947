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
    late_limit          how long after the first start somebody who comes late may be admitted; None: always
    admission_lasts     within what time an admission must be followed by the start; None: it does not lapse
    fraud_needs_second  whether a second person must confirm before a test is ended for suspected fraud
    """

    duration: timedelta = timedelta(minutes=105)
    check_in: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(seconds=5)
    items: int = 32
    minimum_responses: int = 20
    exposure_ppm: int = 50_000
    help_stops_clock: HelpStopsClock = HelpStopsClock.TECHNICAL
    late_limit: timedelta | None = timedelta(minutes=60)
    admission_lasts: timedelta | None = timedelta(minutes=15)
    fraud_needs_second: bool = True

    def to_json(self) -> dict[str, JSON]:
        """As a session and its log keep them; lengths in microseconds, so that nothing is rounded."""
        written: dict[str, JSON] = {
            "duration_us": self.duration // _MICROSECOND,
            "check_in_us": self.check_in // _MICROSECOND,
            "grace_us": self.grace // _MICROSECOND,
            "items": self.items,
            "minimum_responses": self.minimum_responses,
            "exposure_ppm": self.exposure_ppm,
            "help_stops_clock": str(self.help_stops_clock),
            "fraud_needs_second": self.fraud_needs_second,
        }
        for name, limit in (("late_limit_us", self.late_limit), ("admission_lasts_us", self.admission_lasts)):
            if limit is not None:
                written[name] = limit // _MICROSECOND
        return written

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
            late_limit=_limit(written, "late_limit_us"),
            admission_lasts=_limit(written, "admission_lasts_us"),
            fraud_needs_second=_fraud_needs_second(written),
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


def _fraud_needs_second(written: JSON) -> bool:
    """A session that was opened before there was this rule was sat without it."""
    name = "fraud_needs_second"
    value = written.get(name, False) if isinstance(written, Mapping) else None
    if not isinstance(value, bool):
        raise ValueError(f"rules: {name} is neither true nor false")
    return value


def _limit(written: JSON, name: str) -> timedelta | None:
    """A limit that is not written did not hold: sessions were opened before there was one."""
    if isinstance(written, Mapping) and name not in written:
        return None
    return _whole(written, name) * _MICROSECOND
