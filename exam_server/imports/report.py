"""What an import says: the rows it read, the problems it met, and the rows it left aside on purpose."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from exam_server.imports.codes import ImportCode, SkipReason
from exam_server.imports.wording import MESSAGE, PLACE, PROBLEMS, SKIPS

__all__ = [
    "Findings",
    "Import",
    "ImportCode",
    "ImportProblem",
    "SkipReason",
    "Skipped",
    "Translate",
    "quoted",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_KEPT = 1_000
"""Problems kept for display; the total is counted beyond."""

MAX_QUOTED = 60
"""Characters of a wrong value that a message repeats."""

Translate = Callable[[str], str]


def untranslated(text: str) -> str:
    """The French text itself, for those who have no catalogue at hand."""
    return text


@dataclass(frozen=True)
class ImportProblem:
    """One thing to put right: where it is, what is wrong, what to do."""

    file: str
    line: int | None
    field: str | None
    code: ImportCode
    subject: str | None = None
    given: str = ""
    expected: str = ""

    def problem(self, translate: Translate = untranslated) -> str:
        return self._filled(translate(PROBLEMS[self.code][0]))

    def remedy(self, translate: Translate = untranslated) -> str:
        return self._filled(translate(PROBLEMS[self.code][1]))

    def place(self, translate: Translate = untranslated) -> str:
        """File, line, field and row, as far as they are known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(translate(PLACE["line"]).format(line=self.line))
        if self.field is not None:
            parts.append(translate(PLACE["field"]).format(field=self.field))
        if self.subject is not None:
            parts.append(translate(PLACE["subject"]).format(subject=self.subject))
        return ", ".join(parts)

    def message(self, translate: Translate = untranslated) -> str:
        """The whole line: place, problem, remedy."""
        return translate(MESSAGE).format(
            place=self.place(translate), problem=self.problem(translate), remedy=self.remedy(translate)
        )

    def _filled(self, text: str) -> str:
        return text.format(given=self.given, expected=self.expected, field=self.field or "")


@dataclass(frozen=True)
class Skipped:
    """A row that is in order and is left aside: said and counted, never an error."""

    line: int
    subject: str
    reason: SkipReason

    def message(self, translate: Translate = untranslated) -> str:
        return translate(SKIPS[self.reason])


@dataclass(frozen=True)
class Import(Generic[T_co]):
    """The outcome of reading one file; a row with a problem is not among the rows."""

    file: str
    rows: tuple[T_co, ...]
    problems: tuple[ImportProblem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[ImportProblem, ...] = ()
    problem_count: int = 0
    warning_count: int = 0

    @property
    def ok(self) -> bool:
        """True when every row of the file can be kept."""
        return self.problem_count == 0


def quoted(value: str) -> str:
    """A wrong value as a message may show it: short, and without characters that cannot be seen."""
    spaced = "".join(" " if c.isspace() else c for c in value[: MAX_QUOTED + 1])
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in spaced)
    return shown if len(shown) <= MAX_QUOTED else shown[: MAX_QUOTED - 1] + "…"


@dataclass
class Findings:
    """Collects problems and warnings while one file is read; keeps the first thousand of each, counts all."""

    file: str
    problems: list[ImportProblem] = field(default_factory=list)
    warnings: list[ImportProblem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problem_count: int = 0
    warning_count: int = 0

    def refuse(
        self,
        code: ImportCode,
        line: int | None = None,
        field: str | None = None,
        subject: str | None = None,
        given: str = "",
        expected: str = "",
    ) -> None:
        """A problem: the row, or the file, is not taken."""
        self.problem_count += 1
        if len(self.problems) < MAX_KEPT:
            self.problems.append(self._problem(code, line, field, subject, given, expected))

    def warn(
        self,
        code: ImportCode,
        line: int | None = None,
        field: str | None = None,
        subject: str | None = None,
        given: str = "",
        expected: str = "",
    ) -> None:
        """Something to look at: the row is taken all the same."""
        self.warning_count += 1
        if len(self.warnings) < MAX_KEPT:
            self.warnings.append(self._problem(code, line, field, subject, given, expected))

    def skip(self, reason: SkipReason, line: int, subject: str) -> None:
        self.skipped.append(Skipped(line, quoted(subject), reason))

    def outcome(self, rows: tuple[T, ...]) -> Import[T]:
        """The frozen report, in the order of the file."""
        if not rows and not self.problem_count:
            self.refuse(ImportCode.NO_ROWS)
        return Import(
            self.file,
            rows,
            tuple(sorted(self.problems, key=_line)),
            tuple(sorted(self.skipped, key=lambda skipped: skipped.line)),
            tuple(sorted(self.warnings, key=_line)),
            self.problem_count,
            self.warning_count,
        )

    def _problem(
        self,
        code: ImportCode,
        line: int | None,
        field: str | None,
        subject: str | None,
        given: str,
        expected: str,
    ) -> ImportProblem:
        return ImportProblem(
            self.file,
            line,
            None if field is None else quoted(field),
            code,
            None if subject is None else quoted(subject),
            quoted(given),
            expected,
        )


def _line(problem: ImportProblem) -> int:
    return problem.line or 0
