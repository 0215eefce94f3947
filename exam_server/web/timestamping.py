"""Asking an authority for timestamps (RFC 3161 over HTTP): of each version of results, until it is there."""

import asyncio
import logging
from pathlib import Path

import httpx

from exam_server.acts import timestamps
from exam_server.signing.errors import BrokenTimestamp
from exam_server.signing.timestamps import (
    CONTENT_TYPE,
    MAX_REPLY,
    check_reply,
    new_nonce,
    read_roots,
    request_for,
)
from exam_server.web.desk import Desk
from exam_server.web.language import _

LONGEST_SILENCE, LONGEST_EXCHANGE = 15.0, 25.0
"""Seconds: of each part of the exchange, and of all of it."""

log = logging.getLogger(__name__)


class NoAnswer(Exception):
    """The authority cannot be reached, or says that it does not serve; the text says so in words."""


async def stamp(desk: Desk) -> int:
    """Asks for every timestamp that is due; how many were given. Without an address nothing is asked.

    An authority that does not answer is left alone until the next sweep: the others wait without asking.
    """
    url, roots = desk.settings.timestamp_url, desk.settings.timestamp_roots
    if not url or roots is None:
        return 0
    given = 0
    for session_id, version in await desk.store.read(timestamps.due_timestamps):
        digest = await desk.store.run(timestamps.begin_timestamp, session_id, version)
        if digest is None:
            continue
        try:
            token = await ask(url, digest, roots)
        except (BrokenTimestamp, NoAnswer, OSError) as error:
            problem = (
                _("le fichier des autorités d’horodatage est illisible")
                if isinstance(error, OSError)
                else str(error)
            )
            log.warning("no timestamp for a version of results: %s", problem)
            await desk.store.run(timestamps.timestamp_failed, session_id, version, problem)
            if isinstance(error, NoAnswer):
                break
        else:
            await desk.store.run(timestamps.keep_token, session_id, version, token)
            given += 1
    return given


async def ask(url: str, digest: bytes, roots: Path) -> bytes:
    """The authority's token for this digest; raises NoAnswer, or BrokenTimestamp for one that is no good."""
    trusted = read_roots(await asyncio.to_thread(roots.read_bytes))
    nonce = new_nonce()
    reply = await _post(url, request_for(digest, nonce))
    return check_reply(reply, digest, trusted, nonce).der


async def _post(url: str, request: bytes) -> bytes:
    """No more of the answer than an answer may be."""
    headers = {"content-type": CONTENT_TYPE}
    try:
        async with (
            httpx.AsyncClient(timeout=LONGEST_SILENCE) as client,
            asyncio.timeout(LONGEST_EXCHANGE),
            client.stream("POST", url, content=request, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                text = _("l’autorité d’horodatage répond par l’erreur HTTP {status}")
                raise NoAnswer(text.format(status=response.status_code))
            reply = bytearray()
            async for part in response.aiter_bytes():
                reply += part
                if len(reply) > MAX_REPLY:
                    break
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise NoAnswer(_("l’autorité d’horodatage ne répond pas")) from error
    return bytes(reply)
