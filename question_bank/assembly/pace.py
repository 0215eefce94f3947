"""Pace: which items still fit into the time left, given how fast this candidate is. Never part of the score.

ln(time / allowed factor) = ln(expected) - speed + noise, noise sd 0.4, speed sd 0.25 (van der Linden's
lognormal model); the speed is estimated by the conjugate normal update. Expected seconds are means over
candidates at their own pace.
"""

from fractions import Fraction

from question_bank.assembly.tables import EXP_LAST, EXP_ONE, EXPONENTIAL, LOG_UNIT, LONGEST_SECONDS, SECONDS

_MEAN_TO_MEDIAN = 456  # (0.16 + 0.0625) / 2, in units of 1/4096
_SLACK = 60  # hundredths: at the start, an item may take so much more than the even share of what is left
_USABLE = 96  # hundredths of the time allowed


class Pace:
    def __init__(self, test_seconds: int, time_factor: Fraction, length: int) -> None:
        self._length = length
        self._numerator, self._denominator = time_factor.numerator, time_factor.denominator
        self._usable = _USABLE * test_seconds * self._numerator  # seconds x 100 x denominator
        self._spent = 0
        self._answers = 0
        self._faster = 0  # sum of ln(expected / taken), in units of 1/4096

    def record(self, expected: int, seconds: int) -> None:
        taken = min(max(seconds * self._denominator // self._numerator, 1), LONGEST_SECONDS)
        self._spent += max(seconds, 0)
        self._answers += 1
        self._faster += int(SECONDS[expected]) - _MEAN_TO_MEDIAN - int(SECONDS[taken])

    def spend(self, seconds: int) -> None:
        """Time that went by without telling how fast the candidate is."""
        self._spent += max(seconds, 0)

    def longest(self, left: int) -> int:
        """The longest expected time (seconds at the usual pace) that an item may have, with `left` to ask."""
        available = self._usable - 100 * self._denominator * self._spent
        if available <= 0:
            return 0
        spread = 64 + 25 * self._answers  # precision 16 + 6.25 n, times four
        # E[time] = expected * factor * exp(-speed + (variance now - variance at the start) / 2)
        slower = -(25 * self._faster) // spread + (2 * LOG_UNIT) // spread - LOG_UNIT // 32
        size = int(EXPONENTIAL[min(abs(slower), EXP_LAST - 1)])
        above, below = (size, EXP_ONE) if slower < 0 else (EXP_ONE, size)
        # The slack falls to nothing: the last questions have no later ones to make up for them.
        share = 100 * self._length + _SLACK * (left - 1)
        return share * available * below // (100 * 100 * self._length * left * self._numerator * above)
