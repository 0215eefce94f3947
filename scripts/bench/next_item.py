"""Times the choice of the next item on 10,000 synthetic items, against catsim's selector in the same run.

    python -m scripts.bench.next_item [--items 10000] [--tests 20] [--json FILE]

catsim is no dependency of the product (requirements/bench.in lists it); without it only our times are shown.
Both run in turns in one process, on an idle core at best: the ratio says more than either time. Exits 1 below
the floors (median under 1 ms, 25 times faster than the max-information selector).
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from fractions import Fraction
from functools import partial
from io import StringIO
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from question_bank.assembly import Assembly, AssemblySpec, ItemFacts, PublishedBank, publish
from question_bank.profile import Profile

try:
    from catsim.estimation import NumericalSearchEstimator
    from catsim.item_bank import ItemBank
    from catsim.selection import MaxInfoSelector
except ImportError:  # the bench still times us
    MaxInfoSelector = None

LENGTH = 32
MOST_MS, LEAST_RATIO = 1.0, 25.0
Times = dict[str, list[float]]
T = TypeVar("T")


def synthetic(count: int) -> list[ItemFacts]:
    rng = random.Random(20261122)
    return [
        ItemFacts(
            id=f"item-{i:06d}",
            competence_index=i % 16,
            level=1 + i // 16 % 8,
            family=f"{i % 16}/{i // 16 % 8}/{i // 384}",
            a=round(rng.lognormvariate(0.25, 0.25), 3),
            b=round(-2.6 + 0.6 * (1 + i // 16 % 8) + rng.gauss(0, 0.35), 3),
            expected_seconds=rng.randint(40, 320),
            accessible=True,
        )
        for i in range(count)
    ]


def timed(times: Times, name: str, call: Callable[[], T]) -> T:
    begun = time.perf_counter()
    result = call()
    times.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
    return result


def sit(bank: PublishedBank, seed: int, colours: int, times: Times) -> None:
    """A whole test with simulated answers; every call is timed."""
    rng = random.Random(seed)
    claimed = rng.sample(range(16), rng.randint(9, 16))
    profile = Profile(tuple(rng.randint(1, 8) if c in claimed else 0 for c in range(16)), (0,) * 16)
    spec = AssemblySpec(
        profile, rng.getrandbits(64), seed % colours, colours, 5, False, Fraction(1), frozenset(), frozenset()
    )
    assembly = timed(times, "start", lambda: Assembly(bank, spec))
    for _ in range(LENGTH):
        choice = timed(times, "next", assembly.next)
        if choice is None:
            raise RuntimeError("the test ended early")
        answer = partial(assembly.record, choice.item_id, rng.random() < 0.7, rng.randint(30, 300))
        timed(times, "record", answer)
    history = assembly.history
    timed(times, "resume", lambda: Assembly.resume(bank, spec, history))
    timed(times, "report", assembly.report)


def sit_catsim(facts: list[ItemFacts], seed: int, times: Times) -> None:
    """The same length with catsim: the most informative item of all at the likeliest ability."""
    rng = random.Random(seed)
    bank = ItemBank(np.array([[fact.a, fact.b, 0.0, 1.0] for fact in facts]))
    selector, estimator = MaxInfoSelector(), NumericalSearchEstimator()
    administered: list[int] = []
    responses: list[bool] = []
    theta = 0.0
    for _ in range(LENGTH):
        known = {"item_bank": bank, "administered_items": administered, "est_theta": theta}
        item = timed(times, "catsim select", partial(selector.select, **known))
        administered.append(int(item))
        responses.append(rng.random() < 0.7)
        known = {**known, "administered_items": administered, "response_vector": responses}
        theta = timed(times, "catsim estimate", partial(estimator.estimate, **known))


def rows(times: Times) -> dict[str, dict[str, float]]:
    return {
        name: {"median_ms": median(values), "p99_ms": float(np.quantile(values, 0.99))}
        for name, values in times.items()
    }


def measure(items: int, tests: int) -> dict[str, dict[str, dict[str, float]]]:
    """One colour (every item may be chosen) and the room's colours, catsim in turns with the first."""
    facts = synthetic(items)
    bank = publish(facts, "synthetic")
    found: dict[str, dict[str, dict[str, float]]] = {}
    for colours in sorted({1, bank.colours}):
        times: Times = {}
        for seed in range(tests):
            sit(bank, seed, colours, times)
            if colours == 1 and MaxInfoSelector is not None:
                with redirect_stdout(StringIO()):  # it prints empty lines
                    sit_catsim(facts, seed, times)
        found[f"{items} items, {colours} colour{'s' if colours > 1 else ''}"] = rows(times)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--tests", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    found = {**measure(256, options.tests), **measure(options.items, options.tests)}
    for name, times in found.items():
        print(name)
        for call, figures in times.items():
            print(f"  {call:<16} median {figures['median_ms']:8.3f} ms   p99 {figures['p99_ms']:8.3f} ms")
    whole = found[f"{options.items} items, 1 colour"]
    ours = whole["next"]["median_ms"]
    kept = ours < MOST_MS
    if "catsim select" in whole:
        select = whole["catsim select"]["median_ms"]
        both = select + whole["catsim estimate"]["median_ms"]
        ratio = select / ours
        answered = both / (ours + whole["record"]["median_ms"])
        print(f"catsim select / our next: {ratio:.1f}; with estimate and record: {answered:.1f}")
        kept = kept and ratio >= LEAST_RATIO
    else:
        print("catsim is not installed: no ratio")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
