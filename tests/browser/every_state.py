"""In which states each page of the console is visited: the table that a new page is added to."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.account_states import ACCOUNT_STATES
from tests.browser.board_states import BOARD, State
from tests.browser.certificate_states import CERTIFICATE_STATES
from tests.browser.closing_states import CLOSING_STATES
from tests.browser.livret_states import LIVRET
from tests.browser.result_states import RESULT_STATES
from tests.browser.stage import READER, Stage
from tests.support.computers import A_GOOD_COMPUTER

HEAD, INVIGILATOR, OFFICER, AUTHOR = Role.HEAD, Role.INVIGILATOR, Role.ACCOMMODATIONS, Role.AUTHOR


def at(role: Role | str | None, path: str, *sessions: str) -> dict[str, State]:
    """The page as it is, once or for each of these sessions."""
    named = {name: (lambda stage, name=name: stage.visit(role, path, name)) for name in sessions}
    return named or {"as it is": lambda stage: stage.visit(role, path)}


def after(role: Role | str | None, path: str, session: str, then: Callable[[Page], object]) -> State:
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


# -- the bank -----------------------------------------------------------------------------------------------

ITEM = "1.1-bruit-et-silence"
SKILL = "/bank/skills/1.1/bruit-et-silence"


def proposed(who: Role | str, *verbs: str) -> State:
    """A proposal over a file of the bank, led so far by its author and its reader; `who` looks at it."""

    def state(stage: Stage) -> Page:
        author, reader = (stage.screens[one].request for one in (AUTHOR, READER))
        address = author.post(f"{SKILL}/propose", data={"retire": f"{ITEM}-a"}).json()["next"]
        for seen, verb in enumerate(verbs, 1):
            by = reader if verb in {"return", "approve", "revoke"} else author
            reply = by.post(
                f"{address}/{verb}", data={"seen": seen, "remark": "Une remarque. " * 9, "text": "x:"}
            )
            assert reply.ok, f"{verb}: {reply.text()}"
        page = stage.visit(who, address)
        unfolded(page)
        return page

    return state


def approved(stage: Stage) -> Page:
    """In use; revoked behind the page, so that the next state begins from the same file."""
    page = proposed(READER, "send", "approve")(stage)
    reply = page.request.post(f"{page.url}/revoke", data={"seen": 3, "remark": "Pour recommencer."})
    assert reply.ok, reply.text()
    return page


def outdated(stage: Stage) -> Page:
    """Another proposal for the same file was approved while this one waited; its reader sees it."""
    address = urlsplit(proposed(AUTHOR, "send")(stage).url).path
    other = proposed(READER, "send", "approve")(stage).url
    page = stage.visit(READER, address)
    page.request.post(f"{other}/revoke", data={"seen": 3, "remark": "Pour recommencer."})
    return page


def item_of_a_draft(stage: Stage) -> Page:
    """One of its questions, as a candidate would see it."""
    address = urlsplit(proposed(AUTHOR)(stage).url).path
    return stage.visit(AUTHOR, f"{address}/items/{ITEM}-a")


# -- accommodations -----------------------------------------------------------------------------------------

PUPILS = "/accommodations/pupils"


def pupil_of(role: Role) -> State:
    """A pupil's page, as this role sees it."""

    def state(stage: Stage) -> Page:
        page = stage.visit(role, PUPILS)
        page.goto(page.locator("tbody a").first.get_attribute("href") or "")
        unfolded(page)
        return page

    return state


def emptied(page: Page) -> Page:
    """The form of a decision was sent without what it needs."""
    page.get_by_role("button", name=re.compile("Enregistrer la décision|Record the decision")).click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    return page


def decided(role: Role, *verbs: str) -> State:
    """A decision, led so far by the head after the officer has recorded it; `role` looks at it."""

    def state(stage: Stage) -> Page:
        officer, head = (stage.screens[one] for one in (OFFICER, HEAD))
        pupil = pupil_of(OFFICER)(stage).url
        measures = ["reader", "screen_reader", "separate_room", "read_aloud"]
        body = {"extra": "1/3", "breaks": 2, "break_minutes": 5, "measures": measures, "basis": "pai"}
        dates = {"valid_from": "2026-01-01", "valid_until": "2099-01-01"}
        why = {"reference": "D-17", "decided_by": "Ocre", "note": "Une note. " * 20}
        reply = officer.request.post(f"{pupil}/decisions", data={**body, **dates, **why})
        assert reply.ok, reply.text()
        address = reply.json()["next"]
        for verb in verbs:
            reply = head.request.post(f"{address}/{verb}")
            assert reply.ok, reply.text()
        page = stage.visit(role, address)
        unfolded(page)
        return page

    return state


