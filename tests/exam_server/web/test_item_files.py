"""The files of a question: whoever has it on the screen gets them, and nobody else ever does."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from exam_server import app
from exam_server.domain.help_calls import HelpCallKind
from exam_server.exports.bundle import BANK_FILE
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import verify_bundle
from exam_server.web import item_files
from exam_server.web.item_files import disposition
from exam_server.web.shelf import FileShelf
from question_bank.files import FileSpec, TooLarge
from question_bank.items import Bank
from tests.exam_server.web.site import Site, a_site, settings_for
from tests.support.attached import NAME, bank_with_files, table_of
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room


@pytest.fixture
async def site(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """The application with a bank in which every item has files."""
    monkeypatch.setattr(app, "_shipped", bank_with_files)
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder"), clock) as site:
        yield site


async def files_of(site: Site, c: Sitter) -> tuple[httpx.AsyncClient, list[dict[str, str]]]:
    """A candidate's browser, and the files that its page shows."""
    browser = site.sitting(c.token)
    item = (await browser.get("/exam/state")).json()["item"]
    return browser, item["files"]


async def test_the_candidate_gets_the_files_of_the_question_on_the_screen(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser, shown = await files_of(site, room.candidates[0])
    item = (await room.view(room.candidates[0])).item(site.store.house)
    assert item is not None
    assert [file["name"] for file in shown] == [NAME, "vue.png"]
    for file, spec in zip(shown, item.files, strict=True):
        answer = await browser.get(f"/exam/files/{file['id']}")
        assert (answer.status_code, answer.content) == (200, spec.generate())
    table = (await browser.get(f"/exam/files/{shown[0]['id']}")).text
    assert next(csv.DictReader(io.StringIO(table), delimiter=";"))["Question"] == item.id


async def test_a_file_is_saved_under_its_name_and_never_shown(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser, shown = await files_of(site, room.candidates[0])
    answer = await browser.get(f"/exam/files/{shown[0]['id']}")
    assert answer.headers["content-type"] == "text/csv"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Relev_ d__t_.csv"; '
        "filename*=UTF-8''Relev%C3%A9%20d%E2%80%99%C3%A9t%C3%A9.csv"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox; default-src 'none'" in answer.headers.get_list("content-security-policy")


async def test_another_candidate_does_not_get_it(site: Site) -> None:
    room = await a_running_room(site.store, candidates=3)
    shown = {c.id: {file["id"] for file in (await files_of(site, c))[1]} for c in room.candidates}
    for c in room.candidates:
        browser = site.sitting(c.token)
        for other, ids in shown.items():
            for file_id in ids - shown[c.id]:
                assert (await browser.get(f"/exam/files/{file_id}")).status_code == 404, other


async def test_the_file_of_a_question_that_was_answered_is_gone(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    c = room.candidates[0]
    browser, before = await files_of(site, c)
    await room.draft(c)
    assert (await browser.get(f"/exam/files/{before[0]['id']}")).status_code == 200
    await room.respond(c, revision=2)
    _browser, after = await files_of(site, c)
    assert (await browser.get(f"/exam/files/{before[0]['id']}")).status_code == 404
    assert (await browser.get(f"/exam/files/{after[0]['id']}")).status_code == 200


async def test_the_file_of_a_question_that_was_replaced_is_gone(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    c = room.candidates[0]
    browser, before = await files_of(site, c)
    await room.call(c)
    await room.come(c)
    await room.replace(c)
    assert (await browser.get(f"/exam/files/{before[0]['id']}")).status_code == 404


WAYS: dict[str, tuple[Callable[[ExamRoom, Sitter], Awaitable[object]], int]] = {
    "paused": (ExamRoom.pause, 404),
    "room stopped": (lambda room, c: room.pause_room(), 404),
    "terminated": (ExamRoom.terminate, 404),
    "completed": (ExamRoom.finish, 404),
    "room ended": (lambda room, c: room.terminate_room(), 404),
    "called, the clock stands": (ExamRoom.call, 404),
    "called about the question": (lambda room, c: room.call(c, HelpCallKind.QUESTION), 200),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_file_is_given_exactly_while_its_question_is_shown(site: Site, way: str) -> None:
    walk, status = WAYS[way]
    room = await a_running_room(site.store, candidates=1)
    c = room.candidates[0]
    browser, shown = await files_of(site, c)
    await walk(room, c)
    is_shown = (await browser.get("/exam/state")).json()["item"] is not None
    assert (await browser.get(f"/exam/files/{shown[0]['id']}")).status_code == status
    assert is_shown == (status == 200)


@pytest.mark.parametrize("wrong", ["0" * 12, "x", "%2e%2e", "0" * 5000, "é", "../state"])
async def test_a_name_that_no_file_has_finds_nothing(site: Site, wrong: str) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser = site.sitting(room.candidates[0].token)
    answer = await browser.get(httpx.URL(f"{site.base}/exam/files/{wrong}"))
    assert answer.status_code == (404 if wrong != "../state" else 200)
    assert "content-disposition" not in answer.headers


async def test_before_the_start_and_without_a_candidate_there_are_no_files(site: Site) -> None:
    running = await a_running_room(site.store, candidates=1)
    _browser, shown = await files_of(site, running.candidates[0])
    waiting = await an_exam_room(site.store, candidates=1, number=2)
    await waiting.admit_all()
    await waiting.enter(waiting.candidates[0])
    path = f"/exam/files/{shown[0]['id']}"
    statuses = [
        (await browser.get(path)).status_code
        for browser in (
            site.sitting(waiting.candidates[0].token),
            site.browser(),
            site.sitting("x" * 43),
            await site.signed_in(running.school.head),
        )
    ]
    assert statuses == [404, 401, 401, 401]


async def test_getting_a_file_is_no_fact_of_the_log(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser, shown = await files_of(site, room.candidates[0])
    before = await room.log()
    await browser.get(f"/exam/files/{shown[0]['id']}")
    assert await room.log() == before


def test_the_route_takes_no_writes() -> None:
    (route,) = item_files.routes
    assert isinstance(route, Route)
    assert route.methods == {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.csv", "attachment; filename=\"a.csv\"; filename*=UTF-8''a.csv"),
        ("a (1)_b.csv", "attachment; filename=\"a (1)_b.csv\"; filename*=UTF-8''a%20%281%29_b.csv"),
    ],
)
def test_a_name_is_told_in_the_two_ways_that_browsers_know(name: str, header: str) -> None:
    assert disposition(name) == header


class Watched(FileSpec):
    """A file that counts how often it is made, and how many are made at once."""

    made = 0
    at_once = 0
    most_at_once = 0

    def generate(self) -> bytes:
        kind = type(self)
        kind.made += 1
        kind.at_once += 1
        kind.most_at_once = max(kind.most_at_once, kind.at_once)
        try:
            return super().generate()
        finally:
            kind.at_once -= 1


def watched(name: str) -> FileSpec:
    plain = table_of(name)
    return Watched(plain.name, plain.kind, plain.content)


@pytest.fixture(autouse=True)
def counted() -> None:
    Watched.made = Watched.at_once = Watched.most_at_once = 0


async def test_what_a_room_asks_for_at_once_is_made_once_and_one_at_a_time() -> None:
    shelf = FileShelf()
    files = [watched(f"item {n}") for n in range(4)]
    octets = await asyncio.gather(*(shelf.octets_of(file) for file in files * 10))
    assert octets == [file.generate() for file in files] * 10
    assert (Watched.made, Watched.most_at_once) == (4 + 4, 1)


async def test_whoever_leaves_does_not_take_the_file_from_those_who_wait() -> None:
    shelf, file = FileShelf(), watched("item")
    first = asyncio.create_task(shelf.octets_of(file))
    second = asyncio.create_task(shelf.octets_of(file))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == file.generate()


async def test_the_shelf_keeps_so_many_octets_and_forgets_what_was_unused_for_longest() -> None:
    files = [watched(f"item {n}") for n in range(4)]
    shelf = FileShelf(most_octets=3 * len(files[0].generate()))
    for file in files[:3]:
        await shelf.octets_of(file)
    await shelf.octets_of(files[0])
    await shelf.octets_of(files[3])
    Watched.made = 0
    await shelf.octets_of(files[0])
    assert Watched.made == 0
    await shelf.octets_of(files[1])
    assert Watched.made == 1


async def test_a_file_that_could_not_be_made_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(self: object) -> bytes:
        raise TooLarge("x")

    shelf, file = FileShelf(), watched("item")
    with monkeypatch.context() as broken:
        broken.setattr(Watched, "generate", fail)
        with pytest.raises(TooLarge):
            await shelf.octets_of(file)
    assert await shelf.octets_of(file) == file.generate()


async def test_a_session_with_files_is_signed_and_verified_from_its_bundle_alone(site: Site) -> None:
    """The bundle carries how each file is made, as a part of its item, and no file."""
    room = await a_running_room(site.store, candidates=1)
    await room.finish(room.candidates[0])
    await room.close()
    site.make_key()
    head = await site.signed_in(room.school.head)
    assert (await site.finalise(head, room.session_id)).status_code == 200
    octets = (await head.get(f"/sessions/{room.session_id}/bundle")).content
    assert verify_bundle(octets, None, recompute).bundle.entries
    with zipfile.ZipFile(io.BytesIO(octets)) as bundle:
        assert not [name for name in bundle.namelist() if name.endswith((".csv", ".png"))]
        kept = Bank.from_json(json.loads(bundle.read(BANK_FILE)))
    assert kept.items[0].files == bank_with_files().items[0].files
