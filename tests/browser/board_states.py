"""In which states the board is visited, and how each of its dialogs is opened: a new dialog is added here."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.stage import Stage

State = Callable[[Stage], Page | None]
"""Brings a page into a state; None for what only puts something back, or is the same in every language."""
HEAD = Role.HEAD


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
    note = box.locator("[name=note][aria-invalid=true]")
    expect(note).to_have_accessible_description(
        re.compile(re.escape(box.locator("[data-wrong]").inner_text()))
    )
    return page


def displayed(layout: str, **media: str) -> State:
    """On a dark screen, or with the reader's own colours."""

    def state(stage: Stage) -> Page | None:
        if stage.language != "fr":
            return None
        page = stage.board("full", layout)
        page.emulate_media(**media)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", media["color_scheme"])
        return page

    return state


def put_back(stage: Stage) -> None:
    stage.screens[HEAD].emulate_media(color_scheme="light", forced_colors="none")


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
    """The question before the tests of all who were chosen are ended: never one for a second person."""
    page = some_chosen(stage)
    page.locator("[data-selection=terminate]").click()
    expect(page.locator("dialog[open] [data-warning]")).to_be_visible()
    expect(page.locator("dialog[open] [data-second]")).to_be_hidden()
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
    "suspicion without words": suspected,
    "some chosen": some_chosen,
    "chosen to stop": chosen_to_stop,
    "none chosen": chosen_no_more,
    "menu": menu_open,
    "papers": papers_open,
    "nobody found": nobody_found,
    "one found": one_found,
    "reason missing": without_reason,
    "room stopped": stopped,
    "room going on": going_on,
    "offline": offline,
    "back": online,
    "own colours": displayed("list", color_scheme="light", forced_colors="active"),
    "dark": displayed("list", color_scheme="dark", forced_colors="none"),
    "dark plan": displayed("plan", color_scheme="dark"),
    "dark compact": displayed("compact", color_scheme="dark"),
    "as before": put_back,
}
