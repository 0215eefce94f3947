"""The pages of the head and of the accommodations officer, by what is written on them."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from exam_server.demo.school import PROFILES_FILE, PUPILS_FILE
from exam_server.domain.roles import Role
from tests.browser.server import NAMES, PASSWORD, address_of

CARD_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


class Head:
    """The head of school at a screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self) -> None:
        """With e-mail and password."""
        self.page.goto("/staff")
        self.page.get_by_label("Adresse électronique").fill(address_of(Role.HEAD))
        self.page.get_by_label("Mot de passe").fill(PASSWORD)
        self.page.get_by_role("button", name="Se connecter").click()
        self.page.wait_for_url("**/head")

    def import_card(self, title: str) -> Locator:
        """The card where the files of one kind go."""
        return self.page.get_by_role("region", name=title, exact=True)

    def import_file(self, title: str, file: Path) -> Locator:
        """Chooses a file; returns the place of the result."""
        if not self.import_card(title).is_visible():
            self.page.get_by_text("Importer ou mettre à jour").click()
        self.import_card(title).locator("input[type=file]").set_input_files(file)
        result = self.import_card(title).get_by_role("group", name="Résultat de l’import")
        expect(result.locator(".notice__title")).to_be_visible()
        return result

    def import_school(self, folder: Path) -> None:
        """Pupils, then profiles."""
        self.page.goto("/pupils")
        for title, name in (("Les élèves", PUPILS_FILE), ("Les profils", PROFILES_FILE)):
            expect(self.import_file(title, folder / name)).to_contain_text("Import terminé")
        self.page.goto("/pupils")

    def plan_session(self, room: str) -> str:
        """Plans a session for today; returns its code."""
        self.page.goto("/sessions/new")
        self.page.get_by_label("Salle", exact=True).fill(room)
        self.page.get_by_label(NAMES[Role.INVIGILATOR]).check()
        self.page.get_by_role("button", name="Prévoir la session").click()
        expect(self.page.get_by_role("heading", level=1, name=room)).to_be_visible()
        return self.session_code

    @property
    def session(self) -> str:
        """The identifier of the session on the screen."""
        found = re.search(r"/sessions/([^/#?]+)", self.page.url)
        assert found is not None
        return found[1]

    @property
    def session_code(self) -> str:
        """The code that the invigilators get."""
        return self.page.locator(".session-code").inner_text()

    def register(self, class_name: str) -> None:
        """Registers a class, and brings the list up to date."""
        self.page.get_by_label("Classe à inscrire").select_option(class_name)
        self.page.get_by_role("button", name="Inscrire", exact=True).click()
        update = self.page.get_by_role("link", name="Mettre la liste à jour")
        rows = self.page.get_by_role("region", name="Candidats").get_by_role("row")
        expect(update.or_(rows.nth(1)).first).to_be_visible()
        if update.is_visible():
            update.click()
        expect(rows.nth(1)).to_be_visible()

    def codes(self) -> dict[str, str]:
        """The codes of the access cards, by name, as printed."""
        self.page.goto(f"/sessions/{self.session}/cards")
        found = {}
        for card in self.page.get_by_role("article").all():
            name = card.locator("strong").first.inner_text()
            code = CARD_CODE.search(card.inner_text())
            assert code is not None
            found[name] = code[0]
        return found


class Officer:
    """The accommodations officer at a screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def set_extra_time(self, given_family: str, fraction: str) -> Locator:
        """Types a fraction for a candidate; returns where the resulting length is said."""
        field = self.page.get_by_label(f"Temps majoré de {given_family}", exact=True)
        field.fill(fraction)
        form = self.page.locator("form").filter(has=field)
        form.get_by_role("button", name="Enregistrer").click()
        says = form.get_by_role("status")
        expect(says).to_contain_text("enregistré")
        return says
