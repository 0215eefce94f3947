"""kill -9 of the server at random moments: what was acknowledged is there, once, and every deadline holds.

PASSATION_KILLS says how many times; PASSATION_KILL_SEED repeats the same moments.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.journeys.killing import CANDIDATES, FEWEST_FOR_A_STOP, KilledSession, sit_under_fire

KILLS = int(os.environ.get("PASSATION_KILLS", "10"))
SEED = int(os.environ.get("PASSATION_KILL_SEED", "20261122"))
pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(180 + 20 * KILLS)]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> KilledSession:
    folder: Path = tmp_path_factory.mktemp("killed")
    session = asyncio.run(sit_under_fire(folder, KILLS, SEED))
    sys.stderr.write(
        f"{session.kills} kills at speed {session.speed}: {session.acknowledged} responses acknowledged, "
        f"{session.cut_off} requests and sockets cut, {len(session.facts)} entries in the log\n"
    )
    return session


def test_no_acknowledged_response_is_lost_changed_or_doubled(killed: KilledSession) -> None:
    assert killed.acknowledged >= 5 * killed.kills
    assert killed.response_complaints == []


def test_the_kills_did_cut_browsers_off(killed: KilledSession) -> None:
    assert killed.cut_off >= killed.kills


def test_every_deadline_holds_to_the_millisecond(killed: KilledSession) -> None:
    assert killed.clocks.wrong == []


def test_the_clock_ended_what_fell_due_while_the_server_was_dead(killed: KilledSession) -> None:
    ends = [running.end for running in killed.clocks.by_candidate.values()]
    assert len(ends) == CANDIDATES
    assert ends.count("timed_out") >= CANDIDATES // 2
    assert set(ends) <= {"timed_out", "completed"}


def test_every_candidate_found_the_way_back_to_the_test(killed: KilledSession) -> None:
    assert killed.failures == []


def test_the_time_that_the_room_stood_still_is_given_back(killed: KilledSession) -> None:
    if KILLS < FEWEST_FOR_A_STOP:
        pytest.skip("too few kills for a stop of the room")
    assert {
        running.stopped > 0 for running in killed.clocks.by_candidate.values() if running.end == "timed_out"
    } == {True}
