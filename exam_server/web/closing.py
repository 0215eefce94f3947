"""The head's page of a session's end, step by step: what to look at, close, sign; publishing follows it."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import closing
from exam_server.acts.exporting import signed_results
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.attempts import ENDED, AttemptState, EndReason
from exam_server.domain.candidates import SETTLED_AT_DESK
from exam_server.domain.closing_checks import (
    ClosingFacts,
    Finding,
    KeyFacts,
    KeyStanding,
    Place,
    findings_of,
    next_step,
)
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.finalisation import Status
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.domain.sessions import FINALISED
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.exports.results import OtherEngine, ResultsDiffer
from exam_server.signing.errors import KeyProblem, NoKey, SigningError
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose, SigningKey
from exam_server.storage import queries
from exam_server.storage.closing_rows import closing_facts
from exam_server.storage.incident_rows import IncidentRow, incident_rows
from exam_server.storage.results_rows import ruling_rows
from exam_server.storage.transaction import Reading
from exam_server.storage.version_rows import VersionRow, version_rows
from exam_server.web import incident_words
from exam_server.web.access import RoleRoute
from exam_server.web.closing_words import AFTERWARDS, FINDINGS
from exam_server.web.confirming import confirmation_in, is_asking
from exam_server.web.desk import Desk, answer, body_of, desk_of, page
from exam_server.web.language import _
from exam_server.web.pages import date_short
from exam_server.web.results import public_keys
from exam_server.web.sealing import host_of, seal
from exam_server.web.sentences import END_REASONS
from exam_server.web.sessions import check_not_cancelled

log = logging.getLogger(__name__)
_GIVEN_AT_CLOSING = ("technical", "candidate", "medical", "fraud_suspected", "room_evacuated", "other")


@dataclass(frozen=True)
class View:
    """All that the page shows; `counts` by status, None where nothing is signed or the seal does not hold."""

    session: queries.SessionRow
    candidates: list[queries.CandidateRow]
    incidents: list[IncidentRow]
    rulings: int
    facts: ClosingFacts
    versions: list[VersionRow]
    counts: Mapping[str, int] | None


async def closing_page(request: Request, person: Person) -> Response:
    """Where the session's end stands, and the next step."""
    desk, session_id = desk_of(request), request.path_params["id"]
    own = await _key_facts(desk)
    try:
        keys = await public_keys(request)
    except KeyProblem:
        keys = {}
    view = await desk.store.read(_view, person, session_id, own, keys)
    findings = findings_of(view.facts)
    step = next_step(view.facts.state)
    elsewhere = [one for one in findings if one.place is not Place.REASONS]
    return page(
        request,
        "console/head/closing.html",
        person,
        session=view.session,
        candidates=view.candidates,
        incidents=sum(one.standing for one in view.incidents),
        unheard=sum(one.asks_for_statement and not one.statement_declined for one in view.incidents),
        rulings=view.rulings,
        unfinished=[_unfinished(row) for row in view.candidates if _is_unfinished(row)],
        reasons=[{"code": c, "label": _(END_REASONS[c])} for c in (*_GIVEN_AT_CLOSING, "absent")],
        blocking=_groups(view, [one for one in elsewhere if step in one.blocks]),
        advice=_groups(view, [one for one in elsewhere if step not in one.blocks]),
        versions=view.versions,
        current=view.versions[0] if view.facts.state in FINALISED and view.versions else None,
        counts=view.counts,
        day_of=partial(day_of, zone=desk.store.house.zone),
    )


def _view(
    reading: Reading, person: Person, session_id: str, own: KeyFacts, keys: Mapping[str, PublicKey]
) -> View:
    session = session_of_centre(reading, person, session_id)
    check_not_cancelled(session)
    return View(
        session=queries.session_rows(reading, person.centre_id, session_id=session_id)[0],
        candidates=queries.candidate_rows(reading, session_id),
        incidents=incident_rows(reading, session_id),
        rulings=len(ruling_rows(reading, session_id)),
        facts=closing_facts(reading, session, own),
        versions=version_rows(reading, session_id),
        counts=_counts(reading, person, session_id, keys) if session.state in FINALISED else None,
    )


