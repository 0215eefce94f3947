"""What happens in the demonstration's room: who plays which part, and what the invigilator does when."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from exam_server.demo.stage import Stage
from exam_server.simulation.board import Board, BoardWatch
from exam_server.simulation.candidate import Conduct, SimulatedCandidate, sit
from exam_server.simulation.staff import DOCUMENTS, codes_of, free_seats

MINUTE = 60.0
OWN_PAUSE = 5 * MINUTE
FIRE_ALARM = 6 * MINUTE
AWAY_REAL = 5.0
"""Real seconds: shorter, and the server would take it for a page that is being reloaded."""

LAST_VALIDATED = 23
_EXTRA = "1/3"


class Part(StrEnum):
    """A part that one candidate plays."""

    OUT_OF_TIME = "out_of_time"
    EXTRA_TIME = "extra_time"
    TECHNICAL = "technical"
    LOST_CONNECTION = "lost_connection"
    PAUSED = "paused"
    ABSENT = "absent"


@dataclass
class Play:
    """The session as it is played: who is who, the simulated candidates, what went wrong."""

    stage: Stage
    speed: int
    parts: Mapping[Part, str]
    candidates: dict[str, SimulatedCandidate] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    allowed_minutes: int = 0

    @property
    def longest(self) -> float:
        """Real seconds within which everybody must have ended."""
        return (180 * MINUTE) / self.speed + 60


async def check_in(stage: Stage, speed: int, seed: int = 7) -> Play:
    """Opening, extra time, cards, identities, seats, the absent one; nobody is admitted yet."""
    staff, session_id = stage.staff, stage.session_id
    await staff.invigilator.open(stage.session_code)
    board = await staff.invigilator.board(session_id)
    everybody = list(board.sittings)
    play = Play(stage, speed, dict(zip(Part, everybody, strict=False)))
    if Part.EXTRA_TIME in play.parts:
        play.allowed_minutes = await staff.officer.extra_time(play.parts[Part.EXTRA_TIME], _EXTRA)
    present = [one for one in everybody if one != play.parts.get(Part.ABSENT)]
    codes = await codes_of(staff.head, session_id, present)
    chance = Random(seed)  # noqa: S311 - plausible behaviour, nothing secret
    for number, one in enumerate(present):
        conduct = _conduct(play, one, chance)
        play.candidates[one] = stage.candidate(board.sittings[one].name, codes[one], conduct, seed + number)
    await welcome(stage, board, present)
    if Part.ABSENT in play.parts:
        await staff.invigilator.mark_absent(play.parts[Part.ABSENT])
    return play


async def welcome(stage: Stage, board: Board, candidates: Sequence[str]) -> None:
    """The invigilator checks these candidates in, one after the other."""
    seats = free_seats(board)
    for number, one in enumerate(candidates):
        document = DOCUMENTS[number % len(DOCUMENTS)]
        await stage.staff.invigilator.check_in(one, next(seats), document)


async def perform(play: Play) -> Board:
    """The test from the admission to the last end; returns the board as it then stands."""
    stage = play.stage
    watch = BoardWatch(stage.staff.invigilator.browser, stage.session_id)
    await watch.start()
    sitting = [asyncio.create_task(sit(one, play.failures.append)) for one in play.candidates.values()]
    try:
        await stage.staff.invigilator.admit_all(stage.session_id)
        async with asyncio.timeout(play.longest):
            await _keep_room(play, watch)
            await asyncio.gather(*sitting)
        await watch.until(lambda board: not board.running, 30)
    finally:
        for task in sitting:
            task.cancel()
        await asyncio.gather(*sitting, return_exceptions=True)
        await watch.stop()
    return watch.board


async def _keep_room(play: Play, watch: BoardWatch) -> None:
    """A pause of one, an end for one, and the fire alarm for all."""
    invigilator, session_id = play.stage.staff.invigilator, play.stage.session_id
    if paused := play.parts.get(Part.PAUSED):
        await _answered(watch, paused, 5, play.longest)
        await invigilator.pause(paused, "Malaise passager, le candidat prend l’air")
        await asyncio.sleep(OWN_PAUSE / play.speed)
        await invigilator.resume(paused)
    if technical := play.parts.get(Part.TECHNICAL):
        await _answered(watch, technical, 7, play.longest)
        await invigilator.terminate(technical, "technical", "Poste en panne, aucun poste de secours")
    await watch.until(lambda board: bool(board.running), play.longest)
    await asyncio.sleep(MINUTE / play.speed)
    await invigilator.pause_room(session_id, "Alarme incendie")
    await asyncio.sleep(FIRE_ALARM / play.speed)
    await invigilator.resume_room(session_id)


async def _answered(watch: BoardWatch, candidate: str, count: int, longest: float) -> None:
    await watch.until(lambda board: board.sittings[candidate].answered >= count, longest)


def _conduct(play: Play, candidate: str, chance: Random) -> Conduct:
    played = next((part for part, one in play.parts.items() if one == candidate), None)
    pace, drafts = chance.uniform(0.5, 1.0), chance.randint(0, 2)
    match played:
        case Part.OUT_OF_TIME:
            return Conduct(pace, 1, stops_at=LAST_VALIDATED + 1)
        case Part.LOST_CONNECTION:
            return Conduct(pace, drafts, away=(8, AWAY_REAL * play.speed))
        case Part.TECHNICAL | Part.PAUSED:
            return Conduct(0.9, drafts)
        case _:
            return Conduct(pace, drafts)
