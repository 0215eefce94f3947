"""Block program: build, complete or repair a program of blocks, which is run on every world or trial."""

from dataclasses import dataclass, replace
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.block_program_authoring import note_unsolved, read_item
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text, whole
from question_bank.item_types.responses import SKIPPED, Programmed, Response, given
from question_bank.simulators.block_program_blocks import (
    Program,
    program_from_json,
    program_to_json,
    walk,
)
from question_bank.simulators.block_program_grid import GridGoal, GridWorld, solves_grid
from question_bank.simulators.block_program_reading import Offer, read_program
from question_bank.simulators.block_program_text import block_text, names_shown, program_text, words_shown
from question_bank.simulators.block_program_variables import Trial, solves_trial
from question_bank.simulators.block_program_words import BLOCKS, World
from question_bank.typography import french_typography

_MENUS = ("blocks", "tests", "colours", "names", "lists", "literals", "lengths", "operators", "comparisons")


@dataclass(frozen=True)
class BlockProgram:
    """`most_blocks` is 0 where any length is right."""

    offer: Offer
    procedure: str
    most_blocks: int
    start: Program
    solution: Program
    worlds: tuple[GridWorld, ...] = ()
    goals: tuple[GridGoal, ...] = ()
    trials: tuple[Trial, ...] = ()

    @classmethod
    def read(cls, fields: Fields) -> Self:
        found = read_item(fields)
        body = cls(
            found.offer,
            found.procedure,
            found.most_blocks,
            found.start,
            found.solution,
            found.worlds,
            found.goals,
            found.trials,
        )
        if found.sound:
            note_unsolved(fields, body.solves(found.solution), body.solves(found.start))
        return body

    @classmethod
    def from_json(cls, value: Json) -> Self:
        world = World(text(member(value, "world")))
        stored = member(value, "offer")
        limits = tuple(
            (text(member(limit, "block")), whole(member(limit, "most")))
            for limit in elements(member(stored, "limits"))
        )
        menus = {menu: tuple(text(word) for word in elements(member(stored, menu))) for menu in _MENUS}
        return cls(
            replace(Offer(world, ()), limits=limits, **menus),  # type: ignore[arg-type]
            text(member(value, "procedure")),
            whole(member(value, "most_blocks")),
            program_from_json(member(value, "start"), world),
            program_from_json(member(value, "solution"), world),
            tuple(GridWorld.from_json(each) for each in elements(member(value, "worlds"))),
            tuple(GridGoal(text(goal)) for goal in elements(member(value, "goals"))),
            tuple(Trial.from_json(each) for each in elements(member(value, "trials"))),
        )

    def to_json(self) -> JsonObject:
        limits: list[Json] = [{"block": name, "most": most} for name, most in self.offer.limits]
        menus: JsonObject = {menu: list(getattr(self.offer, menu)) for menu in _MENUS}
        return {
            "world": self.offer.world.value,
            "offer": {**menus, "limits": limits},
            "procedure": self.procedure,
            "most_blocks": self.most_blocks,
            "start": program_to_json(self.start),
            "solution": program_to_json(self.solution),
            "worlds": [world.to_json() for world in self.worlds],
            "goals": [goal.value for goal in self.goals],
            "trials": [trial.to_json() for trial in self.trials],
        }

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """Nothing here is shuffled: menus come in the order of the tables, hidden worlds do not go out."""
        tried: tuple[GridWorld | Trial, ...] = (*self.worlds, *self.trials)
        return {
            "world": self.offer.world.value,
            "blocks": self._blocks_shown(),
            **words_shown(self.offer, self.start),
            "names": names_shown(self.offer),
            "procedure": french_typography(self.procedure),
            "most_blocks": self.most_blocks,
            "start": program_to_json(self.start),
            "worlds": [each.render() for each in tried if not each.hidden],
            "tried_elsewhere": any(each.hidden for each in tried),
        }

    def _blocks_shown(self) -> list[Json]:
        """Also those that only a fixed block is made of, of which nobody may have another."""
        from_start = {block.do for block in walk(self.start)}
        return [
            {"id": do, "text": block_text(do, self.procedure), "most": self.offer.limit_of(do)}
            for do in BLOCKS[self.offer.world]
            if do in self.offer.blocks or do in from_start
        ]

    def parse(self, seed: int, content: object) -> Response:
        sent = given(content, "program")
        if sent is SKIPPED:
            return SKIPPED
        return Programmed(read_program(sent, self.offer, self.start))

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        return isinstance(response, Programmed) and self.solves(response.program)

    def solves(self, program: Program) -> bool:
        if self.most_blocks and sum(1 for _ in walk(program)) > self.most_blocks:
            return False
        return all(solves_grid(program, world, self.goals) for world in self.worlds) and all(
            solves_trial(program, trial) for trial in self.trials
        )

    def right_content(self, seed: int) -> JsonObject:
        return {"program": program_to_json(self.solution)}

    def key(self) -> tuple[str, ...]:
        return program_text(self.solution, self.procedure)

    def texts(self) -> tuple[str, ...]:
        return program_text(self.start, self.procedure)
