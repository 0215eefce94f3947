"""One session's results as files for other programs: CSV, a spreadsheet, JSON; whole, or of one class."""

import asyncio
from collections.abc import Callable, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.errors import NotFound
from exam_server.domain.roles import Person, Role
from exam_server.exports.csv_table import Cell, csv_table
from exam_server.exports.spreadsheet import Sheet, workbook
from exam_server.exports.tables import ResultRow, ResultTable, cells_of, result_table, table_json
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of
from exam_server.web.language import _
from exam_server.web.papers import file_name
from exam_server.web.result_words import STATUSES
from exam_server.web.results import public_keys
from exam_server.web.seen_results import Seen, seen_results
from question_bank.framework import COMPETENCE_CODES

Write = Callable[[ResultTable], bytes]


async def results_csv(request: Request, person: Person) -> Response:
    """A line a candidate."""
    return await _download(request, person, _csv, "csv", "text/csv; charset=utf-8")


async def results_ods(request: Request, person: Person) -> Response:
    """A sheet a class."""
    return await _download(request, person, _ods, "ods", "application/vnd.oasis.opendocument.spreadsheet")


async def results_json(request: Request, person: Person) -> Response:
    """The document that `docs/exports.md` describes."""
    return await _download(request, person, _json, "json", "application/json")


async def _download(request: Request, person: Person, write: Write, ending: str, kind: str) -> Response:
    keys = await public_keys(request)
    seen = await desk_of(request).store.read(seen_results, person, request.path_params["id"], keys)
    made = await asyncio.to_thread(write, _table(seen, request.query_params.get("class") or None))
    headers = {
        "content-disposition": f'attachment; filename="{file_name("resultats", seen.session, ending)}"'
    }
    return Response(made, media_type=kind, headers=headers)


def _table(seen: Seen, class_name: str | None) -> ResultTable:
    """Raises NotFound for a class of which nobody is in the session."""
    table = result_table(seen.payload, seen.standing.version, is_published=seen.standing.is_published)
    if class_name is None:
        return table
    if class_name not in table.classes:
        raise NotFound
    return table.of_class(class_name)


def _csv(table: ResultTable) -> bytes:
    return csv_table(_titles(), _lines(table, table.rows))


def _ods(table: ResultTable) -> bytes:
    sheets = [Sheet(name, _titles(), _lines(table, table.of_class(name).rows)) for name in table.classes]
    return workbook(sheets or [Sheet(_("Résultats"), _titles(), [])])


def _json(table: ResultTable) -> bytes:
    return orjson.dumps(table_json(table), option=orjson.OPT_INDENT_2)


def _titles() -> list[str]:
    return [
        _("État"),
        _("Nom"),
        _("Prénom"),
        _("Date de naissance"),
        _("Classe"),
        _("Certification"),
        _("Score sur 1024"),
        *COMPETENCE_CODES,
    ]


def _lines(table: ResultTable, rows: Sequence[ResultRow]) -> list[list[Cell]]:
    state = _("publié") if table.is_published else _("non publié")
    said = _("{state}, version {version}").format(state=state, version=table.version)
    return [cells_of(row, said, _(STATUSES[row.status])) for row in rows]


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/{id}/results.csv", results_csv, roles=_HEAD),
    RoleRoute("/sessions/{id}/results.ods", results_ods, roles=_HEAD),
    RoleRoute("/sessions/{id}/results.json", results_json, roles=_HEAD),
]
