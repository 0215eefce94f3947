"""How a route has something confirmed: the site of its passkeys, limited tries, what the body proves.

A page that has an act confirmed posts twice to the same address: {"ask": true} gives what there is to sign
(`is_asking`, `ask_confirmation`); {"challenge", "passkey"} or {"challenge", "password", "code"} then does it.
"""

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

from starlette.requests import Request

from exam_server.acts import confirming, passwords, staff
from exam_server.acts.confirming import Confirmation
from exam_server.acts.staff import Limit
from exam_server.domain.errors import Forbidden, InvalidInput, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.storage.transaction import Transaction
from exam_server.web.access import STAFF_COOKIE
from exam_server.web.desk import body_of, desk_of, text_in

PER_FIVE_MINUTES = Limit(5, timedelta(minutes=5))
PER_HOUR = Limit(15, timedelta(hours=1))
"""A code is one of a million: with the password and the screen in hand, guessing one takes years."""

LONGEST_PASSWORD = 500
_USUAL_PORTS = {"https": 443, "http": 80}

Confirm: TypeAlias = Callable[[Transaction], Confirmation]
"""To be called in the act's own transaction, before anything else; it raises where nothing is confirmed."""


@dataclass(frozen=True)
class Site:
    """For which site a browser keeps passkeys, and the origin of its pages."""

    rp_id: str
    origin: str


def site_of(base_url: str) -> Site | None:
    """The site at this address; None where browsers know no passkeys: an address in figures has none.

    This machine's own has a name for them: `localhost`.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        if not ipaddress.ip_address(host).is_loopback:
            return None
        host = "localhost"
    except ValueError:
        pass
    usual = parts.port is None or parts.port == _USUAL_PORTS.get(parts.scheme)
    return Site(host, f"{parts.scheme}://{host}" + ("" if usual else f":{parts.port}"))


def site_in(request: Request) -> Site:
    """The site of this server; raises NotAllowed where it can have no passkeys."""
    site = site_of(desk_of(request).settings.base_url)
    if site is None:
        raise NotAllowed("no_passkeys_here")
    return site


def is_asking(body: Mapping[str, JSON]) -> bool:
    """True where the page wants to know what there is to sign; nothing is done yet."""
    return body.get("ask") is True


async def confirmation_in(request: Request, person: Person, purpose: str) -> Confirm:
    """What the body confirms with; the limits and what is slow are seen to here, outside the transaction."""
    body = await body_of(request)
    challenge = text_in(body, "challenge", 64)
    passkey = body.get("passkey")
    if passkey is not None:
        return _by_passkey(person, challenge, purpose, passkey, site_in(request))
    password, code = text_in(body, "password", LONGEST_PASSWORD), text_in(body, "code", 16)
    tries = await _charge(request, person)
    hashed = await desk_of(request).store.read(passwords.own_hash, person)
    if hashed is None:
        raise NotAllowed("no_code")
    if not await asyncio.to_thread(staff.is_password, hashed, password):
        raise Forbidden("wrong_confirmation", field="code")

    def confirm(tx: Transaction) -> Confirmation:
        confirmation = confirming.confirm_with_code(tx, person, challenge, purpose, code)
        staff.give_back(tx, *tries)
        return confirmation

    return confirm


def _by_passkey(person: Person, challenge: str, purpose: str, passkey: JSON, site: Site) -> Confirm:
    if not isinstance(passkey, Mapping):
        raise InvalidInput("bad_field", field="passkey")
    return lambda tx: confirming.confirm_with_passkey(
        tx, person, challenge, purpose, passkey, site.rp_id, site.origin
    )


async def check_known_again(request: Request, person: Person, password: str) -> None:
    """Before one's credentials change: the password again; who has none must have signed in lately.

    Raises Forbidden.
    """
    store = desk_of(request).store
    hashed = await store.read(passwords.own_hash, person)
    if hashed is None:
        token = request.cookies.get(STAFF_COOKIE, "")
        if not await store.read(passwords.is_recent, person, token):
            raise Forbidden("login_not_recent")
        return
    tries = await _charge(request, person)
    if not await asyncio.to_thread(staff.is_password, hashed, password):
        raise Forbidden("wrong_password", field="password")
    await store.run(staff.give_back, *tries)


async def _charge(request: Request, person: Person) -> tuple[str, ...]:
    """Counts a try of this person; returns the keys, to be given back. Raises TooManyTries."""
    limits = {f"confirm:{person.id}": PER_FIVE_MINUTES, f"confirm-hour:{person.id}": PER_HOUR}
    staff.check_tries(await desk_of(request).store.run(staff.charge, *limits.items()))
    return tuple(limits)
