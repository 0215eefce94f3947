"""What a publication's texts are checked for once they load: counts, lone skills, give-away keys, twins."""

import difflib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from question_bank.framework import COMPETENCE_CODES, LEVELS
from question_bank.item_types.single_choice import SingleChoice
from question_bank.items import Bank, ItemType, ItemVersion
from question_bank.loading import BankErrors, load_bank
from question_bank.typography import BlockKind, Phrase, blocks

LONGEST_KEY_SHARE = 0.45
SAME_PLACE_SHARE = 0.5
FEWEST_TO_JUDGE = 5
TWIN_RATIO = 0.92
WIDEST_LINE = 90

_STRAIGHT_QUOTES = re.compile(r'(?<![\w=(;,])"[^\W\d_][^"]*"')
_WORDS = re.compile(r"\w+")


class FindingCode(StrEnum):
    SAME_ITEM = "same_item"
    NO_ITEM = "no_item"
    LONE_ITEM = "lone_item"
    UNEVEN_SKILL = "uneven_skill"
    LONGEST_KEY = "longest_key"
    KEY_PLACE = "key_place"
    NEAR_TWIN = "near_twin"
    WIDE_LINE = "wide_line"
    STRAIGHT_QUOTES = "straight_quotes"


@dataclass(frozen=True)
class Finding:
    code: FindingCode
    subject: str
    text: Phrase

    def __str__(self) -> str:
        return f"{self.subject} : {self.text}"


@dataclass(frozen=True)
class Report:
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    by_level: dict[str, tuple[int, ...]]
    by_type: dict[str, dict[ItemType, int]]
    accessible: dict[str, int]

    @property
    def items(self) -> int:
        return sum(sum(counts) for counts in self.by_level.values())


def check_bank(bank: Bank) -> Report:
    """Errors stop a publication; warnings are for an author to read."""
    by_competence: dict[str, list[ItemVersion]] = {code: [] for code in COMPETENCE_CODES}
    for item in bank.items:
        by_competence[item.competence].append(item)
    return Report(
        errors=tuple(_same_items(bank.items)),
        warnings=tuple(
            finding for code, items in by_competence.items() for finding in _competence_warnings(code, items)
        ),
        by_level={code: _level_counts(items) for code, items in by_competence.items()},
        by_type={code: _type_counts(items) for code, items in by_competence.items()},
        accessible={
            code: sum(item.accessibility.accessible for item in items)
            for code, items in by_competence.items()
        },
    )


def _level_counts(items: Sequence[ItemVersion]) -> tuple[int, ...]:
    return tuple(sum(item.level == level for item in items) for level in LEVELS)


def _type_counts(items: Sequence[ItemVersion]) -> dict[ItemType, int]:
    return {kind: sum(item.type is kind for item in items) for kind in ItemType}


def _competence_warnings(code: str, items: Sequence[ItemVersion]) -> Iterator[Finding]:
    yield from _missing_levels(code, items)
    yield from _skill_warnings(items)
    yield from _longest_keys(code, items)
    yield from _key_places(code, items)
    yield from _near_twins(items)
    for item in items:
        yield from _stem_warnings(item)


def _missing_levels(code: str, items: Sequence[ItemVersion]) -> Iterator[Finding]:
    missing = [str(level) for level, count in zip(LEVELS, _level_counts(items), strict=True) if not count]
    if missing:
        text = Phrase("aucun item de niveau {levels}", levels=", ".join(missing))
        yield Finding(FindingCode.NO_ITEM, code, text)


def _skill_warnings(items: Iterable[ItemVersion]) -> Iterator[Finding]:
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


def _longest_keys(code: str, items: Iterable[ItemVersion]) -> Iterator[Finding]:
    bodies = [item.body for item in items if isinstance(item.body, SingleChoice)]
    long = sum(_key_is_longest(body) for body in bodies)
    if len(bodies) >= FEWEST_TO_JUDGE and long > LONGEST_KEY_SHARE * len(bodies):
        text = Phrase("la réponse juste est la plus longue {long} fois sur {all}", long=long, all=len(bodies))
        yield Finding(FindingCode.LONGEST_KEY, code, text)


