"""Decisions on accommodations in the console: who has what, recording, approving, ending, reading why."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import decisions
from exam_server.acts.decisions import Evidence, Recorded
from exam_server.acts.pupils import pupils_by_identifier
from exam_server.domain.accommodations import Accommodations, parse_extra_time
from exam_server.domain.decisions import Basis, DecisionState, Reason, Validity
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.imports.open_document import SPREADSHEET
from exam_server.signing.errors import BrokenRecord
from exam_server.storage import queries
from exam_server.storage.decision_rows import DecisionRow, decision_rows, readings_of
from exam_server.storage.tables import Pupil
from exam_server.storage.transaction import Reading
from exam_server.web import decision_import
from exam_server.web.access import RoleRoute
from exam_server.web.accommodation_words import BASES, EFFECTS, MEASURES, STATES, words_of
from exam_server.web.desk import Desk, answer, body_of, desk_of, page, text_in
from exam_server.web.head import problem_json
from exam_server.web.item_files import disposition
from exam_server.web.language import _

EVIDENCE = "/accommodations/evidence"
TABLE = "/accommodations/import"
UPLOADS = (EVIDENCE, TABLE)
LARGEST_EVIDENCE = 8 * 1024 * 1024
_KINDS = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


async def pupils_page(request: Request, person: Person) -> Response:
    """The whole cohort, or a class: what holds for each today."""
    desk, chosen = desk_of(request), request.query_params.get("class", "")
    today = _today(desk)

    def look(reading: Reading) -> dict[str, Any]:
        rows = decision_rows(reading, person.centre_id)
        return {
            "pupils": [
                {"pupil": pupil, "decided": _held(rows, pupil.id, today)}
                for pupil in queries.pupil_rows(reading, person.centre_id, chosen or None)
            ],
            "classes": [one.name for one in queries.class_rows(reading, person.centre_id)],
        }

    context = await desk.store.read(look)
    context["may_record"] = Role.ACCOMMODATIONS in person.roles
    return page(request, "console/accommodations/pupils.html", person, chosen=chosen, **context)


def _held(rows: list[DecisionRow], pupil_id: str, today: date) -> list[str]:
    approved = [one for one in rows if one.pupil_id == pupil_id and one.state is DecisionState.APPROVED]
    return [word for one in approved if one.validity.holds_on(today) for word in words_of(one.decided)]


async def pupil_page(request: Request, person: Person) -> Response:
    """One pupil: every decision there was, and the form of a new one."""
    desk, pupil_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> tuple[Pupil, list[DecisionRow]]:
        pupil = reading.get(Pupil, pupil_id)
        if pupil.centre_id != person.centre_id:
            raise NotFound
        return pupil, decision_rows(reading, person.centre_id, pupil_id)

    pupil, rows = await desk.store.read(look)
    return page(
        request,
        "console/accommodations/pupil.html",
        person,
        pupil=pupil,
        decisions=[told(one, _today(desk)) for one in rows],
        measures=[(one.value, _(text), _(EFFECTS[one])) for one, text in MEASURES.items()],
        bases=[(one.value, _(text)) for one, text in BASES.items()],
        today=_today(desk),
        may_record=Role.ACCOMMODATIONS in person.roles,
    )


def told(row: DecisionRow, today: date) -> dict[str, Any]:
    """A decision in a list, in words."""
    return {
        **asdict(row),
        "words": words_of(row.decided),
        "state_words": _(STATES[row.state]),
        "start": row.validity.start,
        "end": row.validity.end,
        "ends_soon": row.state is DecisionState.APPROVED and row.validity.ends_soon(today),
        "is_over": row.validity.end is not None and row.validity.end < today,
    }


async def record(request: Request, person: Person) -> Response:
    """Keeps a new decision, for a second person to approve."""
    desk, body = desk_of(request), await body_of(request)
    decision_id = await desk.store.run(
        decisions.record_decision, person, request.path_params["id"], _recorded(body)
    )
    return answer({"next": f"/accommodations/decisions/{decision_id}"})


def _recorded(body: Mapping[str, JSON]) -> Recorded:
    problems: list[tuple[str, str]] = []
    extra = text_in(body, "extra", 20)
    written: dict[str, JSON] = {"measures": body.get("measures", [])}
    if extra:
        try:
            parse_extra_time(extra)
        except InvalidInput:
            problems.append(("extra", "extra_time_unreadable"))
        written["extra"] = extra
    if body.get("breaks"):
        most, minutes = body.get("breaks"), body.get("break_minutes")
        if type(most) is not int or type(minutes) is not int:
            problems.append(("breaks", "breaks_unreadable"))
        else:
            written["breaks"] = {"most": most, "each_s": minutes * 60, "total_s": most * minutes * 60}
    start, end = (_day(body, name, problems) for name in ("valid_from", "valid_until"))
    if start is None:
        problems.append(("valid_from", "date_invalid"))
    if problems or start is None:
        raise InvalidInput("bad_decision", problems=problems)
    reason = Reason.from_json(dict(body))
    return Recorded(
        Accommodations.from_json(written),
        Validity(start, end),
        reason,
        derogation=bool(body.get("derogation")),
    )


def _day(body: Mapping[str, JSON], name: str, problems: list[tuple[str, str]]) -> date | None:
    text = text_in(body, name, 10)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append((name, "date_invalid"))
        return None


async def decision_page(request: Request, person: Person) -> Response:
    """One decision: what, from when, who, and the next step; why is asked for apart."""
    desk, decision_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> dict[str, Any]:
        found = decisions.decision_of_centre(reading, person, decision_id)
        rows = decision_rows(reading, person.centre_id, found.pupil_id)
        may_read = decisions.may_read(person, found)
        return {
            "one": told(next(one for one in rows if one.id == decision_id), _today(desk)),
            "may_read": may_read,
            "derogation": found.derogation,
            "readings": readings_of(reading, decision_id) if may_read else [],
        }

    context = await desk.store.read(look)
    return page(request, "console/accommodations/decision.html", person, **context)


async def read_reason(request: Request, person: Person) -> Response:
    """Why; the reading is kept."""
    store = desk_of(request).store
    try:
        reason = await store.run(decisions.read_reason, person, request.path_params["id"])
    except BrokenRecord:
        raise NotAllowed("reason_unreadable") from None
    return answer(
        {
            "basis": _(BASES[Basis(reason.basis)]),
            "reference": reason.reference,
            "decided_by": reason.decided_by,
            "note": reason.note,
        }
    )


async def read_evidence(request: Request, person: Person) -> Response:
    """The scanned document, as a download; the reading is kept."""
    store = desk_of(request).store
    try:
        evidence = await store.run(decisions.read_evidence, person, request.path_params["id"])
    except BrokenRecord:
        raise NotAllowed("reason_unreadable") from None
    headers = {
        "content-disposition": disposition(evidence.name),
        "content-type": "application/octet-stream",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(evidence.octets, headers=headers)


async def add_evidence(request: Request, person: Person) -> Response:
    """A scanned document for a decision that waits: PDF, PNG or JPEG."""
    async with request.form(max_files=1, max_fields=2) as form:
        file, decision_id = form.get("file"), form.get("decision")
        if not isinstance(file, UploadFile) or not isinstance(decision_id, str):
            raise InvalidInput("no_file")
        octets, name = await file.read(), (file.filename or "piece")[-120:]
    if len(octets) > LARGEST_EVIDENCE:
        raise InvalidInput("evidence_too_large")
    if not any(octets.startswith(start) for start in _KINDS):
        raise InvalidInput("evidence_of_no_kind")
    await desk_of(request).store.run(decisions.add_evidence, person, decision_id, Evidence(name, octets))
    return answer({})


async def template(request: Request, person: Person) -> Response:
    """The table to fill in."""
    headers = {"content-disposition": disposition("modele-amenagements.csv")}
    return Response(decision_import.template(), media_type="text/csv; charset=utf-8", headers=headers)


async def template_ods(request: Request, person: Person) -> Response:
    """The same table as a spreadsheet."""
    written = await asyncio.to_thread(decision_import.template_ods)
    headers = {"content-disposition": disposition("modele-amenagements.ods")}
    return Response(written, media_type=SPREADSHEET, headers=headers)


async def import_table(request: Request, person: Person) -> Response:
    """Takes a table of decisions; every problem is named by its line and its column."""
    store = desk_of(request).store
    async with request.form(max_files=1, max_fields=2) as form:
        file, keep_valid = form.get("file"), form.get("keep_valid") == "1"
        if not isinstance(file, UploadFile):
            raise InvalidInput("no_file")
        name, content = (file.filename or "fichier")[-120:], await file.read()
    found, lines, problems = await asyncio.to_thread(decision_import.read_decisions, name, content)
    pupils = await store.read(pupils_by_identifier, person)
    problems += decision_import.strangers(found.file, lines, pupils)
    known = [(pupils[one.identifier], one.what) for one in lines if one.identifier in pupils]
    told_problems = [*(problem_json(one) for one in found.problems), *problems]
    saved = bool(known) and (keep_valid or not told_problems)
    added = await store.run(decisions.record_many, person, known) if saved else 0
    return answer(
        {
            "saved": saved,
            "added": added,
            "updated": 0,
            "unchanged": len(known) - added,
            "rows": len(known),
            "warnings": [problem_json(one) for one in found.warnings],
            "problems": told_problems[:1000],
            "problems_total": len(told_problems),
        }
    )


async def approve(request: Request, person: Person) -> Response:
    """The second person's word."""
    store = desk_of(request).store
    await store.run(decisions.approve_decision, person, request.path_params["id"])
    return answer({})


