"""Spreadsheet: work in a small sheet, marked by what it has become, by a question beside it, or by both."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from question_bank.item_types.answer_beside import (
    AnswerBeside,
    answer_from_json,
    answer_to_json,
    is_accepted,
    kind_of,
    parse_answer,
    read_answer,
    right_answer,
)
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.responses import (
    SKIPPED,
    Acted,
    Answered,
    BadResponse,
    BadResponseCode,
    Response,
    Skipped,
)
from question_bank.simulators.acts import (
    Acts,
    acts_from_json,
    acts_to_json,
    note_solution,
    parse_acts,
    read_solution,
    replay,
)
from question_bank.simulators.spreadsheet import Scene, Sheet, Tool, apply
from question_bank.simulators.spreadsheet_goal import Goal
from question_bank.simulators.spreadsheet_reading import read_cells, read_goal, read_scene
from question_bank.simulators.spreadsheet_stored import (
    goal_from_json,
    goal_to_json,
    sheet_from_json,
    sheet_to_json,
)
from question_bank.typography import Phrase


class Editable(StrEnum):
    CELLS = "cells"
    NONE = "none"


@dataclass(frozen=True)
class Spreadsheet:
    start: Sheet
    goal: Goal | None
    answer: AnswerBeside | None
    solution: Acts

    @classmethod
    def read(cls, fields: Fields) -> Self:
        start = _read_start(fields)
        section = fields.section("goal", required="answer" not in fields)
        goal = None if section is None else read_goal(section, start.scene)
        answer = read_answer(fields)
        solution = _read_solution(fields, needed=section is not None)
        body = cls(start, goal, answer, solution)
        if goal is not None:
            note_solution(fields, body._reaches, solution)
            body._note_constants(fields, goal)
        return body

    def _reaches(self, acts: Acts) -> bool:
        sheet = replay(self.start, acts, apply)
        return self.goal is None or self.goal.is_reached(self.start, sheet)

    def _note_constants(self, fields: Fields, goal: Goal) -> None:
        try:
            sheet = replay(self.start, self.solution, apply)
        except BadResponse:
            return  # noted with the solution
        if goal.trials and goal.is_reached(self.start, goal.with_constants(sheet)):
            problem = Phrase("taper les résultats à la main suffirait")
            fields.note("goal", problem, Phrase("changez dans « trials » une cellule dont ils dépendent"))

    @classmethod
    def from_json(cls, value: Json) -> Self:
        goal = member(value, "goal")
        return cls(
            sheet_from_json(member(value, "sheet")),
            None if goal is None else goal_from_json(goal),
            answer_from_json(member(value, "answer")),
            acts_from_json(member(value, "solution")),
        )

    def to_json(self) -> JsonObject:
        return {
            "sheet": sheet_to_json(self.start),
            "goal": None if self.goal is None else goal_to_json(self.goal),
            "answer": answer_to_json(self.answer),
            "solution": acts_to_json(self.solution),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """The whole sheet, which is what candidates see; whether acts are needed, but not which."""
        answer: Json = None
        if self.answer is not None:
            answer = {"kind": kind_of(self.answer), **self.answer.render(seed, shuffle)}
        unit = self.answer.unit if isinstance(self.answer, Numeric) else None
        asked: JsonObject = {"answer": answer, "unit": unit, "acts_needed": self.goal is not None}
        return {**sheet_to_json(self.start), **asked}

    def parse(self, seed: int, content: object) -> Response:
        if self.answer is None or not isinstance(content, dict) or "skip" in content:
            acts = parse_acts(content)
            return SKIPPED if isinstance(acts, Skipped) else Acted(self._possible(acts))
        if set(content) != {"acts", "answer"}:
            raise BadResponse(BadResponseCode.WRONG_FIELDS)
        idle = self.goal is None and content["acts"] == []
        acts = () if idle else parse_acts({"acts": content["acts"]})
        if isinstance(acts, Skipped):
            raise BadResponse(BadResponseCode.WRONG_FIELDS)
        return Answered(self._possible(acts), parse_answer(self.answer, content["answer"]))

    def _possible(self, acts: Acts) -> Acts:
        """The same acts; raises BadResponse when one of them is not possible."""
        replay(self.start, acts, apply)
        return acts

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        if isinstance(response, Acted):
            return self._reaches(response.acts)
        if not isinstance(response, Answered) or self.answer is None:
            return False
        return is_accepted(self.answer, response.answer) and self._reaches(response.acts)

    def right_content(self, seed: int) -> JsonObject:
        content: JsonObject = {"acts": acts_to_json(self.solution)}
        if self.answer is not None:
            content["answer"] = right_answer(self.answer, seed)
        return content

    def key(self) -> tuple[str, ...]:
        acts = tuple(" ".join(map(str, act)) for act in self.solution)
        return acts if self.answer is None else (*acts, *self.answer.key())

    def texts(self) -> tuple[str, ...]:
        places = sorted(self.start.raws, key=lambda place: (place[1], place[0]))
        return tuple(self.start.raw(place) for place in places)


def _read_start(fields: Fields) -> Sheet:
    editable = (fields.word("editable", Editable) if "editable" in fields else None) is not Editable.NONE
    tools = fields.words("tools", Tool) if "tools" in fields else frozenset(Tool)
    if not editable:
        tools -= {Tool.FILL}
    section = fields.section("sheet")
    if section is None:
        return Sheet(Scene(1, 1), {})
    raws = read_cells(section)
    scene = read_scene(section, raws, editable, tools)
    section.close()
    return Sheet(scene, raws)


def _read_solution(fields: Fields, needed: bool) -> Acts:
    if not needed and "solution" not in fields:
        return ()
    return tuple(tuple(str(part) for part in act) for act in read_solution(fields))
