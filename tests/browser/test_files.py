"""The files of a question: seen, downloaded by one press as the server makes them; the page stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.examining import faults, picture
from tests.browser.server import Server
from tests.support.attached import NAME, bank_with_files


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose every question has a table and a picture."""
    running = Server(tmp_path_factory.mktemp("server"), program="tests.browser.serving_files")
    running.invite_staff()
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log


@pytest.fixture
def sitting(playwright: Playwright, server: Server, school: Path, window: Window) -> CandidatePage:
    """A candidate at the first question."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    session = backstage.plan("Salle A1", "3E A")
    backstage.open(session)
    card = backstage.cards(session)[0]
    backstage.check_in(card.id, 1, 1)
    backstage.leave()
    candidate = CandidatePage(window(accept_downloads=True))
    candidate.enter(card.code)
    candidate.start()
    return candidate


def downloaded(page: Page, name: str) -> bytes:
    """Presses the file's link with the keyboard; returns what is saved, under that name."""
    with page.expect_download() as waiting:
        link = page.get_by_role("link", name=name)
        link.focus()
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == name
    return Path(waiting.value.path()).read_bytes()


def test_a_file_is_downloaded_as_it_is_and_the_page_stays_where_it_was(sitting: CandidatePage) -> None:
    page = sitting.page
    made = {file.id: file.generate() for item in bank_with_files().items for file in item.files}
    expect(page.get_by_role("heading", level=2, name="Fichiers à télécharger")).to_be_visible()
    expect(page.get_by_text("Les fichiers s’enregistrent dans « Téléchargements ».")).to_be_visible()
    expect(
        page.get_by_role("link", name=f"{NAME} Tableau en texte (CSV), à ouvrir dans un tableur")
    ).to_be_visible()
    sitting.give()
    shown = {file["name"]: file["id"] for file in sitting.state()["item"]["files"]}
    for name in (NAME, "vue.png"):
        assert downloaded(page, name) == made[shown[name]]
    assert sitting.position == 1
    sitting.validate()
    after = {file["id"] for file in sitting.state()["item"]["files"]}
    assert after.isdisjoint(shown.values())
    assert page.context.request.get(f"/exam/files/{shown[NAME]}").status == 404
    assert downloaded(page, NAME) in made.values()


def test_the_files_can_be_used_by_everybody(sitting: CandidatePage) -> None:
    page = sitting.page
    assert violations(page) == []
    assert faults(page) == []
    for link in page.locator(".file").all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    page.locator(".files__where").scroll_into_view_if_needed()
    picture(page, "files")
