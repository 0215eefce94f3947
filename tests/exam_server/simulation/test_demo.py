"""The demonstration itself, on a real server: a whole session, and a room filled by `simulate`."""

import asyncio
import re
from pathlib import Path

import pytest

from exam_server.demo.cast import invite_staff
from exam_server.demo.run import run_demo
from exam_server.demo.school import CLASSES, NOT_CERTIFIABLE_EVERY
from exam_server.demo.server import DemoFailed, DemoServer, free_port
from exam_server.demo.stage import pupils_for, set_stage
from exam_server.domain.roles import Role
from exam_server.simulation.browser import Browser, ServerSaidNo
from exam_server.simulation.report import Report, Tally
from exam_server.simulation.room import CannotSimulate, simulate
from exam_server.simulation.staff import Head

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_the_invented_school_is_big_enough_for_any_number_of_candidates() -> None:
    for candidates in range(2, 121):
        numbers = range(1, pupils_for(candidates) + 1, len(CLASSES))
        assert sum(number % NOT_CERTIFIABLE_EVERY != 0 for number in numbers) == candidates


def test_a_port_that_is_taken_is_said_before_anything_is_started() -> None:
    async def listen_and_ask() -> None:
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(DemoFailed, match=str(port)):
                free_port(port)

    asyncio.run(listen_and_ask())


def test_a_whole_session_ends_with_a_bundle_that_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PASSATION_DEMO_SPEED", "400")
    output = tmp_path / "demo-output"
    code = asyncio.run(run_demo(port=0, candidates=8, headless=True, output=output))
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert [path.suffix for path in sorted(output.iterdir())] == [".zip", ".json"]
    assert len(re.findall("Démo-", printed)) == 8
    for words in ("VALABLE", "temps écoulé", "arrêté (incident technique)", "absent", "2 h 20"):
        assert words in printed.replace("\N{NO-BREAK SPACE}", " ")


async def _simulated(folder: Path) -> Report:
    server = DemoServer(folder, free_port(0), speed=60)
    links = await invite_staff(server)
    await server.start()
    try:
        stage = await set_stage(server.url, links, folder / "school", 6)
        await stage.staff.leave()
        with pytest.raises(CannotSimulate, match="sign-in"):
            await simulate(server.url, stage.session_code, 4, 20, "")
        report = await simulate(server.url, stage.session_code, 4, 20, links[Role.HEAD][1])
        late = Head(Browser(server.url, Tally()))
        with pytest.raises(ServerSaidNo):
            await late.use_link(links[Role.HEAD][1])
        await late.close()
        return report
    finally:
        await server.stop()


def test_simulate_fills_a_room_and_reports_what_it_measured(tmp_path: Path) -> None:
    report = asyncio.run(_simulated(tmp_path))
    assert report.ok
    assert (report.asked, report.started, dict(report.ends)) == (4, 4, {"completed": 4})
    assert report.acknowledged >= 4 * 32
    assert report.figures["responses"].count >= 4 * 32
    assert report.failures == ()
