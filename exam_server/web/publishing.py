"""What the head does with signed results: publish, withdraw, take up again; and each version's bundle."""

import asyncio
import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import closing, publishing
from exam_server.acts.certificates import Issuer
from exam_server.acts.exporting import session_bundle
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.signing.errors import BrokenSeal, KeyProblem, NoKey
from exam_server.signing.keys import Purpose, SigningKey
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, text_in
from exam_server.web.results import bundle_keys

log = logging.getLogger(__name__)
_LONGEST_REASON = publishing.LONGEST_REASON


async def publish(request: Request, person: Person) -> Response:
    """The newest version may be seen, and taken by the livret."""
    store, session_id = desk_of(request).store, request.path_params["id"]
    await store.read(session_of_centre, person, session_id)
    issuer = await _issuer(request)
    try:
        version = await store.run(publishing.publish_results, person, session_id, issuer)
    except BrokenSeal:
        raise NotAllowed("seal_broken") from None
    return answer({"version": version, "next": f"/sessions/{session_id}/closing"})


async def _issuer(request: Request) -> Issuer:
    """The keys that certificates are signed with; raises NotAllowed where one is missing or damaged."""
    keys = desk_of(request).keys
    documents, qr = await _active(request, Purpose.DOCUMENTS), await _active(request, Purpose.QR)
    if documents is None:
        raise NotAllowed("no_key")
    if qr is None:
        raise NotAllowed("no_certificate_key")
    return Issuer(documents, qr, await asyncio.to_thread(keys.public_keys, Purpose.DOCUMENTS))


async def _active(request: Request, purpose: Purpose) -> SigningKey | None:
    desk = desk_of(request)
    try:
        return await asyncio.to_thread(desk.keys.active, purpose, desk.store.clock())
    except NoKey:
        return None
    except KeyProblem:
        log.exception("a key that certificates are signed with cannot be used")
        raise NotAllowed("key_problem") from None


async def withdraw(request: Request, person: Person) -> Response:
    """The published version is taken back, with the reason."""
    reason, session_id = await reason_said(request), request.path_params["id"]
    version = await desk_of(request).store.run(publishing.withdraw_results, person, session_id, reason)
    return answer({"version": version, "next": f"/sessions/{session_id}/closing"})


async def resume(request: Request, person: Person) -> Response:
    """Signed results that nobody has seen yet are taken up again, with the reason."""
    reason, session_id = await reason_said(request), request.path_params["id"]
    number = await desk_of(request).store.run(closing.resume_session, person, session_id, reason)
    return answer({"number": number, "next": f"/sessions/{session_id}/closing"})


async def reason_said(request: Request) -> str:
    """Why something is taken back; raises InvalidInput for nothing, naming the field."""
    body: Mapping[str, JSON] = await body_of(request)
    reason = text_in(body, "reason", _LONGEST_REASON) if body.get("reason") else ""
    if not reason:
        raise InvalidInput("reason_missing", field="reason")
    return reason


async def version_bundle(request: Request, person: Person) -> Response:
    """The bundle of one version, also of one that was withdrawn."""
    session_id, version = request.path_params["id"], request.path_params["version"]
    keys = await bundle_keys(request)
    octets = await desk_of(request).store.read(session_bundle, person, session_id, keys, version)
    name = f"passation-{session_id[:12]}-v{version}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(octets, media_type="application/zip", headers=headers)


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/{id}/results/publish", publish, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/results/withdraw", withdraw, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/closing/resume", resume, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/versions/{version:int}/bundle", version_bundle, roles=_HEAD),
]
