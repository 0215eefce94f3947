"""A session that was really sat, its bundle, and a command line whose settings are a test's own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from exam_server.__main__ import run
from exam_server.acts.exporting import session_bundle
from exam_server.domain.json import JSON
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.storage.engines import open_database
from exam_server.storage.store import Store
from tests.support.clock import MORNING, ManualClock
from tests.support.house import a_house
from tests.support.rehearsal import a_rehearsal
from tests.support.room import a_running_room

Spoil = Callable[[dict[str, JSON]], dict[str, JSON]]


@dataclass(frozen=True)
class Said:
    """What a command came to: its exit code, its result, and what it said beside."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a server of this test's own."""
    for name in ("DATABASE", "REDIS", "BASE_URL", "HOST", "PORT", "KEY_PASSPHRASE"):
        # Set, then deleted: so what a command puts there itself is taken away again after the test.
        monkeypatch.setenv(f"PASSATION_{name}", "")
        monkeypatch.delenv(f"PASSATION_{name}")
    monkeypatch.setenv("PASSATION_FOLDER", str(tmp_path / "passation-data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "passation-data"


@pytest.fixture
def command(settings: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs `passation …` here and now."""

    def call(*arguments: str | Path) -> Said:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return Said(code, printed.out, printed.err)

    return call


@dataclass(frozen=True)
class Sat:
    """A finalised session: the key folder that signed, and its bundle."""

    keys: KeyStore
    bundle: bytes


async def sit(folder: Path, spoil: Spoil = dict) -> Sat:
    """Two candidates, one to the last item, one ended early; `spoil` makes what a dishonest server signs."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = KeyStore(folder / "keys")
    key = keys.create(Purpose.DOCUMENTS, MORNING)
    clock = ManualClock()
    store = Store(open_database(f"sqlite:///{folder}/passation.sqlite"), a_house(), clock, lambda grown: None)
    try:
        room = await a_running_room(store, 2)
        diligent, unlucky = room.candidates
        await a_rehearsal(room)
        await room.respond(unlucky)
        await room.terminate(unlucky)
        await room.finish(diligent)
        await room.close()

        def signed(payload: JSON) -> str:
            assert isinstance(payload, dict)
            return sign(key, spoil(payload), RESULTS_TYP, clock())

        head, session_id = room.school.head, room.session_id
        await room.finalise(signed)
        found = await store.read(session_bundle, head, session_id, {key.kid: keys.public(key.kid)})
        return Sat(keys, found)
    finally:
        await store.close()


@pytest.fixture(scope="session")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """One session for all tests that only look at it."""
    return asyncio.run(sit(tmp_path_factory.mktemp("sat")))
