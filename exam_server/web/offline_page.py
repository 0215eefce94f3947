"""One file that checks certificates without any network: a page with the public keys of the day in it."""

import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.domain.errors import NotAllowed
from exam_server.signing.cose import kid8
from exam_server.signing.errors import SigningError
from exam_server.signing.key_set import PublishedKey
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.web.desk import desk_of
from exam_server.web.pages import STATIC

SCRIPT = STATIC["console"] / "js" / "verify" / "offline.js"
STYLE = STATIC["console"] / "css" / "offline.css"
FRAME = STATIC["console"] / "verify" / "offline.html"
_FILE_NAME = "verifier-un-certificat.html"


async def offline_page(request: Request) -> Response:
    """The file, to keep."""
    desk = desk_of(request)
    now = desk.store.clock()
    keys = await asyncio.to_thread(keys_of_the_day, desk.keys)
    html = offline_html(keys, now, desk.settings.base_url)
    headers = {"content-disposition": f'attachment; filename="{_FILE_NAME}"'}
    return Response(html, media_type="text/html", headers=headers)


def keys_of_the_day(keys: KeyStore) -> list[dict[str, object]]:
    """The public keys that certificates are signed with, with when each is good; NotAllowed for none."""
    try:
        found = keys.key_set()
    except SigningError:
        raise NotAllowed("key_problem") from None
    if found is None:
        raise NotAllowed("no_key")
    return [_told(one) for one in found.keys if one.purpose in (Purpose.QR, Purpose.DOCUMENTS)]


def _told(one: PublishedKey) -> dict[str, object]:
    validity = one.validity
    return {
        "use": str(one.purpose),
        "kid": one.kid,
        "kid8": kid8(one.chain[0]).hex(),
        "x": one.public.jwk["x"],
        "y": one.public.jwk["y"],
        "from": _seconds(validity.since),
        "to": None if validity.until is None else _seconds(validity.until),
        "revoked": None if validity.revocation is None else _seconds(validity.revocation.at),
    }


def offline_html(keys: Sequence[dict[str, object]], now: datetime, address: str) -> str:
    """The page with its script, its style and the keys in it; its own policy lets in nothing else."""
    script, style = SCRIPT.read_text(encoding="utf-8"), STYLE.read_text(encoding="utf-8")
    known = {"keys": list(keys), "made": now.astimezone(UTC).date().isoformat(), "address": address}
    html = FRAME.read_text(encoding="utf-8")
    for name, text in (
        ("POLICY", f"default-src 'none'; script-src {_hashed(script)}; style-src {_hashed(style)}"),
        ("STYLE", style),
        ("SCRIPT", script),
        ("KEYS", json.dumps(known, ensure_ascii=True).replace("<", "\\u003c")),
    ):
        html = html.replace(f"@{name}@", text, 1)
    return html


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


routes = [Route("/verify/offline.html", offline_page)]
