"""In which states the pages of a session's end are visited: what there is to look at, rulings, versions."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from exam_server.signing.keys import KeyStore, Purpose
from tests.browser.board_states import State
from tests.browser.stage import TECHNICAL, Stage

CLOSING, RULINGS = "/sessions/{id}/closing", "/sessions/{id}/rulings"
HEAD, INVIGILATOR = Role.HEAD, Role.INVIGILATOR
WHY = "L’image de la question n’est jamais arrivée : panne du serveur de fichiers. " * 5
OPENS = "dialog[open]"


# -- sessions, made when they are first looked at ------------------------------------------------------------


def sat(stage: Stage) -> str:
    """A closed session of which one candidate answered a few questions, with something to look at."""
    if "sat" in stage.sessions:
        return stage.sessions["sat"]
    backstage = stage.backstage
    session = stage.sessions["sat"] = backstage.plan("Salle C7", "TG 1")
    backstage.open(session)
    card, *others = backstage.cards(session)
    backstage.check_in(card.id, 1, 1)
    _sit(stage, card.code)
    object_ = {"category": "rules_object", "candidate": card.id, "description": "Un téléphone."}
    reports: list[dict[str, Any]] = [
        {**object_, "outcome": "undecided"},
        {"category": "question_image", "candidate": card.id, "position": 2},
        {"category": "desk_identity", "candidate": card.id, "description": "Le prénom."},
    ]
    for number, report in enumerate(reports):
        made = backstage.post(f"/sessions/{session}/incidents", report)
        stage.sessions[f"report {number}"] = made["incident"]
    backstage.post(f"/attempts/{card.id}/pause", {"reason": "infirmerie"})
    reasons = {one.id: TECHNICAL for one in (card, *others)}
    backstage.post(f"/sessions/{session}/close", {"reasons": reasons})
    stage.sessions["sitter"] = card.id
    return session


def _sit(stage: Stage, code: str) -> None:
    """Three questions, passed over, in the window that is nobody's."""
    browser = stage.screens[None].request
    for path, body in (("enter", {"code": code}), ("start", {})):
        reply = browser.post(f"/exam/{path}", data=body)
        assert reply.ok, reply.text()
    for _ in range(3):
        state: dict[str, Any] = browser.get("/exam/state").json()
        given = {"position": state["item"]["position"], "revision": 1, "content": {"skip": True}}
        reply = browser.post("/exam/responses", data={**given, "final": True, "answered_at": state["now"]})
        assert reply.ok, reply.text()


def ruled(stage: Stage) -> str:
    """The head has left a question out."""
    session = sat(stage)
    if "ruled" not in stage.sessions:
        _rule(stage, session, kind="leave_out", positions=[2], incident=stage.sessions["report 1"])
        stage.sessions["ruled"] = session
    return session


def waiting(stage: Stage) -> str:
    """The head has proposed a rejection, and a second person is to say yes or no."""
    session = ruled(stage)
    if "waiting" not in stage.sessions:
        report = stage.sessions["report 0"]
        stage.backstage.post(f"/incidents/{report}/statement", {"declined": True})
        _rule(stage, session, kind="reject", incident=report)
        stage.sessions["waiting"] = session
    return session


def _rule(stage: Stage, session: str, **body: object) -> None:
    wanted = {"candidate": stage.sessions["sitter"], "reason": WHY, **body}
    stage.backstage.post(f"/sessions/{session}/rulings", wanted)


def published(stage: Stage) -> str:
    """Published, after an earlier version was withdrawn and another one taken up again."""
    if "published" in stage.sessions:
        return stage.sessions["published"]
    backstage = stage.backstage
    session = stage.sessions["published"] = backstage.plan("Salle C8", "TG 1")
    backstage.open(session)
    reasons = {card.id: TECHNICAL for card in backstage.cards(session)}
    backstage.post(f"/sessions/{session}/close", {"reasons": reasons})
    KeyStore(stage.server.folder / "keys").create(Purpose.QR, datetime.now(UTC))
    backstage.sign(session)
    backstage.post(f"/sessions/{session}/results/publish")
    backstage.post(f"/sessions/{session}/results/withdraw", {"reason": WHY})
    backstage.sign(session)
    backstage.post(f"/sessions/{session}/closing/resume", {"reason": "Oubli."})
    backstage.sign(session)
    backstage.post(f"/sessions/{session}/results/publish")
    return session