async def withdraw(request: Request, person: Person) -> Response:
    """It was recorded by mistake."""
    store = desk_of(request).store
    await store.run(decisions.withdraw_decision, person, request.path_params["id"])
    return answer({})


async def end(request: Request, person: Person) -> Response:
    """It holds no more."""
    store = desk_of(request).store
    await store.run(decisions.end_decision, person, request.path_params["id"])
    return answer({})


async def forget(request: Request, person: Person) -> Response:
    """Destroys what was sealed of a pupil."""
    await desk_of(request).store.run(decisions.forget_reasons, person, request.path_params["id"])
    return answer({})


def _today(desk: Desk) -> date:
    return desk.store.clock().astimezone(desk.store.house.zone).date()


_BOTH = (Role.ACCOMMODATIONS, Role.HEAD)
_OFFICER = (Role.ACCOMMODATIONS,)
_ONE = "/accommodations/decisions/{id}"
_PUPIL = "/accommodations/pupils/{id}"
routes = [
    RoleRoute("/accommodations/pupils", pupils_page, roles=_BOTH),
    RoleRoute(_PUPIL, pupil_page, roles=_BOTH),
    RoleRoute(f"{_PUPIL}/decisions", record, roles=_OFFICER, method="POST"),
    RoleRoute(f"{_PUPIL}/forget", forget, roles=_OFFICER, method="POST"),
    RoleRoute("/accommodations/template.csv", template, roles=_OFFICER),
    RoleRoute("/accommodations/template.ods", template_ods, roles=_OFFICER),
    RoleRoute(TABLE, import_table, roles=_OFFICER, method="POST"),
    RoleRoute(EVIDENCE, add_evidence, roles=_OFFICER, method="POST"),
    RoleRoute(_ONE, decision_page, roles=_BOTH),
    RoleRoute(f"{_ONE}/reason", read_reason, roles=_BOTH, method="POST"),
    RoleRoute(f"{_ONE}/evidence", read_evidence, roles=_BOTH, method="POST"),
    RoleRoute(f"{_ONE}/approve", approve, roles=_BOTH, method="POST"),
    RoleRoute(f"{_ONE}/withdraw", withdraw, roles=_OFFICER, method="POST"),
    RoleRoute(f"{_ONE}/end", end, roles=_BOTH, method="POST"),
]
