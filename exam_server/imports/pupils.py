"""From the export of SIECLE to pupils: who is here, who is left aside, and what must be put right first."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from exam_server.imports.archive import xml_of
from exam_server.imports.codes import ImportCode, SkipReason
from exam_server.imports.identifiers import (
    DateShapeError,
    french_date,
    has_right_check_letter,
    is_commune,
    is_ine,
    single_spaced,
    without_blanks,
)
from exam_server.imports.report import Findings, Import
from exam_server.imports.siecle import Document, Record, read_document

MAX_LENGTH: Final = 255
AGES: Final = (8, 70)
"""Ages in the year when the school year begins; outside them a birth date is a slip of the keyboard."""
BIRTH_YEARS_WITHOUT_SCHOOL_YEAR: Final = (1930, 2099)
FRANCE: Final = "100"

_SEXES: Final[dict[str, Literal["F", "M"]]] = {"1": "M", "2": "F"}
_NAME_FIELDS: Final = ("NOM_DE_FAMILLE", "NOM", "NOM_USAGE", "PRENOM", "PRENOM2", "PRENOM3", "VILLE_NAISS")
_CODE_FIELDS: Final = ("CODE_MEF", "CODE_PAYS", "CODE_COMMUNE_INSEE_NAISS", "ELENOET", "ID_ELEVE_ETAB")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class PupilRow:
    """One pupil of the school, as SIECLE knows this person."""

    ine: str
    siecle_id: str
    local_id: str | None
    family_name: str
    usual_name: str | None
    given_names: tuple[str, ...]
    birth_date: date
    sex: Literal["F", "M"]
    class_name: str
    mef: str | None
    birth_commune: str | None
    birth_country: str | None
    line: int


def read_pupils(name: str, content: bytes, expected_uai: str | None) -> Import[PupilRow]:
    """The pupils of an export of SIECLE, XML or zipped; a file of another school gives none."""
    findings = Findings(name)
    xml = xml_of(content, findings)
    if xml is None:
        return findings.outcome(())
    findings.file = xml.name
    document = read_document(xml.content, findings)
    if document is None or not _is_of(document, expected_uai, findings):
        return findings.outcome(())
    present = [record for record in document.records if _is_here(record, document, findings)]
    present = _with_own_siecle_id(present, findings)
    years = _birth_years(document.school_year)
    rows = [_row(record, document.divisions[record.siecle_id], years, findings) for record in present]
    twice = _refuse_shared_ines(present, findings)
    kept = [row for row in rows if row is not None and row.ine not in twice]
    return findings.outcome(tuple(_without_shared_local_ids(kept, findings)))


def ine_of(record: Record) -> str:
    """The national identifier: today's element, or the older ones."""
    for name in ("ID_NATIONAL", "INE_RNIE", "INE_BEA"):
        if found := without_blanks(record.text(name)):
            return found
    return ""


def _is_of(document: Document, expected_uai: str | None, findings: Findings) -> bool:
    uai = without_blanks(document.uai.value)
    line = document.uai.line or None
    if expected_uai is not None and uai != without_blanks(expected_uai):
        findings.refuse(
            ImportCode.UAI_MISMATCHED,
            line,
            "UAJ",
            given=document.uai.value or "—",
            expected=without_blanks(expected_uai),
        )
        return False
    if uai and not has_right_check_letter(uai):
        findings.warn(ImportCode.UAI_CHECK_LETTER, line, "UAJ", given=uai)
    return True


def _is_here(record: Record, document: Document, findings: Findings) -> bool:
    """Left aside without an error: who has left, who has not arrived yet, who is in no class."""
    ine = ine_of(record)
    subject = ine or record.siecle_id
    if record.text("DATE_SORTIE"):
        findings.skip(SkipReason.LEFT_SCHOOL, record.line, subject)
    elif not ine:
        findings.skip(SkipReason.NO_INE, record.line, subject)
    elif not record.siecle_id:
        findings.refuse(ImportCode.SIECLE_ID_REQUIRED, record.line, "ELEVE_ID", subject)
    elif record.siecle_id not in document.divisions:
        findings.skip(SkipReason.NO_DIVISION, record.line, subject)
    else:
        return True
    return False


def _with_own_siecle_id(present: list[Record], findings: Findings) -> list[Record]:
    """Divisions hang on this identifier: two pupils who share one cannot be told apart, so neither stays."""
    shared = _lines_by((record.siecle_id, record.line) for record in present)
    alone = []
    for record in present:
        lines = shared[record.siecle_id]
        if len(lines) == 1:
            alone.append(record)
        else:
            code, other = ImportCode.SIECLE_ID_UNIQUE, _other(lines, record.line)
            findings.refuse(code, record.line, "ELEVE_ID", ine_of(record), record.siecle_id, other)
    return alone


def _refuse_shared_ines(present: list[Record], findings: Findings) -> frozenset[str]:
    """An INE that names two records says nothing certain about either."""
    shared = _lines_by((ine_of(record), record.line) for record in present)
    for record in present:
        ine = ine_of(record)
        if len(shared[ine]) > 1:
            other = _other(shared[ine], record.line)
            findings.refuse(
                ImportCode.INE_UNIQUE,
                record.line_of("ID_NATIONAL"),
                "ID_NATIONAL",
                ine,
                given=ine,
                expected=other,
            )
    return frozenset(ine for ine, lines in shared.items() if len(lines) > 1)


