"""A session's log written by hand, for the tests of finalisation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact, Record, SessionRecord, fold
from exam_server.domain.json import JSON

ADA, BEN = "ada", "ben"
OPENED_MS = 1_795_420_800_000


@dataclass
class Logbook:
    """Facts in order, a second apart."""

    facts: list[Fact] = field(default_factory=list)

    def add(
        self, kind: EventKind | str, candidate: str | None = None, content: Mapping[str, JSON] | None = None
    ) -> "Logbook":
        """Appends a fact."""
        number = len(self.facts) + 1
        self.facts.append(Fact(number, OPENED_MS + 1000 * number, str(kind), candidate, content or {}))
        return self

    def register(self, *candidates: str) -> "Logbook":
        """Registers candidates."""
        for candidate in candidates:
            self.add(EventKind.CANDIDATE_REGISTERED, candidate, {"family_name": candidate.upper()})
        return self

    def start(self, candidate: str) -> "Logbook":
        """Starts an attempt."""
        return self.add(EventKind.ATTEMPT_STARTED, candidate, {"spec": {"seed": 7}})

    def save(
        self, candidate: str, position: int, *, revision: int = 1, final: bool = True, correct: bool = True
    ) -> "Logbook":
        """Saves a response."""
        content: dict[str, JSON] = {
            "position": position,
            "revision": revision,
            "final": final,
            "content": {"text": f"revision {revision}"},
            "item": f"item-{position}",
            "correct": correct,
            "seconds": 10 + revision,
        }
        return self.add(EventKind.RESPONSE_SAVED, candidate, content)

    def fold(self) -> SessionRecord:
        """The session's record."""
        return fold(self.facts)

    def record(self, candidate: str) -> Record:
        """One candidate's record."""
        return self.fold().candidates[candidate]

    @property
    def last_ms(self) -> int:
        """The instant of the newest fact."""
        return self.facts[-1].at_ms
