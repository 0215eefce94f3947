"""One's own account in a browser: a passkey of Chromium's virtual authenticator, a code, and trying both."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import CDPSession, Page, expect

from exam_server.domain.roles import Role
from exam_server.signing.assertions import check_assertion
from exam_server.signing.base64url import b64u
from exam_server.signing.errors import BrokenSeal
from tests.browser import examining
from tests.browser.conftest import ARTIFACTS
from tests.browser.server import PASSWORD, Server
from tests.browser.watch import Watch

Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CONFIRM, TRY, ADD = "Confirmer avec ma clé d’accès", "Essayer maintenant", "Ajouter une clé d’accès"
KEY = "Ordinateur du bureau"
RECORD = "chromium_assertion.json"
"""Left among the pictures, to renew the one of tests/exam_server/signing."""


class NamedServer(Server):
    """The same server under a name: browsers keep passkeys for names, not for addresses in figures."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = NamedServer(tmp_path_factory.mktemp("server"))
    running.invite_staff()
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log
    assert " ERROR " not in running.log


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Gives the window a device that recognises its person at once."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devices, str(made["authenticatorId"])


def add_passkey(page: Page, name: str = KEY) -> None:
    page.get_by_label("Nom de la clé").fill(name)
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name=ADD).click()


def added(page: Page) -> None:
    """A passkey, and the page that shows it."""
    add_passkey(page)
    expect(page.get_by_role("listitem").filter(has_text=KEY)).to_be_visible()


def remove(page: Page, what: str, password: str = PASSWORD) -> None:
    dialog = page.locator(f"#dialog-remove-{what}")
    dialog.get_by_label("Mot de passe").fill(password)
    dialog.get_by_role("button", name="Supprimer").click()


def test_a_passkey_is_added_tried_and_removed(
    signed_in: SignIn, server: Server, picture: Picture, watch: Watch
) -> None:
    page = signed_in(Role.HEAD)
    devices, device = authenticator(page)
    page.get_by_role("link", name="Mon compte, Camille Verger-Démo").click()
    expect(page.get_by_text("Vous ne pouvez pas encore confirmer")).to_be_visible()
    page.get_by_role("button", name=ADD).click()
    expect(page.get_by_label("Nom de la clé")).to_be_focused()
    picture(page, "account-empty")
    added(page)
    picture(page, "account-passkey")

    page.get_by_role("button", name=TRY).click()
    expect(page.get_by_role("button", name=CONFIRM)).to_be_focused()
    picture(page, "account-confirm-passkey")
    assert examining.faults(page) == []
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_role("alert").filter(has_text="rien n’est fait. Recommencez.")).to_be_visible()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    confirm_and_record(page, server)

    add_passkey(page, "La même")
    expect(page.get_by_text("Cet appareil a déjà une clé d’accès de votre compte")).to_be_visible()
    page.get_by_role("button", name=f"Supprimer {KEY}").click()
    expect(page.get_by_text("votre dernier moyen de confirmer")).to_be_visible()
    picture(page, "account-remove-passkey")
    with watch.allowing("403 POST /account/passkeys/remove"):
        remove(page, "passkey", "autre chose")
        expect(page.get_by_text("Ce n’est pas votre mot de passe.")).to_be_visible()
    remove(page, "passkey")
    expect(page.get_by_text("Vous ne pouvez pas encore confirmer")).to_be_visible()


def confirm_and_record(page: Page, server: Server) -> None:
    """Whoever has what the browser sent, and the text, can check it without the server."""
    ((statement,),) = server.rows("SELECT statement FROM challenge WHERE purpose = 'trial'")
    with page.expect_request(lambda sent: '"passkey"' in (sent.post_data or "")) as sent:
        page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_text("votre clé d’accès a confirmé")).to_be_visible()
    response = sent.value.post_data_json["passkey"]["response"]
    ((credential, public_key),) = server.rows("SELECT credential, public_key FROM passkey")
    facts = {
        "credential": credential,
        "public_key": b64u(public_key),
        "authenticator_data": response["authenticatorData"],
        "client_data": response["clientDataJSON"],
        "signature": response["signature"],
        "origin": server.url,
        "rp_id": "localhost",
    }
    check_assertion(facts, statement, "localhost")
    with pytest.raises(BrokenSeal):
        check_assertion(facts, statement + " ")
    record = json.dumps({"statement": statement, "facts": facts}, indent=2, ensure_ascii=False)
    (ARTIFACTS / RECORD).write_text(record + "\n", encoding="utf-8")


def test_a_password_and_a_code_are_the_other_way(signed_in: SignIn, picture: Picture, watch: Watch) -> None:
    page = signed_in(Role.HEAD)
    page.goto("/account")
    page.locator("#code-password").fill(PASSWORD)
    page.get_by_role("button", name="Ajouter un code à usage unique").click()
    expect(page.get_by_role("img", name="QR code du secret")).to_be_visible()
    secret = page.locator("[data-part=secret]").inner_text().replace(" ", "")
    totp = pyotp.TOTP(secret)
    assert in_picture(page) == {"secret": [secret], "issuer": ["Passation localhost"]}
    picture(page, "account-code")
    assert examining.faults(page) == []
    with watch.allowing("422 POST /account/code"):
        page.get_by_label("Le code que le téléphone affiche").fill("12345")
        page.get_by_role("button", name="Mettre le code en service").click()
        expect(page.get_by_text("Ce code ne convient pas.")).to_be_visible()
    page.get_by_label("Le code que le téléphone affiche").fill(totp.now())
    page.get_by_role("button", name="Mettre le code en service").click()
    expect(page.get_by_text("En service depuis le")).to_be_visible()

    page.get_by_role("button", name=TRY).click()
    password = page.locator("#confirmation-password")
    expect(password).to_be_focused()
    picture(page, "account-confirm-code")
    password.fill(PASSWORD)
    with watch.allowing("403 POST /account/trial"):
        page.get_by_label("Code à 6 chiffres").fill("123456" if totp.now() != "123456" else "654321")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Le mot de passe ou le code ne convient pas.")).to_be_visible()
    picture(page, "account-wrong-code")
    page.get_by_label("Code à 6 chiffres").fill(code_after(totp))
    page.keyboard.press("Enter")
    expect(page.get_by_text("le mot de passe et le code conviennent")).to_be_visible()

    both_ways(page)


def both_ways(page: Page) -> None:
    """With a passkey too, one changes one's mind, by keyboard alone from there on."""
    authenticator(page)
    added(page)
    page.get_by_role("button", name=TRY).click()
    page.get_by_role("button", name="Utiliser mon mot de passe et un code").click()
    expect(page.locator("#confirmation-password")).to_be_focused()
    page.get_by_role("button", name="Revenir à ma clé d’accès").click()
    expect(page.get_by_role("button", name=CONFIRM)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("votre clé d’accès a confirmé")).to_be_visible()


def in_picture(page: Page) -> dict[str, list[str]]:
    """What a telephone reads from the picture, as a decoder that is not ours does."""
    shown = page.get_by_role("img", name="QR code du secret").screenshot()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown)))
    return parse_qs(urlsplit(found.text).query)


def code_after(totp: pyotp.TOTP) -> str:
    """The code of the next half minute, which is taken already: the one of this has served."""
    return totp.at(datetime.now(UTC), counter_offset=1)