def reason_read(page: Page) -> Page:
    """The reason is on the screen."""
    page.locator("[data-read]").click()
    expect(page.locator("[data-part=reason]")).to_be_visible()
    return page


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
FILE = "/items/{item}/variants/{number:int}/files/{file}"
PAGES: Mapping[str, Mapping[str, State]] = {
    "/staff": {
        **at(None, "/staff"),
        "sent empty": after(None, "/staff", "", lambda page: page.locator("main form button").first.click()),
    },
    "/staff/link/{token}": {"used up": lambda stage: stage.visit(None, "/staff/link/nobody-s")},
    "/staff/map": {str(role): (lambda stage, role=role: stage.visit(role, "/staff/map")) for role in Role},
    "/account": ACCOUNT_STATES,
    "/accessibility": {
        **at(None, "/accessibility"),
        "of the staff": lambda stage: stage.visit(HEAD, "/accessibility"),
    },
    "/head": at(HEAD, "/head"),
    "/pupils": {**at(HEAD, "/pupils"), "wrong file": after(HEAD, "/pupils?class=3E A", "", wrong_file)},
    **LIVRET,
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
    **CLOSING_STATES,
    **RESULT_STATES,
    **CERTIFICATE_STATES,
    "/livret": at(HEAD, "/livret"),
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
    "/accommodations": {
        **at(OFFICER, "/accommodations"),
        "of the head": lambda stage: decided(HEAD)(stage) and stage.visit(HEAD, "/accommodations"),
    },
    "/accommodations/pupils": {
        **at(OFFICER, PUPILS),
        "wrong file": after(OFFICER, PUPILS, "", wrong_file),
        "of the head": lambda stage: stage.visit(HEAD, PUPILS),
    },
    "/accommodations/pupils/{id}": {
        "of the officer": pupil_of(OFFICER),
        "sent empty": lambda stage: emptied(pupil_of(OFFICER)(stage)),
        "of the head": pupil_of(HEAD),
    },
    "/accommodations/decisions/{id}": {
        "of the officer": decided(OFFICER),
        "to be approved": decided(HEAD),
        "approved": decided(HEAD, "approve"),
        "ended": decided(OFFICER, "approve", "end"),
        "read": lambda stage: reason_read(decided(OFFICER)(stage)),
    },
    f"{SESSION}/accommodations": at(OFFICER, f"{SESSION}/accommodations", "planned", "full", "nobody"),
    "/bank": {**at(HEAD, "/bank"), "of an author": lambda stage: stage.visit(AUTHOR, "/bank")},
    "/bank/skills/{competence}": at(AUTHOR, "/bank/skills/1.1"),
    "/bank/skills/{competence}/{skill}": {
        **at(AUTHOR, SKILL),
        "unfolded": after(AUTHOR, SKILL, "", unfolded),
        "asked to retire": after(AUTHOR, SKILL, "", asked("retire")),
    },
    "/bank/skills/{competence}/{skill}/items/{item}": at(AUTHOR, f"{SKILL}/items/{ITEM}-a"),
    "/bank/proposals/new": {
        **at(AUTHOR, "/bank/proposals/new"),
        "sent empty": after(AUTHOR, "/bank/proposals/new", "", sent_empty),
    },
    "/bank/proposals/{proposal}": {
        "a draft": proposed(AUTHOR),
        "somebody else's draft": proposed(READER),
        "with faults": proposed(AUTHOR, "write"),
        "sent": proposed(AUTHOR, "send"),
        "to be read": proposed(READER, "send"),
        "sent back": proposed(AUTHOR, "send", "return"),
        "withdrawn": proposed(AUTHOR, "withdraw"),
        "approved": approved,
        "outdated": outdated,
    },
    "/bank/proposals": {
        "to be read": lambda stage: stage.visit(READER, "/bank/proposals"),
        "one's own": lambda stage: stage.visit(AUTHOR, "/bank/proposals"),
    },
    "/bank/proposals/{proposal}/items/{item}": {"of a draft": item_of_a_draft},
}
"""By page of the console, the states in which it is visited."""

EMPTY: Mapping[str, Role] = {
    "/head": HEAD,
    "/pupils": HEAD,
    "/livret/lsu": HEAD,
    "/livret": HEAD,
    "/results": HEAD,
    "/invigilate": INVIGILATOR,
    "/accommodations": OFFICER,
    "/bank/proposals": AUTHOR,
}
"""The pages that look otherwise before anything was imported or planned."""

NOT_OF_THE_CONSOLE: Mapping[str, str] = {
    "/": "the candidate's: test_candidate.py",
    "/exam": "the candidate's: test_candidate.py",
    "/practice": "the candidate's: test_comfort.py, test_practice.py",
    "/exam/state": "JSON",
    "/exam/worker.js": "a script: test_network.py",
    "/exam/shell": "the candidate's before anybody is known: test_network.py",
    "/exam/files/{id}": "a download: test_files.py",
    "/exam/receipt.svg": "a picture of the last page: test_handing_in.py",
    "/exam/receipt.json": "JSON",
    f"/bank/skills/{{competence}}/{{skill}}{FILE}": "a download",
    f"/bank/proposals/{{proposal}}{FILE}": "a download",
    "/rehearsal": "of a computer of the room: test_rehearsal.py",
    "/rehearsal/block": "noise",
    "/rehearsal/ping": "JSON",
    f"{SESSION}/rehearsal.json": "JSON",
    f"{SESSION}/board.json": "JSON",
    "/.well-known/passation/jwks.json": "JSON",
    "/.well-known/passation/keys.jws": "a signed statement",
    "/.well-known/passation/authority.pem": "a certificate",
    "/.well-known/passation/sessions.txt": "a signed checkpoint",
    "/.well-known/passation/sessions.jsonl": "lines for machines",
    f"{SESSION}/checkpoint.txt": "a signed checkpoint",
    "/.well-known/passation/status/{number:int}.jws": "a signed statement",
    "/verify/offline.html": "a file to keep: test_offline_page.py",
    f"{SESSION}/certificates.zip": "a download",
    f"{SESSION}/candidates/{{candidate}}/certificate.pdf": "a download",
    "/api/openapi.json": "JSON",
    "/api/organizations/{uai}/certifications": "JSON",
    f"{SESSION}/livret": "a signed statement",
    "/healthz": "a word for machines",
    "/accommodations/template.csv": "a download",
    "/accommodations/template.ods": "a download",
    "/language/{code}": "leads back to the page",
    f"{SESSION}/bundle": "a download",
    f"{SESSION}/versions/{{version:int}}/bundle": "a download",
    f"{SESSION}/results.csv": "a download",
    f"{SESSION}/results.ods": "a download",
    f"{SESSION}/results.json": "a download",
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
