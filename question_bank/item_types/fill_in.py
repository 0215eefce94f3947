"""Fill in: a text with one to six gaps, all of which must be right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.gaps import Gap, gap_from_json, read_gap
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.item_types.options import option_ids, shown_order
from question_bank.item_types.responses import (
    SKIPPED,
    BadResponse,
    BadResponseCode,
    Filled,
    Response,
    given,
)
from question_bank.item_types.seeding import part_seed
from question_bank.typography import BlockKind, Phrase, blocks, fences_are_closed

FEWEST, MOST = 1, 6
MAX_TEXT_WITH_GAPS = 2000

_GAP = re.compile(r"\[\[([1-9])\]\]")


@dataclass(frozen=True)
class FillIn:
    text: str
    gaps: tuple[Gap, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        written = fields.text("text", MAX_TEXT_WITH_GAPS)
        sections = fields.sections("gaps", FEWEST, MOST)
        gaps = tuple(gap for section in sections if (gap := read_gap(section)) is not None)
        if written and sections:
            _note_misplaced_gaps(fields, written, len(sections))
        if not fences_are_closed(written):
            fields.note("text", Phrase("un bloc ``` n’est pas fermé"), Phrase("ajoutez une ligne ```"))
        return cls(written, gaps)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        gaps = tuple(gap_from_json(gap) for gap in elements(member(value, "gaps")))
        return cls(text(member(value, "text")), gaps)

    def to_json(self) -> JsonObject:
        return {"text": self.text, "gaps": [gap.to_json() for gap in self.gaps]}

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        gaps: list[Json] = []
        for number, (gap, ids) in enumerate(zip(self.gaps, self._ids(seed), strict=True), 1):
            order = shown_order(len(ids), part_seed(seed, f"gap {number}"), shuffle)
            gaps.append(gap.shown(ids, order, number in self._verbatim))
        return {"blocks": self._blocks, "gaps": gaps}

    def parse(self, seed: int, content: object) -> Response:
        filled = given(content, "gaps")
        if filled is SKIPPED:
            return SKIPPED
        if not isinstance(filled, list):
            raise BadResponse(BadResponseCode.WRONG_TYPE)
        if len(filled) > len(self.gaps):
            raise BadResponse(BadResponseCode.TOO_LONG)
        if len(filled) < len(self.gaps):
            raise BadResponse(BadResponseCode.INCOMPLETE if filled else BadResponseCode.EMPTY)
        each = zip(self.gaps, filled, self._ids(seed), strict=True)
        return Filled(tuple(gap.parse(value, ids) for gap, value, ids in each))

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        if not isinstance(response, Filled):
            return False
        return all(gap.is_right(one) for gap, one in zip(self.gaps, response.gaps, strict=True))

    def right_content(self, seed: int) -> JsonObject:
        each = zip(self.gaps, self._ids(seed), strict=True)
        return {"gaps": [gap.right_value(ids) for gap, ids in each]}

    def key(self) -> tuple[str, ...]:
        return tuple(gap.said() for gap in self.gaps)

    def texts(self) -> tuple[str, ...]:
        return (self.text, *(choice for gap in self.gaps for choice in gap.choices))

    def _ids(self, seed: int) -> Iterator[tuple[str, ...]]:
        """The names of each gap's choices, dealt over all gaps together: a name stands for one thing."""
        ids = iter(option_ids(sum(len(gap.choices) for gap in self.gaps), seed))
        for gap in self.gaps:
            yield tuple(next(ids) for _ in gap.choices)

    @cached_property
    def _blocks(self) -> list[Json]:
        """The text as the page lays it out; the same list for everybody, never changed."""
        return [{"kind": block.kind.value, "parts": _parts(block.text)} for block in blocks(self.text)]

    @cached_property
    def _verbatim(self) -> frozenset[int]:
        """The gaps that stand in a fence."""
        fenced = [block.text for block in blocks(self.text) if block.kind is BlockKind.PREFORMATTED]
        return frozenset(int(number) for lines in fenced for number in _GAP.findall(lines))


def _parts(written: str) -> list[Json]:
    """What stands between the gaps, and the gaps by their numbers."""
    parts: list[Json] = []
    for place, part in enumerate(_GAP.split(written)):
        if place % 2:
            parts.append({"gap": int(part)})
        elif part:
            parts.append({"text": part})
    return parts


def _note_misplaced_gaps(fields: Fields, written: str, count: int) -> None:
    numbers = [int(number) for number in _GAP.findall(written)]
    remedy = Phrase("écrivez une fois chacun, de [[1]] à [[{count}]]", count=count)
    if sorted(numbers) != list(range(1, count + 1)):
        found = ", ".join(f"[[{number}]]" for number in numbers) or "–"
        problem = Phrase("{count} trous décrits, et dans le texte : {found}", count=count, found=found)
        fields.note("text", problem, remedy)
    elif "[[" in _GAP.sub("", written):
        fields.note("text", Phrase("« [[ » n’ouvre pas un trou"), remedy)
