"""A whole room of simulated candidates against a running server: `passation simulate`."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from time import perf_counter

from exam_server.simulation.answers import AnswerBook
from exam_server.simulation.browser import Browser
from exam_server.simulation.candidate import Conduct, SimulatedCandidate, sit
from exam_server.simulation.mind import Mind, drawn_ability
from exam_server.simulation.page import Page
from exam_server.simulation.report import Report, Tally
from exam_server.simulation.staff import DOCUMENTS, Head, codes_of, free_seats
from question_bank.items import Bank

MOST_CANDIDATES = 400
LONGEST = 4 * 3600.0
"""A simulated room stops by itself after so many real seconds."""

PASSWORD_VARIABLE = "PASSATION_SIMULATE_PASSWORD"  # noqa: S105 - the name of a variable

Progress = Callable[[int, int, int], None]
"""(candidates who have ended, candidates, responses acknowledged)."""


class CannotSimulate(Exception):
    """The room cannot be filled; the text says why and what to do."""


@dataclass
class Room:
    """The candidates of one simulated room, and what they measured."""

    candidates: Mapping[str, SimulatedCandidate]
    tally: Tally
    failures: list[str]
    begun: float
    ended: int = 0

    async def sit(self) -> None:
        """Every candidate to the end."""
        await asyncio.gather(*(self._sit(one) for one in self.candidates.values()))

    async def _sit(self, candidate: SimulatedCandidate) -> None:
        await sit(candidate, self.failures.append)
        self.ended += 1

    def report(self) -> Report:
        """What has been measured so far."""
        pages = [candidate.page for candidate in self.candidates.values()]
        ends = Counter(page.end for page in pages if page is not None and page.end is not None)
        return Report(
            asked=len(self.candidates),
            started=sum(1 for page in pages if page is not None and _has_started(page)),
            ends=dict(ends),
            acknowledged=self.tally.acknowledged,
            seconds=perf_counter() - self.begun,
            figures=self.tally.figures(),
            refusals=dict(self.tally.refusals),
            network=dict(self.tally.network),
            failures=tuple(self.failures),
        )


async def simulate(
    url: str,
    session_code: str,
    candidates: int,
    speed: float = 1.0,
    sign_in: str = "",
    *,
    bank: Bank | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Fills a session with simulated candidates and sits it.

    `sign_in` is a one-time link of the head (or of an invigilator of this session), or an e-mail address
    whose password is in PASSATION_SIMULATE_PASSWORD. `speed`: how many times faster than people they think.
    Raises CannotSimulate, ServerSaidNo, Unreachable.
    """
    if not 1 <= candidates <= MOST_CANDIDATES:
        raise CannotSimulate(f"Demandez de 1 à {MOST_CANDIDATES} candidats.")
    tally = Tally()
    head = Head(Browser(url, tally))
    try:
        await _come_in(head, sign_in)
        codes = await _check_in(head, session_code, candidates)
    finally:
        await head.close()
    book = AnswerBook(bank) if bank is not None else None
    sitting = {
        one: _candidate(url, code, tally, book, speed, seed + number)
        for number, (one, code) in enumerate(codes.items())
    }
    room = Room(sitting, tally, [], perf_counter())
    await _sit_within(room, progress)
    return room.report()


async def _sit_within(room: Room, progress: Progress | None) -> None:
    """Every candidate to the end, or all of them stopped when it takes too long."""
    watching = asyncio.create_task(_tell(room, progress))
    try:
        async with asyncio.timeout(LONGEST):
            await room.sit()
    except TimeoutError:
        room.failures.append(f"Arrêt après {LONGEST:.0f} s.")
    finally:
        watching.cancel()


async def _come_in(head: Head, sign_in: str) -> None:
    if "/staff/link/" in sign_in:
        await head.use_link(sign_in)
    elif "@" in sign_in and (password := os.environ.get(PASSWORD_VARIABLE)):
        await head.sign_in(sign_in, password)
    else:
        raise CannotSimulate(
            "Donnez avec --sign-in un lien de connexion de la direction (passation user add --link), "
            f"ou une adresse dont le mot de passe est dans {PASSWORD_VARIABLE}."
        )


async def _check_in(head: Head, session_code: str, candidates: int) -> dict[str, str]:
    """Checks the first free candidates in and admits them; returns the code of each one's card."""
    session_id = await head.open(session_code)
    board = await head.board(session_id)
    free = [s for s in board.sittings.values() if s.attempt is None and s.presence == "never"]
    chosen = list(islice((s for s in free if s.state != "absent"), candidates))
    if len(chosen) < candidates:
        raise CannotSimulate(
            f"La séance n’a que {len(chosen)} candidats qui attendent encore : inscrivez une classe de plus, "
            f"ou demandez --candidates {len(chosen)}."
        )
    codes = await codes_of(head, session_id, [sitting.id for sitting in chosen])
    seats = free_seats(board)
    for number, sitting in enumerate(chosen):
        if sitting.state != "admitted":
            document = DOCUMENTS[number % len(DOCUMENTS)]
            await head.check_in(sitting.id, sitting.seat or next(seats), document)
            await head.admit(sitting.id)
    return codes


def _candidate(
    url: str, code: str, tally: Tally, book: AnswerBook | None, speed: float, seed: int
) -> SimulatedCandidate:
    chance = Random(seed)  # noqa: S311 - plausible behaviour, nothing secret
    conduct = Conduct(pace=chance.uniform(0.4, 1.0), drafts=chance.randint(0, 2), hurry=speed)
    mind = Mind(book, drawn_ability(chance), chance)
    return SimulatedCandidate(Browser(url, tally, seed=seed), code, mind, conduct)


async def _tell(room: Room, progress: Progress | None) -> None:
    while progress is not None:
        progress(room.ended, len(room.candidates), room.tally.acknowledged)
        await asyncio.sleep(0.5)


def _has_started(page: Page) -> bool:
    return page.position is not None or page.end in {"completed", "timed_out", "terminated"}
