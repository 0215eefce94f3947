"""In which states each page of the console is visited: the table that a new page is added to."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.board_states import BOARD, State
from tests.browser.stage import Stage
from tests.support.computers import A_GOOD_COMPUTER

HEAD, INVIGILATOR, OFFICER = Role.HEAD, Role.INVIGILATOR, Role.ACCOMMODATIONS


def at(role: Role | None, path: str, *sessions: str) -> dict[str, State]:
    """The page as it is, once or for each of these sessions."""
    named = {name: (lambda stage, name=name: stage.visit(role, path, name)) for name in sessions}
    return named or {"as it is": lambda stage: stage.visit(role, path)}


def after(role: Role | None, path: str, session: str, then: Callable[[Page], object]) -> State:
    """The page after somebody has done something on it."""

    def state(stage: Stage) -> Page:
        page = stage.visit(role, path, session)
        then(page)
        return page

    return state


def unfolded(page: Page) -> None:
    """Everything that can be opened is open."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def sent_empty(page: Page) -> None:
    """A form was sent without what it needs."""
    unfolded(page)
    page.locator("main form button:not([type=button])").first.click()
    expect(page.locator("[aria-invalid=true], [data-summary]:not([hidden])").first).to_be_visible()


def wrong_file(page: Page) -> None:
    """A file of another kind was chosen."""
    unfolded(page)
    file = {"name": "liste.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator("main input[type=file]").first.set_input_files(files=[file])  # type: ignore[list-item]
    expect(page.locator(".notice__title").first).to_be_visible()


def asked(what: str) -> Callable[[Page], object]:
    """A question before what cannot be undone."""
    return lambda page: page.locator(f"[data-ask={what}]").first.click()


# -- the rehearsal, the timelines ------------------------------------------------------------------------


def rehearsal_ended(stage: Stage) -> Page:
    stage.backstage.post(f"/sessions/{stage.sessions['planned']}/rehearsal/end")
    return stage.visit(INVIGILATOR, "/sessions/{id}/rehearsal", "planned")


def rehearsing(stage: Stage) -> Page:
    """The code is shown, and three computers have measured."""
    session = stage.sessions["planned"]
    stage.backstage.post(f"/sessions/{session}/rehearsal/begin")
    code = stage.backstage.requests.get(f"/sessions/{session}/rehearsal.json").json()["code"]
    stage.backstage.post("/rehearsal/enter", {"code": code})
    good = A_GOOD_COMPUTER.to_json()
    for column, wrong in enumerate(({}, {"clock_offset_ms": 184_000}, {"socket": False}), 1):
        seat = {"row": 1, "column": column, "measures": {**good, **wrong}}
        stage.backstage.post("/rehearsal/seat", seat)
    page = stage.visit(INVIGILATOR, "/sessions/{id}/rehearsal", "planned")
    expect(page.locator("[data-count=not_ready]")).to_have_text("1")
    return page


def rehearsed_list(stage: Stage) -> Page:
    page = stage.visit(INVIGILATOR, "/sessions/{id}/rehearsal", "planned", afresh=False)
    page.locator("[data-layout=list]").click()
    return page


def rehearsed_seat(stage: Stage) -> Page:
    """What was measured at a seat, line by line."""
    page = rehearsed_list(stage)
    page.locator("[data-part=rows] button").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    return page


def timeline_of(person: str) -> State:
    """How a candidate of the full room came through."""

    def state(stage: Stage) -> Page:
        path = f"/sessions/{{id}}/candidates/{stage.people[person].id}/timeline"
        return stage.visit(INVIGILATOR, path, "full")

    return state


SESSION = "/sessions/{id}"
PAGES: Mapping[str, Mapping[str, State]] = {
    "/staff": {
        **at(None, "/staff"),
        "sent empty": after(None, "/staff", "", lambda page: page.locator("main form button").first.click()),
    },
    "/staff/link/{token}": {"used up": lambda stage: stage.visit(None, "/staff/link/nobody-s")},
    "/head": at(HEAD, "/head"),
    "/pupils": {**at(HEAD, "/pupils"), "wrong file": after(HEAD, "/pupils?class=3E A", "", wrong_file)},
    "/sessions/new": {
        **at(HEAD, "/sessions/new"),
        "sent empty": after(HEAD, "/sessions/new", "", sent_empty),
    },
    SESSION: {
        **at(HEAD, SESSION, "planned", "nobody", "cancelled", "full", "closed", "finalised"),
        "asked to cancel": after(HEAD, SESSION, "planned", asked("cancel")),
        "asked to unregister": after(HEAD, SESSION, "planned", asked("unregister")),
        "of nobody": lambda stage: stage.visit(HEAD, SESSION),
    },
    f"{SESSION}/change": at(HEAD, f"{SESSION}/change", "planned", "closed"),
    f"{SESSION}/cards": at(HEAD, f"{SESSION}/cards", "full", "nobody", "cancelled"),
    f"{SESSION}/closing": {
        **at(HEAD, f"{SESSION}/closing", "planned", "full", "closing", "closed", "finalised"),
        "sent empty": after(
            HEAD, f"{SESSION}/closing", "closing", lambda page: page.locator("main form button").first.click()
        ),
    },
    f"{SESSION}/results": at(HEAD, f"{SESSION}/results", "finalised", "closed"),
    "/invigilate": {
        **at(INVIGILATOR, "/invigilate"),
        "sent empty": after(INVIGILATOR, "/invigilate", "", sent_empty),
    },
    f"{SESSION}/board": BOARD,
    f"{SESSION}/incidents": {
        **at(INVIGILATOR, f"{SESSION}/incidents", "full", "arriving", "planned", "finalised"),
        "unfolded": after(INVIGILATOR, f"{SESSION}/incidents", "full", unfolded),
        "sent empty": after(INVIGILATOR, f"{SESSION}/incidents", "full", sent_empty),
    },
    f"{SESSION}/rehearsal": {
        "not begun": rehearsal_ended,
        "begun": rehearsing,
        "list": rehearsed_list,
        "a seat": rehearsed_seat,
        **at(HEAD, f"{SESSION}/rehearsal", "full", "cancelled", "finalised"),
    },
    f"{SESSION}/timeline": {
        **at(INVIGILATOR, f"{SESSION}/timeline", "planned", "nobody", "full"),
        **at(HEAD, f"{SESSION}/timeline", "cancelled", "closed", "finalised"),
        "unfolded": after(HEAD, f"{SESSION}/timeline", "full", unfolded),
    },
    f"{SESSION}/candidates/{{candidate}}/timeline": {
        name: timeline_of(name) for name in ("registered", "refused", "running", "coming", "terminated")
    },
    "/accommodations": at(OFFICER, "/accommodations"),
    "/bank": at(HEAD, "/bank"),
}
"""By page of the console, the states in which it is visited."""

EMPTY: Mapping[str, Role] = {
    "/head": HEAD,
    "/pupils": HEAD,
    "/invigilate": INVIGILATOR,
    "/accommodations": OFFICER,
}
"""The pages that look otherwise before anything was imported or planned."""

NOT_OF_THE_CONSOLE: Mapping[str, str] = {
    "/": "the candidate's: test_candidate.py",
    "/exam": "the candidate's: test_candidate.py",
    "/exam/state": "JSON",
    "/rehearsal": "of a computer of the room: test_rehearsal.py",
    "/rehearsal/block": "noise",
    "/rehearsal/ping": "JSON",
    f"{SESSION}/rehearsal.json": "JSON",
    f"{SESSION}/board.json": "JSON",
    "/.well-known/passation/jwks.json": "JSON",
    "/healthz": "a word for machines",
    "/language/{code}": "leads back to the page",
    f"{SESSION}/bundle": "a download",
    f"{SESSION}/timeline.csv": "a download",
    f"{SESSION}/candidates/{{candidate}}/timeline.csv": "a download",
    f"{SESSION}/candidates/{{candidate}}/papers/timeline": "a PDF: tests/exam_server/web/test_timeline.py",
    f"{SESSION}/papers/timeline": "a PDF: tests/exam_server/web/test_timeline.py",
    f"{SESSION}/papers/readiness": "a PDF: tests/exam_server/web/test_rehearsal.py",
    f"{SESSION}/papers/convocations": "a PDF: tests/exam_server/papers",
    f"{SESSION}/papers/cards": "a PDF: tests/exam_server/papers",
    f"{SESSION}/papers/seats": "a PDF: tests/exam_server/papers",
    f"{SESSION}/papers/attendance": "a PDF: tests/exam_server/papers",
    f"{SESSION}/papers/report": "a PDF: tests/exam_server/papers",
}
"""What is no page of the console, and why."""
