"""Settings panel: a simulated program's settings, which must end as the goal says and no other way."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member
from question_bank.item_types.simulated import Simulated
from question_bank.simulators import settings_panel
from question_bank.simulators.acts import (
    Acts,
    acts_from_json,
    acts_to_json,
    note_solution,
    read_solution,
    replay,
)
from question_bank.simulators.settings_goal import Goal, goal_from_json
from question_bank.simulators.settings_goal_reading import read_goal
from question_bank.simulators.settings_naming import Naming
from question_bank.simulators.settings_panel import Panel, State
from question_bank.simulators.settings_reading import read_panel
from question_bank.simulators.settings_storing import panel_from_json, panel_to_json, shown_panel


@dataclass(frozen=True)
class SettingsPanel(Simulated):
    panel: Panel
    goal: Goal
    solution: Acts

    @classmethod
    def read(cls, fields: Fields) -> Self:
        before = fields.noted
        panel = read_panel(fields)
        body = cls(panel, read_goal(fields, panel), read_solution(fields))
        if fields.noted == before:
            note_solution(fields, body._reached_by, body.solution)
        return body

    def _reached_by(self, acts: Acts) -> bool:
        return self.goal.holds(self.state_after(acts), settings_panel.start(self.panel))

    def is_reached(self, acts: Acts) -> bool:
        return self._reached_by(tuple(self.naming.authored(act) for act in acts))

    def wired(self, authored: Acts) -> Acts:
        return tuple(self.naming.shown(act) for act in authored)

    def state_after(self, acts: Acts) -> State:
        return replay(settings_panel.start(self.panel), acts, partial(settings_panel.apply, self.panel))

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            panel_from_json(member(value, "panel")),
            goal_from_json(member(value, "goal")),
            acts_from_json(member(value, "solution")),
        )

    def to_json(self) -> JsonObject:
        return {
            "panel": panel_to_json(self.panel),
            "goal": self.goal.to_json(),
            "solution": acts_to_json(self.solution),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        return shown_panel(self.panel, self.naming)

    @cached_property
    def naming(self) -> Naming:
        return Naming(self.panel)

    def texts(self) -> tuple[str, ...]:
        settings = tuple(self.panel)
        options = tuple(option.text for setting in settings for option in setting.options)
        return (*(setting.label for setting in settings), *options)
