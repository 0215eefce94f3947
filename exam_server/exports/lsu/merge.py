"""Puts digital skills into the last bilan of each pupil of CM2 or 6e; every other byte of the file stays."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from exam_server.exports.lsu.document import Bilan, FilePupil, LsuFile
from exam_server.exports.lsu.faults import Fault, Faults
from exam_server.exports.lsu.format import SKILL_CODES, one_number
from exam_server.exports.lsu.mapping import LevelMapping
from exam_server.exports.lsu.reading import read_lsu
from exam_server.exports.lsu.report import Line, Outcome, Report
from exam_server.exports.lsu.writing import skills_element


@dataclass(frozen=True)
class OwnPupil:
    """A pupil whom we know; `levels` are 16 in the order of the CRCN, None where nothing is known.

    `class_name` may be "": then the file's own class counts.
    """

    id_be: str
    name: str
    class_name: str
    levels: tuple[int | None, ...] | None
    appreciation: str = ""


@dataclass(frozen=True)
class Wish:
    """Into which classes, by which mapping; `period` None is the last, `year` None is the newest."""

    classes: tuple[str, ...]
    mapping: LevelMapping = field(default_factory=LevelMapping)
    period: int | None = None
    year: str | None = None
    appreciation: str = ""


@dataclass(frozen=True)
class Edit:
    """Bytes `start` to `end` of the input become `written`; where both are one it is an insertion."""

    start: int
    end: int
    written: bytes


@dataclass(frozen=True)
class Merged:
    """The merged file, what was changed in it, and what became of each pupil."""

    content: bytes
    edits: tuple[Edit, ...]
    report: Report


def merge(file: LsuFile, pupils: Sequence[OwnPupil], wish: Wish) -> Merged:
    """The file with the skills of these pupils; read again, so that what leaves here holds to the rules."""
    work = _Merging(file, wish)
    work.follow(pupils)
    edits = tuple(sorted(work.edits, key=lambda edit: edit.start))
    content = spliced(file.content, edits)
    read_lsu(file.name, content, (file.version,))
    return Merged(content, edits, work.report())


def refuse_other_school(file: LsuFile, uai: str) -> None:
    """Raises LsuRefused for the file of another school."""
    faults = Faults(file.name)
    if file.uai.upper() != uai.upper():
        faults.refuse(Fault.OTHER_SCHOOL, None, "etablissement", file.uai, uai)
    faults.raise_any()


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content with the edits, which are in order and apart from each other."""
    parts, at = [], 0
    for edit in edits:
        parts += [content[at : edit.start], edit.written]
        at = edit.end
    return b"".join([*parts, content[at:]])


