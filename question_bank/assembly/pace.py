"""Pace: which items still fit into the time left, given how fast this candidate is. Never part of the score.

ln(time / allowed factor) = ln(expected) - speed + noise, noise sd 0.4, speed sd 0.25 (van der Linden's
lognormal model); the speed is estimated by the conjugate normal update. Expected seconds are means over
candidates at their own pace.
"""

from fractions import Fraction

from question_bank.assembly.tables import EXP_LAST, EXP_ONE, EXPONENTIAL, LOG_UNIT, LONGEST_SECONDS, SECONDS

_MEAN_TO_MEDIAN = 456  # (0.16 + 0.0625) / 2, in units of 1/4096
_SLACK = Fraction(125, 100)  # an item may take a quarter more than the even share of what is left
_USABLE = Fraction(96, 100)


def _exp(x: int) -> Fraction:
    """e to a whole number of 1/4096, from the table."""
    size = Fraction(int(EXPONENTIAL[min(abs(x), EXP_LAST - 1)]), EXP_ONE)
    return size if x < 0 else 1 / size


class Pace:
    def __init__(self, test_seconds: int, time_factor: Fraction) -> None:
        self._factor = time_factor
        self._usable = _USABLE * test_seconds * time_factor
        self._spent = 0
        self._answers = 0
        self._faster = 0  # sum of ln(expected / taken), in units of 1/4096

    def record(self, expected: int, seconds: int) -> None:
        taken = min(max(seconds * self._factor.denominator // self._factor.numerator, 1), LONGEST_SECONDS)
        self._spent += max(seconds, 0)
        self._answers += 1
        self._faster += int(SECONDS[expected]) - _MEAN_TO_MEDIAN - int(SECONDS[taken])

    def spend(self, seconds: int) -> None:
        """Time that went by without telling how fast the candidate is."""
        self._spent += max(seconds, 0)

    def longest(self, left: int) -> int:
        """The longest expected time (seconds at the usual pace) that an item may have, with `left` to ask."""
        spread = 64 + 25 * self._answers  # precision 16 + 6.25 n, times four
        # E[time] = expected * factor * exp(-speed + (variance now - variance at the start) / 2)
        slower = -(25 * self._faster) // spread + (2 * LOG_UNIT) // spread - LOG_UNIT // 32
        available = self._usable - self._spent
        if available <= 0:
            return 0
        return int(_SLACK * available / (left * self._factor * _exp(slower)))
