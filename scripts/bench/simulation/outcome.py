"""What any engine makes of a world's candidates, in one shape, so that one set of metrics serves all."""

from dataclasses import dataclass, field

import numpy as np

from scripts.bench.simulation.world import Floats, Ints


@dataclass(frozen=True, eq=False)
class Outcome:
    name: str
    levels: Ints  # [candidate, competence]
    ability: Floats  # [candidate]: mean over the claimed competences
    suspicion: Floats  # [candidate]: higher means that the profile looks more inflated
    suspicion_by_competence: Floats
    asked: Ints  # [candidate, place]: item or -1
    chances: dict[str, Floats] = field(default_factory=dict)  # stated probabilities, for calibration
    spent: Floats = field(default_factory=lambda: np.zeros(0))
    allowed: Floats = field(default_factory=lambda: np.zeros(0))
    colours: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    violations: int = 0
