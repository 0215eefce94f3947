"""The figures that engines are compared by; each is defined once, for all engines."""

import numpy as np
from numpy.typing import NDArray

from scripts.bench.simulation.outcome import Outcome
from scripts.bench.simulation.world import Floats, Ints, Kind, World

Bools = NDArray[np.bool_]
Figures = dict[str, float]


def auc(guilty: Floats, others: Floats) -> float:
    """The chance that a guilty one looks more suspicious than another one, ties counted half."""
    both = np.concatenate([guilty, others])
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    total = rank[inverse[: len(guilty)]].sum()
    return float((total - len(guilty) * (len(guilty) + 1) / 2) / (len(guilty) * len(others)))


def detected(guilty: Floats, others: Floats, false_alarms: float = 0.05) -> float:
    """The share of the guilty found at a threshold that alarms for this share of the others."""
    return float((guilty > np.quantile(others, 1 - false_alarms, method="higher")).mean())


def calibration_error(stated: Floats, true: Bools) -> float:
    """Expected calibration error over ten bins."""
    bins = np.minimum((stated * 10).astype(int), 9)
    parts = [
        abs(stated[bins == b].mean() - true[bins == b].mean()) * (bins == b).mean()
        for b in set(bins.tolist())
    ]
    return float(sum(parts))


def exposure(asked: Ints, items: int) -> Figures:
    """The most seen item's share of the tests, the mean overlap of two tests, the share of unseen items."""
    tests = len(asked)
    counts = np.bincount(asked[asked >= 0], minlength=items)
    length = (asked >= 0).sum() / tests
    return {
        "max_exposure": float(counts.max() / tests),
        "overlap": float((counts * (counts - 1)).sum() / (tests * (tests - 1)) / length),
        "unused": float((counts == 0).mean()),
        "items": float(length),
    }


def shared_by_neighbours(asked: Ints, room: int = 20, columns: int = 5) -> int:
    """The most items that two of the eight neighbours of any room have in common."""
    worst = 0
    for first in range(0, len(asked) - room + 1, room):
        tests = [set(row[row >= 0].tolist()) for row in asked[first : first + room]]
        for seat in range(room):
            row, column = divmod(seat, columns)
            for r, c in ((row, column + 1), (row + 1, column - 1), (row + 1, column), (row + 1, column + 1)):
                if 0 <= c < columns and r * columns + c < room:
                    worst = max(worst, len(tests[seat] & tests[r * columns + c]))
    return worst


def accuracy(world: World, levels: Ints, ability: Floats) -> Figures:
    claimed, truth = world.claimed, world.levels
    inflated = claimed & (world.kind == Kind.INFLATED)[:, None]
    sincere = claimed & (world.kind == Kind.SINCERE)[:, None]
    gap = levels - truth
    true_ability = (world.theta * claimed).sum(axis=1) / claimed.sum(axis=1)
    figures = {
        "exact": float((gap[claimed] == 0).mean()),
        "within_1": float((abs(gap[claimed]) <= 1).mean()),
        "rmse": float(np.sqrt(((ability - true_ability) ** 2).mean())),
    }
    if inflated.any():
        figures["exact_inflated"] = float((gap[inflated] == 0).mean())
        figures["within_1_inflated"] = float((abs(gap[inflated]) <= 1).mean())
        figures["over_2_inflated"] = float((gap[inflated] >= 2).mean())
    if sincere.any():
        figures["exact_sincere"] = float((gap[sincere] == 0).mean())
        figures["under_2_sincere"] = float((gap[sincere] <= -2).mean())
    return figures


def detection(world: World, outcome: Outcome) -> Figures:
    guilty = world.kind == Kind.INFLATED
    sincere = world.kind == Kind.SINCERE
    figures: Figures = {}
    if guilty.any() and sincere.any():
        figures["auc"] = auc(outcome.suspicion[guilty], outcome.suspicion[sincere])
    if guilty.any() and (~guilty).any():
        figures["tpr_5"] = detected(outcome.suspicion[guilty], outcome.suspicion[~guilty])
    where = world.claimed & guilty[:, None]
    if where.any():
        stated = outcome.suspicion_by_competence
        figures["auc_competence"] = auc(
            stated[world.claimed & world.shifted], stated[world.claimed & ~world.shifted]
        )
        figures["auc_competence_within"] = auc(stated[where & world.shifted], stated[where & ~world.shifted])
    return figures


def calibration(world: World, outcome: Outcome) -> Figures:
    if not outcome.chances:
        return {}
    claimed, truth = world.claimed, world.levels
    certified = outcome.chances["certified"]
    figures = {
        "ece_one_below": calibration_error(
            outcome.chances["at_least_one_below"][claimed], (truth >= world.declared - 1)[claimed]
        ),
        "ece_declared": calibration_error(
            outcome.chances["at_least_declared"][claimed], (truth >= world.declared)[claimed]
        ),
        "ece_inflated": calibration_error(outcome.chances["inflated"], world.kind == Kind.INFLATED),
        "exact_certified": float((certified[claimed] == np.minimum(truth, world.declared)[claimed]).mean()),
        "unusable": float((outcome.chances["unrelated"] > 0.5).mean()),
    }
    usable = (outcome.chances["unrelated"] <= 0.5)[:, None]
    switched = np.where(usable, outcome.levels, outcome.chances["without_profile"])
    figures["exact_switched"] = float((switched == truth)[claimed].mean())
    figures["within_1_switched"] = float((abs(switched - truth) <= 1)[claimed].mean())
    for kind in Kind:
        part = outcome.chances["inflated"][world.kind == kind]
        if len(part):
            figures[f"flag_50_{kind.name.lower()}"] = float((part > 0.5).mean())
            figures[f"flag_95_{kind.name.lower()}"] = float((part > 0.95).mean())
    return figures


def measure(world: World, outcome: Outcome) -> Figures:
    figures = accuracy(world, outcome.levels, outcome.ability)
    figures |= detection(world, outcome) | calibration(world, outcome)
    if outcome.asked.size:
        figures |= exposure(outcome.asked, world.scenario.items)
        figures["shared_by_neighbours"] = float(shared_by_neighbours(outcome.asked))
    if outcome.spent.size:
        figures["over_time"] = float((outcome.spent > outcome.allowed).mean())
        figures["violations"] = float(outcome.violations)
    return figures
