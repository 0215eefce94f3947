"""A computer of the room in a rehearsal: the code, the small exchanges by which it measures, what it found.

Nothing here knows a person. Whoever holds the code may have a bounded number of bounded blocks, and fill in
the sheet of that one room.
"""

import secrets
from datetime import timedelta

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from exam_server.acts import rehearsing, staff
from exam_server.domain.candidates import Seat
from exam_server.domain.errors import SignedOut
from exam_server.domain.measures import measures_in
from exam_server.live.sockets import POLICY, echo, guarded
from exam_server.settings import Settings
from exam_server.storage.columns import to_millis
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading, Transaction
from exam_server.web.access import (
    REHEARSAL_COOKIE,
    address_of,
    device_of,
    keep_device,
    set_rehearsal_cookie,
)
from exam_server.web.desk import answer, body_of, desk_of, page, text_in, whole_in
from exam_server.web.rehearsal_words import lines_of, summary_of, worst_first

BLOCK = 256 * 1024
"""Octets of a block that goes down; one that comes up is as long as any body may be."""
FIVE_MINUTES = timedelta(minutes=5)
PER_ADDRESS = staff.Limit(300, FIVE_MINUTES)
"""Wrong codes: fewer than for access cards, since few people type one and it is shorter."""
BLOCKS_PER_DEVICE = staff.Limit(60, FIVE_MINUTES)
BLOCKS_PER_ROOM = staff.Limit(2_000, FIVE_MINUTES)
"""Four blocks a measure: the largest room there is, once; some 100 MiB a minute at the most."""
SEATS_PER_ROOM = staff.Limit(600, FIVE_MINUTES)

_NOISE = secrets.token_bytes(BLOCK)
"""Nothing on the way makes it smaller, and it need not be another one each time."""


async def rehearsal_page(request: Request) -> Response:
    """Where the code is typed; with the code, where the seat is chosen and everything is measured."""
    device = device_of(request)

    def look(reading: Reading) -> tuple[Session, Centre] | None:
        try:
            session = rehearsing.session_in_rehearsal(reading, _cookie(request))
        except SignedOut:
            return None
        return session, reading.get(Centre, session.centre_id)

    found = await desk_of(request).store.read(look)
    if found is None:
        return keep_device(request, page(request, "client/rehearsal_entry.html"), device)
    session, centre = found
    shown = page(request, "client/rehearsal.html", session=session, centre=centre, block=BLOCK)
    return keep_device(request, shown, device)


async def enter(request: Request) -> Response:
    """Takes a rehearsal's code. No limit is the code's own: a whole room types the same one at once."""
    store, typed = desk_of(request).store, text_in(await body_of(request), "code", 64)
    device = device_of(request)
    tries = (
        ("rehearsal-device:" + device, staff.PER_DEVICE),
        ("rehearsal-address:" + address_of(request), PER_ADDRESS),
    )
    staff.check_tries(await store.run(staff.charge, *tries))

    def come_in(tx: Transaction) -> str:
        token = rehearsing.enter_rehearsal(tx, typed)
        staff.give_back(tx, *(key for key, _limit in tries))
        return token

    token = await store.run(come_in)
    response = answer({"next": "/rehearsal"})
    set_rehearsal_cookie(request, response, token)
    return keep_device(request, response, device)


async def ping(request: Request) -> Response:
    """The time: for the way there and back, and for the computer's own clock.

    It asks nobody who he is: thirty computers that measure at once would measure the database otherwise.
    """
    desk = desk_of(request)
    return answer({"now": unhurried(desk.settings, to_millis(desk.store.clock()))})


def unhurried(settings: Settings, now_ms: int) -> int:
    """The machine's time: in a demonstration the server's runs ahead of it, and of every computer's clock."""
    epoch = settings.speed_epoch_ms
    if settings.speed == 1 or epoch is None:
        return now_ms
    return epoch + (now_ms - epoch) // settings.speed


async def block_down(request: Request) -> Response:
    """A block of noise."""
    await _charge_block(request)
    return Response(_NOISE, media_type="application/octet-stream")


async def block_up(request: Request) -> Response:
    """Takes a block of noise and forgets it."""
    await _charge_block(request)
    return answer({"received": len(await request.body())})


async def measured(request: Request) -> Response:
    """Keeps what was measured at a seat; says what it comes to, in words."""
    body = await body_of(request)
    seat = Seat(whole_in(body, "row"), whole_in(body, "column"))
    measures = measures_in(body.get("measures"))
    session_id = await _room_of(request)
    store = desk_of(request).store
    staff.check_tries(await store.run(staff.charge, ("rehearsal-seats:" + session_id, SEATS_PER_ROOM)))
    found = await store.run(rehearsing.rehearse_seat, _cookie(request), seat, measures)
    lines = worst_first(lines_of(found.checks, measures))
    return answer({"readiness": found.readiness, "summary": summary_of(found.readiness), "lines": lines})


async def rehearsal_live(socket: WebSocket) -> None:
    """A connection as the test's page will hold one: it says back what it hears."""
    desk, token = desk_of(socket), _cookie(socket)
    try:
        await desk.store.read(rehearsing.session_in_rehearsal, token)
    except SignedOut:
        await socket.close(POLICY)
        return
    await socket.accept()
    async with guarded(socket):
        await echo(socket, lambda: to_millis(desk.store.clock()))


async def _charge_block(request: Request) -> None:
    session_id = await _room_of(request)
    charged = (
        ("rehearsal-blocks:" + session_id, BLOCKS_PER_ROOM),
        ("rehearsal-blocks-device:" + device_of(request), BLOCKS_PER_DEVICE),
    )
    staff.check_tries(await desk_of(request).store.run(staff.charge, *charged))


async def _room_of(request: Request) -> str:
    session = await desk_of(request).store.read(rehearsing.session_in_rehearsal, _cookie(request))
    return session.id


def _cookie(connection: HTTPConnection) -> str:
    return connection.cookies.get(REHEARSAL_COOKIE, "")


routes = [
    Route("/rehearsal", rehearsal_page),
    Route("/rehearsal/enter", enter, methods=["POST"]),
    Route("/rehearsal/ping", ping),
    Route("/rehearsal/block", block_down),
    Route("/rehearsal/block", block_up, methods=["POST"]),
    Route("/rehearsal/seat", measured, methods=["POST"]),
    WebSocketRoute("/rehearsal/live", rehearsal_live),
]
