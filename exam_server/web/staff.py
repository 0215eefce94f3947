"""How staff sign in and out."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import staff
from exam_server.domain.errors import NotAllowed
from exam_server.web.access import (
    STAFF_COOKIE,
    address_of,
    home_of,
    person_in,
    set_staff_cookie,
)
from exam_server.web.desk import answer, body_of, desk_of, go, page, text_in
from exam_server.web.language import _
from exam_server.web.sentences import ROLE_LABELS


async def sign_in_page(request: Request) -> Response:
    """The sign-in form, or the way home for who is signed in already."""
    person = await person_in(request)
    return go(home_of(person)) if person else page(request, "console/sign_in.html")


async def sign_in(request: Request) -> Response:
    """E-mail and password."""
    desk, body = desk_of(request), await body_of(request)
    email, password = text_in(body, "email", 200), text_in(body, "password", 500)
    for key, limit in (
        ("staff:" + address_of(request), staff.PER_ADDRESS),
        (staff.account_key(email), staff.PER_ACCOUNT),
    ):
        staff.check_tries(await desk.store.run(staff.count_try, key, limit))
    account_id, hashed = await desk.store.read(staff.password_facts, email)
    right = await asyncio.to_thread(staff.is_password, hashed, password)
    if account_id is None or not right:
        raise NotAllowed("wrong_credentials")
    token, person = await desk.store.run(staff.sign_in, account_id)
    response = answer({"next": home_of(person)})
    set_staff_cookie(request, response, token)
    return response


async def link_page(request: Request) -> Response:
    """Asks before a one-time link is used up: programs that look ahead at links must not consume it."""
    facts = await desk_of(request).store.read(staff.link_facts, request.path_params["token"])
    if facts is None:
        return page(request, "console/link.html", None, 404, name="", role_label="", valid=False)
    person, valid = facts
    label = ", ".join(_(ROLE_LABELS[role]) for role in sorted(person.roles))
    return page(request, "console/link.html", name=person.name, role_label=label, valid=valid)


async def use_link(request: Request) -> Response:
    """Signs in by a one-time link."""
    desk = desk_of(request)
    staff.check_tries(await desk.store.run(staff.count_try, "link:" + address_of(request), staff.PER_ADDRESS))
    token, person = await desk.store.run(staff.use_link, request.path_params["token"])
    response = answer({"next": home_of(person)})
    set_staff_cookie(request, response, token)
    return response


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
