"""What a publication is checked for once it loads: counts, skills, keys, wording, variants, audiences."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from question_bank.checks.coverage import (
    few_skills,
    level_counts,
    missing_levels,
    poor_audiences,
    skill_warnings,
    type_counts,
)
from question_bank.checks.findings import Finding, FindingCode
from question_bank.checks.keys import key_places, longest_keys
from question_bank.checks.variants import check_variants
from question_bank.checks.wording import near_twins, same_items, stem_warnings
from question_bank.framework import COMPETENCE_CODES
from question_bank.items import Bank, ItemType, ItemVersion

__all__ = ["Finding", "FindingCode", "Report", "check_bank", "check_every_variant"]


@dataclass(frozen=True)
class Report:
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    by_level: dict[str, tuple[int, ...]]
    by_type: dict[str, dict[ItemType, int]]
    accessible: dict[str, int]
    parametric: dict[str, int]
    situations: dict[str, int]
    skills: dict[str, int]

    @property
    def items(self) -> int:
        return sum(sum(counts) for counts in self.by_level.values())


def check_bank(bank: Bank) -> Report:
    """Errors stop a publication; warnings are for an author to read. Counted are the approved items."""
    by_competence: dict[str, list[ItemVersion]] = {code: [] for code in COMPETENCE_CODES}
    for item in bank.approved:
        by_competence[item.competence].append(item)

    def count(holds: Callable[[ItemVersion], bool]) -> dict[str, int]:
        return {code: sum(holds(item) for item in items) for code, items in by_competence.items()}

    return Report(
        errors=tuple(same_items(bank.items)),
        warnings=tuple(
            finding for code, items in by_competence.items() for finding in _competence_warnings(code, items)
        ),
        by_level={code: level_counts(items) for code, items in by_competence.items()},
        by_type={code: type_counts(items) for code, items in by_competence.items()},
        accessible=count(lambda item: item.accessibility.accessible),
        parametric=count(lambda item: item.variants is not None),
        situations=count(lambda item: item.situation),
        skills={code: len({item.family for item in items}) for code, items in by_competence.items()},
    )


def check_every_variant(items: Iterable[ItemVersion], numbers: Sequence[int]) -> Iterator[Finding]:
    """Make these variants of each item: slow, so apart from the rest. What is found stops a publication,
    but for variants that are too much alike."""
    for item in items:
        yield from check_variants(item, numbers)


def _competence_warnings(code: str, items: Sequence[ItemVersion]) -> Iterator[Finding]:
    yield from missing_levels(code, items)
    if not items:
        return
    yield from few_skills(code, items)
    yield from skill_warnings(items)
    yield from poor_audiences(code, items)
    yield from longest_keys(code, items)
    yield from key_places(code, items)
    yield from near_twins(items)
    for item in items:
        yield from stem_warnings(item)
