"""Measures the test engine's quality in simulated worlds against other rules, and fails below the floors.

    python -m scripts.bench.engine            three worlds of 2,000 candidates, stress worlds, exposure curve
    python -m scripts.bench.engine --quick    one world of 300 candidates, no stress: for every change

The quick run has wider floors, and does not judge exposure, which a few hundred tests cannot measure.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

for _library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_library, "1")  # two processes share two cores; set before numpy starts its threads

from scripts.bench.simulation import classic, goals, mcat, metrics, ours, report  # noqa: E402
from scripts.bench.simulation.metrics import Figures  # noqa: E402
from scripts.bench.simulation.ours import Setting  # noqa: E402
from scripts.bench.simulation.outcome import Outcome  # noqa: E402
from scripts.bench.simulation.world import Scenario, World, make_world, model_of  # noqa: E402

STRESS = (
    Scenario("S1 practice noise .9", practice_noise=0.9),
    Scenario("S2 everybody sincere", shares=(1, 0, 0, 0)),
    Scenario("S3 60 % inflated", shares=(0.2, 0.6, 0.1, 0.1)),
    Scenario("S4 inflated in 75-100 % of competences", inflated_part=(0.75, 1.0)),
    Scenario("S5 weakly correlated competences", within=0.35, across=0.2),
    Scenario("S6 low-level population", mean=0.3),
    Scenario("S7 bad calibration", calibration_b=0.3, calibration_a=0.25),
    Scenario("S8 everybody guesses", everybody_guesses=True),
    Scenario("S9 profiles are noise", noise_profiles=True),
    Scenario("S10 five to eight competences", practised=(5, 8)),
    Scenario("S11 bank of 800 items", items=800),
    Scenario("S12 sincere people progressed a level", progressed=1.0),
)
CAPS = (0.02, 0.03, 0.05, 0.1, 0.2, 1.0)
REPLAYS, FLIPS = 40, 400

RIVALS: dict[str, Callable[[World], Outcome]] = {
    goals.DECLARED: classic.declared_as_is,
    goals.FIXED: classic.fixed_from_profile,
    goals.FLASH: classic.flash,
    goals.MAXINFO: classic.max_information,
    goals.POPULATION: lambda world: mcat.d_optimal(world, from_profile=False),
    goals.PROFILE: lambda world: mcat.d_optimal(world, from_profile=True),
}
SETTINGS = {
    goals.OURS: Setting(),
    goals.SHORT: Setting(length=20),
    goals.SECURE: Setting(policy="secure", exposure=0.03),
    "one colour": Setting(colours=1),
    "accessible items only": Setting(accessible_only=True),
    "a third more time": Setting(time_factor=Fraction(4, 3)),
}
RESCORED = "our scoring on v2-like items"
CHECKS = "checks"


@dataclass(frozen=True)
class Task:
    """One method in one world."""

    scenario: Scenario
    seed: int
    method: str
    setting: Setting | None = None


@lru_cache(maxsize=1)
def _world(scenario: Scenario, seed: int) -> World:
    return make_world(scenario, seed)


def work(task: Task) -> tuple[Task, Figures]:
    world, model = _world(task.scenario, task.seed), model_of()
    if task.method == CHECKS:
        unlike = ours.unlike_replays(world, model, Setting(), REPLAYS)
        return task, {"unlike_replays": float(unlike), "falls": float(ours.falls(world, model, FLIPS))}
    if task.setting is not None:
        outcome = ours.run(world, model, task.setting)
    elif task.method == RESCORED:
        outcome = ours.rescored(world, model, classic.fixed_from_profile(world), RESCORED)
    elif task.method == "refitted":
        outcome = ours.run(world, model_of(round(1100 * task.scenario.practice_noise)), Setting())
    else:
        outcome = RIVALS[task.method](world)
    return task, metrics.measure(world, outcome)


def tasks(quick: bool, first_seed: int) -> list[Task]:
    seeds = [first_seed] if quick else [first_seed, first_seed + 1, first_seed + 2]
    base = Scenario(candidates=300 if quick else 2000)
    side = replace(base, candidates=100 if quick else 500)
    found = [Task(base, seed, name, SETTINGS[name]) for seed in seeds for name in (goals.OURS, goals.SHORT)]
    found += [Task(base, seed, name) for seed in seeds for name in (*RIVALS, RESCORED)]
    found += [Task(base, seed, CHECKS) for seed in seeds]
    others = [name for name in SETTINGS if name not in (goals.OURS, goals.SHORT)]
    found += [Task(side, first_seed, name, SETTINGS[name]) for name in others]
    if quick:
        return found
    for scenario in STRESS:
        stressed = replace(scenario, candidates=500)
        found.append(Task(stressed, first_seed, goals.OURS, Setting()))
        found += [
            Task(stressed, first_seed, name) for name in RIVALS if name not in (goals.DECLARED, goals.MAXINFO)
        ]
    found.append(Task(replace(STRESS[0], candidates=500), first_seed, "refitted"))
    curve = [Task(side, first_seed, f"cap {cap:g}", Setting(exposure=cap)) for cap in CAPS]
    return found + curve


def mean(figures: Iterable[Figures]) -> Figures:
    rows = list(figures)
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}


def spread(figures: Iterable[Figures]) -> Figures:
    rows = list(figures)
    middle = mean(rows)
    count = max(len(rows) - 1, 1)
    return {name: (sum((row[name] - middle[name]) ** 2 for row in rows) / count) ** 0.5 for name in middle}


@dataclass(frozen=True)
class Results:
    """All figures, grouped as the report shows them."""

    main: dict[str, list[Figures]]
    side: dict[str, Figures]
    stress: dict[str, dict[str, Figures]]
    curve: dict[str, Figures]


def gather(done: list[tuple[Task, Figures]]) -> Results:
    results = Results({}, {}, {}, {})
    for task, figures in done:
        if task.scenario.name != "base":
            results.stress.setdefault(task.scenario.name, {})[task.method] = figures
        elif task.method.startswith("cap "):
            results.curve[task.method] = figures
        elif task.method in SETTINGS and task.method not in (goals.OURS, goals.SHORT):
            results.side[task.method] = figures
        else:
            results.main.setdefault(task.method, []).append(figures)
    return results


def means_of(results: Results) -> dict[str, Figures]:
    """The mean over the worlds, with the figures that are counted over all runs of the engine."""
    means = {name: mean(rows) for name, rows in results.main.items()}
    runs = [row for name in (goals.OURS, goals.SHORT) for row in results.main[name]]
    runs += [*results.side.values(), *results.curve.values()]
    runs += [rows[goals.OURS] for rows in results.stress.values()]
    timed = [
        *results.main[goals.OURS],
        results.side["a third more time"],
        results.side["accessible items only"],
    ]
    means[goals.OURS] |= mean(results.main[CHECKS])
    means[goals.OURS]["violations_all"] = sum(row["violations"] for row in runs)
    means[goals.OURS]["over_time_all"] = max(row["over_time"] for row in timed)
    del means[CHECKS]
    return means


def markdown(results: Results, means: dict[str, Figures], found: list[goals.Verdict]) -> str:
    sds = {name: spread(rows) for name, rows in results.main.items()}
    parts = ["## Goals", report.goals(found), "## Worlds: mean (standard deviation)"]
    parts.append(report.table(means, report.MAIN, sds))
    parts += [
        "## Other settings, fewer candidates",
        report.table(results.side, {**report.MAIN, "over_time": "over time"}),
    ]
    flags = {name: name.replace("_", " ") for name in means[goals.OURS] if name.startswith("flag_")}
    ours_only = {name: figures for name, figures in means.items() if name in (goals.OURS, goals.SHORT)}
    parts += ["## P(inflated) above .5 and .95, by kind of candidate", report.table(ours_only, flags)]
    for name, rows in results.stress.items():
        extra = (
            {"exact_switched": "exact, switched", "within_1_switched": "±1, switched"} if "S9" in name else {}
        )
        parts += [f"### {name}", report.table(rows, {**report.STRESS, **extra})]
    if results.curve:
        parts += ["## Exposure cap", report.table(results.curve, report.CURVE)]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one world of 300 candidates")
    parser.add_argument("--seed", type=int, default=1, help="the first world's seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    options = parser.parse_args()
    begun = time.monotonic()
    todo, done = tasks(options.quick, options.seed), []
    with get_context("spawn").Pool(options.workers) as pool:
        for task, figures in pool.imap(work, todo):
            done.append((task, figures))
            print(
                f"\r{len(done)}/{len(todo)} {task.scenario.name}: {task.method}\033[K",
                end="",
                file=sys.stderr,
            )
    print(file=sys.stderr)
    results = gather(done)
    means = means_of(results)
    found = goals.quick_verdicts(means) if options.quick else goals.verdicts(means)
    text = markdown(results, means, found)
    print(text)
    print(f"{len(todo)} runs in {time.monotonic() - begun:.0f} s")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps({"means": means, **asdict(results)}, indent=1), encoding="utf-8")
    missed = [one.goal for one in found if not one.reached]
    for goal in missed:
        print(f"missed: {goal.code} {goal.text}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
