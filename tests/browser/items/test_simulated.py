"""The simulated programs in a browser: by keyboard alone, zoomed, and marked by what would be sent."""

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from playwright.sync_api import Page, expect

from question_bank.items import ItemType
from question_bank.loading import load_bank
from tests.browser.accessibility import violations
from tests.browser.items.conftest import Shown
from tests.browser.items.item_page import ItemPage
from tests.question_bank.simulators.cases import documented

Open = Callable[[ItemType], ItemPage]
_HEADER = """\
competence: "{competence}"
skill: scene
title: La scène de la documentation
items:
  - id: {competence}-scene-a
    level: 3
    type: {kind}
    time: 90
    stem: Agissez.
    rationale: Parce que.
{fields}"""


@pytest.fixture
def opened(shown: Shown, tmp_path: Path) -> Open:
    """Opens the scene that the documentation shows of a program."""

    def open_one(kind: ItemType) -> ItemPage:
        competence = {ItemType.MAILBOX: "2.1", ItemType.FILE_MANAGER: "1.2"}[kind]
        fields = indent(documented(kind), "    ")
        written = tmp_path / competence / "scene.yaml"
        written.parent.mkdir()
        written.write_text(_HEADER.format(competence=competence, kind=kind.value, fields=fields), "utf-8")
        (item,) = load_bank(tmp_path).items
        return shown(item)

    return open_one


def press_on(page: Page, name: str) -> None:
    """Presses Enter on the button of this name, which the Tab key must reach."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"the Tab key never came to {name!r}")


def test_a_mailbox_is_worked_by_keyboard_alone(opened: Open, picture: Callable[[Page, str], None]) -> None:
    question = opened(ItemType.MAILBOX)
    page = question.page
    assert violations(page) == []
    press_on(page, "Non lu. Assistance")
    press_on(page, "Détails du message")
    expect(page.get_by_text("aide@ent-securite.example")).to_be_visible()
    press_on(page, "Voir l’adresse")
    expect(page.get_by_text("http://ent.verif.example/login").first).to_be_visible()
    assert violations(page) == []
    picture(page, "simulated-mailbox")
    page.get_by_role("button", name="Répondre", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.keyboard.type("b")
    page.get_by_label("À", exact=True).fill("paul@lycee.example")
    page.get_by_label("plan.pdf").check()
    page.get_by_label("Objet").fill("Salle")
    picture(page, "simulated-mailbox-writing")
    assert violations(page) == []
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("alert").filter(has_text="pas envoyé")).to_be_visible()
    page.get_by_role("button", name="Envoyer", exact=True).press("Enter")
    expect(page.get_by_text("Message envoyé.")).to_be_visible()
    page.get_by_role("button", name="Assistance").press("Enter")
    page.get_by_role("button", name="Signaler un hameçonnage").press("Enter")
    page.get_by_role("button", name="Valider et continuer").press("Enter")
    assert question.is_right(question.finished)


def test_a_link_shows_its_address_and_is_counted_when_it_is_followed(opened: Open) -> None:
    question = opened(ItemType.MAILBOX)
    page = question.page
    page.get_by_role("button", name="Assistance").click()
    link = page.get_by_role("link", name="Mon ENT", exact=True)
    link.focus()
    expect(page.locator(".mail__address")).to_contain_text("http://ent.verif.example/login")
    expect(link).to_have_accessible_description("Adresse du lien\u00a0: http://ent.verif.example/login")
    link.press("Enter")
    assert question.given == {"acts": [["open", "m1"], ["link", "l1"]]}
    assert not question.is_right(question.given)


def test_files_are_tidied_by_keyboard_alone(opened: Open, picture: Callable[[Page, str], None]) -> None:
    question = opened(ItemType.FILE_MANAGER)
    page = question.page
    assert violations(page) == []
    page.locator(".drive__open", has_text="Photos").press("Enter")
    make_folder(page, "2026")
    move_or_copy(page, "IMG_1.jpg", "Déplacer", "2026")
    press_on(page, "‹ Mes documents")
    make_folder(page, "Sauvegarde")
    move_or_copy(page, "cours.zip", "Copier", "Sauvegarde")
    page.get_by_label("Choisir cours.zip").press("Space")
    page.get_by_role("button", name="Compresser").press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("rendu")
    page.keyboard.press("Enter")
    page.get_by_label("Choisir cours.zip").press("Space")
    page.get_by_role("button", name="Propriétés").press("Enter")
    picture(page, "simulated-files")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("Choisir cours.zip").press("Space")
    page.get_by_label("Choisir vieux.txt").press("Space")
    page.get_by_role("button", name="Supprimer").press("Enter")
    page.get_by_role("button", name="Valider et continuer").press("Enter")
    assert question.is_right(question.finished)


def make_folder(page: Page, name: str) -> None:
    """By the button, the name and the Enter key."""
    page.get_by_role("button", name="Nouveau dossier").press("Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"«\u00a0{name}\u00a0» est créé")).to_be_visible()


def move_or_copy(page: Page, file: str, how: str, folder: str) -> None:
    """Ticks a file and chooses where it goes."""
    page.get_by_label(f"Choisir {file}").press("Space")
    page.get_by_role("button", name=how, exact=True).press("Enter")
    target = page.get_by_label("Dossier", exact=True)
    expect(target).to_be_focused()
    option = target.locator("option").filter(has_text=folder)
    target.select_option(option.get_attribute("value"))
    page.get_by_role("button", name=f"{how} ici").press("Enter")


def test_a_refused_name_says_why_and_keeps_what_was_typed(opened: Open) -> None:
    question = opened(ItemType.FILE_MANAGER)
    page = question.page
    page.get_by_role("button", name="Nouveau dossier").click()
    page.keyboard.type("PHOTOS")
    page.keyboard.press("Enter")
    expect(page.locator(".sim__panel [role=alert]")).to_contain_text("existe déjà dans ce dossier")
    expect(page.get_by_label("Nom", exact=True)).to_have_value("PHOTOS")
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_text("Une action n’est pas finie")).to_be_visible()
    assert (question.given, question.finished) == (None, None)


def test_beginning_again_asks_first_and_then_clears_everything(opened: Open) -> None:
    question = opened(ItemType.FILE_MANAGER)
    page = question.page
    page.get_by_label("Choisir vieux.txt").check()
    page.get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Recommencer", exact=True).click()
    page.get_by_role("button", name="Non, garder").click()
    assert page.evaluate("window.given.acts.length") == 1
    page.get_by_role("button", name="Recommencer", exact=True).click()
    page.get_by_role("button", name="Oui, recommencer").click()
    assert question.given == {"acts": []}
    expect(page.get_by_label("Choisir vieux.txt")).to_be_visible()


def test_a_draft_is_done_again_when_the_page_comes_back(opened: Open) -> None:
    question = opened(ItemType.FILE_MANAGER)
    page = question.page
    make_folder(page, "Neuf")
    question.open(question.draft())
    expect(page.get_by_label("Choisir Neuf")).to_be_visible()
