"""The public page where anybody who holds a certificate checks it, and the lists of those revoked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import staff
from exam_server.acts.certificates import status_bits
from exam_server.acts.staff import Limit
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.signing.errors import KeyProblem, MistypedCode
from exam_server.signing.keys import Purpose
from exam_server.signing.status_list import StatusBits, sign_status_list
from exam_server.signing.verification_codes import read_code, written
from exam_server.storage.certificate_rows import has_newer, status_lists
from exam_server.storage.results_tables import Certificate
from exam_server.storage.transaction import Reading
from exam_server.web.access import address_of, device_of, keep_device, person_in
from exam_server.web.certificates import facts_of, record_in
from exam_server.web.desk import answer, body_of, desk_of, page, text_in
from exam_server.web.results import public_keys

PER_DEVICE = Limit(20, timedelta(minutes=5))
PER_ADDRESS = Limit(300, timedelta(minutes=5))
"""65 bits: at this rate a guess finds one of a million certificates in some 10 million years."""

LIST_LASTS = timedelta(days=1)
LIST_TYPE = "application/jose"


@dataclass(frozen=True)
class Found:
    """A certificate with this code, and whether it was revoked."""

    certificate: Certificate
    is_replaced: bool


async def verify_page(request: Request) -> Response:
    """The form; nothing is looked up by a mere visit, so that no code stands in an address."""
    person = await person_in(request)
    return keep_device(request, page(request, "console/verify.html", person), device_of(request))


async def verify(request: Request) -> Response:
    """What the certificate with this code says, and whether it stands. Tries are limited."""
    typed = text_in(await body_of(request), "code", 64)
    try:
        code = read_code(typed)
    except MistypedCode:
        raise InvalidInput("mistyped_code", field="code") from None
    device = device_of(request)
    tries = (("verify-device:" + device, PER_DEVICE), ("verify-address:" + address_of(request), PER_ADDRESS))
    store = desk_of(request).store
    staff.check_tries(await store.run(staff.charge, *tries))
    found = await store.read(_found, code)
    record = record_in(found.certificate, await public_keys(request))
    return answer(_told(record, found))


def _found(reading: Reading, code: str) -> Found:
    found = reading.orm.get(Certificate, code)
    if found is None:
        raise NotFound("unknown_certificate")
    return Found(found, found.revoked_at is not None and has_newer(reading, found))


def _told(record: Mapping[str, Any], found: Found) -> dict[str, object]:
    facts = facts_of(record, found.certificate, self_made=False)
    withdrawn = "replaced" if found.is_replaced else "revoked"
    return {
        "state": "valid" if found.certificate.revoked_at is None else withdrawn,
        "code": written(found.certificate.code),
        "family_name": facts.family_name,
        "given_names": facts.given_names,
        "birth_date": facts.birth_date.isoformat(),
        "centre": f"{facts.centre} ({facts.uai})",
        "date": facts.session_date.isoformat(),
        "score": facts.score,
        "levels": [
            {"competence": f"{one.code} {one.label}", "level": one.level}
            for domain in facts.domains
            for one in domain.levels
        ],
    }


async def status_list(request: Request) -> Response:
    """Which certificates of this list were revoked, as a signed statement that names nobody."""
    desk, number = desk_of(request), request.path_params["number"]

    def look(reading: Reading) -> StatusBits:
        if number not in status_lists(reading):
            raise NotFound
        return status_bits(reading, number)

    bits = await desk.store.read(look)
    try:
        key = await asyncio.to_thread(desk.keys.active, Purpose.DOCUMENTS, desk.store.clock())
    except KeyProblem:
        raise NotAllowed("no_key") from None
    token = sign_status_list(key, str(number), bits, desk.store.clock(), LIST_LASTS)
    return Response(token, media_type=LIST_TYPE)


routes = [
    Route("/verify", verify_page),
    Route("/verify", verify, methods=["POST"]),
    Route("/.well-known/passation/status/{number:int}.jws", status_list),
]
