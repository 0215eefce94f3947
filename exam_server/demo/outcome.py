"""What a demonstration came to: one row a candidate, and everything that is not as it was meant to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exam_server.demo.record import ROUNDING_MS, Clocks, clocks_of, facts_in, response_complaints
from exam_server.demo.story import FIRE_ALARM, LAST_VALIDATED, Part, Play
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.exports.bundle import Bundle
from exam_server.simulation.board import Board

SLOWEST_PUSH_MS = 1000.0


@dataclass(frozen=True)
class Row:
    """One candidate's line of the summary."""

    id: str
    name: str
    status: str
    reason: str | None
    score: int | None
    responses: int
    allowed_ms: int | None
    started_ms: int | None
    end: str
    ended_ms: int | None


@dataclass(frozen=True)
class Outcome:
    """The rows, the clocks computed again, and the complaints."""

    rows: tuple[Row, ...]
    clocks: Clocks
    entries: int
    complaints: tuple[str, ...]


def outcome_of(bundle: Bundle, play: Play, board: Board) -> Outcome:
    """Compares the signed results and the log with what was played."""
    facts = facts_in(bundle)
    clocks = clocks_of(facts, _whole(_member(bundle.results, "settings")["grace_ms"]))
    candidates = bundle.results["candidates"]
    rows = {
        row.id: row
        for result in (candidates if isinstance(candidates, list) else [])
        if isinstance(result, Mapping)
        for row in [_row(result, clocks)]
    }
    told = {candidate: one.acknowledged for candidate, one in play.candidates.items()}
    complaints = [
        *play.failures,
        *clocks.wrong,
        *(f"réponse {text}" for text in response_complaints(facts, told)),
        *_unplayed(play, rows, clocks, facts),
        *_unseen(board, play),
    ]
    return Outcome(tuple(rows.values()), clocks, len(facts), tuple(complaints))


def _row(result: Mapping[str, JSON], clocks: Clocks) -> Row:
    scores, running = result["scores"], clocks.by_candidate.get(str(result["id"]))
    return Row(
        id=str(result["id"]),
        name=f"{result['family_name']} {result['given_name']}",
        status=str(result["status"]),
        reason=None if result["reason"] is None else str(result["reason"]),
        score=_whole(scores["score"]) if isinstance(scores, Mapping) else None,
        responses=_whole(result["responses"]),
        allowed_ms=None if running is None else running.allowed,
        started_ms=None if result["started_ms"] is None else _whole(result["started_ms"]),
        end=str(result["end"]),
        ended_ms=None if result["ended_ms"] is None else _whole(result["ended_ms"]),
    )


def _unplayed(play: Play, rows: Mapping[str, Row], clocks: Clocks, facts: list[Fact]) -> Iterator[str]:
    """What the parts should have come to, and did not."""
    expected = {
        Part.ABSENT: ("cancelled", "absent", "not_started"),
        Part.TECHNICAL: ("cancelled", "technical", "terminated"),
    }
    parts = {one: part for part, one in play.parts.items()}
    for one, row in rows.items():
        part = parts.get(one)
        if part in expected and (row.status, row.reason, row.end) != expected[part]:
            yield f"{row.name} : {row.status}, {row.reason}, {row.end} au lieu de {expected[part]}"
        elif part is Part.OUT_OF_TIME:
            yield from _not_out_of_time(row, clocks, facts)
        elif part not in expected and row.end != "completed":
            yield f"{row.name} : {row.end} au lieu de completed"
        if part is Part.EXTRA_TIME and row.allowed_ms != play.allowed_minutes * 60_000:
            yield f"{row.name} : {row.allowed_ms} ms accordées au lieu de {play.allowed_minutes} min"
    kinds = {(fact.kind, fact.candidate) for fact in facts}
    for part, kind in (
        (Part.LOST_CONNECTION, "ConnectionLost"),
        (Part.LOST_CONNECTION, "ConnectionBack"),
        (Part.PAUSED, "AttemptPaused"),
        (Part.PAUSED, "AttemptResumed"),
    ):
        if part in play.parts and (kind, play.parts[part]) not in kinds:
            yield f"le journal ne dit pas {kind} de {rows[play.parts[part]].name}"
    if len(rows) != len(play.candidates) + (Part.ABSENT in play.parts):
        yield f"{len(rows)} résultats pour {len(play.candidates)} candidats"


def _not_out_of_time(row: Row, clocks: Clocks, facts: list[Fact]) -> Iterator[str]:
    running = clocks.by_candidate.get(row.id)
    if running is None or row.end != "timed_out" or row.ended_ms != running.deadline:
        yield f"{row.name} : {row.end} à {row.ended_ms}, et non la fin du temps"
        return
    stopped = (running.deadline or 0) - running.started - running.allowed
    if stopped < FIRE_ALARM * 1000 or abs(stopped - running.stopped) > 2 * ROUNDING_MS:
        yield f"{row.name} : {stopped} ms d’arrêts rendus, {running.stopped} ms d’arrêts au journal"
    saved = [fact for fact in facts if fact.kind == "ResponseSaved" and fact.candidate == row.id]
    last = {fact.content["position"]: fact.content["content"] for fact in saved}
    given = sum(content != {"skip": True} for content in last.values())
    if (len(last), row.responses) != (LAST_VALIDATED + 1, given):
        yield f"{row.name} : {row.responses} réponses, le dernier brouillon n’est pas compté"


def _unseen(board: Board, play: Play) -> Iterator[str]:
    if board.gaps:
        yield f"le tableau a manqué {board.gaps} événements"
    for sitting in board.sittings.values():
        if sitting.id in play.candidates and sitting.attempt not in {"completed", "timed_out", "terminated"}:
            yield f"le tableau montre encore {sitting.name} : {sitting.attempt}"
    if board.lag.percentile(0.95) > SLOWEST_PUSH_MS:
        yield f"le tableau a reçu 5 % des événements après {board.lag.percentile(0.95):.0f} ms"


def _member(value: Mapping[str, JSON], name: str) -> Mapping[str, JSON]:
    found = value[name]
    if not isinstance(found, Mapping):
        raise TypeError(f"{name} is not an object")
    return found


def _whole(value: JSON) -> int:
    if isinstance(value, int):
        return value
    raise TypeError("a whole number was expected")
