"""The demonstration to be watched: links for every role, and a room that fills and moves by itself."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

from rich.console import Console

from exam_server.demo.cast import invite_staff
from exam_server.demo.server import DemoServer
from exam_server.demo.stage import Stage, set_stage
from exam_server.demo.story import welcome
from exam_server.demo.telling import say_links
from exam_server.simulation.board import Board
from exam_server.simulation.candidate import Conduct, sit
from exam_server.simulation.staff import codes_of

KEPT = 2
EXTRA_TIME_PLACE = 3
LATEST_ARRIVAL = 40.0
HURRY = 6.0
"""Simulated candidates think so many times faster than people, so that the board moves."""

SLOW_EVERY = 5
LOSES_CONNECTION_EVERY = 9


async def show(console: Console, folder: Path, port: int, candidates: int) -> None:
    """Runs until it is cancelled."""
    server = DemoServer(folder, port)
    with console.status("Préparation de l’établissement inventé…"):
        links = await invite_staff(server)
        await server.start()
    try:
        with console.status("Import des élèves, session, cartes d’accès…"):
            stage = await set_stage(server.url, links, folder / "ecole", candidates)
            board, codes = await _open(stage)
        kept = list(codes)[:KEPT]
        named = {board.sittings[one].name: codes[one] for one in kept}
        say_links(console, links, named, server.url)
        await _fill(console, stage, board, {one: codes[one] for one in codes if one not in kept})
        await asyncio.Event().wait()
    finally:
        await server.stop()


async def _open(stage: Stage) -> tuple[Board, dict[str, str]]:
    await stage.staff.invigilator.open(stage.session_code)
    board = await stage.staff.invigilator.board(stage.session_id)
    everybody = list(board.sittings)
    await stage.staff.officer.extra_time(everybody[min(EXTRA_TIME_PLACE, len(everybody) - 1)], "1/3")
    return board, await codes_of(stage.staff.head, stage.session_id, everybody)


async def _fill(console: Console, stage: Stage, board: Board, codes: dict[str, str]) -> None:
    """Candidates come in one after the other, and the simulated invigilator meets each of them."""
    chance = Random(3)  # noqa: S311 - plausible behaviour, nothing secret
    failures: list[str] = []
    sitting = []
    for number, (one, code) in enumerate(codes.items()):
        conduct = _conduct(number, chance)
        candidate = stage.candidate(board.sittings[one].name, code, conduct, number)
        sitting.append(asyncio.create_task(sit(candidate, failures.append)))
        await asyncio.sleep(min(2.0, LATEST_ARRIVAL / len(codes)) * chance.uniform(0.5, 1.0))
        await _admit(stage, [one])
    console.print(f"{len(codes)} candidats simulés composent.")
    try:
        await asyncio.gather(*sitting)
    finally:
        for task in sitting:
            task.cancel()
    console.print("Les candidats simulés ont fini ; la direction peut clore la session.")
    for failure in failures:
        console.print(f"Inattendu : {failure}", style="red")


async def _admit(stage: Stage, candidates: Sequence[str]) -> None:
    board = await stage.staff.invigilator.board(stage.session_id)
    await welcome(stage, board, candidates)
    for one in candidates:
        await stage.staff.invigilator.admit(one)


def _conduct(number: int, chance: Random) -> Conduct:
    pace = chance.uniform(1.5, 3.0) if number % SLOW_EVERY == 0 else chance.uniform(0.6, 1.2)
    away = (chance.randint(3, 9), 20.0 * HURRY) if number % LOSES_CONNECTION_EVERY == 4 else None
    return Conduct(pace, chance.randint(0, 2), away=away, hurry=HURRY)
