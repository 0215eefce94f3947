"""What a session's log says, held against what browsers were told and against the arithmetic of time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.exports.bundle import Bundle
from exam_server.simulation.candidate import Acknowledged

ROUNDING_MS = 2
"""Instants of the log are cut to the millisecond; a stop has two of them."""


def facts_in(bundle: Bundle) -> list[Fact]:
    """The log of a bundle with its contents, in order."""
    facts = []
    for entry in bundle.entries:
        content = bundle.contents[entry.number].value
        if isinstance(content, Mapping):
            facts.append(Fact(entry.number, entry.at_ms, entry.kind, entry.candidate, content))
    return facts


def response_complaints(facts: Iterable[Fact], told: Mapping[str, Sequence[Acknowledged]]) -> list[str]:
    """Every acknowledged response that the log does not hold exactly once, with the content that was sent."""
    held: dict[tuple[str, int, int], Fact] = {}
    times: Counter[tuple[str, int, int]] = Counter()
    finals: Counter[tuple[str, int]] = Counter()
    for fact in facts:
        if fact.kind == "ResponseSaved" and fact.candidate is not None:
            position, revision = _whole(fact.content["position"]), _whole(fact.content["revision"])
            held[fact.candidate, position, revision] = fact
            times[fact.candidate, position, revision] += 1
            finals[fact.candidate, position] += fact.content["final"] is True
    wrong = [f"enregistrée {count} fois : {key}" for key, count in times.items() if count > 1]
    wrong += [f"validée {count} fois : {key}" for key, count in finals.items() if count > 1]
    for candidate, acknowledged in told.items():
        for one in acknowledged:
            kept = held.get((candidate, one.position, one.revision))
            if kept is None:
                wrong.append(f"perdue : {(candidate, one.position, one.revision)}")
            elif kept.content["content"] != one.content or kept.content["final"] is not one.final:
                wrong.append(f"changée : {(candidate, one.position, one.revision)}")
    return wrong


@dataclass
class Running:
    """One candidate's clock as the log tells it."""

    started: int
    allowed: int
    deadline: int | None
    left: int = 0
    stopped: int = 0
    ended: int | None = None
    end: str | None = None


@dataclass
class Clocks:
    """Every clock of a session, and where the log's own statements do not agree."""

    grace_ms: int
    by_candidate: dict[str, Running] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def hear(self, fact: Fact) -> None:
        """Takes the next fact into account."""
        if fact.candidate is None:
            self._hear_room(fact)
        elif fact.kind == "AttemptStarted":
            self._start(fact.candidate, fact)
        elif fact.candidate in self.by_candidate:
            self._hear_one(self.by_candidate[fact.candidate], fact)

    def _start(self, candidate: str, fact: Fact) -> None:
        allowed, deadline = _whole(fact.content["allowed_ms"]), _whole(fact.content["deadline"])
        self._expect(candidate, deadline, fact.at_ms + allowed)
        self.by_candidate[candidate] = Running(fact.at_ms, allowed, deadline)

    def _hear_room(self, fact: Fact) -> None:
        left, deadlines = fact.content.get("left"), fact.content.get("deadlines")
        if fact.kind == "RoomPaused" and isinstance(left, Mapping):
            for candidate, remaining in left.items():
                self._stop(self.by_candidate[candidate], fact.at_ms, _whole(remaining))
        elif fact.kind == "RoomResumed" and isinstance(deadlines, Mapping):
            for candidate, deadline in deadlines.items():
                self._go_on(candidate, fact.at_ms, _whole(deadline))

    def _hear_one(self, running: Running, fact: Fact) -> None:
        candidate, content = str(fact.candidate), fact.content
        match fact.kind:
            case "AttemptPaused":
                self._stop(running, fact.at_ms, _whole(content["left_ms"]))
            case "AttemptResumed" if content["deadline"] is not None:
                self._go_on(candidate, fact.at_ms, _whole(content["deadline"]))
            case "TimeExtended" | "ExtraTimeSet":
                deadline = content.get("deadline")
                running.deadline = None if deadline is None else _whole(deadline)
            case "ResponseSaved":
                received = _whole(content["received_ms"])
                if running.deadline is None or received > running.deadline + self.grace_ms:
                    self.wrong.append(f"réponse prise hors du temps : {candidate} à {received}")
            case "TimeRanOut":
                running.ended, running.end = _whole(content["deadline"]), "timed_out"
                if running.ended != running.deadline:
                    self.wrong.append(f"fin {running.ended} au lieu de {running.deadline} : {candidate}")
            case "AttemptCompleted" | "AttemptTerminated":
                running.ended = fact.at_ms
                running.end = "completed" if fact.kind == "AttemptCompleted" else "terminated"

    def _stop(self, running: Running, at: int, left: int) -> None:
        if running.deadline is not None:
            self._expect("temps restant", left, running.deadline - at)
        running.left, running.deadline, running.stopped = left, None, running.stopped - at

    def _go_on(self, candidate: str, at: int, deadline: int) -> None:
        running = self.by_candidate[candidate]
        self._expect(candidate, deadline, at + running.left)
        running.deadline, running.stopped = deadline, running.stopped + at

    def _expect(self, what: str, found: int, expected: int) -> None:
        if abs(found - expected) > ROUNDING_MS:
            self.wrong.append(f"{what} : {found} ms au lieu de {expected} ms")


def clocks_of(facts: Iterable[Fact], grace_ms: int) -> Clocks:
    """Every clock, computed again from the log; `wrong` is empty when every deadline held."""
    clocks = Clocks(grace_ms)
    for fact in facts:
        clocks.hear(fact)
    return clocks


def _whole(value: JSON) -> int:
    if isinstance(value, int):
        return value
    raise TypeError("a whole number was expected")
