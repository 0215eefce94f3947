"""The head's certificates of a session: the list, one as a PDF, a whole class in one archive."""

import asyncio
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.certificates import RECORD_TYP
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed, NotFound
from exam_server.domain.roles import Person, Role
from exam_server.papers.certificate import CertificateFacts, CertifiedDomain, CertifiedLevel, certificate_pdf
from exam_server.signing.errors import KeyProblem, NoKey
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement
from exam_server.signing.keys import Purpose
from exam_server.signing.pades import seal_pdf
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.verification_codes import written
from exam_server.storage import queries
from exam_server.storage.certificate_rows import CertificateRow, certificate_of, certificate_rows
from exam_server.storage.results_tables import Certificate
from exam_server.storage.tables import Candidate, Session
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import Desk, desk_of, page
from exam_server.web.results import public_keys
from question_bank.framework import COMPETENCES, DOMAINS

_PDF = "application/pdf"
_NOT_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Press:
    """What makes certificates: the key that seals them, those that signed their records, the address."""

    key: SigningKey
    known: Mapping[str, PublicKey]
    address: str
    self_made: bool


async def certificates_page(request: Request, person: Person) -> Response:
    """Who has one, and how to have them all."""
    session_id = request.path_params["id"]

    def look(reading: Reading) -> tuple[queries.SessionRow, list[CertificateRow]]:
        session_of_centre(reading, person, session_id)
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        return row, certificate_rows(reading, session_id)

    session, rows = await desk_of(request).store.read(look)
    return page(
        request,
        "console/head/certificates.html",
        person,
        session=session,
        certificates=rows,
        classes=sorted({one.class_name for one in rows}),
        shown_code=written,
    )


async def certificate(request: Request, person: Person) -> Response:
    """One candidate's certificate, sealed."""
    candidate_id = request.path_params["candidate"]

    def look(reading: Reading) -> Certificate:
        session = session_of_centre(reading, person, request.path_params["id"])
        return _standing(reading, session, candidate_id)

    desk = desk_of(request)
    found = await desk.store.read(look)
    press = await _press(request)
    pdf = await asyncio.to_thread(print_certificate, found, press, desk.store.clock())
    headers = {"content-disposition": f'attachment; filename="certificat-{written(found.code)}.pdf"'}
    return Response(pdf, media_type=_PDF, headers=headers)


async def archive(request: Request, person: Person) -> Response:
    """Those of a session, or of one class of it, in one ZIP; a page shows progress by asking one by one."""
    session_id, class_name = request.path_params["id"], request.query_params.get("class")
    desk = desk_of(request)

    def look(reading: Reading) -> list[tuple[CertificateRow, Certificate]]:
        session_of_centre(reading, person, session_id)
        rows = [one for one in certificate_rows(reading, session_id) if class_name in (None, one.class_name)]
        return [(one, reading.get(Certificate, one.code)) for one in rows]

    found = await desk.store.read(look)
    if not found:
        raise NotAllowed("no_certificates")
    octets = await asyncio.to_thread(_zipped, found, await _press(request), desk.store.clock())
    headers = {"content-disposition": f'attachment; filename="certificats-{session_id[:12]}.zip"'}
    return Response(octets, media_type="application/zip", headers=headers)


def print_certificate(found: Certificate, press: Press, now: datetime) -> bytes:
    """The sealed PDF of a certificate whose record holds; raises BrokenSeal where it does not."""
    record = record_in(found, press.known)
    pdf = certificate_pdf(
        facts_of(record, found, self_made=press.self_made), found.record, found.qr, press.address, now
    )
    return seal_pdf(pdf, press.key, now)


def record_in(found: Certificate, known: Mapping[str, PublicKey]) -> Mapping[str, Any]:
    """The signed record of a certificate."""
    payload = open_statement(found.record, known, RECORD_TYP, with_chain=True).payload
    return cast("Mapping[str, Any]", payload)


def facts_of(record: Mapping[str, Any], found: Certificate, *, self_made: bool) -> CertificateFacts:
    """What the page says: the record and nothing else."""
    person, session = record["person"], record["session"]
    levels = {one["competence"]: one["level"] for one in record["levels"]}
    domains = [
        CertifiedDomain(
            domain.code,
            domain.label,
            [CertifiedLevel(c.code, c.label, levels[c.code]) for c in COMPETENCES if c.domain == domain],
        )
        for domain in DOMAINS
    ]
    return CertificateFacts(
        family_name=person["family_name"],
        given_names=person["given_names"],
        birth_date=date.fromisoformat(person["birth_date"]),
        centre=session["centre"],
        uai=session["uai"],
        session_date=date.fromisoformat(session["date"]),
        score=record["score"],
        domains=domains,
        code=written(found.code),
        version=record["version"],
        self_made_key=self_made,
    )


def _zipped(found: list[tuple[CertificateRow, Certificate]], press: Press, now: datetime) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_STORED) as files:
        for row, one in found:
            name = f"{_plain(row.class_name)}/{_plain(row.name)}-{written(one.code)}.pdf"
            files.writestr(name, print_certificate(one, press, now))
    return octets.getvalue()


def _plain(text: str) -> str:
    """Letters and figures that every system takes in a file's name."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_A_FILE_NAME.sub("-", bare).strip("-") or "x"


def _standing(reading: Reading, session: Session, candidate_id: str) -> Certificate:
    candidate = reading.orm.get(Candidate, candidate_id)
    if candidate is None or candidate.session_id != session.id:
        raise NotFound
    found = certificate_of(reading, candidate_id)
    if found is None:
        raise NotAllowed("no_certificate")
    return found


async def _press(request: Request) -> Press:
    desk, known = desk_of(request), await public_keys(request)
    try:
        key, self_made = await asyncio.to_thread(_sealing_key, desk)
    except NoKey:
        raise NotAllowed("no_key") from None
    except KeyProblem:
        raise NotAllowed("key_problem") from None
    return Press(key, known, f"{desk.settings.base_url}/verify", self_made)


def _sealing_key(desk: Desk) -> tuple[SigningKey, bool]:
    """The key that seals documents, and whether its certificate comes from this server's own authority."""
    key, authority = desk.keys.active(Purpose.DOCUMENTS, desk.store.clock()), desk.keys.authority()
    return key, authority is not None and key.chain[-1] == authority


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/{id}/certificates", certificates_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/certificates.zip", archive, roles=_HEAD),
    RoleRoute("/sessions/{id}/candidates/{candidate}/certificate.pdf", certificate, roles=_HEAD),
]
