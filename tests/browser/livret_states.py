"""In which states the pages of the livret's file and of the attestations are visited."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.board_states import State
from tests.browser.stage import Stage
from tests.support.lsu_files import plain_file

FILE, CLASS = "/livret/lsu", "3E A"
AWARENESS = "/livret/awareness"


def of_the_head(path: str) -> State:
    """The page as it is."""
    return lambda stage: stage.visit(Role.HEAD, path)


def reported(change: Callable[[bytes], bytes] = bytes) -> State:
    """The file of a class was sent: some are merged, two are not in it, one of it is not known."""

    def state(stage: Stage) -> Page:
        page = stage.visit(Role.HEAD, FILE)
        ((uai,),) = stage.server.rows("SELECT uai FROM centre")
        rows = stage.server.rows("SELECT siecle_id, class_name FROM pupil WHERE class_name = ?", CLASS)
        pupils = [(str(siecle_id), str(name)) for siecle_id, name in rows[:-2]]
        sent = change(plain_file([*pupils, ("77", CLASS), ("78", "6E 1")], uai))
        file = {"name": "bilans.xml", "mimeType": "text/xml", "buffer": sent}
        page.locator("#file").set_input_files(files=[file])  # type: ignore[list-item]
        page.locator(f"input[value='{CLASS}']").check()
        _send(page)
        expect(page.locator("[data-result] .notice__title")).to_be_visible()
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        return page

    return state


def taken(state: State, button: str, name: str) -> State:
    """And the file that is offered has been downloaded."""

    def then(stage: Stage) -> Page:
        page = state(stage)
        with page.expect_download() as download:
            page.locator(button).click()
        assert download.value.suggested_filename == name
        return page

    return then


def sent_empty(stage: Stage) -> Page:
    """Neither a file nor a class was chosen."""
    page = stage.visit(Role.HEAD, FILE)
    _send(page)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    return page


def _send(page: Page) -> None:
    page.locator("main form button:not([type=button])").click()


LIVRET: Mapping[str, Mapping[str, State]] = {
    FILE: {
        "reported": taken(reported(), "[data-result] button", "bilans-numerique.xml"),
        "as it is": of_the_head(FILE),
        "sent empty": sent_empty,
        "refused": reported(lambda file: file.replace(b'"EL_1"', b'"EL_9"', 1)),
    },
    AWARENESS: {
        "a class": taken(
            of_the_head(f"{AWARENESS}?class={CLASS}"),
            "main form[data-papers] button",
            "attestations-numerique-6e.pdf",
        ),
        "as it is": of_the_head(AWARENESS),
    },
}
