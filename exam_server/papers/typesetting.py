"""Makes the papers with typst; each is PDF/UA-1 or is not made at all."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import fontpkg_atkinson_hyperlegible as atkinson
import typst

from exam_server.papers.forms import (
    Attending,
    Awareness,
    Card,
    Convocation,
    Issued,
    Minutes,
    Placed,
    ReadinessSheet,
    Sitting,
)
from exam_server.papers.qr_codes import qr_of
from exam_server.papers.timeline_forms import CandidateTimeline, SessionTimeline

TEMPLATES = Path(__file__).parent / "templates"
PDFStandard: TypeAlias = Literal["ua-1", "a-3a"]
STANDARDS: Final[Sequence[PDFStandard]] = ("ua-1",)
NOT_PRINTABLE = "□"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "COMBINING", "MODIFIER")


def convocations(sitting: Sitting, pages: Sequence[Convocation], lists: Mapping[str, Sequence[str]]) -> bytes:
    """One page a candidate; `lists` has what to `bring` and what `happens`."""
    return _typeset("convocations", sitting, pages=_all(pages), lists=dict(lists))


def cards(sitting: Sitting, deck: Sequence[Card], address: str) -> bytes:
    """Ten cards a page, to cut. Their QR code leads to the entry page and says nothing of the code."""
    return _typeset("cards", sitting, cards=_all(deck), address=address, qr=qr_of(address))


def seat_plan(
    sitting: Sitting, rows: int, columns: int, placed: Sequence[Placed], unplaced: Sequence[str]
) -> bytes:
    """The room's grid with names, the screen's side above, and who has no seat yet."""
    return _typeset(
        "seats", sitting, rows=rows, columns=columns, placed=_all(placed), unplaced=list(unplaced)
    )


def attendance_sheet(sitting: Sitting, lines: Sequence[Attending], invigilators: Sequence[str]) -> bytes:
    """The list to sign."""
    return _typeset("attendance", sitting, lines=_all(lines), invigilators=list(invigilators))


def session_report(sitting: Sitting, minutes: Minutes) -> bytes:
    """The « procès-verbal » of the session."""
    return _typeset("report", sitting, **asdict(minutes))


def session_timeline(sitting: Sitting, timeline: SessionTimeline) -> bytes:
    """What happened in a session, and how each test went."""
    return _typeset("timeline", sitting, **asdict(timeline))


def candidate_timeline(sitting: Sitting, timeline: CandidateTimeline) -> bytes:
    """One candidate's sitting, item by item, with the account of the deadline."""
    return _typeset("candidate_timeline", sitting, **asdict(timeline))


def readiness_sheet(sitting: Sitting, readiness: ReadinessSheet) -> bytes:
    """What a rehearsal of the room found: what is to be put right first, then every seat's values."""
    return _typeset("readiness", sitting, **asdict(readiness))


def awareness(issued: Issued, pages: Sequence[Awareness]) -> bytes:
    """The « attestation de sensibilisation au numérique » of 6e, one page a pupil."""
    return _typeset("awareness", issued, pages=_all(pages))


def _all(values: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(one) for one in values]


def _typeset(template: str, head: Sitting | Issued, **content: Any) -> bytes:
    return typeset(template, {**asdict(head), **content})


def typeset(
    template: str,
    written: Mapping[str, Any],
    carried: Mapping[str, Any] = _NOTHING,
    standards: Sequence[PDFStandard] = STANDARDS,
) -> bytes:
    """The PDF. What people wrote goes in as JSON, never as source: no sign in a name means anything to typst.

    PDF/UA refuses a letter that no font has. They are rare in the names of a French school, and a paper with
    a box for one of them is worth more than no paper. What is `carried` is ours, and goes in as it is.
    """
    try:
        return _compiled(template, {**_cleaned(written, printable=True), **carried}, standards)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compiled(template, {**_cleaned(written, printable=False), **carried}, standards)


def _compiled(template: str, paper: object, standards: Sequence[PDFStandard]) -> bytes:
    compiler, turn = _compiler(template)
    with turn:
        pdf = compiler.compile(
            format="pdf", pdf_standards=list(standards), sys_inputs={"paper": json.dumps(paper)}
        )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no document")
    return pdf


@cache
def _compiler(template: str) -> tuple[typst.Compiler, Lock]:
    """A template is read once, and set by one thread at a time; typst takes all processors for it anyway."""
    path = TEMPLATES / f"{template}.typ"
    return typst.Compiler(path, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True), Lock()


@cache
def _fonts() -> typst.Fonts:
    """Atkinson Hyperlegible, whose signs are told apart easily, and what typst brings; not the machine’s."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(atkinson.ROOT / "files")])


def _cleaned(value: Any, *, printable: bool) -> Any:
    """The same without control signs; unless all is `printable`, only letters that some font surely has."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        if printable and composed.isprintable():
            return composed
        return "".join(_sign(one, printable=printable) for one in composed)
    if isinstance(value, dict):
        return {name: _cleaned(inner, printable=printable) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, printable=printable) for inner in value]
    return value


def _sign(one: str, *, printable: bool) -> str:
    category = unicodedata.category(one)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    if printable or ord(one) < 0x100 or one in "–—‘’“”…\u202f−□→":
        return one
    return one if unicodedata.name(one, "").startswith(_SCRIPTS) else NOT_PRINTABLE
