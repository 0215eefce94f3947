"""What the bodies of simulated programs share: acts are played here again, and where they lead is marked."""

from abc import ABC, abstractmethod

from question_bank.item_types.jsonvalues import JsonObject
from question_bank.item_types.responses import SKIPPED, Acted, Response, Skipped
from question_bank.simulators.acts import Acts, acts_to_json, parse_acts


class Simulated(ABC):
    """A body whose response is a list of acts, in the names that the browser got."""

    solution: Acts

    @abstractmethod
    def is_reached(self, acts: Acts) -> bool:
        """Whether acts, as a browser sends them, reach the goal; raises BadResponse for impossible ones."""

    @abstractmethod
    def wired(self, authored: Acts) -> Acts:
        """Authored acts as a browser would send them."""

    def parse(self, seed: int, content: object) -> Response:
        acts = parse_acts(content)
        if isinstance(acts, Skipped):
            return SKIPPED
        self.is_reached(acts)
        return Acted(acts)

    def is_correct(self, seed: int, content: object) -> bool:
        acts = parse_acts(content)
        return not isinstance(acts, Skipped) and self.is_reached(acts)

    def right_content(self, seed: int) -> JsonObject:
        return {"acts": acts_to_json(self.wired(self.solution))}

    def key(self) -> tuple[str, ...]:
        return tuple(" ".join(map(str, act)) for act in self.solution)
