"""The figures of the exam: how long, how many, how late; the defaults are the exam's own."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ExamRules:
    """What holds for every session of this server.

    duration            the base time of the test, before extra time
    check_in            the phase of welcome and identity checks
    grace               how long after the deadline a response that was under way is still taken
    items               the length of a test
    minimum_responses   fewer, and no certificate is validated
    exposure_ppm        the highest share of candidates that may meet one item, in millionths
    """

    duration: timedelta = timedelta(minutes=105)
    check_in: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(seconds=5)
    items: int = 32
    minimum_responses: int = 20
    exposure_ppm: int = 50_000
