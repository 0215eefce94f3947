"""The one address that every candidate calls a hundred times, answered without the layers of the others.

A plain ASGI application, which the guard calls straight away: no routing, no request object, one pass over
the headers. Whatever is refused takes the ordinary way of `exam_server/web/errors.py`.
"""

from datetime import UTC, datetime

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from exam_server.acts import responding
from exam_server.domain.errors import InvalidInput, Refusal, SignedOut, StalePosition
from exam_server.domain.json import JSON
from exam_server.storage.candidate_state import as_state
from exam_server.web.access import CANDIDATE_COOKIE
from exam_server.web.candidate import state_of
from exam_server.web.desk import Desk, whole_in
from exam_server.web.errors import CONFLICT, error_json, note_refusal, on_refusal

PATH = "/exam/responses"
_MOST_FIELDS = 64
_COOKIE = CANDIDATE_COOKIE.encode() + b"="
_JSON = (b"content-type", b"application/json")


class RespondLane:
    """POST /exam/responses: saves a draft or a final response, and answers with the page as it then is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            status, content = await _saved(scope, await _body(receive))
        except Refusal as refusal:
            response = await on_refusal(Request(scope), refusal)
            await response(scope, receive, send)
            return
        octets = orjson.dumps(content)
        length = (b"content-length", str(len(octets)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": octets})


async def _saved(scope: Scope, octets: bytes) -> tuple[int, dict[str, JSON]]:
    desk: Desk = scope["app"].state.desk
    token = _token(scope)
    sent = sent_in(octets)
    try:
        reply = await desk.store.run_together(responding.save_responses, token, sent)
    except StalePosition as error:
        note_refusal(Request(scope), error.code)
        return CONFLICT, {**error_json(error.code), "state": await state_of(Request(scope))}
    state = as_state(reply.view, desk.store.house, reply.now_ms, desk.settings.speed)
    if reply.late:
        return CONFLICT, {**error_json("too_late"), "state": state}
    return 200, {"saved": reply.saved, "state": state}


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _token(scope: Scope) -> str:
    """The token of the candidate's device; raises SignedOut."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            for part in value.split(b";"):
                stripped = part.strip()
                if stripped.startswith(_COOKIE):
                    return str(stripped[len(_COOKIE) :], "latin-1")
    raise SignedOut


def sent_in(octets: bytes) -> responding.Sent:
    """What the browser sent; raises InvalidInput for anything else."""
    try:
        body: JSON = orjson.loads(octets)
    except orjson.JSONDecodeError:
        raise InvalidInput("not_json") from None
    if not isinstance(body, dict):
        raise InvalidInput("not_json")
    content, final = body.get("content"), body.get("final")
    if not isinstance(content, dict) or len(content) > _MOST_FIELDS or not isinstance(final, bool):
        raise InvalidInput("bad_response")
    try:
        answered_at = datetime.fromtimestamp(whole_in(body, "answered_at") / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise InvalidInput("bad_response") from None
    return responding.Sent(
        whole_in(body, "position"), whole_in(body, "revision"), content, final, answered_at
    )


respond = RespondLane()
