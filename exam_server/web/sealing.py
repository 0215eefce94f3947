"""What the server seals by itself, and shows: checkpoints of sessions and results, the log of sessions."""

import asyncio
import logging
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import house_log, sealing
from exam_server.acts.sealing import LogSealer
from exam_server.domain.errors import NotAllowed
from exam_server.domain.roles import Person, Role
from exam_server.signing.checkpoints import sign_checkpoint
from exam_server.signing.errors import KeyProblem
from exam_server.signing.keys import Purpose
from exam_server.web.access import RoleRoute
from exam_server.web.desk import Desk, desk_of

PLAIN = "text/plain"

log = logging.getLogger(__name__)


def host_of(desk: Desk) -> str:
    """The name under which the server's logs are known."""
    return urlsplit(desk.settings.base_url).netloc


async def seal(desk: Desk) -> int:
    """Signs every checkpoint that is due; how many. Without a usable key nothing is, and the log says so."""
    due = await desk.store.read(sealing.due_checkpoints)
    unsealed = await desk.store.read(sealing.versions_to_seal)
    if due or unsealed:
        try:
            key = await asyncio.to_thread(desk.keys.active, Purpose.LOG, desk.store.clock())
        except KeyProblem:
            log.exception("the log cannot be sealed: its key cannot be used")
            return 0
        sealer = LogSealer(host_of(desk), key)
        for session_id in due:
            await desk.store.run(sealing.keep_checkpoint, sealer, session_id)
        for session_id, version in unsealed:
            await desk.store.run(sealing.seal_version, sealer, session_id, version)
    await desk.store.run(house_log.keep_house_log)
    return len(due) + len(unsealed)


async def sessions_checkpoint(request: Request) -> Response:
    """The log of sessions as it stands, signed: who keeps one can show later that a session has vanished."""
    desk = desk_of(request)
    checkpoint = await desk.store.read(house_log.house_checkpoint, host_of(desk))
    try:
        key = await asyncio.to_thread(desk.keys.active, Purpose.LOG, desk.store.clock())
    except KeyProblem:
        raise NotAllowed("no_key") from None
    return Response(sign_checkpoint(checkpoint, key), media_type=PLAIN)


async def sessions_lines(request: Request) -> Response:
    """The lines themselves: what happened to which session, by identifiers that say nothing outside."""
    lines = await desk_of(request).store.read(house_log.house_lines)
    return Response("".join(f"{line}\n" for line in lines), media_type=PLAIN)


async def session_checkpoint(request: Request, person: Person) -> Response:
    """The newest signed checkpoint of a session's log."""
    note = await desk_of(request).store.read(sealing.newest_note, person, request.path_params["id"])
    return Response(note, media_type=PLAIN)


routes = [
    Route("/.well-known/passation/sessions.txt", sessions_checkpoint),
    Route("/.well-known/passation/sessions.jsonl", sessions_lines),
    RoleRoute("/sessions/{id}/checkpoint.txt", session_checkpoint, roles=(Role.HEAD,)),
]
