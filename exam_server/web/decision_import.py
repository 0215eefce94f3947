"""Many decisions from one table: its template, and every cell read, each problem with line and title."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from exam_server.acts.decisions import Recorded
from exam_server.domain.accommodations import Accommodations, Breaks, Measure, parse_extra_time
from exam_server.domain.decisions import Basis, Reason, Validity, check_decision
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.imports.identifiers import any_date, is_ine, without_blanks
from exam_server.imports.plain_table import PlainRow, plain, read_plain_table
from exam_server.imports.report import Import
from exam_server.web.accommodation_words import BASES, MEASURES
from exam_server.web.language import _
from exam_server.web.sentences import FIELD_SENTENCES, SENTENCES
from question_bank.files.form import form

PUPIL, EXTRA, DEROGATION = "Identifiant", "Temps majoré", "Plus d’un tiers accordé"
BREAKS, MINUTES, WHAT = "Pauses", "Minutes par pause", "Mesures"
START, END = "Début", "Fin"
BASIS, REFERENCE, BY, NOTE = "Fondement", "Référence", "Décidé par", "Note"
TITLES = (PUPIL, EXTRA, DEROGATION, BREAKS, MINUTES, WHAT, START, END, BASIS, REFERENCE, BY, NOTE)
REQUIRED = (PUPIL, START, BASIS, BY)
_SEPARATORS = str.maketrans("+|\n", ",,,")
_FIELDS = {
    "extra": EXTRA,
    "measures": WHAT,
    "valid_until": END,
    "decided_by": BY,
    "basis": BASIS,
    "note": NOTE,
}
# What a spreadsheet makes of "1/3", in a cell of its own or in the CSV that it writes.
_TAKEN_FOR_A_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}-[^\W\d]{3,5}\.?")
_SHEET = "Décisions"
_YES = frozenset({"oui", "x", "1", "vrai", "yes"})


@dataclass(frozen=True)
class Line:
    """A line that can be recorded, and how it names its pupil."""

    line: int
    identifier: tuple[str, str]
    written: str
    what: Recorded


def template() -> bytes:
    """The table to fill in, with one line as an example; UTF-8 with a mark, so that spreadsheets read it."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(TITLES)
    table.writerow(_example())
    return written.getvalue().encode("utf-8-sig")


def template_ods() -> bytes:
    """The same as a spreadsheet whose cells are text, so that "1/3" is not taken for a date."""
    return form(_SHEET, TITLES, (_example(),))


def _example() -> tuple[str, ...]:
    measures = ", ".join((MEASURES[Measure.READER], MEASURES[Measure.LARGE_TEXT]))
    dates = ("01/09/2026", "31/08/2027")
    return ("123456789AB", "1/3", "", "2", "5", measures, *dates, "PAP", "PAP-2026-1", "Médecin scolaire", "")


def read_decisions(name: str, content: bytes) -> tuple[Import[PlainRow], list[Line], list[dict[str, JSON]]]:
    """The table as it was read, the lines in order, and the problems of the others."""
    found = read_plain_table(name, content, TITLES, REQUIRED)
    lines: list[Line] = []
    problems: list[dict[str, JSON]] = []
    for row in found.rows:
        reading = _Reading(name, row, problems)
        line = reading.line()
        if line is not None:
            lines.append(line)
    return found, lines, problems


