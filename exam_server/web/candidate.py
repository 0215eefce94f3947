"""The candidate's pages and interface: the access card, the one exam page, responses."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import comfort, entering, presence, rest_breaks, staff
from exam_server.acts.identifiers import token_hash
from exam_server.acts.sealing import newest_checkpoint
from exam_server.domain.access_cards import normalised
from exam_server.domain.errors import InvalidInput, NotFound, SignedOut
from exam_server.domain.json import JSON
from exam_server.papers.qr_codes import qr_picture
from exam_server.signing.receipts import qr_text
from exam_server.storage.candidate_state import as_state
from exam_server.storage.candidate_view import CandidateView, candidate_view
from exam_server.storage.columns import to_millis
from exam_server.storage.session_rules import rules_of
from exam_server.storage.transaction import Reading, Transaction
from exam_server.web.access import (
    address_of,
    candidate_token,
    device_of,
    keep_device,
    set_candidate_cookie,
)
from exam_server.web.desk import answer, body_of, desk_of, go, page, text_in, whole_in

_SHORTEST_REQUEST = 16
_LONGEST_ABSENCE = 24 * 3600 * 1000


async def entry_page(request: Request) -> Response:
    """Where a candidate types the access card's code."""
    return keep_device(request, page(request, "client/entry.html"), device_of(request))


async def enter(request: Request) -> Response:
    """Takes an access card code."""
    desk, body = desk_of(request), await body_of(request)
    typed = text_in(body, "code", 64)
    own = text_in(body, "request", 64) if "request" in body else None
    if own is not None and len(own) < _SHORTEST_REQUEST:
        raise InvalidInput("bad_field", field="request")
    device = device_of(request)
    tries = (
        ("entry-device:" + device, staff.PER_DEVICE),
        ("entry-address:" + address_of(request), staff.PER_ADDRESS),
        ("code:" + normalised(typed), staff.PER_CODE),
    )
    staff.check_tries(await desk.store.run(staff.charge, *tries))

    def come_in(tx: Transaction) -> entering.Entered:
        staff.give_back(tx, *(key for key, _limit in tries))
        return entering.enter(tx, typed, own)

    entered = await desk.store.run(come_in)
    response = answer({"next": "/exam"})
    set_candidate_cookie(request, response, entered.token)
    return keep_device(request, response, device)


async def exam_page(request: Request) -> Response:
    """The one page of the test; a computer whose test ended some time ago is the next person's."""
    store = desk_of(request).store
    try:
        if await store.read(entering.is_long_over, candidate_token(request)):
            await store.run(entering.sign_out_ended)
        view = await view_of(request)
    except SignedOut:
        return go("/")
    house = desk_of(request).store.house
    state = as_state(view, house, 0)
    time = state["time"]
    allowed = time["allowed_ms"] if isinstance(time, dict) else 0
    return page(
        request,
        "client/exam.html",
        duration_minutes=-(-allowed // 60_000),
        items=rules_of(house, view).items,
    )


async def exam_state(request: Request) -> Response:
    """What the page shows now."""
    return answer(await state_of(request))


async def start(request: Request) -> Response:
    """Starts the test."""
    await desk_of(request).store.run(entering.start_attempt, candidate_token(request))
    return answer(await state_of(request))


async def note_focus(request: Request) -> Response:
    """Keeps how long the page was left; told to the candidate before the start."""
    ms = whole_in(await body_of(request), "ms")
    if not 0 < ms <= _LONGEST_ABSENCE:
        raise InvalidInput("bad_field", field="ms")
    number = await desk_of(request).store.run(
        presence.note_focus, candidate_token(request), timedelta(milliseconds=ms)
    )
    return answer({"number": number})


async def take_break(request: Request) -> Response:
    """One of the rest breaks that were decided."""
    await desk_of(request).store.run(rest_breaks.take_break, candidate_token(request))
    return answer(await state_of(request))


async def end_break(request: Request) -> Response:
    """Goes on before the break is over."""
    await desk_of(request).store.run(rest_breaks.end_break, candidate_token(request))
    return answer(await state_of(request))


async def keep_comfort(request: Request) -> Response:
    """Keeps how this pupil reads best, for whatever computer comes next."""
    settings = await body_of(request)
    kept = await desk_of(request).store.run(comfort.keep_comfort, candidate_token(request), settings)
    return answer({"comfort": kept.to_json()})


async def receipt_picture(request: Request) -> Response:
    """The QR code of the last page: the whole digest of what was saved."""
    view = await view_of(request)
    if view.receipt is None:
        raise NotFound
    return Response(qr_picture(qr_text(view.receipt)), media_type="image/svg+xml")


async def receipt_root(request: Request) -> Response:
    """What the log of the session had come to when it was signed last: printed beside the receipt."""
    view = await view_of(request)
    if view.receipt is None:
        raise NotFound
    found = await desk_of(request).store.read(newest_checkpoint, view.session_id)
    if found is None:
        return answer({"root": None})
    return answer({"root": found.root, "size": found.size, "at": to_millis(found.at)})


async def view_of(request: Request) -> CandidateView:
    """The candidate of this device; raises SignedOut."""
    return (await view_now(request))[0]


async def view_now(request: Request) -> tuple[CandidateView, int]:
    """The candidate of this device and the server's time in milliseconds."""
    token = candidate_token(request)

    def look(reading: Reading) -> tuple[CandidateView, int]:
        view = candidate_view(reading, token_hash(token))
        if view is None:
            raise SignedOut
        return view, to_millis(reading.now)

    return await desk_of(request).store.read(look)


async def state_of(request: Request) -> dict[str, JSON]:
    """The state of the candidate's page."""
    desk = desk_of(request)
    view, now_ms = await view_now(request)
    return as_state(view, desk.store.house, now_ms, desk.settings.speed)


routes = [
    Route("/", entry_page),
    Route("/exam/enter", enter, methods=["POST"]),
    Route("/exam", exam_page),
    Route("/exam/state", exam_state),
    Route("/exam/start", start, methods=["POST"]),
    Route("/exam/focus", note_focus, methods=["POST"]),
    Route("/exam/comfort", keep_comfort, methods=["POST"]),
    Route("/exam/break", take_break, methods=["POST"]),
    Route("/exam/break/end", end_break, methods=["POST"]),
    Route("/exam/receipt.svg", receipt_picture),
    Route("/exam/receipt.json", receipt_root),
]
