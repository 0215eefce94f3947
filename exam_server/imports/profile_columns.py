"""Which column of a profile table is which: case, accents, spaces and punctuation do not matter."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings
from exam_server.imports.table import Line
from question_bank.framework import COMPETENCE_CODES, COMPETENCES, UnknownCompetence

INE: Final = "INE"
LOCAL: Final = "Identifiant local"
EITHER: Final = "Identifiant"
AS_OF: Final = "Date"

_ROLES: Final[dict[str, str]] = {
    **dict.fromkeys(("ine", "numeroine", "noine", "codeine", "ineeleve"), INE),
    **dict.fromkeys(("identifiantnational", "identifiantnationaleleve", "identifiantnationaldeleleve"), INE),
    **dict.fromkeys(("identifiantlocal", "numerolocal", "nolocal", "numeroeleve", "elenoet"), LOCAL),
    **dict.fromkeys(("identifiant", "identifiantdeleleve", "identifianteleve"), EITHER),
    **dict.fromkeys(("date", "dateduprofil", "dateprofil", "datedupartage", "datedepartage"), AS_OF),
    **dict.fromkeys(("datedelenvoi", "dateetheuredelenvoieuropeparis", "datedecollecte"), AS_OF),
}
_LEVEL_FIRST = re.compile(r"(?:niveau|level)\s*(.*)")
_LEVEL_LAST = re.compile(r"(.*?)\s*(?:niveau|level)")
_PIX_FIRST = re.compile(r"(?:(?:nombre|nb) (?:de )?)?pix\s*(.*)")
_PIX_LAST = re.compile(r"(.*?)\s*(?:(?:nombre|nb) (?:de )?)?pix")
_PREAMBLE = re.compile(r"(?:pour|de|dans|en)?\s*(?:la )?competence\s+")
_CODE = re.compile(r"([0-9]+\.[0-9]+)(?:\s.*)?")
_SEPARATED = re.compile(r"\s[-–—]\s|:|/")
_TOTALS: Final = frozenset({"total", "totaux", "global", "moyen", "general"})
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})

# The name that profile campaigns give to a competence where it differs from the framework's.
_OTHER_LABELS: Final = {"Construire un environnement numérique": "5.2"}


@dataclass(frozen=True)
class Columns:
    """Where each value stands in a line; titles as they are written, for messages."""

    titles: tuple[str, ...]
    places: dict[str, int]
    levels: tuple[int, ...]
    pix: tuple[int, ...]


def level_title(code: str) -> str:
    """How the level column of a competence is called by the product's own files."""
    return f"{code} niveau"


def pix_title(code: str) -> str:
    """How the pix column of a competence is called by the product's own files."""
    return f"{code} pix"


def role_of(title: str) -> str | None:
    """The canonical name of the column, or None when not needed; raises UnknownCompetence."""
    plain = _plain(title)
    if (role := _ROLES.get(plain.replace(" ", ""))) is not None:
        return role
    for first, last, named in ((_LEVEL_FIRST, _LEVEL_LAST, level_title), (_PIX_FIRST, _PIX_LAST, pix_title)):
        found = first.fullmatch(plain) or last.fullmatch(plain)
        if found is not None and (code := _competence(found[1], title)) is not None:
            return named(code)
    return None


def count_known(titles: tuple[str, ...]) -> int:
    """How many titles mean something here: what tells a right separator from a wrong one."""
    return sum(1 for title in titles if _role_or_unknown(title) is not None)


def columns_of(header: Line, findings: Findings) -> Columns | None:
    """The places of all columns, or None with each missing, doubled or unknown one in the findings."""
    before = findings.problem_count
    places: dict[str, int] = {}
    for place, title in enumerate(header.cells):
        try:
            role = role_of(title)
        except UnknownCompetence as unknown:
            findings.refuse(ImportCode.COMPETENCE_UNKNOWN, header.number, title, given=str(unknown))
            continue
        if role is not None and role in places:
            first = header.cells[places[role]]
            findings.refuse(ImportCode.COLUMN_DUPLICATED, header.number, title, given=first)
        elif role is not None:
            places[role] = place
    levels = [level_title(code) for code in COMPETENCE_CODES]
    pix = [pix_title(code) for code in COMPETENCE_CODES]
    if not places and findings.problem_count == before:
        findings.refuse(ImportCode.HEADER_UNKNOWN, header.number)
        return None
    _refuse_missing(places, [*levels, *pix], header.number, findings)
    if findings.problem_count > before:
        return None
    return Columns(
        header.cells, places, tuple(places[name] for name in levels), tuple(places[name] for name in pix)
    )


def _refuse_missing(places: dict[str, int], values: list[str], line: int, findings: Findings) -> None:
    if not places.keys() & {INE, LOCAL, EITHER}:
        findings.refuse(ImportCode.COLUMN_MISSING, line, INE)
    for name in values:
        if name not in places:
            findings.refuse(ImportCode.COLUMN_MISSING, line, name)


def _role_or_unknown(title: str) -> str | None:
    try:
        return role_of(title)
    except UnknownCompetence as unknown:
        return str(unknown)


def _plain(title: str) -> str:
    """Lower case without accents; everything but letters, figures and points becomes one space."""
    split = unicodedata.normalize("NFKD", title.translate(_LIGATURES)).casefold()
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9.]+", " ", bare).strip()


def _competence(rest: str, title: str) -> str | None:
    """The code that the rest of the title names; None when the title was about something else."""
    announced = _PREAMBLE.match(rest)
    name = rest[announced.end() :] if announced else rest
    if (found := _CODE.fullmatch(name)) is not None:
        if found[1] not in COMPETENCE_CODES:
            raise UnknownCompetence(found[1])
        return found[1]
    if (code := _BY_LABEL.get(name.replace(" ", ""))) is not None:
        return code
    if name and name not in _TOTALS and (announced or _SEPARATED.search(title)):
        raise UnknownCompetence(name)
    return None


_BY_LABEL: Final[dict[str, str]] = {
    _plain(label).replace(" ", ""): code
    for label, code in (
        *((competence.label, competence.code) for competence in COMPETENCES),
        *_OTHER_LABELS.items(),
    )
}
