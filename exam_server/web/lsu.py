"""The livret's file for CM2 and 6e: the head sends it, reads what would be done, and takes it back merged.

Nothing of it is kept here: the file comes once for the report and once more for the merged one, and what was
reported is known again by the digest of its bytes.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.exports.lsu.faults import LsuRefused
from exam_server.exports.lsu.mapping import BadMapping, LevelMapping, mapping_from
from exam_server.exports.lsu.merge import Merged, OwnPupil, Wish, merge, refuse_other_school
from exam_server.exports.lsu.reading import read_lsu
from exam_server.exports.lsu.report import LEFT_OUT, MERGED, REMEDIES, TITLES, Line, Outcome, Report
from exam_server.exports.lsu.schema import BadSchema, check_against
from exam_server.exports.lsu.writing import BadAppreciation, appreciation_from
from exam_server.settings import Settings
from exam_server.storage import queries
from exam_server.storage.roster import RosterRow, roster_rows
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading
from exam_server.web import awareness
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, desk_of, page
from exam_server.web.language import _, ngettext
from question_bank.framework import MAX_LEVEL

UPLOADS = ("/livret/lsu/report", "/livret/lsu/merged")
PERIODS = range(1, 7)
MOST_CLASSES = 200
MOST_LINES = 1_000


@dataclass(frozen=True)
class _Sent:
    """The file, what is wished of it, and the digest of the merged file that was reported."""

    name: str
    content: bytes
    wish: Wish
    digest: str


async def lsu_page(request: Request, person: Person) -> Response:
    """The form."""

    def look(reading: Reading) -> list[RosterRow]:
        return roster_rows(reading, person.centre_id)

    desk = desk_of(request)
    rows = await desk.store.read(look)
    classes = await desk.store.read(queries.class_rows, person.centre_id)
    known = {row.class_name for row in rows if row.levels is not None}
    return page(
        request,
        "console/head/lsu.html",
        person,
        classes=[{"name": row.name, "count": row.count, "has_levels": row.name in known} for row in classes],
        periods=PERIODS,
        levels=range(1, MAX_LEVEL + 1),
        mapping=LevelMapping(),
        versions=desk.settings.lsu_versions,
        has_schema=desk.settings.lsu_xsd is not None,
    )


async def lsu_report(request: Request, person: Person) -> Response:
    """What the merge does, pupil by pupil; or every line that keeps it from being done."""
    sent = await _sent(request)
    try:
        merged = await _merged(request, person, sent)
    except LsuRefused as refusal:
        return answer(_refused(refusal))
    return answer(_told(sent.name, merged))


async def lsu_merged(request: Request, person: Person) -> Response:
    """The merged file, if it is the one that was reported."""
    sent = await _sent(request)
    try:
        merged = await _merged(request, person, sent)
    except LsuRefused:
        raise NotAllowed("lsu_changed") from None
    if not merged.report.merged or _digest(merged.content) != sent.digest:
        raise NotAllowed("lsu_changed")
    headers = {"content-disposition": 'attachment; filename="lsu-numerique.xml"'}
    return Response(merged.content, media_type="application/octet-stream", headers=headers)


async def _sent(request: Request) -> _Sent:
    async with request.form(max_files=1, max_fields=MOST_CLASSES + 10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput("no_file")
        wish = _wish(form)
        return _Sent(file.filename[-120:], await file.read(), wish, str(form.get("digest", "")))


def _wish(form: FormData) -> Wish:
    """What was chosen; raises InvalidInput with every field that does not hold."""
    problems: list[tuple[str, str]] = []
    classes = tuple(one for one in form.getlist("classes") if isinstance(one, str))
    if not classes:
        problems.append(("classes", "classes_required"))
    mapping, appreciation = LevelMapping(), ""
    try:
        mapping = mapping_from(",".join(str(form.get(name, "")) for name in ("first", "second", "third")))
    except BadMapping:
        problems.append(("first", "thresholds_invalid"))
    try:
        appreciation = appreciation_from(str(form.get("appreciation", "")))
    except BadAppreciation:
        problems.append(("appreciation", "appreciation_invalid"))
    period = str(form.get("period", ""))
    if period and period not in map(str, PERIODS):
        problems.append(("period", "period_invalid"))
    if problems:
        raise InvalidInput("invalid_input", problems=problems)
    return Wish(classes, mapping, int(period) if period else None, None, appreciation)


async def _merged(request: Request, person: Person, sent: _Sent) -> Merged:
    """Raises LsuRefused."""
    desk = desk_of(request)

    def look(reading: Reading) -> tuple[Centre, list[RosterRow]]:
        return reading.get(Centre, person.centre_id), roster_rows(reading, person.centre_id)

    centre, rows = await desk.store.read(look)
    return await asyncio.to_thread(_merge, sent, desk.settings, centre.uai, rows)


def _merge(sent: _Sent, settings: Settings, uai: str, rows: Sequence[RosterRow]) -> Merged:
    file = read_lsu(sent.name, sent.content, settings.lsu_versions)
    refuse_other_school(file, uai)
    pupils = [
        OwnPupil(row.siecle_id, f"{row.family_name} {row.given_name}", row.class_name, row.levels)
        for row in rows
    ]
    merged = merge(file, pupils, sent.wish)
    if settings.lsu_xsd is not None:
        try:
            check_against(sent.name, merged.content, settings.lsu_xsd)
        except BadSchema:
            raise NotAllowed("lsu_schema_unusable") from None
    return merged


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refused(refusal: LsuRefused) -> dict[str, JSON]:
    count = refusal.count
    text = ngettext(
        "Fichier {file} : {count} point à corriger.", "Fichier {file} : {count} points à corriger.", count
    )
    return {
        "merged": 0,
        "kind": "error",
        "title": _("Le fichier ne peut pas être complété"),
        "sentences": [text.format(file=refusal.file, count=count)],
        "problems": [
            {"line": one.line, "field": one.field, "problem": one.problem(_), "remedy": one.remedy(_)}
            for one in refusal.problems
        ],
        "groups": [],
    }


def _told(name: str, merged: Merged) -> dict[str, JSON]:
    report = merged.report
    count = report.merged
    left = len(report.having(*LEFT_OUT))
    title = ngettext("{count} élève complété", "{count} élèves complétés", count).format(count=count)
    if not count:
        title = _("Aucun élève à compléter : il n’y a pas de fichier à télécharger")
    return {
        "merged": count,
        "kind": "" if count and not left else "warn",
        "title": title,
        "sentences": [sentence.translated(_) for sentence in report.sentences],
        "problems": [],
        "groups": [_group(report, one) for one in (*LEFT_OUT, *MERGED) if report.having(one)],
        "digest": _digest(merged.content),
        "name": _merged_name(name),
    }


def _group(report: Report, outcome: Outcome) -> dict[str, JSON]:
    lines = report.having(outcome)
    remedy = REMEDIES.get(outcome)
    return {
        "title": TITLES[outcome].translated(_),
        "count": len(lines),
        "remedy": None if remedy is None else remedy.translated(_),
        "open": outcome not in MERGED,
        "pupils": [_pupil(line) for line in lines[:MOST_LINES]],
    }


def _pupil(line: Line) -> dict[str, JSON]:
    lost = _("retirés : {codes}").format(codes=", ".join(line.lost)) if line.lost else ""
    return {
        "name": line.name or "—",
        "class": line.class_name or "—",
        "id": line.id_be,
        "line": line.line,
        "count": line.count or None,
        "lost": lost,
    }


def _merged_name(name: str) -> str:
    """The file's own name, so that it is found again beside the one that was sent."""
    stem = name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].removesuffix(".xml")
    return f"{stem or 'lsu'}-numerique.xml"


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/livret/lsu", lsu_page, roles=_HEAD),
    RoleRoute("/livret/lsu/report", lsu_report, roles=_HEAD, method="POST"),
    RoleRoute("/livret/lsu/merged", lsu_merged, roles=_HEAD, method="POST"),
    *awareness.routes,
]
