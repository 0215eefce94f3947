"""What a simulated candidate can do: an ability per competence, and how long thinking takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from exam_server.simulation.answers import AnswerBook, Known
from exam_server.simulation.guesses import guess, wrong_response
from question_bank.framework import COMPETENCE_CODES, LEVEL_CUT_POINTS
from question_bank.item_types.jsonvalues import JsonObject

_WIDTH = LEVEL_CUT_POINTS[1] - LEVEL_CUT_POINTS[0]
_SLIP = 0.02
_USUAL_SECONDS = 75
_SPREAD = 0.35


def ability_at(levels: Sequence[int], chance: Random) -> tuple[float, ...]:
    """Abilities in logits of somebody whose levels are these, give or take a day's form."""
    form = chance.gauss(0, _WIDTH / 3)
    middles = [LEVEL_CUT_POINTS[0] + (level - 0.5) * _WIDTH for level in levels]
    return tuple(middle + form + chance.gauss(0, _WIDTH / 3) for middle in middles)


def drawn_ability(chance: Random) -> tuple[float, ...]:
    """Abilities of somebody about whom nothing is known: around one centre, as a person's are."""
    centre = chance.gauss(0, 0.9)
    return tuple(centre + chance.gauss(0, 0.5) for _ in COMPETENCE_CODES)


@dataclass
class Mind:
    """Finds responses. Without a book it can only guess."""

    book: AnswerBook | None
    ability: Sequence[float]
    chance: Random

    def respond(self, shown: JsonObject) -> JsonObject:
        """What this candidate gives for the item on the screen."""
        known = self._known(shown)
        if self.book is None or known is None:
            return guess(shown, self.chance)
        right = self.book.right_response(shown, known)
        knows = self.chance.random() < self._probability(known)
        return right if knows else wrong_response(shown, right, self.chance)

    def thinking(self, shown: JsonObject) -> float:
        """How long this candidate looks at the item, in the exam's seconds."""
        known = self._known(shown)
        usual = known.expected_seconds if known is not None else _USUAL_SECONDS
        return usual * self.chance.lognormvariate(0, _SPREAD)

    def _known(self, shown: JsonObject) -> Known | None:
        return None if self.book is None else self.book.find(shown)

    def _probability(self, known: Known) -> float:
        logit = known.discrimination * (self.ability[known.competence] - known.difficulty)
        return (1 - _SLIP) / (1 + math.exp(-logit))
