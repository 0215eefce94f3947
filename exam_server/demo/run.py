"""`passation demo`: a session with an invented school, to look at or to play through to its signed bundle."""

import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from exam_server.demo.headless import play_session
from exam_server.demo.interactive import show
from exam_server.demo.server import DemoFailed, free_port
from exam_server.demo.stage import MOST_CANDIDATES
from exam_server.demo.telling import say_complaints, say_finished
from exam_server.exports.verification_steps import BundleRefused
from exam_server.simulation.browser import ServerSaidNo, Unreachable

FEWEST_CANDIDATES = 2
WIDTH_IN_A_FILE = 120


async def run_demo(port: int, candidates: int, headless: bool, output: Path) -> int:
    """Runs the demonstration; returns the exit code: 0 when everything was as it is meant to be."""
    console = _console()
    if not FEWEST_CANDIDATES <= candidates <= MOST_CANDIDATES:
        _refuse(console, f"Demandez de {FEWEST_CANDIDATES} à {MOST_CANDIDATES} candidats.")
        return 1
    with tempfile.TemporaryDirectory(prefix="passation-demo-", ignore_cleanup_errors=True) as folder:
        try:
            if headless:
                return await _play(console, Path(folder), candidates, output)
            return await _watch(console, Path(folder), free_port(port), candidates)
        except (DemoFailed, ServerSaidNo, Unreachable, BundleRefused, TimeoutError) as error:
            _refuse(console, str(error) or "La démonstration a duré trop longtemps.")
            log = Path(folder) / "server.log"
            if log.exists():
                console.print(Text(log.read_text(errors="replace")[-3000:], style="dim"), soft_wrap=True)
            return 1


async def _play(console: Console, folder: Path, candidates: int, output: Path) -> int:
    # No person looks for this server, so any free port will do, also while another demonstration runs.
    finished = await play_session(folder, free_port(0), candidates, output, console.print)
    say_finished(console, finished)
    complaints = finished.outcome.complaints
    say_complaints(console, complaints)
    if complaints:
        return 1
    console.print(Text("Tout s’est passé comme prévu.", style="bold green"))
    return 0


async def _watch(console: Console, folder: Path, port: int, candidates: int) -> int:
    """Until Ctrl-C, which is the way to end it, and so no failure."""
    loop = asyncio.get_running_loop()
    showing = asyncio.create_task(show(console, folder, port, candidates))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, showing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await showing
    console.print("Démonstration arrêtée ; rien n’en est gardé.")
    return 0


def _console() -> Console:
    """On a terminal its own width; in a file wide enough for the summary."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_IN_A_FILE)


def _refuse(console: Console, text: str) -> None:
    console.print(Text(text, style="bold red"), soft_wrap=True)
