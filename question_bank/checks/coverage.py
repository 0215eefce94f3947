"""Whether there are enough items: by competence and level, by skill, and for who cannot use all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from question_bank.assembly.blueprint import families_needed
from question_bank.assembly.parameters import TEST_LENGTH
from question_bank.checks.findings import Finding, FindingCode
from question_bank.framework import LEVELS
from question_bank.items import Condition, ItemType, ItemVersion
from question_bank.typography import Phrase

FEWEST_SKILLS = 3

# How an accommodation is said in a finding, and whom it excludes: an item must allow all of these.
AUDIENCES: Mapping[Phrase, frozenset[Condition]] = {
    Phrase("aveugles"): frozenset({Condition.BLIND, Condition.KEYBOARD}),
    Phrase("malvoyants"): frozenset({Condition.LOW_VISION}),
    Phrase("daltoniens"): frozenset({Condition.COLOUR_BLIND}),
    Phrase("sourds"): frozenset({Condition.DEAF}),
    Phrase("au clavier seul"): frozenset({Condition.KEYBOARD}),
}


def level_counts(items: Sequence[ItemVersion]) -> tuple[int, ...]:
    return tuple(sum(item.level == level for item in items) for level in LEVELS)


def type_counts(items: Sequence[ItemVersion]) -> dict[ItemType, int]:
    return {kind: sum(item.type is kind for item in items) for kind in ItemType}


def missing_levels(code: str, items: Sequence[ItemVersion]) -> Iterator[Finding]:
    missing = [str(level) for level, count in zip(LEVELS, level_counts(items), strict=True) if not count]
    if missing:
        text = Phrase("aucun item de niveau {levels}", levels=", ".join(missing))
        yield Finding(FindingCode.NO_ITEM, code, text)


def few_skills(code: str, items: Iterable[ItemVersion]) -> Iterator[Finding]:
    """A level with one or two skills: two candidates who compare their tests soon know all of it."""
    skills: dict[int, set[str]] = defaultdict(set)
    for item in items:
        skills[item.level].add(item.family)
    poor = [
        f"{level} ({len(skills[level])})" for level in sorted(skills) if len(skills[level]) < FEWEST_SKILLS
    ]
    if poor:
        text = Phrase("moins de trois savoir-faire aux niveaux {levels}", levels=", ".join(poor))
        yield Finding(FindingCode.FEW_SKILLS, code, text)


def skill_warnings(items: Iterable[ItemVersion]) -> Iterator[Finding]:
    families: dict[str, list[ItemVersion]] = defaultdict(list)
    for item in items:
        families[item.family].append(item)
    for family, members in families.items():
        if len(members) == 1:
            yield Finding(FindingCode.LONE_ITEM, family, Phrase("un seul item pour ce savoir-faire"))
        levels = sorted({item.level for item in members})
        if len(levels) > 1:
            text = Phrase(
                "les items se remplacent, mais leurs niveaux diffèrent : {levels}",
                levels=", ".join(map(str, levels)),
            )
            yield Finding(FindingCode.UNEVEN_SKILL, family, text)


def poor_audiences(code: str, items: Sequence[ItemVersion]) -> Iterator[Finding]:
    """Who would not always find the families that a complete test may ask of one competence.

    So many families in every competence are enough for every profile (`families_needed`).
    """
    needed = families_needed(TEST_LENGTH)
    for audience, conditions in AUDIENCES.items():
        have = len({item.family for item in items if item.accessibility.usable_by(conditions)})
        if have < needed:
            text = Phrase(
                "{have} savoir-faire utilisables par les candidats {audience}, il en faut {needed}",
                have=have,
                audience=audience,
                needed=needed,
            )
            yield Finding(FindingCode.TOO_FEW_FOR, code, text)
