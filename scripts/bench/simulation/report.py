"""The measurements as Markdown tables."""

import math
from collections.abc import Mapping, Sequence

from scripts.bench.simulation.goals import Verdict
from scripts.bench.simulation.metrics import Figures

MAIN = {
    "exact": "exact",
    "within_1": "±1",
    "exact_inflated": "exact, infl.",
    "within_1_inflated": "±1, infl.",
    "over_2_inflated": "≥2 high, infl.",
    "under_2_sincere": "≥2 low, sinc.",
    "rmse": "RMSE",
    "auc": "AUC",
    "tpr_5": "TPR@5%",
    "auc_competence": "AUC comp.",
    "max_exposure": "max exp.",
    "overlap": "overlap",
    "shared_by_neighbours": "neighbours",
    "items": "items",
}
STRESS = {name: MAIN[name] for name in ("exact", "within_1", "auc", "tpr_5", "rmse")}
CURVE = {
    name: MAIN[name] for name in ("exact", "within_1", "rmse", "auc", "tpr_5", "max_exposure", "overlap")
}


def number(value: float | None) -> str:
    if value is None or math.isnan(value):  # a figure that this engine or world has no meaning for
        return "-"
    return f"{value:.0f}" if value == int(value) and abs(value) > 1 else f"{value:.3f}"


def table(
    rows: Mapping[str, Figures], columns: Mapping[str, str], spread: Mapping[str, Figures] | None = None
) -> str:
    lines = ["| | " + " | ".join(columns.values()) + " |", "|---|" + "--:|" * len(columns)]
    for name, figures in rows.items():
        cells = [number(figures.get(column)) for column in columns]
        if spread is not None:
            sds = [spread[name].get(column) for column in columns]
            cells = [f"{c} ({number(s)})" if s and c != "-" else c for c, s in zip(cells, sds, strict=True)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def goals(verdicts: Sequence[Verdict]) -> str:
    lines = ["| | goal | measured | floor | stretch | |", "|---|---|--:|--:|--:|---|"]
    for one in verdicts:
        goal = one.goal
        sign = "≥" if goal.least else "≤"
        mark = "missed" if not one.reached else "stretch" if goal.kept(one.value, goal.stretch) else "reached"
        bounds = f"{sign} {number(one.floor)} | {sign} {number(goal.stretch)}"
        lines.append(f"| {goal.code} | {goal.text} | {number(one.value)} | {bounds} | {mark} |")
    return "\n".join(lines)
