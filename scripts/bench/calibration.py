"""How well calibration finds known parameters again, by the number of responses an item has.

    python -m scripts.bench.calibration [--responses 500 2000 10000] [--items 20] [--json FILE]

Simulated candidates of the engine's own model answer 32 items each, drawn at random; the authors' first guess
of every difficulty is off by 0.6 logit (standard deviation), of every discrimination by 30 %. Bias is the
mean error, RMSE the root of the mean square error, over all items.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from question_bank.calibration import calibrate
from scripts.bench.simulation.population import COMPETENCES, TEST, World, make_world, sit


def measure(world: World, responses: int) -> dict[str, float]:
    """Calibrates from about so many responses an item."""
    given = sit(world, responses * len(world.facts) // TEST)
    before = time.perf_counter()
    found = calibrate(world.facts, given, progress=_tell)
    took = time.perf_counter() - before
    b = np.array([one.b for one in found.estimates]) - world.b
    a = np.array([one.a for one in found.estimates]) - world.a
    z = b / np.array([one.b_error for one in found.estimates])
    start = np.array([fact.b for fact in world.facts]) - world.b
    return {
        "responses_an_item": float(given.counts(len(world.facts)).mean()),
        "candidates": float(found.candidates),
        "b_bias": float(b.mean()),
        "b_rmse": float(np.sqrt((b**2).mean())),
        "b_rmse_before": float(np.sqrt((start**2).mean())),
        "a_bias": float(a.mean()),
        "a_rmse": float(np.sqrt((a**2).mean())),
        "error_in_standard_errors": float(np.sqrt((z**2).mean())),
        "false_flags": float(sum(one.misfits or one.drifts for one in found.estimates)),
        "rounds": float(found.rounds),
        "seconds": took,
    }


def _tell(rounds: int, moved: float) -> None:
    print(f"\r  round {rounds}: {moved:.4f} logit", end="", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, nargs="+", default=[500, 2_000, 10_000])
    parser.add_argument("--items", type=int, default=20, help="items a competence")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    world = make_world(args.items)
    rows = []
    print(f"{args.items * COMPETENCES} items; guessed difficulties off by {0.6} logit")
    for responses in args.responses:
        row = measure(world, responses)
        rows.append(row)
        print("\r" + "  ".join(f"{name} {value:.3f}" for name, value in row.items()), flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
