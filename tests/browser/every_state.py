"""In which states each page of the console is visited: the table that a new page or dialog is added to."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.stage import Stage
from tests.support.computers import A_GOOD_COMPUTER

State = Callable[[Stage], Page | None]
"""Brings a page into a state; None for what only puts something back, or is the same in every language."""
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


# -- the board -----------------------------------------------------------------------------------------


def menu_open(stage: Stage) -> Page:
    page = stage.board("full")
    page.locator(".tile__menu").first.click()
    return page


def papers_open(stage: Stage) -> Page:
    page = stage.visit(HEAD, "/sessions/{id}/board", "full")
    page.locator(".board__papers summary").click()
    return page


def nobody_found(stage: Stage) -> Page:
    page = stage.visit(HEAD, "/sessions/{id}/board", "full")
    page.locator("[data-board=search]").fill("zzz")
    return page


def one_found(stage: Stage) -> Page:
    page = stage.visit(HEAD, "/sessions/{id}/board", "full")
    page.locator("[data-board=search]").fill(stage.people["present"].name)
    return page


def stopped(stage: Stage) -> Page:
    """The whole room stands; the next state lets it go on."""
    session = stage.sessions["full"]
    stage.backstage.post(f"/sessions/{session}/pause", {"reason": "Alarme incendie, exercice du matin"})
    page = stage.visit(HEAD, "/sessions/{id}/board", "full")
    expect(page.locator("[data-board=stopped]")).to_be_visible()
    return page


def going_on(stage: Stage) -> None:
    stage.backstage.post(f"/sessions/{stage.sessions['full']}/resume")
    page = stage.visit(HEAD, "/sessions/{id}/board", "full")
    expect(page.locator("[data-board=pause]")).to_be_visible()


def offline(stage: Stage) -> Page:
    page = stage.board("full")
    page.context.set_offline(True)
    expect(page.locator("[data-board=link]")).to_have_attribute("data-link", "lost")
    return page


def online(stage: Stage) -> None:
    page = stage.screens[HEAD]
    page.context.set_offline(False)
    expect(page.locator("[data-board=link]")).to_have_attribute("data-link", "live")


def without_reason(stage: Stage) -> Page:
    """« Autre » was chosen, and nothing was written."""
    page = stage.room("full", "pause")
    box = page.locator("dialog[open]")
    box.locator("select:enabled").select_option("other")
    box.locator("[data-submit]").click()
    expect(box.locator("[data-wrong]")).not_to_be_empty()
    return page


def displayed(layout: str, **media: str) -> State:
    """On a dark projector, with more contrast, or with the reader's own colours."""

    def state(stage: Stage) -> Page | None:
        if stage.language != "fr":
            return None
        page = stage.board("full", layout)
        page.emulate_media(**media)  # type: ignore[arg-type]
        return page

    return state


def put_back(stage: Stage) -> None:
    stage.screens[HEAD].emulate_media(color_scheme="light", contrast="no-preference", forced_colors="none")


def dialog_of(person: str, verb: str) -> State:
    return lambda stage: stage.act(person, verb)


def dialog_of_room(session: str, button: str) -> State:
    return lambda stage: stage.room(session, button)


def late_dialog(stage: Stage) -> Page:
    page = stage.board("late")
    page.locator(".tile__step[data-verb=admit]").first.click()
    return page


def new_card(stage: Stage) -> Page:
    page = stage.act("extended", "act_computer")
    page.locator("#dialog-card[open] .button--primary").click()
    expect(page.locator("#dialog-card-shown")).to_be_visible()
    return page


def help_dialog(stage: Stage) -> Page:
    page = stage.board("full")
    page.locator("#help").click()
    return page


def bar_dialog(button: str) -> State:
    """A dialog that a button of the bar opens."""

    def state(stage: Stage) -> Page:
        page = stage.board("full")
        page.locator(f".board__bar [data-board={button}]").click()
        return page

    return state


def some_chosen(stage: Stage) -> Page:
    """Selection mode, with everybody chosen whose test is under way."""
    page = stage.board("full")
    page.locator("[data-board=select]").click()
    page.locator("[data-selection=running]").click()
    return page


def chosen_to_stop(stage: Stage) -> Page:
    """The question before the tests of all who were chosen are ended."""
    page = some_chosen(stage)
    page.locator("[data-selection=terminate]").click()
    return page


def chosen_no_more(stage: Stage) -> None:
    page = stage.screens[HEAD]
    page.keyboard.press("Escape")
    page.locator("[data-selection=leave]").click()


def suspected(stage: Stage) -> Page:
    """The reason that makes the end of a test a request to a second person; its words are missing."""
    page = stage.act("running", "act_terminate")
    box = page.locator("dialog[open]")
    box.locator("select:enabled").select_option("fraud_suspected")
    box.locator("[data-submit]").click()
    expect(box.locator("[data-wrong]")).not_to_be_empty()
    return page


DIALOGS: Mapping[str, State] = {
    "identity": dialog_of("registered", "act_identity"),
    "seat": dialog_of("present", "act_seat"),
    "pause": dialog_of("running", "act_pause"),
    "extend": dialog_of("calling", "act_help_time"),
    "message": dialog_of_room("full", "message"),
    "replace": dialog_of("calling", "act_help_item"),
    "terminate": dialog_of_room("full", "terminate"),
    "card": dialog_of("running", "act_computer"),
    "card-shown": new_card,
    "absent": dialog_of("registered", "act_absent"),
    "late": late_dialog,
    "refuse": dialog_of("present", "act_refuse"),
    "welcome": dialog_of_room("arriving", "welcome"),
    "facts": dialog_of("running", "act_facts"),
    "help": help_dialog,
    "incident": dialog_of("running", "act_incident"),
    "duty": bar_dialog("duty"),
    "journal": bar_dialog("journal"),
    "fraud-confirm": dialog_of("suspected", "act_fraud_confirm"),
    "fraud-withdraw": dialog_of("suspected by the head", "act_fraud_withdraw"),
}
"""How each dialog of the board is opened, by what follows "dialog-" in its identifier."""

BOARD: Mapping[str, State] = {
    **{name: (lambda stage, name=name: stage.board(name)) for name in ("planned", "nobody", "cancelled")},
    **{name: (lambda stage, name=name: stage.board(name)) for name in ("closed", "finalised", "arriving")},
    **{f"dialog {name}": state for name, state in DIALOGS.items()},
    "every state, compact": lambda stage: stage.board("full", "compact"),
    "every state, plan": lambda stage: stage.board("full", "plan"),
    "every state, list": lambda stage: stage.board("full"),
    "menu": menu_open,
    "papers": papers_open,
    "nobody found": nobody_found,
    "one found": one_found,
    "reason missing": without_reason,
    "suspicion without words": suspected,
    "some chosen": some_chosen,
    "chosen to stop": chosen_to_stop,
    "none chosen": chosen_no_more,
    "room stopped": stopped,
    "room going on": going_on,
    "offline": offline,
    "back": online,
    "dark": displayed("list", color_scheme="dark"),
    "dark plan": displayed("plan", color_scheme="dark"),
    "more contrast": displayed("compact", color_scheme="light", contrast="more"),
    "own colours": displayed("list", contrast="no-preference", forced_colors="active"),
    "as before": put_back,
}

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
