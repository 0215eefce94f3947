"""« Mon compte »: how a member of staff confirms (passkeys, one-time code), and the password."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import one_time_codes, passkeys, passwords
from exam_server.acts.confirming import Confirmation, ask_confirmation
from exam_server.acts.identifiers import new_token
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.papers.qr_codes import qr_picture
from exam_server.signing.one_time_codes import address_of
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Reading
from exam_server.web.access import STAFF_COOKIE, RoleRoute
from exam_server.web.confirming import (
    LONGEST_PASSWORD,
    check_known_again,
    confirmation_in,
    is_asking,
    site_in,
    site_of,
)
from exam_server.web.desk import answer, body_of, desk_of, page, text_in

EVERYBODY = frozenset(Role)
TRIAL = "trial"
"""The purpose of a confirmation that confirms nothing: to see beforehand that it works."""

_LONGEST_CREDENTIAL = 1400


async def account_page(request: Request, person: Person) -> Response:
    """What one confirms with, and one's password."""
    desk = desk_of(request)

    def look(reading: Reading) -> dict[str, Any]:
        account = reading.get(Account, person.id)
        return {
            "email": account.email,
            "has_password": account.password_hash is not None,
            "passkeys": passkeys.own_passkeys(reading, person),
            "code": one_time_codes.code_state(reading, person),
        }

    site = site_of(desk.settings.base_url)
    context = await desk.store.read(look)
    return page(request, "console/account.html", person, site=site, **context)


async def begin_passkey(request: Request, person: Person) -> Response:
    """What the browser makes a new passkey from."""
    await _known_again(request, person)
    site = site_in(request)
    begun = await desk_of(request).store.run(passkeys.begin_passkey, person, site.rp_id)
    return answer(begun.to_json())


async def add_passkey(request: Request, person: Person) -> Response:
    """Keeps what the browser made."""
    body = await body_of(request)
    challenge, name, made = text_in(body, "challenge", 64), text_in(body, "name"), body.get("passkey")
    if not isinstance(made, Mapping):
        raise InvalidInput("bad_field", field="passkey")
    site = site_in(request)
    await desk_of(request).store.run(
        passkeys.add_passkey, person, challenge, name, made, site.rp_id, site.origin
    )
    return answer({"next": "/account"})


async def remove_passkey(request: Request, person: Person) -> Response:
    """It serves no more."""
    credential = text_in(await body_of(request), "credential", _LONGEST_CREDENTIAL)
    await _known_again(request, person)
    await desk_of(request).store.run(passkeys.remove_passkey, person, credential)
    return answer({"next": "/account"})


async def begin_code(request: Request, person: Person) -> Response:
    """A new secret, shown this once: as text, and as the picture that a telephone reads."""
    await _known_again(request, person)
    desk = desk_of(request)
    secret = await desk.store.run(one_time_codes.begin_code, person)
    account = await desk.store.read(lambda reading: reading.get(Account, person.id).email)
    issuer = f"Passation {urlsplit(desk.settings.base_url).hostname}"
    picture = qr_picture(address_of(secret, account, issuer))
    shown = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return answer({"secret": shown, "picture": f"data:image/svg+xml;base64,{b64encode(picture).decode()}"})


async def confirm_code(request: Request, person: Person) -> Response:
    """The first code."""
    code = text_in(await body_of(request), "code", 16)
    await desk_of(request).store.run(one_time_codes.confirm_code, person, code)
    return answer({"next": "/account"})


async def remove_code(request: Request, person: Person) -> Response:
    """The telephone's codes are worth nothing any more."""
    await _known_again(request, person)
    await desk_of(request).store.run(one_time_codes.remove_code, person)
    return answer({"next": "/account"})


async def set_password(request: Request, person: Person) -> Response:
    """A first password, or another one."""
    body = await body_of(request)
    new, again = text_in(body, "new", LONGEST_PASSWORD), text_in(body, "again", LONGEST_PASSWORD)
    if new != again:
        raise InvalidInput("bad_password", problems=[("again", "passwords_differ")])
    await _known_again(request, person)
    hashed = await asyncio.to_thread(passwords.new_hash, new)
    token = request.cookies.get(STAFF_COOKIE, "")
    await desk_of(request).store.run(passwords.set_password, person, hashed, token)
    return answer({"next": "/account"})


async def try_confirming(request: Request, person: Person) -> Response:
    """Confirms a text that stands for nothing, as a closing confirms what it signs."""
    desk = desk_of(request)
    if is_asking(await body_of(request)):
        statement = f"passation/trial/v1\n{person.id}\n{new_token()}\n"
        asked = await desk.store.run(ask_confirmation, person, TRIAL, statement)
        return answer(asked.to_json())
    confirm = await confirmation_in(request, person, TRIAL)
    confirmation: Confirmation = await desk.store.run(confirm)
    return answer({"method": confirmation.method})


async def _known_again(request: Request, person: Person) -> None:
    """The body's password is asked for also of who has none: the page sends it empty."""
    body: Mapping[str, JSON] = await body_of(request)
    await check_known_again(request, person, text_in(body, "password", LONGEST_PASSWORD))


routes = [
    RoleRoute("/account", account_page, roles=EVERYBODY),
    RoleRoute("/account/passkeys/begin", begin_passkey, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/passkeys", add_passkey, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/passkeys/remove", remove_passkey, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/code/begin", begin_code, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/code", confirm_code, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/code/remove", remove_code, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/password", set_password, roles=EVERYBODY, method="POST"),
    RoleRoute("/account/trial", try_confirming, roles=EVERYBODY, method="POST"),
]