@dataclass
class _Reading:
    """One line, cell by cell; what is wrong goes to `problems`."""

    file: str
    row: PlainRow
    problems: list[dict[str, JSON]]

    def line(self) -> Line | None:
        before = len(self.problems)
        written = without_blanks(self.row.cells[PUPIL].removeprefix("'"))
        if not written:
            self._note(PUPIL, _("L’identifiant manque."), _("Écrivez l’INE, ou le numéro local."))
        start, end = self._day(START, required=True), self._day(END, required=False)
        decided, reason = self._decided(), self._reason()
        if len(self.problems) > before or start is None or reason is None:
            return None
        what = Recorded(decided, Validity(start, end), reason, derogation=self._is_yes(DEROGATION))
        try:
            check_decision(what.decided, what.validity, derogation=what.derogation)
        except InvalidInput as error:
            self._refused(error)
            return None
        kind = "ine" if is_ine(written) else "local"
        return Line(self.row.line, (kind, written), written, what)

    def _decided(self) -> Accommodations:
        extra = breaks = None
        try:
            text = self.row.cells[EXTRA]
            extra = parse_extra_time(text) if text else None
        except InvalidInput:
            is_date = _TAKEN_FOR_A_DATE.fullmatch(text) is not None
            self._field(EXTRA, "extra_time_is_a_date" if is_date else "extra_time_unreadable")
        most, minutes = self.row.cells[BREAKS], self.row.cells[MINUTES]
        if most or minutes:
            breaks = self._breaks(most, minutes)
        measures = frozenset(one for text in self._named() if (one := self._measure(text)) is not None)
        return Accommodations(extra or Accommodations().extra, breaks, measures)

    def _breaks(self, most: str, minutes: str) -> Breaks | None:
        if not (most.isdecimal() and minutes.isdecimal() and len(most + minutes) < 8):
            self._field(BREAKS, "breaks_unreadable")
            return None
        each = timedelta(minutes=int(minutes))
        try:
            return Breaks.from_json(Breaks(int(most), each, int(most) * each).to_json())
        except InvalidInput:
            message, remedy = SENTENCES["bad_breaks"]
            self._note(BREAKS, _(message), "" if remedy is None else _(remedy))
            return None

    def _named(self) -> list[str]:
        parts = self.row.cells[WHAT].translate(_SEPARATORS).split(",")
        return [part.strip() for part in parts if part.strip()]

    def _measure(self, text: str) -> Measure | None:
        known = {plain(label): one for one, label in MEASURES.items()} | {plain(one): one for one in Measure}
        found = known.get(plain(text))
        if found is None:
            problem = _("La mesure «\u00a0{text}\u00a0» n’est pas connue.").format(text=text[:60])
            self._note(WHAT, problem, _("Écrivez-la comme dans la liste de la page d’un élève."))
        return found

    def _reason(self) -> Reason | None:
        given = plain(self.row.cells[BASIS])
        known = {plain(label): one for one, label in BASES.items()} | {plain(one): one for one in Basis}
        known |= {"decision": Basis.AUTHORITY, "autorite": Basis.AUTHORITY}
        titles = {"reference": REFERENCE, "decided_by": BY, "note": NOTE}
        written = {name: self.row.cells[title] for name, title in titles.items()}
        try:
            return Reason.from_json({"basis": str(known.get(given, "")), **written})
        except InvalidInput as error:
            self._refused(error)
            return None

    def _day(self, title: str, *, required: bool) -> date | None:
        text = self.row.cells[title]
        if not text and not required:
            return None
        try:
            return any_date(text)
        except ValueError:
            self._field(title, "date_invalid")
            return None

    def _is_yes(self, title: str) -> bool:
        return plain(self.row.cells[title]) in _YES

    def _refused(self, error: InvalidInput) -> None:
        named = error.facts.get("problems")
        for field, why in named if isinstance(named, list) else []:
            self._field(_FIELDS.get(field, field), why)

    def _field(self, title: str, why: str) -> None:
        problem, remedy = FIELD_SENTENCES[why]
        self._note(title, _(problem), _(remedy))

    def _note(self, title: str, problem: str, remedy: str) -> None:
        self.problems.append(
            {"file": self.file, "line": self.row.line, "field": title, "problem": problem, "remedy": remedy}
        )


def strangers(file: str, lines: list[Line], known: Mapping[tuple[str, str], str]) -> list[dict[str, JSON]]:
    """The lines whose pupil is nobody's of the centre, as problems."""
    text = _("Aucun élève de l’établissement n’a l’identifiant «\u00a0{id}\u00a0».")
    remedy = _("Importez d’abord cet élève, ou corrigez son identifiant.")
    return [
        {
            "file": file,
            "line": one.line,
            "field": PUPIL,
            "problem": text.format(id=one.written[:60]),
            "remedy": remedy,
        }
        for one in lines
        if one.identifier not in known
    ]
