"""The goals of the engine's quality as data: figure, floor, stretch; and the verdict over the worlds."""

from dataclasses import dataclass

from scripts.bench.simulation.metrics import Figures

OURS, SHORT, SECURE = "passation, 32 items", "passation, 20 items", "passation, secure"
DECLARED, FIXED, FLASH, MAXINFO = "declared as is", "fixed (v2-like)", "flash (v3-like)", "max-information"
POPULATION, PROFILE = "D-optimal, population", "D-optimal, profile"


@dataclass(frozen=True)
class Goal:
    """A figure of the default setting with the bound that it must keep; `least` tells on which side."""

    code: str
    text: str
    figure: str
    floor: float
    stretch: float
    least: bool
    quick: float | None = None  # the floor for a few hundred candidates, about three standard errors lower

    def kept(self, value: float, bound: float) -> bool:
        return value >= bound if self.least else value <= bound


GOALS = (
    Goal("G1", "level within one, 32 items", "within_1", 0.965, 0.980, True, 0.955),
    Goal("G2", "level exact", "exact", 0.555, 0.590, True, 0.535),
    Goal("G3", "within one, inflated candidates", "within_1_inflated", 0.940, 0.970, True, 0.915),
    Goal("G4", "two or more too high, inflated candidates", "over_2_inflated", 0.045, 0.020, False, 0.07),
    Goal("G5", "two or more too low, sincere candidates", "under_2_sincere", 0.015, 0.005, False, 0.02),
    Goal("G6", "AUC inflated against sincere", "auc", 0.945, 0.980, True, 0.9),
    Goal("G6", "inflated found at 5 % false alarms", "tpr_5", 0.78, 0.90, True, 0.62),
    Goal("G7", "AUC of the inflated competence", "auc_competence", 0.94, 0.965, True, 0.925),
    Goal("G8", "RMSE of the mean ability", "rmse", 0.28, 0.23, False, 0.31),
    Goal("G10", "greatest exposure", "max_exposure", 0.055, 0.03, False, None),
    Goal("G10", "mean overlap of two tests", "overlap", 0.03, 0.014, False, None),
    Goal("G10", "items never seen", "unused", 0.10, 0.01, False, None),
    Goal("G11", "items shared by neighbours", "shared_by_neighbours", 0, 0, False, 0),
    Goal("G12", "tests over time, all time factors", "over_time_all", 0.02, 0.005, False, 0.05),
    Goal("G15", "tests that replay otherwise", "unlike_replays", 0, 0, False, 0),
    Goal("G16", "breaches of the blueprint, all settings", "violations_all", 0, 0, False, 0),
    Goal("G17", "calibration error of P(level >= declared - 1)", "ece_one_below", 0.02, 0.005, False, 0.03),
    Goal("G17", "calibration error of P(level >= declared)", "ece_declared", 0.04, 0.02, False, 0.07),
    Goal("G19", "right answers that lower something", "falls", 0, 0, False, 0),
)

BEATEN = (FIXED, FLASH, MAXINFO)
BEATS = {"exact": True, "within_1": True, "rmse": False, "auc": True, "tpr_5": True, "auc_competence": True}


@dataclass(frozen=True)
class Verdict:
    goal: Goal
    value: float
    floor: float

    @property
    def reached(self) -> bool:
        return self.goal.kept(self.value, self.floor)


def quick_verdicts(means: dict[str, Figures]) -> list[Verdict]:
    """Only what a few hundred candidates can tell, with wider floors."""
    judged = [goal for goal in GOALS if goal.quick is not None]
    return [Verdict(goal, means[OURS][goal.figure], goal.quick or 0.0) for goal in judged]


def verdicts(means: dict[str, Figures]) -> list[Verdict]:
    """Every goal, judged on the mean over the worlds; G9 counts the figures on which 20 items do not win."""
    found = [Verdict(goal, means[OURS][goal.figure], goal.floor) for goal in GOALS]
    lost = [
        (other, figure)
        for other in BEATEN
        for figure, more in BEATS.items()
        if (means[SHORT][figure] <= means[other][figure]) == more
    ]
    nine = Goal("G9", "figures on which 20 items do not beat 32 of v2, v3, max-info", "lost", 0, 0, False)
    return [*found, Verdict(nine, float(len(lost)), nine.floor)]
