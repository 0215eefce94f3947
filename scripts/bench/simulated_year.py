"""A simulated year on the shipped bank: exposure, overlap and unused items, for docs/bank.md.

python -m scripts.bench.simulated_year [--tests 100000] [--json FILE]
"""

import argparse
import json
import sys
import time
from pathlib import Path

from exam_server.commands.bank.check import SHIPPED
from question_bank.assembly import facts_of, publish
from question_bank.loading import load_bank
from question_bank.year import CAP, Year, simulate_year

SHOWN = 10


def figures(year: Year) -> dict[str, object]:
    """What the year came to."""
    exposure = year.exposure
    adapted = max(year.met_in_adapted.values(), default=0) / max(year.adapted, 1)
    return {
        "bank": year.bank.version,
        "tests": year.tests,
        "items": len(exposure),
        "colours": year.bank.colours,
        "most_exposed": [[item, round(share, 4)] for item, share in exposure[:SHOWN]],
        "median_exposure": round(exposure[len(exposure) // 2][1], 4),
        "above_the_cap": sum(share > CAP for _item, share in exposure),
        "unused": len(year.unused),
        "below_a_thousandth": sum(share < 0.001 for _item, share in exposure),
        "overlap_any": round(year.overlap, 4),
        "overlap_room": round(year.room_overlap, 4),
        "overlap_neighbours": round(year.neighbour_overlap, 5),
        "adapted_tests": year.adapted,
        "most_exposed_in_adapted": round(adapted, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    bank = load_bank(SHIPPED)
    began = time.perf_counter()
    year = simulate_year(publish(facts_of(bank), bank.version), args.tests, progress=_tell)
    found = {**figures(year), "seconds": round(time.perf_counter() - began)}
    written = json.dumps(found, indent=1, ensure_ascii=False)
    print(f"\r{written}")
    if args.json:
        args.json.write_text(written, encoding="utf-8")


def _tell(done: int) -> None:
    print(f"\r{done}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
