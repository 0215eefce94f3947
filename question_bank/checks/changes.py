"""What one changed file is checked for: that it reads, that its variants hold, what is worth a look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from question_bank.changes import BankFiles, Change
from question_bank.checks import Report, check_bank, check_every_variant
from question_bank.checks.findings import Finding, FindingCode
from question_bank.items import Bank, ItemVersion
from question_bank.typography import Phrase

VARIANTS_MADE = 20


@dataclass(frozen=True)
class Remark:
    """About a line of the file (0: about something else), and what to do where it must be mended."""

    line: int
    field: str
    text: Phrase
    remedy: Phrase | None = None


@dataclass(frozen=True)
class CheckedChange:
    """A changed file: its items, what must be mended, what to look at."""

    items: tuple[tuple[ItemVersion, int], ...]
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]


@lru_cache(maxsize=64)
def check_change(change: Change) -> CheckedChange:
    """The file alone: as it is read when a bank is loaded, and some variants of each item."""
    file = change.read()
    errors = [Remark(each.line, each.field, each.problem, each.remedy) for each in file.problems]
    if errors:
        return CheckedChange(file.items, tuple(errors), ())
    lines = {item.id: line for item, line in file.items}
    found = list(check_every_variant([item for item, _line in file.items], range(VARIANTS_MADE)))
    alike = [each for each in found if each.code is FindingCode.SAME_ANSWER]
    wrong = [each for each in found if each.code is not FindingCode.SAME_ANSWER]
    return CheckedChange(file.items, _remarks(wrong, lines), _remarks(alike, lines))


def check_among(change: Change, files: BankFiles, approved: Sequence[Change]) -> CheckedChange:
    """The same, and what the file does to its competence when it joins the changes that were approved."""
    alone = check_change(change)
    if alone.errors:
        return alone
    lines = {item.id: line for item, line in alone.items}
    subjects = {**lines, **{item.family: 1 for item, _line in alone.items}}
    before = _of_competence(files, approved, change.competence)
    after = _of_competence(files, (*approved, change), change.competence)
    # Of two items that are too much alike either may be named.
    known = {str(each) for each in (*before.errors, *before.warnings)}
    errors, warnings = (
        [each for each in found if each.subject in subjects or str(each) not in known]
        for found in (after.errors, after.warnings)
    )
    return CheckedChange(
        alone.items, _remarks(errors, subjects), (*alone.warnings, *_remarks(warnings, subjects))
    )


def _of_competence(files: BankFiles, changes: Sequence[Change], competence: str) -> Report:
    items = files.with_changes(changes).bank.items
    return check_bank(Bank(tuple(item for item in items if item.competence == competence)))


def _remarks(findings: Sequence[Finding], lines: dict[str, int]) -> tuple[Remark, ...]:
    return tuple(_placed(findings, lines))


def _placed(findings: Sequence[Finding], lines: dict[str, int]) -> Iterator[Remark]:
    for finding in findings:
        yield Remark(lines.get(finding.subject, 0), finding.subject, finding.text)
