"""What the SQLite store has acknowledged survives a kill of the whole process, at any moment."""

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from exam_server.storage.house import House
from exam_server.storage.store import Store
from tests.exam_server.storage.support import a_session, add, names
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.log import check_log

WRITER = """
import asyncio, sys
from tests.exam_server.storage.support import a_session, note
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.house import a_house
from exam_server.storage.store import Store

async def write_for_ever(url):
    store = Store(Place(url).open(), a_house(), ManualClock(), lambda grown: None)
    session_id = await store.run(a_session)
    print(session_id, flush=True)
    async def one():
        while True:
            print(await store.run(note, session_id), flush=True)
    await asyncio.gather(*(one() for _ in range(5)))

asyncio.run(write_for_ever(sys.argv[1]))
"""


@pytest.mark.parametrize("after", [1, 173])
async def test_no_acknowledged_act_is_lost_when_the_process_is_killed(
    on_sqlite: Place, house: House, after: int
) -> None:
    process = Popen([sys.executable, "-c", WRITER, on_sqlite.url], stdout=PIPE, text=True)
    assert process.stdout is not None
    session_id = process.stdout.readline().strip()
    acknowledged = [int(process.stdout.readline()) for _ in range(after)]
    process.kill()
    acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    process.wait()
    process.stdout.close()
    store = Store(on_sqlite.open(), house, ManualClock(), lambda _grown: None)
    lines = await store.read(check_log, session_id)
    assert sorted(acknowledged) == list(range(3, 3 + len(acknowledged)))
    # What was committed but not yet said may be there too: at most one act of each of the five writers.
    assert max(acknowledged) <= len(lines) <= max(acknowledged) + 5
    await store.close()


async def test_a_copy_of_the_files_at_any_moment_holds_what_was_acknowledged(
    on_sqlite: Place, house: House, tmp_path: Path
) -> None:
    store = Store(on_sqlite.open(), house, ManualClock(), lambda _grown: None)
    for number in range(1, 4):
        await store.run(add, f"{number}")
        copied = tmp_path / f"copy-{number}"
        copied.mkdir()
        for file in (on_sqlite.file, on_sqlite.file.with_name(on_sqlite.file.name + "-wal")):
            (copied / file.name).write_bytes(file.read_bytes())
        found = Store(
            Place(f"sqlite:///{copied / on_sqlite.file.name}").open(),
            house,
            ManualClock(),
            lambda _grown: None,
        )
        assert await found.read(names) == {f"{n}" for n in range(1, number + 1)}
        await found.close()
    await store.close()


async def test_a_session_goes_on_where_the_killed_worker_left_it(
    store: Store, another_store: Callable[[], Store]
) -> None:
    session_id = await store.run(a_session)
    await store.close()
    lines = await another_store().read(check_log, session_id)
    assert [line.kind for line in lines] == ["SessionPlanned", "CandidateRegistered"]