class _Merging:
    """One merge: the edits so far, and a line of the report for each pupil."""

    def __init__(self, file: LsuFile, wish: Wish) -> None:
        self.edits: list[Edit] = []
        self._file = file
        self._wish = wish
        self._lines: list[Line] = []
        self._others = 0
        self._classes = {_plain(name) for name in wish.classes}
        self._year = wish.year or max((period.year for period in file.periods.values()), default="")
        self._bilans: dict[str, list[Bilan]] = {}
        for bilan in file.bilans:
            self._bilans.setdefault(bilan.pupil, []).append(bilan)

    def follow(self, pupils: Sequence[OwnPupil]) -> None:
        """The pupils of the file in its order, then ours that it lacks."""
        counts = Counter(one_number(pupil.id_be) for pupil in pupils)
        # An identifier that two pupils have names neither of them.
        own = {number: pupil for pupil in pupils if counts[number := one_number(pupil.id_be)] == 1}
        seen = set()
        for pupil in self._file.pupils:
            known = own.get(one_number(pupil.id_be))
            seen.add(one_number(pupil.id_be))
            self._follow_one(pupil, known)
        for number, missing in own.items():
            if number not in seen and (not missing.class_name or self._is_chosen(missing.class_name)):
                self._note(Outcome.NOT_IN_FILE, missing.id_be, missing.name, missing.class_name)

    def report(self) -> Report:
        """What became of everybody."""
        inhabited = {_plain(line.class_name) for line in self._lines}
        return Report(
            file=self._file.name,
            version=self._file.version,
            encoding=self._file.encoding,
            year=self._year,
            period=self._wish.period,
            mapping=self._wish.mapping.said,
            lines=tuple(self._lines),
            idle_classes=tuple(name for name in self._wish.classes if _plain(name) not in inhabited),
            others=self._others,
        )

    def _follow_one(self, pupil: FilePupil, known: OwnPupil | None) -> None:
        is_here = self._is_chosen(pupil.class_name)
        is_ours = is_here if known is None or not known.class_name else self._is_chosen(known.class_name)
        if not is_here and not is_ours:
            self._others += 1
            return
        name = "" if known is None else known.name
        name = name or f"{pupil.family_name} {pupil.given_name}".strip()
        if known is None:
            self._note(Outcome.UNKNOWN, pupil.id_be, name, pupil.class_name, pupil.line)
        elif not (is_here and is_ours):
            self._note(Outcome.OTHER_CLASS, pupil.id_be, name, pupil.class_name, pupil.line)
        else:
            self._merge_one(pupil, known, name)

    def _merge_one(self, pupil: FilePupil, known: OwnPupil, name: str) -> None:
        levels = known.levels or ()
        mapped = {
            code: niveau
            for code, level in zip(SKILL_CODES, levels, strict=False)
            if (niveau := self._wish.mapping.niveau(level)) is not None
        }
        bilan: Bilan | Outcome
        if all(level is None for level in levels):
            bilan = Outcome.NO_LEVELS
        elif not mapped:
            bilan = Outcome.NOTHING_TO_WRITE
        else:
            bilan = self._bilan_of(pupil)
        who = (pupil.id_be, name, pupil.class_name)
        if isinstance(bilan, Outcome):
            self._note(bilan, *who, pupil.line)
            return
        outcome = self._write(bilan, mapped, known.appreciation or self._wish.appreciation)
        had = {} if bilan.skills is None else bilan.skills.niveaux
        lost = tuple(code for code in had if code not in mapped)
        self._lines.append(Line(outcome, *who, bilan.line, len(mapped), lost))

    def _bilan_of(self, pupil: FilePupil) -> Bilan | Outcome:
        """The pupil's one bilan of the wanted period, or why there is none to write into."""
        bilans = self._bilans.get(pupil.id, [])
        wanted = [bilan for bilan in bilans if self._is_wanted(bilan)]
        if len(wanted) == 1:
            return wanted[0]
        if wanted:
            return Outcome.SEVERAL_BILANS
        return Outcome.NO_LAST_PERIOD if bilans else Outcome.NO_BILAN

    def _is_wanted(self, bilan: Bilan) -> bool:
        period = self._file.periods.get(bilan.period)
        if period is None or period.year != self._year:
            return False
        return period.index == (self._wish.period or period.count)

    def _write(self, bilan: Bilan, mapped: dict[str, int], appreciation: str) -> Outcome:
        element = skills_element(bilan, self._file.encoding, mapped, appreciation)
        if bilan.skills is None:
            at = bilan.after_acquis
            self.edits.append(Edit(at, at, bilan.indent + element))
            return Outcome.INSERTED
        span = bilan.skills.span
        if self._file.content[span.start : span.end] == element:
            return Outcome.UNCHANGED
        self.edits.append(Edit(span.start, span.end, element))
        return Outcome.REPLACED

    def _is_chosen(self, class_name: str) -> bool:
        return _plain(class_name) in self._classes

    def _note(
        self, outcome: Outcome, id_be: str, name: str, class_name: str, line: int | None = None
    ) -> None:
        self._lines.append(Line(outcome, id_be, name, class_name, line))


def _plain(class_name: str) -> str:
    """How classes are compared: programs do not agree on blanks and capitals in them."""
    return "".join(class_name.split()).casefold()
