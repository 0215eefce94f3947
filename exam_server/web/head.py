"""The head of school's pages: the centre, its pupils, their profiles."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import pupils
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.imports.profiles import ProfileRow, read_profiles
from exam_server.imports.pupils import read_pupils
from exam_server.imports.report import Import, ImportProblem
from exam_server.storage import queries
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, desk_of, page
from exam_server.web.language import _, ngettext
from question_bank.framework import COMPETENCES
from question_bank.profile import MINIMUM_CERTIFIABLE_COMPETENCES

UPLOADS = ("/pupils/import", "/profiles/import")


async def home(request: Request, person: Person) -> Response:
    """The centre at a glance, and what to do next."""

    def look(reading: Reading) -> tuple[Centre, list[queries.SessionRow], list[queries.PupilRow]]:
        return (
            reading.get(Centre, person.centre_id),
            queries.session_rows(reading, person.centre_id),
            queries.pupil_rows(reading, person.centre_id),
        )

    centre, sessions, rows = await desk_of(request).store.read(look)
    counts = {
        "total": len(rows),
        "with_profile": sum(1 for row in rows if row.levels is not None),
        "certifiable": sum(1 for row in rows if row.certifiable),
    }
    return page(request, "console/head/home.html", person, centre=centre, sessions=sessions, pupils=counts)


async def pupils_page(request: Request, person: Person) -> Response:
    """The pupils, who is certifiable, and why the others are not."""
    chosen = request.query_params.get("class") or None
    store = desk_of(request).store
    classes = await store.read(queries.class_rows, person.centre_id)
    rows = await store.read(queries.pupil_rows, person.centre_id, chosen)
    return page(
        request,
        "console/head/pupils.html",
        person,
        classes=[row.name for row in classes],
        chosen=chosen,
        pupils=[_pupil(row) for row in rows],
        competences=[{"code": c.code, "label": c.label} for c in COMPETENCES],
    )


def _pupil(row: queries.PupilRow) -> dict[str, object]:
    why = None
    if row.levels is None:
        why = _("Pas encore de profil")
    elif not row.certifiable:
        missing = MINIMUM_CERTIFIABLE_COMPETENCES - row.certifiable_count
        why = ngettext(
            "Il manque {missing} compétence au niveau 1 ou plus",
            "Il manque {missing} compétences au niveau 1 ou plus",
            missing,
        ).format(missing=missing)
    return {
        "id": row.id,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "birth_date": row.birth_date,
        "class_name": row.class_name,
        "ine": row.ine,
        "levels": row.levels,
        "certifiable": row.certifiable,
        "certifiable_count": row.certifiable_count,
        "why_not": why,
    }


async def import_pupils(request: Request, person: Person) -> Response:
    """Takes a SIECLE file."""
    desk = desk_of(request)
    upload = await _upload(request)
    centre = await desk.store.read(lambda reading: reading.get(Centre, person.centre_id))
    found = await asyncio.to_thread(read_pupils, upload.name, upload.content, centre.uai)
    if not found.ok and not upload.keep_valid:
        return answer(_report(found, None))
    outcome = await desk.store.run(
        pupils.save_pupils, person, found.rows, complete=found.ok, confirm_left=upload.confirm_left
    )
    return answer(_report(found, outcome))


async def import_profiles(request: Request, person: Person) -> Response:
    """Takes a file of profiles."""
    desk = desk_of(request)
    upload = await _upload(request)
    found = await asyncio.to_thread(read_profiles, upload.name, upload.content)
    # A file with problems of its own saves nothing either, but its strangers are named all the same.
    rows, known_alone = found.rows, upload.keep_valid
    if found.ok or known_alone:
        outcome = await desk.store.run(pupils.save_profiles, person, rows, known_alone=known_alone)
    else:
        unknown = await desk.store.read(pupils.unknown_lines, person, rows)
        outcome = pupils.ImportOutcome(0, 0, 0, 0, unknown, saved=False)
    strangers = set(outcome.unknown)
    return answer(_report(found, outcome, [row for row in rows if row.line in strangers]))


@dataclass(frozen=True)
class _Upload:
    """A file, and what the person has agreed to."""

    name: str
    content: bytes
    keep_valid: bool
    confirm_left: bool


async def _upload(request: Request) -> _Upload:
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput("no_file")
        return _Upload(
            name=(file.filename or "fichier")[-120:],
            content=await file.read(),
            keep_valid=form.get("keep_valid") == "1",
            confirm_left=form.get("confirm_left") == "1",
        )


def _report(
    found: Import[object], outcome: pupils.ImportOutcome | None, strangers: Sequence[ProfileRow] = ()
) -> dict[str, object]:
    unknown: list[JSON] = [
        {
            "file": found.file,
            "line": row.line,
            "field": _("identifiant"),
            "problem": _("Aucun élève de l’établissement n’a l’identifiant « {id} ».").format(
                id=row.identifier
            ),
            "remedy": _("Importez d’abord cet élève, ou corrigez son identifiant."),
        }
        for row in strangers[:1000]
    ]
    saved = outcome is not None and outcome.saved
    return {
        "saved": saved,
        "added": outcome.added if outcome else 0,
        "updated": outcome.updated if outcome else 0,
        "unchanged": outcome.unchanged if outcome else 0,
        "left": outcome.left if outcome and saved else 0,
        "confirm_left": outcome.left if outcome and not saved else 0,
        "rows": len(found.rows) - len(strangers),
        "skipped": [{"line": one.line, "why": one.message(_)} for one in found.skipped],
        "warnings": [problem_json(one) for one in found.warnings],
        "problems": [problem_json(one) for one in found.problems] + unknown,
        "problems_total": found.problem_count + len(strangers),
    }


def problem_json(one: ImportProblem) -> JSON:
    return {
        "file": one.file,
        "line": one.line,
        "field": one.field,
        "problem": one.problem(_),
        "remedy": one.remedy(_),
    }


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/head", home, roles=_HEAD),
    RoleRoute("/pupils", pupils_page, roles=_HEAD),
    RoleRoute("/pupils/import", import_pupils, roles=_HEAD, method="POST"),
    RoleRoute("/profiles/import", import_profiles, roles=_HEAD, method="POST"),
]
