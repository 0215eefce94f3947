"""The head's page about the livret in a browser: what it would take, and a withdrawal that is signed."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from exam_server.acts import staff
from exam_server.storage.transaction import Transaction
from exam_server.web.access import STAFF_COOKIE
from tests.browser import examining
from tests.browser.conftest import LAPTOP
from tests.exam_server.web.livret_server import LivretServer, livret_server
from tests.support.livret import SPRING, Book, Came, let_in


@pytest.fixture(autouse=True)
def answering() -> None:
    """The server of this file is its own."""


@pytest.fixture(scope="module")
def livret(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivretServer]:
    """A server of this file's own, in a thread."""
    folder = tmp_path_factory.mktemp("livret")
    shutil.copyfile(sqlite_template, folder / "passation.sqlite")
    with livret_server(folder, folder / "passation.sqlite") as running:
        yield running


def a_spring(book: Book) -> tuple[Book, str, str]:
    """Two sessions that are published, one that waits, and two pupils who cannot be matched."""
    long = book.pupil("Mirabelle-Dubourgneuf-Delatourelle", "Prune-Apolline", siecle_id="")
    one = book.session(Came(book.pupil()), Came(long), Came(book.pupil("Abri", ine="12"), "rejected"))
    two = book.session(Came(book.pupil(class_name="3E B")), at=SPRING + timedelta(days=1))
    book.session(Came(book.pupil()), at=SPRING + timedelta(days=2), state="closed")
    return book, one, two


def test_a_head_has_a_withdrawal_signed_and_nothing_is_wrong_with_the_page(
    livret: LivretServer, browser: Browser
) -> None:
    book, one, two = livret.write(a_spring)
    token, _head = livret.do(lambda tx: staff.sign_in(tx, book.head.id))
    livret.token(livret.do(lambda tx: let_in(tx, book.uai)))
    for session in (one, two):
        headers = {"cookie": f"{STAFF_COOKIE}={token}"}
        answer = livret.http.post(f"/sessions/{session}/livret", json={}, headers=headers)
        assert answer.status_code == 200

    def take_back(tx: Transaction) -> None:
        book.tx = tx
        book.withdraw(two)

    livret.do(take_back)
    context = browser.new_context(base_url=livret.base, viewport=LAPTOP, locale="fr-FR")
    context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": livret.base}])
    page = context.new_page()
    page.goto("/livret")
    expect(page.get_by_role("heading", name="2 élèves à rapprocher")).to_be_visible()
    assert examining.faults(page) == []
    page.get_by_role("button", name="Préparer le retrait").click()
    given = page.get_by_role("group", name="Déjà préparés").get_by_role("row")
    expect(given).to_have_count(4)
    expect(given.nth(1)).to_contain_text("Retrait remplace le nº 2")
    expect(page.get_by_role("button", name="Préparer")).to_have_count(0)
    with page.expect_download() as kept:
        given.nth(1).get_by_role("link", name="Télécharger").click()
    assert kept.value.suggested_filename == "livret-0003.jws"
    assert examining.faults(page) == []
    context.close()
