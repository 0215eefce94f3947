"""A session that was really sat, its bundle, and a command line whose settings are a test's own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from exam_server.__main__ import run
from exam_server.acts.closing import resume_session
from exam_server.acts.exporting import BundleKeys, session_bundle
from exam_server.acts.rulings import take_ruling
from exam_server.acts.sealing import LogSealer, seal_version
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.storage.engines import open_database
from exam_server.storage.store import Store
from tests.exam_server.exports.support import Signers, new_signers
from tests.support.clock import MORNING, ManualClock
from tests.support.house import a_house, only, thin_bank
from tests.support.rehearsal import a_rehearsal
from tests.support.room import HOST, ExamRoom, a_running_room


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
    for name in ("DATABASE", "REDIS", "BASE_URL", "HOST", "PORT", "KEY_PASSPHRASE", "TIMESTAMP_ROOTS"):
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
    """A session that was finalised twice: the keys that signed, and the bundles of both versions."""

    signers: Signers
    bundle: bytes
    second: bytes

    @property
    def keys(self) -> KeyStore:
        return self.signers.store


async def sit(folder: Path) -> Sat:
    """Two candidates, one to the last item, one ended early; then the head leaves a question out."""
    folder.mkdir(parents=True, exist_ok=True)
    signers = new_signers(folder / "keys", MORNING)
    clock = ManualClock()
    house = replace(a_house(), banks=only(thin_bank()))
    store = Store(open_database(f"sqlite:///{folder}/passation.sqlite"), house, clock, lambda grown: None)
    try:
        room = await a_running_room(store, 2)
        diligent, unlucky = room.candidates
        await a_rehearsal(room)
        await room.respond(unlucky)
        await room.terminate(unlucky)
        await room.finish(diligent)
        await room.close()
        first = await signed_bundle(room, signers, 1)
        head, session_id = room.school.head, room.session_id
        await room.do(resume_session, head, session_id, "image absente")
        ruling = Wanted(diligent.id, RulingKind.LEAVE_OUT, "image absente", (1, 2), None)
        await room.do(take_ruling, head, session_id, ruling)
        return Sat(signers, first, await signed_bundle(room, signers, 2))
    finally:
        await store.close()


async def signed_bundle(room: ExamRoom, signers: Signers, version: int) -> bytes:
    """The head has the results signed, the log is sealed, and the bundle taken out."""
    await room.finalise(lambda payload: sign(signers.documents, payload, RESULTS_TYP, room.clock()))
    await room.do(seal_version, LogSealer(HOST, signers.log), room.session_id, version)
    documents, log = (signers.store.public_keys(one) for one in (Purpose.DOCUMENTS, Purpose.LOG))
    keys = BundleKeys(documents, log, signers.store.published())
    return await room.store.read(session_bundle, room.school.head, room.session_id, keys, version)


@pytest.fixture(scope="session")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """One session for all tests that only look at it."""
    return asyncio.run(sit(tmp_path_factory.mktemp("sat")))
