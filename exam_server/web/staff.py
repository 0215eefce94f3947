"""How staff sign in and out."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import staff
from exam_server.acts.staff import Limit
from exam_server.domain.errors import Forbidden
from exam_server.domain.roles import Person
from exam_server.storage.transaction import Transaction
from exam_server.web.access import (
    STAFF_COOKIE,
    address_of,
    device_of,
    home_of,
    is_known,
    keep_device,
    keep_known,
    person_in,
    set_staff_cookie,
)
from exam_server.web.desk import answer, body_of, desk_of, go, page, text_in
from exam_server.web.language import _
from exam_server.web.sentences import ROLE_LABELS


async def sign_in_page(request: Request) -> Response:
    """The sign-in form, or the way home for who is signed in already."""
    person = await person_in(request)
    response = go(home_of(person)) if person else page(request, "console/sign_in.html")
    return keep_device(request, response, device_of(request))


async def sign_in(request: Request) -> Response:
    """E-mail and password. A browser that the account knows is not refused for what others failed at."""
    desk, body = desk_of(request), await body_of(request)
    email, password = text_in(body, "email", 200), text_in(body, "password", 500)
    account_id, hashed = await desk.store.read(staff.password_facts, email)
    device = device_of(request)
    tries: list[tuple[str, Limit]] = [("staff-device:" + device, staff.PER_DEVICE)]
    if not is_known(request, device, account_id):
        tries.append(("staff-address:" + address_of(request), staff.PER_ADDRESS))
        tries.append((staff.account_key(email), staff.PER_ACCOUNT))
    staff.check_tries(await desk.store.run(staff.charge, *tries))
    right = await asyncio.to_thread(staff.is_password, hashed, password)
    if account_id is None or not right:
        raise Forbidden("wrong_credentials")

    def come_in(tx: Transaction) -> tuple[str, Person]:
        staff.give_back(tx, *(key for key, _limit in tries))
        return staff.sign_in(tx, account_id)

    return _welcome(request, device, *await desk.store.run(come_in))


def _welcome(request: Request, device: str, token: str, person: Person) -> Response:
    response = answer({"next": home_of(person)})
    set_staff_cookie(request, response, token)
    keep_known(request, response, device, person.id)
    return response


async def link_page(request: Request) -> Response:
    """Asks before a one-time link is used up: programs that look ahead at links must not consume it."""
    facts = await desk_of(request).store.read(staff.link_facts, request.path_params["token"])
    if facts is None:
        return page(request, "console/link.html", None, 404, name="", role_label="", valid=False)
    person, valid = facts
    label = ", ".join(_(ROLE_LABELS[role]) for role in sorted(person.roles))
    shown = page(request, "console/link.html", name=person.name, role_label=label, valid=valid)
    return keep_device(request, shown, device_of(request))


async def use_link(request: Request) -> Response:
    """Signs in by a one-time link."""
    desk, device = desk_of(request), device_of(request)
    token = request.path_params["token"]
    tries = (
        ("link-device:" + device, staff.PER_DEVICE),
        ("link-address:" + address_of(request), staff.PER_ADDRESS),
    )
    staff.check_tries(await desk.store.run(staff.charge, *tries))

    def come_in(tx: Transaction) -> tuple[str, Person]:
        staff.give_back(tx, *(key for key, _limit in tries))
        return staff.use_link(tx, token)

    return _welcome(request, device, *await desk.store.run(come_in))


async def sign_out(request: Request) -> Response:
    """Ends the login."""
    token = request.cookies.get(STAFF_COOKIE)
    if token:
        await desk_of(request).store.run(staff.sign_out, token)
    response = answer({"next": "/staff"})
    response.delete_cookie(STAFF_COOKIE, path="/")
    return response


routes = [
    Route("/staff", sign_in_page),
    Route("/staff/sign-in", sign_in, methods=["POST"]),
    Route("/staff/sign-out", sign_out, methods=["POST"]),
    Route("/staff/link/{token}", link_page),
    Route("/staff/link/{token}", use_link, methods=["POST"]),
]
