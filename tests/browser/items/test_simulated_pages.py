"""The simulated search page and settings on the candidate's page: by keyboard, by pointer, from a draft."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from question_bank.item_types.jsonvalues import JsonObject
from question_bank.items import Bank
from question_bank.loading import load_bank
from tests.browser.accessibility import violations
from tests.browser.items.conftest import Shown
from tests.question_bank.simulators.page_cases import FOLDER

Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def bank() -> Bank:
    """The items that the two machines are held to."""
    return load_bank(FOLDER / "items")


def said(page: Page) -> str:
    return page.locator(".sim__said").inner_text()


def test_a_search_is_done_by_keyboard_alone(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("1.1-moteur-simule-a"))
    page = question.page
    page.get_by_role("searchbox").fill("jaguar -voiture")
    page.keyboard.press("Enter")
    assert said(page) == "9 résultats"
    page.get_by_role("button", name="Le jaguar, grand félin d’Amérique", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".document__title")).to_be_focused()
    page.get_by_role("button", name="Choisir").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ne plus choisir").first).to_be_focused()
    page.get_by_role("button", name="Retour aux résultats").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("button", name="Le jaguar, grand félin d’Amérique", exact=True).first
    ).to_be_focused()
    page.get_by_role("button", name="Choisir : Pourquoi le jaguar disparaît").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Valider et continuer").focus()
    page.keyboard.press("Enter")
    assert question.is_right(question.finished)


def test_a_search_page_shows_its_states_without_a_fault(shown: Shown, bank: Bank, picture: Picture) -> None:
    page = shown(bank.item("1.1-moteur-simule-a")).page
    picture(page, "search-results")
    assert violations(page) == []
    page.get_by_label("Droits d’usage").select_option("commercial_modify")
    page.get_by_role("button", name="Le jaguar, grand félin d’Amérique", exact=True).click()
    page.get_by_role("button", name="Choisir").click()
    picture(page, "search-document")
    assert violations(page) == []
    page.get_by_role("searchbox").fill("licorne")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Aucun résultat.").first).to_be_visible()
    assert violations(page) == []


def test_the_second_page_of_results_is_only_looked_at(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("1.1-moteur-simule-a"))
    page = question.page
    page.get_by_role("button", name="Page 2").click()
    expect(page.locator(".result")).to_have_count(2)
    expect(page.locator(".results__count")).to_be_focused()
    assert question.given is None


def test_what_is_in_a_draft_is_done_again_and_can_be_begun_anew(shown: Shown, bank: Bank) -> None:
    draft: JsonObject = {"acts": [["query", "zoo"], ["choose", "d3"]]}
    question = shown(bank.item("1.1-moteur-simule-a"), draft)
    page = question.page
    expect(page.get_by_role("searchbox")).to_have_value("zoo")
    expect(page.get_by_role("heading", name="Documents choisis (1)")).to_be_visible()
    page.get_by_role("button", name="Recommencer").click()
    page.get_by_role("button", name="Oui, recommencer").click()
    expect(page.get_by_role("searchbox")).to_have_value("jaguar")
    assert question.draft() == {"skip": True}


def test_beginning_anew_keeps_its_button_and_what_it_says_in_sight(shown: Shown, bank: Bank) -> None:
    """The page grows: what was searched for found less than what is there at the start."""
    page = shown(bank.item("1.1-moteur-simule-a"), {"acts": [["query", "licorne"]]}).page
    page.get_by_role("button", name="Recommencer").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".result")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Recommencer")).to_be_focused()
    expect(page.get_by_role("button", name="Recommencer")).to_be_in_viewport(ratio=1)
    expect(page.locator(".sim__said")).to_be_in_viewport(ratio=1)


def test_an_answer_is_asked_for_before_the_way_on(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("1.1-moteur-simule-b"))
    page = question.page
    page.get_by_role("searchbox").fill("jaguar")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Le jaguar, grand félin d’Amérique", exact=True).click()
    page.get_by_role("button", name="Ajouter aux favoris").click()
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Tapez votre réponse sous la page")
    page.get_by_label("Votre nombre").fill("2019")
    page.get_by_role("button", name="Valider et continuer").click()
    assert question.is_right(question.finished)


def test_settings_are_changed_by_keyboard_alone(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("4.2-reglages-simules-a"))
    page = question.page
    page.get_by_label("Tout le monde").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("Nom affiché").fill("Lune")
    page.keyboard.press("Enter")
    assert said(page) == "Nom affiché → Lune"
    _press(page, "button", "Applications")
    _press(page, "switch", "Lampe de poche : Position", "Space")
    _press(page, "switch", "Lampe de poche : Contacts", "Space")
    _press(page, "button", "Notifications")
    _press(page, "checkbox", "Les mentions « j’aime »", "Space")
    _press(page, "checkbox", "Les invitations à jouer", "Space")
    _press(page, "button", "Appareils")
    _press(page, "button", "Déconnecter")
    expect(page.get_by_role("button", name="Annuler")).to_be_focused()
    _press(page, "button", "Déconnecter")
    expect(page.get_by_text("La tablette est déconnectée.").first).to_be_focused()
    _press(page, "button", "Valider et continuer")
    assert question.is_right(question.finished)


def _press(page: Page, role: Any, name: str, key: str = "Enter") -> None:
    page.get_by_role(role, name=name).focus()
    page.keyboard.press(key)


def test_settings_show_their_states_without_a_fault(shown: Shown, bank: Bank, picture: Picture) -> None:
    page = shown(bank.item("4.2-reglages-simules-a")).page
    for section in ("Confidentialité", "Applications", "Notifications", "Appareils"):
        page.get_by_role("button", name=section).click()
        if section == "Notifications":
            page.get_by_role("switch", name="Mode calme").check()
            page.get_by_label("Durée du mode calme").fill("45")
            page.keyboard.press("Tab")
            expect(page.locator("#s8-problem")).to_contain_text("de 10 en 10")
        if section == "Appareils":
            page.get_by_role("button", name="Déconnecter").click()
        picture(page, f"settings-{section}")
        assert violations(page) == []


def test_steps_of_one_setting_are_one_act(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("4.2-reglages-simules-a"))
    page = question.page
    for _ in range(5):
        page.get_by_label("Me proposer de nouveaux amis").click()
    assert question.given == {"acts": [["set", "s2", "off"]]}
    expect(page.get_by_label("Utiliser mon carnet d’adresses")).to_be_disabled()


def test_a_search_that_was_typed_and_not_done_is_said(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("1.1-moteur-simule-a"), {"acts": [["query", "zoo"]]})
    page = question.page
    page.get_by_role("searchbox").fill("jaguar -voiture")
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("pas lancée")
    assert question.finished is None


def test_a_button_that_waits_for_its_yes_is_said(shown: Shown, bank: Bank) -> None:
    question = shown(bank.item("4.2-reglages-simules-a"), {"acts": [["set", "s1", "s1o2"]]})
    page = question.page
    page.get_by_role("button", name="Appareils").click()
    page.get_by_role("button", name="Déconnecter").click()
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("confirmez ou annulez")
    page.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Valider et continuer").click()
    assert question.finished == {"acts": [["set", "s1", "s1o2"]]}


def test_a_number_that_was_refused_stays_to_be_corrected(shown: Shown, bank: Bank) -> None:
    page = shown(bank.item("4.2-reglages-simules-a"), {"acts": [["set", "s7", "on"]]}).page
    page.get_by_role("button", name="Notifications").click()
    number = page.get_by_label("Durée du mode calme")
    number.fill("45")
    page.get_by_label("Les messages").click()
    expect(number).to_have_value("45")
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("corrigez-la")
    page.get_by_role("button", name="Recommencer").click()
    page.get_by_role("button", name="Oui, recommencer").click()
    page.get_by_role("switch", name="Mode calme").check()
    expect(number).to_have_value("30")
