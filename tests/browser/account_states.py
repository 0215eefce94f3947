"""In which states the page of one's own account is visited, and how each is come to."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pyotp
from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from tests.browser.board_states import State
from tests.browser.server import PASSWORD, address_of
from tests.browser.stage import Stage

ACCOUNT = "/account"
NAMES = ("Ordinateur du bureau", "Clé-de-sécurité-du-coffre-de-la-direction-et-de-son-adjointe")


def as_it_is(stage: Stage) -> Page:
    """A head who has a password, and nothing to confirm with."""
    _set_up(stage, code=False, passkeys=0)
    return stage.visit(Role.HEAD, ACCOUNT)


def without_a_password(stage: Stage) -> Page:
    return stage.visit(Role.INVIGILATOR, ACCOUNT)


def sent_empty(stage: Stage) -> Page:
    page = as_it_is(stage)
    page.locator('form[action="/account/password"] button').click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    return page


def a_code_begun(stage: Stage) -> Page:
    """The secret is on the screen."""
    page = as_it_is(stage)
    page.locator("#code-password").fill(PASSWORD)
    page.locator("form[data-code] button").click()
    expect(page.locator("[data-part=picture]")).to_be_visible()
    return page


def in_service(stage: Stage) -> Page:
    """Passkeys and a code; at an address in figures the page says that the passkeys do not serve there."""
    _set_up(stage, code=True, passkeys=2)
    page = stage.visit(Role.HEAD, ACCOUNT)
    expect(page.locator("[data-part=no-passkeys]")).to_be_visible()
    return page


def asked_for_a_code(stage: Stage) -> Page:
    page = in_service(stage)
    page.locator("form[data-try] button").click()
    expect(page.locator("#confirmation-code")).to_be_visible()
    return page


def nothing_to_confirm_with(stage: Stage) -> Page:
    """A passkey that does not serve here, and no code."""
    _set_up(stage, code=False, passkeys=1)
    page = stage.visit(Role.HEAD, ACCOUNT)
    page.locator("form[data-try] button").click()
    expect(page.locator("dialog[open] a")).to_be_visible()
    return page


def asked_to_remove(stage: Stage) -> Page:
    """The last one, which is said."""
    _set_up(stage, code=False, passkeys=1)
    page = stage.visit(Role.HEAD, ACCOUNT)
    page.locator("[data-remove]").click()
    expect(page.locator("dialog[open] .notice")).to_be_visible()
    return page


def _set_up(stage: Stage, *, code: bool, passkeys: int) -> None:
    """What the head has to confirm with, from nothing on; no device of this address could make a passkey."""
    post = stage.screens[Role.HEAD].request.post
    assert post("/account/code/remove", data={"password": PASSWORD}).ok
    if code:
        begun = post("/account/code/begin", data={"password": PASSWORD}).json()
        totp = pyotp.TOTP(begun["secret"].replace(" ", ""))
        assert post("/account/code", data={"code": totp.now()}).ok
    with closing(sqlite3.connect(stage.server.folder / "passation.sqlite")) as database:
        (account,) = database.execute(
            "SELECT id FROM account WHERE email = ?", (address_of(Role.HEAD),)
        ).fetchone()
        database.execute("DELETE FROM passkey")
        made = "INSERT INTO passkey (credential, account_id, name, public_key, sign_count, added_at) VALUES"
        for number, name in enumerate(NAMES[:passkeys]):
            database.execute(
                f"{made} (?, ?, ?, x'a0', 0, ?)", (str(number), account, name, 1_795_000_000_000_000)
            )
        database.commit()


ACCOUNT_STATES: Mapping[str, State] = {
    "as it is": as_it_is,
    "without a password": without_a_password,
    "sent empty": sent_empty,
    "a code begun": a_code_begun,
    "in service": in_service,
    "asked for a code": asked_for_a_code,
    "nothing to confirm with": nothing_to_confirm_with,
    "asked to remove": asked_to_remove,
}
