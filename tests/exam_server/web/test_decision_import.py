"""Decisions from a table: the template reads as it is written, each fault is named by its line and column."""

import csv
import io
from collections.abc import Callable

import httpx
import pytest

from exam_server.domain.accommodations import Measure
from exam_server.domain.decisions import DecisionState
from exam_server.imports.open_document import SPREADSHEET
from exam_server.storage.decision_rows import decision_rows
from exam_server.storage.queries import pupil_rows
from exam_server.web.accommodation_words import MEASURES
from exam_server.web.decision_import import TITLES, read_decisions, template, template_ods
from tests.exam_server.imports.sheets import cell, ods, packed, row, sheet_of
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, an_exam_room

GOOD = {
    "Temps majoré": "1/3",
    "Pauses": "2",
    "Minutes par pause": "5",
    "Mesures": "lecteur présent, Texte agrandi + KEYBOARD_ONLY",
    "Début": "01/01/2026",
    "Fin": "2026-12-31",
    "Fondement": "PAP",
    "Référence": "D-17",
    "Décidé par": "Ocre",
}
FAULTS = {
    "Temps majoré": ("beaucoup", "Temps majoré"),
    "Pauses": ("deux", "Pauses"),
    "Minutes par pause": ("500", "Pauses"),
    "Mesures": ("téléphone", "Mesures"),
    "Début": ("31/02/2026", "Début"),
    "Fin": ("01/01/2025", "Fin"),
    "Fondement": ("rumeur", "Fondement"),
    "Décidé par": ("", "Décidé par"),
}


def table(*rows: dict[str, str], titles: tuple[str, ...] = TITLES, separator: str = ";") -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, titles, delimiter=separator, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def spreadsheet(*rows: dict[str, str], titles: tuple[str, ...] = TITLES) -> bytes:
    return sheet_of([titles, *(tuple(one.get(title, "") for title in titles) for one in rows)])


WRITTEN = pytest.mark.parametrize("written", [table, spreadsheet])
Written = Callable[..., bytes]


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    return await an_exam_room(site.store, candidates=2, is_open=False)


@pytest.fixture
async def officer(site: Site, room: ExamRoom) -> httpx.AsyncClient:
    return await site.signed_in(room.school.officer)


async def ines(room: ExamRoom) -> list[str]:
    return [one.ine for one in await room.store.read(pupil_rows, room.school.centre_id)]


async def sent(
    officer: httpx.AsyncClient, content: bytes, name: str = "liste.csv", **more: str
) -> dict[str, object]:
    reply = await officer.post("/accommodations/import", files={"file": (name, content)}, data=more)
    assert reply.status_code == 200
    found: dict[str, object] = reply.json()
    return found


def with_separator(separator: str) -> Written:
    return lambda *rows, titles=TITLES: table(*rows, titles=titles, separator=separator)


@pytest.mark.parametrize("written", [*map(with_separator, ";,\t"), spreadsheet])
async def test_a_table_is_recorded_and_waits_for_a_second_person(
    room: ExamRoom, officer: httpx.AsyncClient, written: Written
) -> None:
    rows = [{**GOOD, "Identifiant": ine} for ine in await ines(room)]
    report = await sent(officer, written(*rows, titles=TITLES[::-1]))
    assert (report["saved"], report["added"], report["problems"]) == (True, 2, [])
    found = await room.store.read(decision_rows, room.school.centre_id)
    assert {one.state for one in found} == {DecisionState.RECORDED}
    assert {one.decided.measures for one in found} == {
        frozenset({Measure.READER, Measure.LARGE_TEXT, Measure.KEYBOARD_ONLY})
    }
    again = await sent(officer, written(*rows))
    assert (again["added"], again["unchanged"]) == (0, 2)


@WRITTEN
@pytest.mark.parametrize("title", FAULTS)
async def test_a_fault_is_named_by_its_line_and_column_and_nothing_is_saved(
    room: ExamRoom, officer: httpx.AsyncClient, title: str, written: Written
) -> None:
    value, named = FAULTS[title]
    first, second = await ines(room)
    content = written({**GOOD, "Identifiant": first}, {**GOOD, "Identifiant": second, title: value})
    report = await sent(officer, content)
    assert (report["saved"], report["problems_total"]) == (False, 1)
    (problem,) = report["problems"]  # type: ignore[misc]
    assert (problem["file"], problem["line"], problem["field"]) == ("liste.csv", 3, named)
    assert problem["remedy"]
    assert await room.store.read(decision_rows, room.school.centre_id) == []
    kept = await sent(officer, content, keep_valid="1")
    assert (kept["saved"], kept["added"]) == (True, 1)


@WRITTEN
async def test_a_pupil_of_nobody_is_named(
    room: ExamRoom, officer: httpx.AsyncClient, written: Written
) -> None:
    report = await sent(officer, written({**GOOD, "Identifiant": "999999999ZZ"}))
    (problem,) = report["problems"]  # type: ignore[misc]
    assert (problem["line"], problem["field"]) == (2, "Identifiant")


