"""What a browser keeps of the test's page: all of its files, nothing of anybody, anew with each release."""

import re
from pathlib import Path

import orjson

from exam_server.web import shell
from exam_server.web.guard import CONTENT_SECURITY_POLICY
from exam_server.web.pages import STATIC
from tests.exam_server.web.site import Site
from tests.support.room import an_exam_room

ROOT = STATIC["client"]
LINKED = re.compile(r'(?:href|src)="/static/client/([^"?]+)')
IMPORTED = re.compile(r'^(?:import|export)\b[^"]*"(\.[^"]+\.js)"', re.MULTILINE)
FONT = re.compile(r'url\("/static/(fonts/[^"]+)"\)')
PICTURED = re.compile(r'url\("?(\.[^")]+)')


async def kept_by(site: Site) -> tuple[str, set[str]]:
    """The version and the files that the worker is told."""
    script = (await site.browser().get("/exam/worker.js")).text
    told = orjson.loads(script.removeprefix("self.PASSATION_SHELL = ").partition(";\n")[0])
    return told["version"], {name.removeprefix("/static/") for name in told["files"]}


def asked_for(names: set[str]) -> set[str]:
    """These files and whatever they import or show in turn."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        pattern = {".js": IMPORTED, ".css": PICTURED}.get(Path(name).suffix)
        if pattern is not None:
            folder = (ROOT / name).parent
            for inner in pattern.findall((ROOT / name).read_text()):
                waiting.add((folder / inner).resolve().relative_to(ROOT.resolve()).as_posix())
        waiting -= found
    return found


async def test_every_file_that_the_page_asks_for_is_kept_and_none_of_other_pages(site: Site) -> None:
    page = (await site.browser().get("/exam/shell")).text
    _version, kept = await kept_by(site)
    needed = asked_for(set(LINKED.findall(page)))
    assert len(needed) > 50
    assert {f"client/{name}" for name in needed} <= kept
    assert all(shell.file_of(name).is_file() for name in kept)
    assert not {name for name in kept if "rehearsal" in name}
    assert not kept & {"client/js/entry.js", "client/js/practice.js", "client/js/worker.js"}


async def test_the_fonts_that_the_styles_name_are_kept_too(site: Site) -> None:
    """Whoever needs one must not lose it by a reload during a cut."""
    _version, kept = await kept_by(site)
    named = {name for file in ROOT.rglob("*.css") for name in FONT.findall(file.read_text())}
    assert len(named) >= 3
    assert named == {name for name in kept if not name.startswith("client/")}


async def test_the_page_that_is_kept_is_nobody_s(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=2)
    await room.admit_all()
    pages = [(await site.browser().get("/exam/shell")).text]
    for c in room.candidates:
        await room.start(c)
        browser = site.sitting(c.token)
        pages.append((await browser.get("/exam/shell")).text)
        state = (await browser.get("/exam/state")).json()
        for secret in (state["keep_with"], state["candidate"]["family_name"], state["session"]["room"]):
            assert secret not in pages[-1]
    assert len(set(pages)) == 1


async def test_the_worker_may_answer_for_the_page_of_the_test_and_what_is_below_it(site: Site) -> None:
    reply = await site.browser().get("/exam/worker.js")
    assert reply.headers["service-worker-allowed"] == "/exam"
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["cache-control"] == "no-store"
    # Without rules of their own, workers follow the one for scripts.
    assert not re.search("worker-src|child-src", CONTENT_SECURITY_POLICY)


async def test_the_version_is_that_of_the_contents(site: Site, tmp_path: Path) -> None:
    version, kept = await kept_by(site)
    assert (version, kept) == await kept_by(site)
    signs = tuple((name, 1, 1) for name in sorted(kept))
    assert shell.version_of(signs) == version, "when a file was written says nothing"
    assert shell.version_of(signs[1:]) != version