def _counts(
    reading: Reading, person: Person, session_id: str, keys: Mapping[str, PublicKey]
) -> Mapping[str, int] | None:
    """How many certifications came to what: from the signed document. None where its seal does not hold."""
    try:
        payload = signed_results(reading, person, session_id, keys).payload
    except SigningError:
        return None
    listed = payload["candidates"] if isinstance(payload, Mapping) else []
    found = [one["status"] for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {str(status): found.count(str(status)) for status in Status}


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """The day of an instant, where the schools are."""
    return date_short(at.astimezone(zone))


# -- what there is to look at ----------------------------------------------------------------------------


def _groups(view: View, findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The findings by kind, in their order: what it is, what to do, and a link for each.

    Reasons are not among them: the form that asks for them is on the page itself.
    """
    names = {row.id: f"{row.family_name} {row.given_name}" for row in view.candidates}
    reports = {one.id: one for one in view.incidents}
    groups: list[dict[str, object]] = []
    for kind, same in groupby(findings, lambda one: one.kind):
        listed = list(same)
        what, remedy = FINDINGS[kind]
        if listed[0].place is Place.RULINGS:
            remedy = AFTERWARDS.get(kind, remedy)
        links = dict.fromkeys((_link(view.session.id, one), _label(one, names, reports)) for one in listed)
        groups.append(
            {
                "kind": str(kind),
                "what": _(what),
                "remedy": _(remedy),
                "count": len(listed),
                "links": [{"address": to, "label": label} for to, label in links if to],
            }
        )
    return groups


def _label(one: Finding, names: Mapping[str, str], reports: Mapping[str, IncidentRow]) -> str:
    """What the link to a finding says."""
    who = names.get(one.candidate or "", "")
    if one.report is None:
        return who or _("Tableau de la salle")
    category = _(incident_words.CATEGORIES.get(reports[one.report].category, "Signalement"))
    return f"{category}, {who}" if who else category


def _link(session_id: str, one: Finding) -> str:
    """The address at which it is mended; empty where no page mends it."""
    here = f"/sessions/{session_id}"
    match one.place:
        case Place.BOARD:
            return f"{here}/board"
        case Place.REPORTS:
            return f"{here}/incidents" + (f"#incident-{one.report}" if one.report else "")
        case Place.RULINGS if one.ruling is not None:
            return f"{here}/rulings#ruling-{one.ruling}"
        case Place.RULINGS:
            return f"{here}/rulings?candidate={one.candidate}"
    return ""


async def _key_facts(desk: Desk) -> KeyFacts:
    """Whether keys could sign now: told before anybody has confirmed anything."""
    return KeyFacts(await _standing(desk, Purpose.DOCUMENTS), await _standing(desk, Purpose.QR))


async def _standing(desk: Desk, purpose: Purpose) -> KeyStanding:
    try:
        await asyncio.to_thread(desk.keys.active, purpose, desk.store.clock())
    except NoKey:
        return KeyStanding.MISSING
    except KeyProblem:
        return KeyStanding.UNUSABLE
    return KeyStanding.READY


async def _signing_key(desk: Desk) -> SigningKey:
    return await asyncio.to_thread(desk.keys.active, Purpose.DOCUMENTS, desk.store.clock())


# -- closing ---------------------------------------------------------------------------------------------


def _is_unfinished(row: queries.CandidateRow) -> bool:
    if row.attempt_state is None:
        return row.state not in SETTLED_AT_DESK
    return AttemptState(row.attempt_state) not in ENDED


def _unfinished(row: queries.CandidateRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": f"{row.family_name} {row.given_name}",
        "answered": row.answered,
        "started_at": row.started_at,
    }


async def close(request: Request, person: Person) -> Response:
    """Closes the session."""
    body = await body_of(request)
    given = body.get("reasons", {})
    if not isinstance(given, dict):
        raise InvalidInput("bad_reason")
    reasons = {str(candidate): reason_in(one) for candidate, one in given.items()}
    session_id = request.path_params["id"]
    number = await desk_of(request).store.run(closing.close_session, person, session_id, reasons)
    return answer({"number": number, "next": f"/sessions/{session_id}/closing"})


def reason_in(value: JSON) -> closing.GivenReason:
    """A reason with its note; raises InvalidInput."""
    if not isinstance(value, dict):
        raise InvalidInput("bad_reason")
    note = value.get("note", "")
    try:
        return closing.GivenReason(EndReason(str(value.get("code"))), str(note)[:500])
    except ValueError:
        raise InvalidInput("bad_reason") from None


# -- signing ---------------------------------------------------------------------------------------------


async def finalise(request: Request, person: Person) -> Response:
    """Computes and signs the results."""
    desk, session_id = desk_of(request), request.path_params["id"]
    try:
        key = await _signing_key(desk)
    except NoKey:
        raise NotAllowed("no_key") from None
    except KeyProblem:
        log.exception("the key that signs results cannot be used")
        raise NotAllowed("key_problem") from None
    host = host_of(desk)
    try:
        if is_asking(await body_of(request)):
            asked = await desk.store.run(closing.ask_to_finalise, person, session_id, host)
            return answer(asked.to_json())
        confirm = await confirmation_in(request, person, closing.FINALISING)
        signer = partial(_sign, key, desk.store.clock())
        version = await desk.store.run(closing.finalise_session, person, session_id, host, signer, confirm)
    except OtherEngine:
        raise NotAllowed("other_engine") from None
    except ResultsDiffer:
        raise NotAllowed("results_differ") from None
    await seal(desk)
    return answer({"version": version, "next": f"/sessions/{session_id}/closing"})


def _sign(key: SigningKey, now: datetime, payload: JSON) -> str:
    return sign(key, payload, RESULTS_TYP, now)


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/{id}/closing", closing_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/close", close, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/finalise", finalise, roles=_HEAD, method="POST"),
]
