"""What simulated people measured: how long the server took, what went wrong, how the tests ended."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Latencies:
    """Durations of one kind of request, in milliseconds."""

    samples: list[float] = field(default_factory=list)

    def note(self, seconds: float) -> None:
        """Adds one measured duration."""
        self.samples.append(seconds * 1000)

    def percentile(self, share: float) -> float:
        """The nearest-rank percentile; 0 when nothing was measured."""
        if not self.samples:
            return 0.0
        ordered = sorted(self.samples)
        return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]

    @property
    def figures(self) -> "Figures":
        """The usual four."""
        return Figures(
            len(self.samples),
            self.percentile(0.5),
            self.percentile(0.95),
            self.percentile(0.99),
            self.percentile(1),
        )


@dataclass(frozen=True)
class Figures:
    """How many, and the percentiles in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float


@dataclass
class Tally:
    """Everything that the people of one room measured, by kind of request."""

    latencies: dict[str, Latencies] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    network: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    messages: int = 0

    def took(self, kind: str, seconds: float) -> None:
        """A request was answered."""
        self.latencies.setdefault(kind, Latencies()).note(seconds)

    def figures(self) -> dict[str, Figures]:
        """The figures of every kind of request."""
        return {kind: known.figures for kind, known in sorted(self.latencies.items())}


@dataclass(frozen=True)
class Report:
    """What came of a simulated room."""

    asked: int
    started: int
    ends: Mapping[str, int]
    acknowledged: int
    seconds: float
    figures: Mapping[str, Figures]
    refusals: Mapping[str, int]
    network: Mapping[str, int]
    failures: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """True when every simulated candidate got through to an end."""
        return not self.failures and sum(self.ends.values()) == self.asked

    @property
    def responses_per_second(self) -> float:
        """Acknowledged responses, drafts included, over the whole time."""
        return self.acknowledged / self.seconds if self.seconds else 0.0
