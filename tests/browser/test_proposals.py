"""The bank changes by two people: one writes and sends, the other tries each question, and says yes or no."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.conftest import Window
from tests.browser.server import Server
from tests.browser.watch import Watch

Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]
READERS = iter(("Lou Relecture-Démo", "Noa Relecture-Démo"))
SKILL = "/bank/skills/1.1/biais-d-un-corpus"


@pytest.fixture
def author(signed_in: SignIn) -> Page:
    """Who writes."""
    return signed_in(Role.AUTHOR)


@pytest.fixture
def reader(window: Window, server: Server) -> Page:
    """A second author, who reads."""
    page = window()
    page.goto(server.invite(next(READERS), Role.AUTHOR))
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url(lambda url: "/staff/link" not in url)
    return page


def source(page: Page) -> str:
    return page.locator("#source").input_value()


def rewrite(page: Page, *changes: tuple[str, str]) -> None:
    """Types over parts of the text, and saves."""
    text = source(page)
    for old, new in changes:
        text = text.replace(old, new)
    page.locator("#source").fill(text)
    page.get_by_role("button", name="Enregistrer et contrôler").click()


def state(page: Page) -> str:
    return page.locator("h1 .badge").inner_text()


def version_of(page: Page) -> str:
    page.goto("/bank")
    return page.locator("dd.mono").first.inner_text()


def begin_new(author: Page, name: str) -> None:
    """The form of a new skill, as an author fills it in."""
    author.goto("/bank")
    author.get_by_role("link", name="Proposer un nouveau savoir-faire").click()
    author.get_by_label("Compétence").select_option("3.4")
    author.get_by_label("Ce que le candidat sait faire").fill("Lire une suite : d’abord, « ensuite »")
    author.get_by_label("Nom court du fichier").fill(name)
    author.get_by_role("button", name="Écrire les questions").click()
    expect(author.locator("h1")).to_contain_text(f"3.4/{name}.yaml")


def write_and_send(author: Page, picture: Picture) -> None:
    """A file with two faults, which the page names by their lines; mended, then sent."""
    begin_new(author, "lire-une-suite")
    picture(author, "proposal-draft")

    rewrite(author, ("level: 1", "level: 9"), ("time: 60", "time: 5"))
    expect(author.get_by_text("2 défauts à corriger")).to_be_visible()
    expect(author.get_by_role("button", name="Envoyer en relecture")).to_have_count(0)
    picture(author, "proposal-faults")
    author.get_by_role("button", name=re.compile(r"^Ligne \d+$")).first.click()
    chosen = author.evaluate(
        "() => (({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))"
        "(document.getElementById('source'))"
    )
    assert "level: 9" in chosen

    rewrite(author, ("level: 9", "level: 1"), ("time: 5", "time: 60"))
    expect(author.get_by_text("Rien à corriger")).to_be_visible()
    author.get_by_label("Un mot pour la personne qui relit").fill("Une première question, toute simple.")
    author.get_by_role("button", name="Envoyer en relecture").click()
    expect(author.get_by_role("heading", name="En attente d’un autre auteur")).to_be_visible()
    expect(author.get_by_role("button", name="Approuver")).to_have_count(0)
    picture(author, "proposal-waiting")


def try_and_approve(reader: Page, picture: Picture) -> None:
    """Each question is tried as a candidate tries it; without the reader's word nothing is approved."""
    reader.goto("/bank")
    reader.get_by_role("link", name=re.compile("Propositions")).click()
    expect(reader.get_by_role("heading", name="À relire")).to_be_visible()
    picture(reader, "proposals-to-read")
    reader.get_by_role("link", name="3.4/lire-une-suite").click()
    picture(reader, "proposal-to-read")
    reader.get_by_role("link", name="3.4-lire-une-suite-a").click()
    reader.get_by_role("radio", name="La bonne réponse").check()
    reader.get_by_role("button", name="Valider").click()
    expect(reader.get_by_text("Cette réponse est juste.")).to_be_visible()
    picture(reader, "proposal-item")
    reader.get_by_role("link", name="Retour à la liste").click()
    reader.get_by_role("button", name="Approuver").click()
    expect(reader.locator("[data-summary]:not([hidden])")).to_be_visible()
    assert state(reader) == "En relecture"
    reader.get_by_role("checkbox").check()
    reader.get_by_role("button", name="Approuver").click()
    expect(reader.get_by_text("En service")).to_be_visible()
    picture(reader, "proposal-approved")