# -- states --------------------------------------------------------------------------------------------------


def at(path: str, name: str, role: Role = HEAD) -> State:
    return lambda stage: stage.visit(role, path, name)


def closing_of(make: Callable[[Stage], str], *clicks: str) -> State:
    """The page of a session that is made for it, after these were clicked."""

    def state(stage: Stage) -> Page:
        page = stage.visit(HEAD, CLOSING.replace("{id}", make(stage)))
        return clicked(page, *clicks)

    return state


def asked_again(stage: Stage) -> Page:
    """The head is asked why the signed results are taken up again."""
    return clicked(stage.visit(HEAD, CLOSING, "finalised"), "[data-ask=resume]")


def asked_to_sign(stage: Stage) -> Page:
    """The head is asked to confirm with a passkey, or with a password and a code."""
    page = stage.visit(HEAD, CLOSING, "closed")
    page.locator("[data-consent]").check()
    return clicked(page, "form[data-sign] button")


def clicked(page: Page, *clicks: str) -> Page:
    for one in clicks:
        page.locator(one).first.click()
        expect(page.locator(OPENS)).to_be_visible()
    return page


def sent_empty(stage: Stage) -> Page:
    page = stage.visit(HEAD, CLOSING, "closing")
    page.locator("main form button").first.click()
    expect(page.locator("[data-summary]:not([hidden])")).to_be_visible()
    return page


def rulings_of(make: Callable[[Stage], str], *clicks: str, role: Role = HEAD) -> State:
    def state(stage: Stage) -> Page:
        page = stage.visit(role, RULINGS.replace("{id}", make(stage)))
        return clicked(page, *clicks)

    return state


def chosen(stage: Stage, query: str) -> Page:
    page = stage.screens[HEAD]
    page.goto(f"{RULINGS.replace('{id}', sat(stage))}?{query}")
    return page


def from_report(stage: Stage) -> Page:
    """The head comes from a report about a question: it is ticked already."""
    page = chosen(stage, f"incident={sat(stage) and stage.sessions['report 1']}")
    expect(page.locator("[name=positions]:checked")).to_have_count(1)
    return page


def effect_shown(stage: Stage) -> Page:
    page = chosen(stage, f"candidate={sat(stage) and stage.sessions['sitter']}")
    page.locator("[name=kind][value=cancel]").check()
    page.locator("[data-look]").click()
    expect(page.locator("[data-effect] table")).to_be_visible()
    return page


def without_reason(stage: Stage) -> Page:
    page = effect_shown(stage)
    page.locator("[data-take]").click()
    expect(page.locator("#reason[aria-invalid=true]")).to_be_visible()
    return page


def unheard(stage: Stage) -> Page:
    """A rejection that the rules refuse still; before anything is proposed."""
    page = chosen(stage, f"incident={sat(stage) and stage.sessions['report 0']}")
    page.locator("[name=kind][value=reject]").check()
    if "waiting" not in stage.sessions:
        page.locator("[data-look]").click()
        expect(page.locator("[data-summary]:not([hidden])")).to_be_visible()
    return page


CLOSING_STATES: Mapping[str, Mapping[str, State]] = {
    CLOSING: {
        **{name: at(CLOSING, name) for name in ("planned", "full", "closing", "closed", "finalised")},
        "sent empty": sent_empty,
        "something to look at": closing_of(sat),
        "published": closing_of(published),
        "asked to withdraw": closing_of(published, "[data-ask=withdraw]"),
        "asked to take up again": asked_again,
        "asked to sign": asked_to_sign,
    },
    RULINGS: {
        "nobody chosen": rulings_of(sat),
        "from a report": from_report,
        "effect shown": effect_shown,
        "without a reason": without_reason,
        "unheard": unheard,
        "ruled": rulings_of(ruled),
        "asked to reverse": rulings_of(ruled, "[data-reverse]"),
        "waiting": rulings_of(waiting),
        "of the second person": rulings_of(waiting, role=INVIGILATOR),
        "asked to confirm": rulings_of(waiting, "[data-ask=confirm]", role=INVIGILATOR),
        "asked to drop": rulings_of(waiting, "[data-ask=drop]", role=INVIGILATOR),
        "open": at(RULINGS, "full"),
        "signed": at(RULINGS, "finalised"),
        "nobody sat": at(RULINGS, "closed"),
        "nothing waits": at(RULINGS, "full", INVIGILATOR),
    },
}
