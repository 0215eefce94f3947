"""A whole session without anybody: from check-in to the signed bundle, and then every check."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import orjson

from exam_server.clock import make_clock
from exam_server.demo.cast import invite_staff
from exam_server.demo.outcome import Outcome, outcome_of
from exam_server.demo.server import DemoFailed, DemoServer
from exam_server.demo.stage import Stage, set_stage
from exam_server.demo.story import check_in, perform
from exam_server.exports.verification import verify_bundle
from exam_server.exports.verification_steps import BundleRefused
from exam_server.signing.keys import KeyStore
from exam_server.signing.x509_certificates import fingerprint
from exam_server.simulation.board import Board
from exam_server.simulation.report import Tally

DEFAULT_SPEED = 120
ZONE = ZoneInfo("Europe/Paris")
_HALF_PAST_EIGHT = timedelta(hours=8, minutes=30)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Finished:
    """A demonstration that ended: where its bundle is, and what was measured."""

    bundle: Path
    keys: Path
    outcome: Outcome
    board: Board
    tally: Tally
    seconds: float
    verified: str


def chosen_speed() -> int:
    """How fast the clock runs: as the environment says."""
    return int(os.environ.get("PASSATION_DEMO_SPEED", str(DEFAULT_SPEED)))


def epoch_for(speed: int, now: float) -> int | None:
    """From when on the clock runs faster: as the environment says, or so that it shows 8 h 30 now."""
    given = os.environ.get("PASSATION_DEMO_EPOCH")
    if given is not None:
        return int(given)
    if speed <= 1:
        return None
    today = datetime.fromtimestamp(now, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    morning = (today + _HALF_PAST_EIGHT).timestamp()
    # The clock shows epoch + (now - epoch) x speed.
    return round((now * speed - morning) / (speed - 1) * 1000)


async def play_session(folder: Path, port: int, candidates: int, output: Path, say: Say) -> Finished:
    """Plays one session to its end. Raises DemoFailed, ServerSaidNo, Unreachable, BundleRefused."""
    begun = time.perf_counter()
    speed = chosen_speed()
    epoch = epoch_for(speed, time.time())
    server, clock = DemoServer(folder, port, speed, epoch), make_clock(speed, epoch)
    say(f"Serveur sur {server.url}, horloge {speed} fois plus rapide.")
    links = await invite_staff(server)
    await server.start()
    try:
        stage = await set_stage(server.url, links, folder / "ecole", candidates)
        say(f"Établissement importé, classe inscrite : {candidates} candidats, {stage.refused} refusés.")
        play = await check_in(stage, speed)
        say("Accueil terminé : identités, places, cartes ; le test commence.")
        board = await perform(play)
        say("Tous les tests sont finis : clôture, résultats, signature.")
        path = await _close(stage, output)
        await stage.staff.leave()
    finally:
        await server.stop()
    keys = output / "jwks.json"
    keys.write_bytes(orjson.dumps(KeyStore(folder / "keys").jwks()) + b"\n")
    verified = await _verify(path, _authority(folder), clock())
    bundle = verify_bundle(path.read_bytes(), None, None).bundle
    _check_that_a_change_is_seen(path.read_bytes())
    outcome = outcome_of(bundle, play, board)
    return Finished(path, keys, outcome, board, stage.tally, time.perf_counter() - begun, verified)


def _authority(folder: Path) -> str:
    """The fingerprint of the authority that the server has made."""
    authority = KeyStore(folder / "keys").authority()
    if authority is None:
        raise DemoFailed("Le serveur n’a pas fait de clés.")
    return fingerprint(authority)


async def _close(stage: Stage, output: Path) -> Path:
    head, session_id = stage.staff.head, stage.session_id
    await head.close_session(session_id, {})
    await head.finalise(session_id)
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"{session_id}.zip"
    path.write_bytes(await head.bundle(session_id))
    return path


async def _verify(path: Path, authority: str, now: datetime) -> str:
    """Calls the very command that anybody would, at the server's hour; returns what it printed."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "exam_server", "verify", str(path)),
        *("--authority", authority, "--at", now.isoformat()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await running.communicate()
    if running.returncode != 0:
        raise DemoFailed(f"« passation verify » refuse le lot :\n{printed.decode(errors='replace')}")
    return printed.decode(errors="replace")


def _check_that_a_change_is_seen(octets: bytes) -> None:
    """One byte changed somewhere, and the bundle must be refused."""
    place = Random(len(octets)).randrange(len(octets))  # noqa: S311 - any place will do
    changed = bytearray(octets)
    changed[place] ^= 1
    try:
        verify_bundle(bytes(changed), None, None)
    except BundleRefused:
        return
    raise DemoFailed(f"L’octet {place} du lot a été changé et la vérification ne l’a pas vu.")