def _without_shared_local_ids(rows: list[PupilRow], findings: Findings) -> Iterable[PupilRow]:
    """A local number that two pupils share must never attach a profile to either."""
    shared = _lines_by((row.local_id, row.line) for row in rows if row.local_id is not None)
    for row in rows:
        lines = shared.get(row.local_id or "", [])
        if len(lines) > 1:
            other = _other(lines, row.line)
            findings.warn(
                ImportCode.LOCAL_ID_UNIQUE, row.line, "ELENOET", row.ine, row.local_id or "", expected=other
            )
            yield replace(row, local_id=None)
        else:
            yield row


def _lines_by(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = defaultdict(list)
    for key, line in pairs:
        lines[key].append(line)
    return lines


def _other(lines: list[int], line: int) -> str:
    """Where else: the first other line, or the same one when two records share it."""
    return str(next((other for other in lines if other != line), line))


def _birth_years(school_year: str) -> tuple[int, int]:
    if _YEAR.fullmatch(school_year) is None:
        return BIRTH_YEARS_WITHOUT_SCHOOL_YEAR
    youngest, oldest = AGES
    return int(school_year) - oldest, int(school_year) - youngest


def _row(record: Record, divisions: list[str], years: tuple[int, int], findings: Findings) -> PupilRow | None:
    """The pupil, or None when something in the record must be put right first."""
    before = findings.problem_count
    ine = ine_of(record)
    if not is_ine(ine):
        findings.refuse(ImportCode.INE_FORMAT, record.line_of("ID_NATIONAL"), "ID_NATIONAL", ine, given=ine)
    _check_texts(record, ine, findings)
    family_name = _required_name(record, ("NOM_DE_FAMILLE", "NOM"), ImportCode.FAMILY_NAME_REQUIRED, findings)
    given_name = _required_name(record, ("PRENOM",), ImportCode.GIVEN_NAME_REQUIRED, findings)
    sex = _sex(record, findings)
    birth_date = _birth_date(record, years, findings)
    birth_commune = _birth_commune(record, findings)
    if findings.problem_count > before or sex is None or birth_date is None:
        return None
    if len(divisions) > 1:
        findings.warn(ImportCode.DIVISION_AMBIGUOUS, record.line, "CODE_STRUCTURE", ine, ", ".join(divisions))
    others = (single_spaced(record.text(name)) for name in ("PRENOM2", "PRENOM3"))
    usual_name = single_spaced(record.text("NOM_USAGE"))
    return PupilRow(
        ine=ine,
        siecle_id=record.siecle_id,
        local_id=without_blanks(record.text("ELENOET") or record.text("ID_ELEVE_ETAB")) or None,
        family_name=family_name,
        usual_name=usual_name if usual_name.casefold() not in ("", family_name.casefold()) else None,
        given_names=(given_name, *(other for other in others if other)),
        birth_date=birth_date,
        sex=sex,
        class_name=divisions[0],
        mef=record.text("CODE_MEF") or None,
        birth_commune=birth_commune,
        birth_country=record.text("CODE_PAYS") or None,
        line=record.line,
    )


def _check_texts(record: Record, ine: str, findings: Findings) -> None:
    for name in (*_NAME_FIELDS, *_CODE_FIELDS):
        text = record.text(name)
        if len(text) > MAX_LENGTH:
            findings.refuse(
                ImportCode.TEXT_TOO_LONG, record.line_of(name), name, ine, text, expected=str(MAX_LENGTH)
            )
        elif not single_spaced(text).isprintable() or "\N{REPLACEMENT CHARACTER}" in text:
            findings.refuse(ImportCode.TEXT_UNREADABLE, record.line_of(name), name, ine, text)


def _required_name(record: Record, names: tuple[str, ...], code: ImportCode, findings: Findings) -> str:
    for name in names:
        if found := single_spaced(record.text(name)):
            return found
    findings.refuse(code, record.line, names[0], ine_of(record))
    return ""


def _sex(record: Record, findings: Findings) -> Literal["F", "M"] | None:
    given = record.text("CODE_SEXE")
    if given in _SEXES:
        return _SEXES[given]
    code = ImportCode.SEX_CODE_INVALID if given else ImportCode.SEX_CODE_REQUIRED
    findings.refuse(code, record.line_of("CODE_SEXE"), "CODE_SEXE", ine_of(record), given)
    return None


def _birth_date(record: Record, years: tuple[int, int], findings: Findings) -> date | None:
    given = record.text("DATE_NAISS")
    expected = ""
    if not given:
        code = ImportCode.BIRTHDATE_REQUIRED
    else:
        try:
            found = french_date(given)
        except DateShapeError:
            code = ImportCode.INVALID_BIRTHDATE_FORMAT
        except ValueError:
            code = ImportCode.BIRTHDATE_IMPOSSIBLE
        else:
            if years[0] <= found.year <= years[1]:
                return found
            code, expected = ImportCode.BIRTHDATE_IMPLAUSIBLE, f"{years[0]}–{years[1]}"
    line = record.line_of("DATE_NAISS")
    findings.refuse(code, line, "DATE_NAISS", ine_of(record), given, expected)
    return None


def _birth_commune(record: Record, findings: Findings) -> str | None:
    """The INSEE code of who was born in France, the name of the town for the others."""
    name = "CODE_COMMUNE_INSEE_NAISS"
    commune = without_blanks(record.text(name))
    if not commune:
        if record.text("CODE_PAYS") == FRANCE:
            code = ImportCode.BIRTH_CITY_CODE_REQUIRED_FOR_FR_STUDENT
            findings.refuse(code, record.line, name, ine_of(record))
        return single_spaced(record.text("VILLE_NAISS")) or None
    if not is_commune(commune):
        findings.warn(ImportCode.INSEE_CODE_INVALID, record.line_of(name), name, ine_of(record), commune)
    return commune
