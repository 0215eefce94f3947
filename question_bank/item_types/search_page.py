"""Search page: queries, filters and documents in a simulated search engine, and perhaps a typed answer."""

from dataclasses import dataclass
from functools import cached_property, partial
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
from question_bank.item_types.responses import (
    SKIPPED,
    Act,
    Acted,
    Answered,
    BadResponse,
    BadResponseCode,
    Number,
    Response,
    Written,
)
from question_bank.simulators import search_page
from question_bank.simulators.acts import (
    Acts,
    acts_from_json,
    acts_to_json,
    neutral_names,
    note_solution,
    parse_acts,
    read_solution,
    replay,
    turned,
)
from question_bank.simulators.search_page import Goal, Scene, State
from question_bank.simulators.search_reading import note_unsearchable, read_goal, read_scene
from question_bank.simulators.search_storing import (
    goal_from_json,
    goal_to_json,
    scene_from_json,
    scene_to_json,
    shown_scene,
)

_OF_A_DOCUMENT = frozenset({"open", "choose", "unchoose", "bookmark", "unbookmark"})


@dataclass(frozen=True)
class SearchPage:
    scene: Scene
    goal: Goal
    answer: AnswerBeside | None
    solution: Acts

    @classmethod
    def read(cls, fields: Fields) -> Self:
        before = fields.noted
        scene = read_scene(fields)
        answer = read_answer(fields)
        goal = read_goal(fields, scene, required=answer is None)
        body = cls(scene, goal, answer, read_solution(fields))
        note_unsearchable(fields, scene)
        if fields.noted == before:
            note_solution(fields, body._reached_by, body.solution)
        return body

    def _reached_by(self, acts: Acts) -> bool:
        """Where an answer is asked for, nothing is reached by doing nothing: there is no answer then."""
        return self.goal.holds(self.state_after(acts)) and (bool(acts) or self.answer is None)

    def state_after(self, acts: Acts) -> State:
        return replay(search_page.start(self.scene), acts, partial(search_page.apply, self.scene))

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            scene_from_json(member(value, "scene")),
            goal_from_json(member(value, "goal")),
            answer_from_json(member(value, "answer")),
            acts_from_json(member(value, "solution")),
        )

    def to_json(self) -> JsonObject:
        return {
            "scene": scene_to_json(self.scene),
            "goal": goal_to_json(self.goal),
            "answer": answer_to_json(self.answer),
            "solution": acts_to_json(self.solution),
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        shown = shown_scene(self.scene, self.shown_names)
        if self.answer is None:
            return {**shown, "answer": None}
        return {**shown, "answer": kind_of(self.answer), **self.answer.render(seed, shuffle)}

    @cached_property
    def shown_names(self) -> dict[str, str]:
        return neutral_names("d", (document.id for document in self.scene.documents))

    @cached_property
    def _authored_names(self) -> dict[str, str]:
        return turned(self.shown_names)

    def parse(self, seed: int, content: object) -> Response:
        """Acts and answer; either may still be missing in a draft, but not both."""
        if not isinstance(content, dict):
            raise BadResponse(BadResponseCode.NOT_AN_OBJECT)
        if content.get("skip") is True and len(content) == 1:
            return SKIPPED
        if not content.keys() <= {"acts", "answer"} or "acts" not in content:
            raise BadResponse(BadResponseCode.WRONG_FIELDS)
        answer = self._answer_in(content)
        idle = answer is not None and content["acts"] == []
        acts = () if idle else parse_acts({"acts": content["acts"]})
        if not isinstance(acts, tuple):
            raise BadResponse(BadResponseCode.WRONG_FIELDS)
        self.state_after(self.authored(acts))
        return Acted(acts) if answer is None else Answered(acts, answer)

    def _answer_in(self, content: dict[object, object]) -> Number | Written | None:
        if "answer" not in content:
            return None
        if self.answer is None:
            raise BadResponse(BadResponseCode.WRONG_FIELDS)
        return parse_answer(self.answer, content["answer"])

    def authored(self, acts: Acts) -> Acts:
        """The acts of a browser in authored names; an unknown name stays one."""
        names = self._authored_names
        return tuple(_renamed(act, names) for act in acts)

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        if self.answer is None:
            answered = isinstance(response, Acted)
        else:
            answered = isinstance(response, Answered) and is_accepted(self.answer, response.answer)
        if not isinstance(response, Acted | Answered) or not answered:
            return False
        return self.goal.holds(self.state_after(self.authored(response.acts)))

    def right_content(self, seed: int) -> JsonObject:
        names = self.shown_names
        acts = acts_to_json(tuple(_renamed(act, names) for act in self.solution))
        if self.answer is None:
            return {"acts": acts}
        return {"acts": acts, "answer": right_answer(self.answer, seed)}

    def key(self) -> tuple[str, ...]:
        acts = tuple(" ".join(map(str, act)) for act in self.solution)
        return acts if self.answer is None else (*acts, *self.answer.key())

    def texts(self) -> tuple[str, ...]:
        documents = self.scene.documents
        return tuple(part for one in documents for part in (one.title, one.snippet, one.content.text) if part)


def _renamed(act: Act, names: dict[str, str]) -> Act:
    """Unknown names are told apart from known ones of the other side by a sign that no name has."""
    if len(act) != 2 or act[0] not in _OF_A_DOCUMENT:
        return act
    return (act[0], names.get(str(act[1]), f"?{act[1]}"))
