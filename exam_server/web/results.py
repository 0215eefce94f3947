"""The results of a finalised session: the page, the bundle to keep, and the public keys."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts.exporting import session_bundle, signed_results
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.roles import Person
from exam_server.signing.jwk import PublicKey
from exam_server.signing.keys import Purpose
from exam_server.signing.x509_certificates import write_chain
from exam_server.storage import queries
from exam_server.storage.transaction import Reading
from exam_server.web.desk import answer, desk_of, page
from exam_server.web.language import _
from exam_server.web.sentences import END_REASONS
from question_bank.framework import COMPETENCES

Results = Mapping[str, Any]


async def results_page(request: Request, person: Person) -> Response:
    """What each certification came to; read from the signed document, not from the tables."""
    session_id = request.path_params["id"]
    keys = await public_keys(request)

    def look(reading: Reading) -> tuple[queries.SessionRow, Results, str]:
        session_of_centre(reading, person, session_id)
        signed = signed_results(reading, person, session_id, keys)
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        return row, cast("Results", signed.payload), signed.kid

    session, payload, kid = await desk_of(request).store.read(look)
    return page(
        request,
        "console/head/results.html",
        person,
        session=session,
        results=[_result(one) for one in payload["candidates"]],
        key={"kid": kid},
        log=payload["log"],
    )


async def bundle(request: Request, person: Person) -> Response:
    """The session's bundle, as a download."""
    session_id = request.path_params["id"]
    keys = await public_keys(request)
    octets = await desk_of(request).store.read(session_bundle, person, session_id, keys)
    headers = {"content-disposition": f'attachment; filename="passation-{session_id[:12]}.zip"'}
    return Response(octets, media_type="application/zip", headers=headers)


async def key_set(request: Request) -> Response:
    """The public keys of this server, for whoever checks a signature."""
    return answer(await asyncio.to_thread(desk_of(request).keys.jwks))


async def published_keys(request: Request) -> Response:
    """The newest version of the key set: which keys sign what, since when, and which are revoked."""
    token = await asyncio.to_thread(desk_of(request).keys.published)
    if token is None:
        raise HTTPException(404)
    return Response(token, media_type="application/jose")


async def authority(request: Request) -> Response:
    """The certificate of the authority that signs the key set and this server's own certificates."""
    certificate = await asyncio.to_thread(desk_of(request).keys.authority)
    if certificate is None:
        raise HTTPException(404)
    return Response(write_chain((certificate,)), media_type="application/x-pem-file")


async def public_keys(request: Request) -> dict[str, PublicKey]:
    """Every public key that has ever signed documents here, by identifier."""
    return await asyncio.to_thread(desk_of(request).keys.public_keys, Purpose.DOCUMENTS)


def _result(one: Results) -> dict[str, object]:
    scores = one["scores"]
    code = one["reason"]
    reason = None if code is None else _(END_REASONS[code])
    if two := one.get("fraud"):
        said = _("demandé par {name}, confirmé par {other}")
        reason = f"{reason}, {said.format(name=two['requested_by'], other=two['confirmed_by'])}"
    return {
        "name": f"{one['family_name']} {one['given_name']}",
        "class_name": one["class_name"],
        "status": one["status"],
        "reason": reason,
        "score": None if scores is None else scores["score"],
        "answered": one["responses"],
        "band": None if scores is None else scores["evidence"]["band"],
        "competences": [] if scores is None else [_competence(c) for c in scores["competences"]],
    }


def _competence(one: Results) -> dict[str, object]:
    """A competence for which nothing was declared was not asked about: it has no level, not level 0."""
    competence = COMPETENCES[one["competence"]]
    asked = one["declared"] > 0
    return {
        "code": competence.code,
        "label": competence.label,
        "declared": one["declared"],
        "certified": one["certified"] if asked else None,
        "low": one["low"] if asked else None,
        "high": one["high"] if asked else None,
    }


routes = [
    Route("/.well-known/passation/jwks.json", key_set),
    Route("/.well-known/passation/keys.jws", published_keys),
    Route("/.well-known/passation/authority.pem", authority),
]