def _key_is_longest(body: SingleChoice) -> bool:
    key = max(len(option.text) for option in body.options if option.key)
    return all(len(option.text) < key for option in body.options if not option.key)


def _key_places(code: str, items: Iterable[ItemVersion]) -> Iterator[Finding]:
    """Only where the authored order is shown as it is; elsewhere the seed decides."""
    places = [
        [option.key for option in item.body.options].index(True) + 1
        for item in items
        if isinstance(item.body, SingleChoice) and not item.shuffle
    ]
    for place in sorted(set(places)):
        count = places.count(place)
        if len(places) >= FEWEST_TO_JUDGE and count > SAME_PLACE_SHARE * len(places):
            text = Phrase(
                "sans mélange, la réponse juste est {count} fois sur {all} à la place {place}",
                count=count,
                all=len(places),
                place=place,
            )
            yield Finding(FindingCode.KEY_PLACE, code, text)


def _same_items(items: Iterable[ItemVersion]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for item in items:
        text = _whole_text(item)
        if text in first:
            said = Phrase("même énoncé et mêmes réponses que {other}", other=first[text])
            yield Finding(FindingCode.SAME_ITEM, item.id, said)
        first.setdefault(text, item.id)


def _near_twins(items: Sequence[ItemVersion]) -> Iterator[Finding]:
    """Two skills must not ask in the same words; two items of one skill may, but not for the same answer."""
    for left, right in combinations(items, 2):
        siblings = left.family == right.family
        if siblings and left.body.key() != right.body.key():
            continue
        ratio = _likeness(_whole_text if siblings else _stem_text, left, right)
        if ratio > TWIN_RATIO and _whole_text(left) != _whole_text(right):
            text = Phrase(
                "presque le même texte que {other} ({percent} %)", other=right.id, percent=round(ratio * 100)
            )
            yield Finding(FindingCode.NEAR_TWIN, left.id, text)


def _likeness(wording: Callable[[ItemVersion], str], left: ItemVersion, right: ItemVersion) -> float:
    texts = difflib.SequenceMatcher(None, wording(left), wording(right), autojunk=False)
    if texts.real_quick_ratio() <= TWIN_RATIO or texts.quick_ratio() <= TWIN_RATIO:
        return 0.0
    return texts.ratio()


def _stem_text(item: ItemVersion) -> str:
    return _words(item.stem)


def _whole_text(item: ItemVersion) -> str:
    return _words(" ".join((item.stem, *item.body.texts(), *item.body.key())))


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _stem_warnings(item: ItemVersion) -> Iterator[Finding]:
    for block in blocks(item.stem):
        if block.kind is BlockKind.PREFORMATTED:
            widest = max((len(line) for line in block.text.splitlines()), default=0)
            if widest > WIDEST_LINE:
                text = Phrase("une ligne de {widest} caractères ne tient pas à l’écran", widest=widest)
                yield Finding(FindingCode.WIDE_LINE, item.id, text)
        elif _STRAIGHT_QUOTES.search(block.text):
            text = Phrase("guillemets droits dans l’énoncé : écrivez « »")
            yield Finding(FindingCode.STRAIGHT_QUOTES, item.id, text)


def main(arguments: list[str]) -> int:
    """Check a folder of items: `python -m question_bank.checks question_bank/items`."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent / "items"
    try:
        bank = load_bank(folder)
    except BankErrors as errors:
        sys.stderr.write(f"{errors}\n")
        return 1
    report = check_bank(bank)
    for finding in (*report.errors, *report.warnings):
        sys.stdout.write(f"{finding}\n")
    for code, counts in report.by_level.items():
        sys.stdout.write(f"{code}  {'  '.join(f'{count:3}' for count in counts)}  = {sum(counts)}\n")
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
