"""Mailbox: messages to sort, report, answer and forward; the mailbox as it is left is marked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member
from question_bank.item_types.simulated import Simulated
from question_bank.simulators.acts import Acts, acts_from_json, acts_to_json, note_solution, read_solution
from question_bank.simulators.mailbox import MailMachine
from question_bank.simulators.mailbox_goal import MailGoal
from question_bank.simulators.mailbox_scene import Mailbox as Scene
from question_bank.simulators.mailbox_scene import Person
from question_bank.simulators.stored import from_json, to_json

_NOTHING = Scene(Person("", ""), (), (), (), ())


@dataclass(frozen=True)
class Mailbox(Simulated):
    scene: Scene
    goal: MailGoal
    solution: Acts

    @classmethod
    def read(cls, fields: Fields) -> Self:
        before = fields.noted
        mailbox, goal = fields.section("mailbox"), fields.section("goal")
        scene = Scene.read(mailbox) if mailbox else _NOTHING
        wanted = MailGoal.read(goal, scene) if goal else MailGoal((), True, (), (), ())
        body = cls(scene, wanted, read_solution(fields))
        if fields.noted == before:  # names that are wrong would make every act of the solution wrong
            note_solution(fields, body._reaches, body.solution)
        return body

    @cached_property
    def _machine(self) -> MailMachine:
        return MailMachine(self.scene)

    def _reaches(self, authored: Acts) -> bool:
        return self.is_reached(self.wired(authored))

    def is_reached(self, acts: Acts) -> bool:
        return self.goal.is_reached(self._machine, self._machine.after(acts))

    def wired(self, authored: Acts) -> Acts:
        return self._machine.names.wired(authored)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            from_json(Scene, member(value, "scene")),
            from_json(MailGoal, member(value, "goal")),
            acts_from_json(member(value, "solution")),
        )

    def to_json(self) -> JsonObject:
        return {
            "scene": to_json(self.scene),
            "goal": to_json(self.goal),
            "solution": acts_to_json(self.solution),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """The same for everybody: a mailbox has its order."""
        return self._machine.names.shown()

    def texts(self) -> tuple[str, ...]:
        return tuple(text for message in self.scene.messages for text in (message.subject, message.body))