def test_a_new_skill_is_written_mended_read_approved_and_revoked(
    author: Page, reader: Page, picture: Picture
) -> None:
    before = version_of(author)
    write_and_send(author, picture)
    try_and_approve(reader, picture)
    assert version_of(author) != before
    author.goto("/bank/skills/3.4/lire-une-suite")
    expect(author.get_by_role("link", name="3.4-lire-une-suite-a")).to_be_visible()

    reader.goto("/bank/proposals")
    reader.get_by_role("link", name="3.4/lire-une-suite").click()
    reader.get_by_text("Retirer l’approbation").first.click()
    reader.get_by_label("Pourquoi").fill("La question est trop simple.")
    reader.get_by_role("button", name="Retirer l’approbation").click()
    expect(reader.get_by_text("La question est trop simple.")).to_be_visible()
    assert version_of(author) == before


def test_a_question_is_retired_by_two_people(author: Page, reader: Page, picture: Picture) -> None:
    author.goto("/bank")
    author.get_by_role("link", name="Mener une recherche").click()
    picture(author, "bank-competence")
    author.goto(SKILL)
    picture(author, "bank-skill")
    author.get_by_role("button", name="Retirer…").first.click()
    picture(author, "bank-retire")
    author.get_by_role("button", name="Ouvrir la proposition").click()
    author.get_by_text("Ce qui change par rapport à la banque").click()
    expect(author.locator(".compared ins")).to_have_text("+     status: retired")
    picture(author, "proposal-retiring")
    author.get_by_role("button", name="Envoyer en relecture").click()
    expect(author.get_by_role("heading", name="En attente d’un autre auteur")).to_be_visible()
    reader.goto(author.url)
    reader.get_by_text("Renvoyer à l’auteur").click()
    reader.get_by_label("Ce qui est à revoir").fill("Dites d’abord pourquoi.")
    reader.get_by_role("button", name="Renvoyer").click()
    expect(reader.locator("h1 .badge")).to_have_text("Brouillon")
    picture(reader, "proposal-returned")
    author.reload()
    expect(author.get_by_text("Dites d’abord pourquoi.")).to_be_visible()
    author.get_by_label("Un mot pour la personne qui relit").fill("Elle a été publiée dans un manuel.")
    author.get_by_role("button", name="Envoyer en relecture").click()
    expect(author.get_by_role("heading", name="En attente d’un autre auteur")).to_be_visible()
    reader.reload()
    reader.get_by_role("checkbox").check()
    reader.get_by_role("button", name="Approuver").click()
    expect(reader.get_by_text("En service")).to_be_visible()
    author.goto(SKILL)
    expect(author.locator(".badge", has_text="retirée")).to_have_count(1)


def test_who_writes_in_two_tabs_is_told_and_loses_nothing(author: Page, watch: Watch) -> None:
    begin_new(author, "deux-onglets")
    second = author.context.new_page()
    second.goto(author.url)
    rewrite(second, ("time: 60", "time: 90"))
    expect(second.get_by_text("Rien à corriger")).to_be_visible()
    with watch.allowing("409 POST .*/write"):
        rewrite(author, ("time: 60", "time: 120"))
        expect(author.locator("[data-summary]:not([hidden])").first).to_contain_text("a changé depuis")
    assert "time: 120" in source(author)
