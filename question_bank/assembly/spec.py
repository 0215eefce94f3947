"""What goes into one candidate's test and what comes out of each choice: values to store and to replay."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from question_bank.assembly.parameters import TEST_LENGTH, TEST_SECONDS
from question_bank.profile import Profile

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

POLICIES = ("default", "secure")


def canonical(content: Mapping[str, object]) -> bytes:
    """One spelling for one content: sorted names, no spaces, ASCII, no floats to disagree about."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True)
class AssemblySpec:
    """Everything that decides a test before its first response; stored with the attempt."""

    profile: Profile
    seed: int
    colour: int | None  # None: no seat, the seed chooses
    colours: int
    session_seed: int
    accessible_only: bool
    time_factor: Fraction
    banned: frozenset[str]
    answered_before: frozenset[str]
    length: int = TEST_LENGTH
    test_seconds: int = TEST_SECONDS
    policy: str = "default"

    def __post_init__(self) -> None:
        if self.colours not in (1, 2, 4):
            raise ValueError("a room has 1, 2 or 4 colours")
        if self.colour is not None and not 0 <= self.colour < self.colours:
            raise ValueError("this colour is not one of the room's")
        if self.policy not in POLICIES:
            raise ValueError(f"no policy is called {self.policy}")
        if self.time_factor <= 0 or self.length < 1 or self.test_seconds < 1:
            raise ValueError("time and length are above zero")

    def to_json(self) -> dict[str, Json]:
        return {
            "profile": {"levels": list(self.profile.levels), "pix": list(self.profile.pix)},
            "seed": str(self.seed),  # 64 bits do not fit a JSON number
            "colour": self.colour,
            "colours": self.colours,
            "session_seed": str(self.session_seed),
            "accessible_only": self.accessible_only,
            "time_factor": [self.time_factor.numerator, self.time_factor.denominator],
            "banned": [*sorted(self.banned)],
            "answered_before": [*sorted(self.answered_before)],
            "length": self.length,
            "test_seconds": self.test_seconds,
            "policy": self.policy,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, object]) -> "AssemblySpec":
        fields = dict(content)
        profile, factor = fields["profile"], fields["time_factor"]
        banned, before = fields["banned"], fields["answered_before"]
        if not (isinstance(profile, dict) and isinstance(factor, list)):
            raise ValueError("a specification has a profile and a time factor")
        if not (isinstance(banned, list) and isinstance(before, list)):
            raise ValueError("a specification lists the banned and the known items")
        changed = {
            "profile": Profile.from_json(profile),
            "seed": int(str(fields["seed"])),
            "session_seed": int(str(fields["session_seed"])),
            "time_factor": Fraction(factor[0], factor[1]),
            "banned": frozenset(banned),
            "answered_before": frozenset(before),
        }
        return cls(**{**fields, **changed})  # type: ignore[arg-type]

    def digest(self) -> str:
        return hashlib.sha256(canonical(self.to_json())).hexdigest()


class Answered(NamedTuple):
    """An item that was asked and its marked response.

    `neutralised_after` is how many items lay behind the candidate when it was neutralised: at its own place
    (0-based) it was neutralised before it was answered and another took its place; later, its response alone
    stopped counting.
    """

    item_id: str
    correct: bool
    seconds: int
    neutralised_after: int | None = None

    def to_json(self) -> dict[str, Json]:
        return self._asdict()


class Choice(NamedTuple):
    """One question chosen, with what anybody needs to check the choice afterwards."""

    position: int
    item_id: str
    competence: int
    eligible: int
    gain: int
    gain_max: int
    draw: int
    low: int
    high: int
    eligible_digest: str
    chain: str

    def to_json(self) -> dict[str, Json]:
        return self._asdict()
