"""A session on a real server that is killed again and again while simulated candidates sit the test."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter, time

from exam_server.demo.cast import invite_staff
from exam_server.demo.headless import epoch_for
from exam_server.demo.record import Clocks, clocks_of, facts_in, response_complaints
from exam_server.demo.server import DemoServer, free_port
from exam_server.demo.stage import Stage, set_stage
from exam_server.demo.story import welcome
from exam_server.domain.finalisation import Fact
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import verify_bundle
from exam_server.simulation.browser import Patience
from exam_server.simulation.candidate import Acknowledged, Conduct, SimulatedCandidate, sit
from exam_server.simulation.staff import codes_of

CANDIDATES = 10
GRACE_MS = 5000
TEST_SECONDS = 105 * 60
USUAL_ITEM = 75
BETWEEN_RESPONSES = 0.12
FEWEST_FOR_A_STOP = 3
LONGEST_LIFE = 1.2
LONGEST_DEATH = 0.3
AT_ONCE = Patience(first=0.05, most=0.25, give_up=120)


@dataclass
class KilledSession:
    """What is left of it: what browsers were told, and what the log says."""

    kills: int
    speed: int
    told: dict[str, list[Acknowledged]]
    facts: list[Fact]
    clocks: Clocks
    failures: list[str]
    cut_off: int

    @property
    def response_complaints(self) -> list[str]:
        """Acknowledged responses that were lost, changed or doubled."""
        return response_complaints(self.facts, self.told)

    @property
    def acknowledged(self) -> int:
        """How many responses the browsers were told are on disk."""
        return sum(len(known) for known in self.told.values())


async def sit_under_fire(folder: Path, kills: int, seed: int) -> KilledSession:
    """Plays one session while its server is killed; the last kill lies across everybody's deadline."""
    chance = Random(seed)
    server = DemoServer(folder, free_port(0))
    links = await invite_staff(server)
    await _choose_speed(server, kills)
    await server.start()
    try:
        stage = await set_stage(server.url, links, folder / "school", CANDIDATES, AT_ONCE)
        candidates = await _seat(stage, server.speed, seed)
        failures: list[str] = []
        sitting = [asyncio.create_task(sit(one, failures.append)) for one in candidates.values()]
        await _until_everybody_is_at_work(candidates.values())
        for number in range(kills - 1):
            await asyncio.sleep(chance.uniform(0.02, LONGEST_LIFE))
            await server.kill()
            await asyncio.sleep(chance.uniform(0.0, LONGEST_DEATH))
            await server.start()
            await _act_on_the_room(stage, number, kills)
        await _be_dead_at_the_deadlines(server, candidates.values())
        async with asyncio.timeout(60):
            await asyncio.gather(*sitting)
        octets = await _bundle(stage)
        await stage.staff.leave()
    finally:
        await server.stop()
    facts = facts_in(verify_bundle(octets, None, recompute).bundle)
    told = {one: candidate.acknowledged for one, candidate in candidates.items()}
    cut_off = sum(stage.tally.network.values())
    return KilledSession(kills, server.speed, told, facts, clocks_of(facts, GRACE_MS), failures, cut_off)


async def _choose_speed(server: DemoServer, kills: int) -> None:
    """The test must last about as long as all the lives and deaths together, on this machine."""
    a_start = 60.0
    for _ in range(2):
        begun = perf_counter()
        await server.start()
        a_start = min(a_start, perf_counter() - begun)
        await server.stop()
    real = kills * (a_start + (LONGEST_LIFE + LONGEST_DEATH) / 2) * 1.15 + 5
    server.speed = max(2, round(TEST_SECONDS / real))
    server.epoch_ms = epoch_for(server.speed, time())


async def _seat(stage: Stage, speed: int, seed: int) -> dict[str, SimulatedCandidate]:
    """Half of them never validate the last items, so that the clock has to end their tests."""
    session_id, invigilator = stage.session_id, stage.staff.invigilator
    await invigilator.open(stage.session_code)
    board = await invigilator.board(session_id)
    codes = await codes_of(stage.staff.head, session_id, list(board.sittings))
    await welcome(stage, board, list(codes))
    await invigilator.admit_all(session_id)
    drafts = max(4, round(2 * USUAL_ITEM / speed / BETWEEN_RESPONSES))
    return {
        one: stage.candidate(
            board.sittings[one].name,
            code,
            Conduct(1.5 + number / 15, drafts, stops_at=28 if number % 2 else None),
            seed + number,
        )
        for number, (one, code) in enumerate(codes.items())
    }


async def _until_everybody_is_at_work(candidates: Collection[SimulatedCandidate]) -> None:
    async with asyncio.timeout(60):
        while not all(one.page is not None and one.page.phase == "test" for one in candidates):
            await asyncio.sleep(0.05)


async def _act_on_the_room(stage: Stage, number: int, kills: int) -> None:
    """The room is stopped during one life of the server and goes on in the next."""
    stop = (kills - 2) // 2
    if kills < FEWEST_FOR_A_STOP:
        return
    if number == stop:
        await stage.staff.invigilator.pause_room(stage.session_id, "Alarme incendie")
    elif number == stop + 1:
        await stage.staff.invigilator.resume_room(stage.session_id)


async def _be_dead_at_the_deadlines(server: DemoServer, candidates: Collection[SimulatedCandidate]) -> None:
    await asyncio.sleep(0.5)
    last = max((one.shown.deadline or 0) for one in candidates)
    await server.kill()
    left = last + 2 * GRACE_MS - max(one.server_now_ms for one in candidates)
    await asyncio.sleep(max(0.0, left / 1000 / server.speed))
    await server.start()


async def _bundle(stage: Stage) -> bytes:
    head, session_id = stage.staff.head, stage.session_id
    await head.close_session(session_id, {})
    await head.finalise(session_id)
    return await head.bundle(session_id)
