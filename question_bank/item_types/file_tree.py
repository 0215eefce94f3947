"""File manager: files and folders to tidy; the tree as it is left is marked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member
from question_bank.item_types.simulated import Simulated
from question_bank.simulators.acts import Acts, acts_from_json, acts_to_json, note_solution, read_solution
from question_bank.simulators.file_goal import EMPTY, FileGoal
from question_bank.simulators.file_machine import ROOT, FileMachine
from question_bank.simulators.file_marking import is_reached
from question_bank.simulators.file_paths import wired
from question_bank.simulators.file_scene import Drive
from question_bank.simulators.stored import from_json, to_json
from question_bank.typography import french_typography


@dataclass(frozen=True)
class FileTree(Simulated):
    drive: Drive
    goal: FileGoal
    solution: Acts

    @classmethod
    def read(cls, fields: Fields) -> Self:
        before = fields.noted
        scene, goal = fields.section("drive"), fields.section("goal")
        drive = Drive.read(scene) if scene else Drive("", ())
        body = cls(drive, FileGoal.read(goal, drive) if goal else EMPTY, read_solution(fields))
        if fields.noted == before:  # paths that are wrong would make every act of the solution wrong
            note_solution(fields, body._reaches, body.solution)
        return body

    @cached_property
    def _machine(self) -> FileMachine:
        return FileMachine(self.drive)

    def _reaches(self, authored: Acts) -> bool:
        return self.is_reached(self.wired(authored))

    def is_reached(self, acts: Acts) -> bool:
        return is_reached(self._machine, self.goal, self._machine.after(acts))

    def wired(self, authored: Acts) -> Acts:
        return wired(self._machine, authored)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            from_json(Drive, member(value, "drive")),
            from_json(FileGoal, member(value, "goal")),
            acts_from_json(member(value, "solution")),
        )

    def to_json(self) -> JsonObject:
        return {
            "drive": to_json(self.drive),
            "goal": to_json(self.goal),
            "solution": acts_to_json(self.solution),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """The same for everybody: the list on the screen is sorted by the candidate."""
        names = self._machine.names
        return {
            "root": {"id": ROOT, "text": french_typography(self.drive.name)},
            "entries": [
                entry.shown(names[entry.path], names.get(entry.parent, ROOT)) for entry in self.drive.entries
            ],
        }

    def texts(self) -> tuple[str, ...]:
        return (self.drive.name, *(entry.name for entry in self.drive.entries))
