"""Profiles from JSON: a list of objects, bare or under "profiles"."""

import json
from typing import Final

from exam_server.imports.codes import ImportCode
from exam_server.imports.json_list import Element, Json, ListReader, MalformedError, NoListError
from exam_server.imports.profile_records import Cell, ProfileRecord
from exam_server.imports.report import Findings
from exam_server.imports.table import MAX_ROWS
from question_bank.framework import COMPETENCE_CODES

_DOCUMENT_SHAPE: Final = '{"profiles": […]}'
_PROFILE_SHAPE: Final = '{"ine": "…", "levels": {…}, "pix": {…}}'
_VALUES_SHAPE: Final = '{"1.1": 0, …, "5.2": 0}'


def looks_like_json(name: str, text: str) -> bool:
    """By the first character, or by the name where the content is no help."""
    return text.lstrip()[:1] in ("{", "[") or name.lower().endswith(".json")


def records_of_json(text: str, findings: Findings) -> list[ProfileRecord]:
    """The records of the document; none when it is not JSON to its end."""
    found: list[ProfileRecord] = []
    try:
        for count, element in enumerate(ListReader(text, "profiles").elements()):
            if count >= MAX_ROWS:
                findings.refuse(ImportCode.TOO_MANY_ROWS, element.line, expected=str(MAX_ROWS))
                return []
            record = _record(element, findings)
            if record is not None:
                found.append(record)
    except MalformedError as error:
        findings.refuse(ImportCode.JSON_MALFORMED, error.line)
        return []
    except NoListError:
        findings.refuse(ImportCode.JSON_SHAPE, 1, expected=_DOCUMENT_SHAPE)
        return []
    return found


def _record(element: Element, findings: Findings) -> ProfileRecord | None:
    before = findings.problem_count
    profile = element.value
    if not isinstance(profile, dict):
        findings.refuse(ImportCode.JSON_SHAPE, element.line, element.path, expected=_PROFILE_SHAPE)
        return None
    for name in element.doubled:
        findings.refuse(ImportCode.JSON_KEY_DUPLICATED, element.line, element.path, given=name)
    nothing = profile.get("levels") is None and profile.get("pix") is None
    levels = _values(profile.get("levels"), element, "levels", nothing, findings)
    pix = _values(profile.get("pix"), element, "pix", nothing, findings)
    if findings.problem_count > before:
        return None
    return ProfileRecord(
        element.line,
        _first(profile, element, ("ine",)),
        _first(profile, element, ("local_id",)),
        _first(profile, element, ("identifier",)),
        _first(profile, element, ("as_of", "date")),
        levels,
        pix,
    )


def _values(given: Json, element: Element, name: str, nothing: bool, findings: Findings) -> tuple[Cell, ...]:
    path = f"{element.path}.{name}"
    if not isinstance(given, dict):
        if not nothing:
            findings.refuse(ImportCode.JSON_SHAPE, element.line, path, expected=_VALUES_SHAPE)
        given = {}
    for code in given:
        if code not in COMPETENCE_CODES:
            place = f"{path}[{_as_text(code)}]"
            findings.refuse(ImportCode.COMPETENCE_UNKNOWN, element.line, place, given=code)
    return tuple(Cell(f'{path}["{code}"]', _as_text(given.get(code))) for code in COMPETENCE_CODES)


def _first(profile: dict[str, Json], element: Element, names: tuple[str, ...]) -> Cell:
    name = next((name for name in names if profile.get(name) is not None), names[0])
    return Cell(f"{element.path}.{name}", _as_text(profile.get(name)))


def _as_text(value: Json) -> str:
    """Numbers are texts already; what is neither text nor number stays JSON, which the rules refuse."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:200]
