"""The results of a finalised session: the page, the bundle to keep, and the public keys."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts.exporting import BundleKeys, session_bundle
from exam_server.domain.replay import replays_of
from exam_server.domain.roles import Person
from exam_server.domain.sitting import Replay
from exam_server.signing.jwk import PublicKey
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.signing.x509_certificates import write_chain
from exam_server.storage.columns import to_millis
from exam_server.storage.log import facts_after
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading
from exam_server.web.desk import answer, desk_of, page
from exam_server.web.result_figures import session_figures
from exam_server.web.result_words import result_words
from exam_server.web.seen_results import seen_results


async def results_page(request: Request, person: Person) -> Response:
    """What each certification came to; read from the signed document, not from the tables."""
    keys, store = await public_keys(request), desk_of(request).store
    seen = await store.read(seen_results, person, request.path_params["id"], keys)
    replays = await store.read(_replays, request.path_params["id"])
    figures = await asyncio.to_thread(session_figures, seen.candidates, replays)
    return page(
        request,
        "console/head/results.html",
        person,
        session=seen.session,
        standing=seen.standing,
        results=[result_words(one) for one in seen.candidates],
        classes=sorted({one["class_name"] for one in seen.candidates}),
        figures=figures,
        key={"kid": seen.kid},
        log=seen.payload["log"],
    )


def _replays(reading: Reading, session_id: str) -> list[Replay]:
    """How each candidate's time ran: the results say when a test ended, the log what of it counted."""
    rules = rules_of(reading.house, reading.get(Session, session_id))
    return list(replays_of(facts_after(reading, session_id, 0), rules, to_millis(reading.now)).values())


async def bundle(request: Request, person: Person) -> Response:
    """The session's bundle, as a download."""
    session_id = request.path_params["id"]
    keys = await bundle_keys(request)
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


async def bundle_keys(request: Request) -> BundleKeys:
    """Every public key that may have signed a bundle here, and what is published of them."""
    return await asyncio.to_thread(_bundle_keys, desk_of(request).keys)


def _bundle_keys(keys: KeyStore) -> BundleKeys:
    return BundleKeys(keys.public_keys(Purpose.DOCUMENTS), keys.public_keys(Purpose.LOG), keys.published())


routes = [
    Route("/.well-known/passation/jwks.json", key_set),
    Route("/.well-known/passation/keys.jws", published_keys),
    Route("/.well-known/passation/authority.pem", authority),
]
