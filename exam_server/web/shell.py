"""What a browser keeps of the test's page for a cut: its frame and its files, the same for everybody."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.web.desk import desk_of, page
from exam_server.web.pages import STATIC

_ROOT = STATIC["client"]
WORKER = _ROOT / "js" / "worker.js"
NOT_THE_TEST_S = frozenset(
    {"js/rehearsal", "js/practice.js", "js/entry.js", "js/worker.js", "css/rehearsal.css"}
)
"""Files and folders of the candidate's other pages, and the worker itself."""
FONTS = tuple(f"fonts/AtkinsonHyperlegible-{style}.ttf" for style in ("Bold", "Italic", "Regular"))
"""Those that comfort.css names: whoever reads with one must not lose it in a cut."""

Signs = tuple[tuple[str, int, int], ...]
"""By name, when each file changed and how long it is: from these one sees that it has to be read again."""


async def worker(request: Request) -> Response:
    """The worker's script, with the list of what it keeps and a version that changes with any of it."""
    signs = tuple(_signs())
    kept = {"version": version_of(signs), "files": [f"/static/{name}" for name, *_ in signs]}
    script = b"self.PASSATION_SHELL = " + orjson.dumps(kept) + b";\n" + WORKER.read_bytes()
    # Its own address would let it answer for /exam/… alone; the page is at /exam.
    return Response(script, media_type="text/javascript", headers={"service-worker-allowed": "/exam"})


async def shell(request: Request) -> Response:
    """The test's page as it is before anybody is known: no name, no time, no question."""
    rules = desk_of(request).store.house.rules
    minutes = int(rules.duration.total_seconds() // 60)
    return page(request, "client/exam.html", duration_minutes=minutes, items=rules.items)


@cache
def version_of(signs: Signs) -> str:
    """Of the files' contents, so that two machines with the same release say the same."""
    content = hashlib.sha256(WORKER.read_bytes())
    for name, _changed, _length in signs:
        content.update(name.encode() + b"\0" + hashlib.sha256(file_of(name).read_bytes()).digest())
    return content.hexdigest()[:16]


def file_of(name: str) -> Path:
    """Where a static file lies that is called so below /static."""
    prefix, _slash, rest = name.partition("/")
    return STATIC[prefix] / rest


def _signs() -> Iterator[tuple[str, int, int]]:
    for name in (*_files(), *FONTS):
        facts = file_of(name).stat()
        yield name, facts.st_mtime_ns, facts.st_size


def _files() -> Iterator[str]:
    for file in sorted(_ROOT.rglob("*")):
        inner = file.relative_to(_ROOT)
        if file.is_file() and not _is_other(inner):
            yield f"client/{inner.as_posix()}"


def _is_other(name: Path) -> bool:
    return any(part.as_posix() in NOT_THE_TEST_S for part in (name, *name.parents))


routes = [Route("/exam/worker.js", worker), Route("/exam/shell", shell)]
