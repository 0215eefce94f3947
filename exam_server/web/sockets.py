"""Who may open a WebSocket: the candidate of the device, the invigilator of the session."""

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from exam_server.acts.identifiers import token_hash
from exam_server.acts.lookups import session_of_room
from exam_server.domain.errors import Refusal
from exam_server.domain.json import JSON
from exam_server.domain.roles import Role
from exam_server.live.sockets import POLICY, follow_as_candidate, follow_as_invigilator, guarded, say_bye
from exam_server.storage.candidate_state import as_state
from exam_server.storage.candidate_view import CandidateView, candidate_view
from exam_server.storage.columns import to_millis
from exam_server.storage.transaction import Reading
from exam_server.web.access import CANDIDATE_COOKIE, person_in
from exam_server.web.desk import Desk, desk_of


async def exam_live(socket: WebSocket) -> None:
    """The candidate's page."""
    desk = desk_of(socket)
    device = token_hash(socket.cookies.get(CANDIDATE_COOKIE, ""))
    await socket.accept()
    found = await _look(desk, device)
    if found is None:
        await say_bye(socket, "signed_out")
        return
    view, _now = found

    async def read_state() -> dict[str, JSON] | None:
        now_found = await _look(desk, device)
        if now_found is None:
            return None
        return as_state(now_found[0], desk.store.house, now_found[1], desk.settings.speed)

    async with guarded(socket):
        await follow_as_candidate(
            socket,
            desk.hub,
            desk.attendance,
            view.session_id,
            view.candidate_id,
            read_state,
            lambda: to_millis(desk.store.clock()),
        )


async def _look(desk: Desk, device: str) -> tuple[CandidateView, int] | None:
    def look(reading: Reading) -> tuple[CandidateView, int] | None:
        view = candidate_view(reading, device)
        return None if view is None else (view, to_millis(reading.now))

    return await desk.store.read(look)


async def board_live(socket: WebSocket) -> None:
    """The invigilator's board."""
    desk, session_id = desk_of(socket), socket.path_params["id"]
    if not await _may_watch(socket, desk, session_id):
        # Refused before it is accepted: the page then asks for the board, and hears why it may not.
        await socket.close(POLICY)
        return
    await socket.accept()
    async with guarded(socket):
        await follow_as_invigilator(
            socket,
            desk.hub,
            session_id,
            lambda: _may_watch(socket, desk, session_id),
            lambda: to_millis(desk.store.clock()),
        )


async def _may_watch(socket: WebSocket, desk: Desk, session_id: str) -> bool:
    """True for the session's invigilators and the head."""
    person = await person_in(socket)
    if person is None or not person.roles & {Role.INVIGILATOR, Role.HEAD}:
        return False
    try:
        await desk.store.read(session_of_room, person, session_id)
    except Refusal:
        return False
    return True


routes = [
    WebSocketRoute("/exam/live", exam_live),
    WebSocketRoute("/sessions/{id}/live", board_live),
]