async def test_a_spreadsheet_gives_the_same_report_as_text(
    room: ExamRoom, officer: httpx.AsyncClient
) -> None:
    first, second = await ines(room)
    wrong = {title: value for title, (value, _named) in FAULTS.items() if title != "Fin"}
    rows = [
        {**GOOD, "Identifiant": first, "Autre": "x"},
        {**wrong, "Identifiant": second},
        {**GOOD, "Identifiant": "0"},
    ]
    titles = (*TITLES, "Autre")
    by_kind = [await sent(officer, one(*rows, titles=titles), "liste") for one in (table, spreadsheet)]
    assert by_kind[0] == by_kind[1]
    assert (by_kind[0]["problems_total"], by_kind[0]["saved"]) == (6, False)


NOT_A_TABLE = [b"", b"PK\x03\x04", b"a;b\n1;2\n", b"\xff\xfe\x00", packed(("xl/workbook.xml", "<x/>"))]


@pytest.mark.parametrize("content", NOT_A_TABLE)
async def test_what_is_no_such_table_is_refused_in_words(officer: httpx.AsyncClient, content: bytes) -> None:
    report = await sent(officer, content)
    assert report["saved"] is False
    assert report["problems"]


@pytest.mark.parametrize("written", [template, template_ods])
def test_the_template_reads_as_it_is_written(written: Callable[[], bytes]) -> None:
    found, lines, problems = read_decisions("modele", written())
    assert (found.problems, found.warnings, problems) == ((), (), [])
    (line,) = lines
    assert line.what.decided.measures == {Measure.READER, Measure.LARGE_TEXT}


def test_both_templates_say_the_same() -> None:
    assert read_decisions("modele", template()) == read_decisions("modele", template_ods())


@pytest.mark.parametrize(
    ("name", "kind"),
    [("modele-amenagements.csv", "text/csv; charset=utf-8"), ("modele-amenagements.ods", SPREADSHEET)],
)
async def test_the_templates_are_downloads(officer: httpx.AsyncClient, name: str, kind: str) -> None:
    address = f"/accommodations/template.{name.rpartition('.')[2]}"
    reply = await officer.get(address)
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
    assert name in reply.headers["content-disposition"]
    page = (await officer.get("/accommodations/pupils")).text
    assert f'href="{address}"' in page
    assert ".ods" in page.partition('type="file"')[2].partition(">")[0]


@pytest.mark.parametrize("text", ["2026-03-01", "01/03/2026", "01/03/26", "1/3/2026", "01-mars", "1-janv."])
def test_a_fraction_that_became_a_date_is_told_apart(text: str) -> None:
    _found, lines, problems = read_decisions("x", table({**GOOD, "Identifiant": "1", "Temps majoré": text}))
    assert (lines, [one["field"] for one in problems]) == ([], ["Temps majoré"])
    assert "1/3" in str(problems[0]["problem"])
    assert "Texte" in str(problems[0]["remedy"])


def test_what_a_spreadsheet_makes_of_what_is_typed_is_read() -> None:
    """A day, a percentage, a number and a yes, each as LibreOffice keeps it."""
    typed = {
        "Identifiant": cell("0012", "float", 'office:value="12"'),
        "Temps majoré": cell("33,33 %", "percentage", 'office:value="0.3333"'),
        "Plus d’un tiers accordé": cell("FAUX", "boolean", 'office:boolean-value="false"'),
        "Pauses": cell("2", "float", 'office:value="2"'),
        "Minutes par pause": cell("5", "float", 'office:value="5"'),
        "Début": cell("01/01/26", "date", 'office:date-value="2026-01-01"'),
        "Fin": cell("31/12/26", "date", 'office:date-value="2026-12-31"'),
        "Fondement": cell("PAP"),
        "Décidé par": cell("Ocre"),
    }
    _found, lines, problems = read_decisions("x", ods(row(*typed), row(*typed.values())))
    (line,) = lines
    expected = {**GOOD, "Identifiant": "0012", "Mesures": "", "Référence": ""}
    assert (lines, problems) == read_decisions("x", table(expected))[1:]
    assert line.identifier == ("local", "0012")
    date = cell("01/03/26", "date", 'office:date-value="2026-03-01"')
    _found, lines, problems = read_decisions(
        "x", ods(row(*typed), row(*{**typed, "Temps majoré": date}.values()))
    )
    assert (lines, [(one["line"], one["field"]) for one in problems]) == ([], [(2, "Temps majoré")])


def test_every_measure_is_read_by_its_label() -> None:
    rows = [{**GOOD, "Identifiant": "1", "Mesures": label} for label in MEASURES.values()]
    _found, lines, problems = read_decisions("liste.csv", table(*rows))
    assert problems == []
    assert [line.what.decided.measures for line in lines] == [{one} for one in MEASURES]
