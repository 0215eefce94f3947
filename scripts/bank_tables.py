"""The tables of docs/bank.md, from the shipped bank. Writes them between their marks; --check writes nothing.

python scripts/bank_tables.py [--check]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from question_bank.checks import Report, check_bank
from question_bank.framework import COMPETENCES, LEVELS
from question_bank.items import Bank, ItemType, ItemVersion
from question_bank.loading import load_bank

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "bank.md"
BEGIN, END = "<!-- tables: scripts/bank_tables.py writes them -->", "<!-- end of the tables -->"


def row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(heads: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[str]:
    yield row(heads)
    yield "|---|" + "--:|" * (len(heads) - 1)
    for cells in rows:
        yield row(cells)
    yield ""


def by_competence(report: Report) -> Iterator[Sequence[object]]:
    kinds = (report.skills, report.parametric, report.situations, report.accessible)
    for competence in COMPETENCES:
        counts = report.by_level[competence.code]
        yield (
            f"{competence.code} {competence.label}",
            *counts,
            sum(counts),
            *(kind[competence.code] for kind in kinds),
        )
    levels = [sum(counts[level - 1] for counts in report.by_level.values()) for level in LEVELS]
    yield ("**all**", *levels, sum(levels), *(sum(kind.values()) for kind in kinds))


def by_type(bank: Bank) -> Iterator[Sequence[object]]:
    def count(holds: Callable[[ItemVersion], bool]) -> Counter[ItemType]:
        return Counter(item.type for item in bank.items if holds(item))

    everything = count(lambda item: True)
    parts = [
        count(lambda item: item.variants is not None),
        count(lambda item: item.situation),
        count(lambda item: bool(item.files)),
        count(lambda item: item.accessibility.accessible),
    ]
    for kind in ItemType:
        yield (f"`{kind.value}`", everything[kind], *(part[kind] for part in parts))
    yield ("**all**", everything.total(), *(part.total() for part in parts))


def tables(bank: Bank) -> str:
    report = check_bank(bank)
    heads = ["competence", *map(str, LEVELS), "items", "skills", "parametric", "situations", "accessible"]
    lines = [
        f"Bank `{bank.version}`: {len(bank.items)} items, {sum(report.skills.values())} skills.",
        "",
        *table(heads, by_competence(report)),
        *table(["type", "items", "parametric", "situations", "with files", "accessible"], by_type(bank)),
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    written = PAGE.read_text(encoding="utf-8")
    before, _, rest = written.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = f"{before}{BEGIN}\n\n{tables(load_bank(ROOT / 'question_bank' / 'items'))}\n{END}{after}"
    if args.check:
        return 0 if fresh == written else 1
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
