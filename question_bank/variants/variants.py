"""A parametric item's variants: its draws, its conditions, and the fields that the values fill."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, cast

import yaml

from question_bank.item_types.authored import Fields, Problem
from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, member, text
from question_bank.typography import Phrase
from question_bank.variants.chance import Chance
from question_bank.variants.draws import BadDraw, Values, check_draw, drawn
from question_bank.variants.expressions import BadExpression, check_expression, evaluate
from question_bank.variants.functions import Value
from question_bank.variants.lists import LISTS
from question_bank.variants.templates import (
    BadTemplate,
    check_template,
    fields_node,
    json_of,
    literal,
    resolved_fields,
)

MOST_DRAWS = 40
MOST_CONDITIONS = 12
MAX_CONDITION = 600
_MOST_TRIES = 400
_RESERVED = frozenset({"row", "rows", "number"})


class BadVariant(ValueError):
    """One variant of an item cannot be made, or breaks what its author promised of all of them."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"variante {number} : {reason}")
        self.number = number
        self.reason = reason


@dataclass(frozen=True)
class Variants:
    """`where`: redrawn until all hold. `proof`: holds in every variant, or the item is wrong.

    `draws` and `template` (the item's fields that differ between variants, as written) are JSON texts: the
    order of what they hold counts, and a canonical form would sort it.
    """

    draws: str
    where: tuple[str, ...]
    proof: tuple[str, ...]
    template: str

    @classmethod
    def read(cls, fields: Fields, content: yaml.MappingNode) -> Self | None:
        """From an item's `variants:` section and the rest of the item; None when problems were noted."""
        draw = fields.mapping("draw")
        where = fields.texts("where", 0, MOST_CONDITIONS, MAX_CONDITION, required=False)
        proof = fields.texts("proof", 0, MOST_CONDITIONS, MAX_CONDITION, required=False)
        fields.close()
        draws, template = _as_text(json_of(draw) if draw else {}), _as_text(json_of(content))
        found = cls(_with_lists(draws, template), where, proof, template)
        sound = found._note_problems(fields)
        try:
            check_template(content)
        except BadTemplate as bad:
            fields.note("", Phrase("{problem}", problem=str(bad)), Phrase("corrigez l’expression"), bad.line)
            return None
        return found if sound else None

    def _note_problems(self, fields: Fields) -> bool:
        """Whether there were none."""
        sound = True
        remedy = Phrase("voyez les tirages dans le format des items")
        if not 1 <= len(self._draw) <= MOST_DRAWS:
            count = Phrase("de 1 à {most} tirages", most=MOST_DRAWS)
            fields.note("draw", Phrase("{count} tirages", count=len(self._draw)), count)
            sound = False
        for name, draw in self._draw.items():
            try:
                if not name.isidentifier() or name.startswith("_") or name in _RESERVED:
                    raise BadDraw("ce nom ne peut pas servir dans une expression")
                check_draw(draw)
            except (BadDraw, BadExpression) as bad:
                fields.note(f"draw.{name}", Phrase("{problem}", problem=str(bad)), remedy)
                sound = False
        for place, (kind, condition) in enumerate(
            [*(("where", each) for each in self.where), *(("proof", each) for each in self.proof)], 1
        ):
            try:
                check_expression(condition)
            except BadExpression as bad:
                fields.note(f"{kind}[{place}]", Phrase("{problem}", problem=str(bad)), remedy)
                sound = False
        return sound

    def values(self, number: int, item: str) -> Values:
        """The values of variant `number` of this item; raises BadVariant.

        The item's id is in every draw: variant 7 of one item is nothing like variant 7 of its siblings.
        """
        for attempt in range(_MOST_TRIES):
            values = self._drawn(number, item, attempt)
            if self._all_hold(self.where, values, number):
                break
        else:
            raise BadVariant(number, "aucun tirage ne remplit les conditions « where »")
        for condition in self.proof:
            if not self._all_hold((condition,), values, number):
                raise BadVariant(number, f"la preuve ne tient pas : {condition}")
        return values

    def _drawn(self, number: int, item: str, attempt: int) -> Values:
        values: Values = {}
        for name, draw in self._draw.items():
            chance = Chance("variant", item, number, attempt, name)
            try:
                values[name] = drawn(draw, chance, values)
            except (BadDraw, BadExpression) as bad:
                raise BadVariant(number, f"{name} : {bad}") from None
        return values

    def _all_hold(self, conditions: tuple[str, ...], values: Values, number: int) -> bool:
        try:
            return all(evaluate(condition, values) is True for condition in conditions)
        except BadExpression as bad:
            raise BadVariant(number, str(bad)) from None

    @cached_property
    def _draw(self) -> JsonObject:
        return _object(self.draws)

    @cached_property
    def _node(self) -> yaml.MappingNode:
        # Fractions stay the texts that were written: nothing here but what an expression can give.
        return fields_node(cast("Mapping[str, Value]", _object(self.template)))

    @property
    def literal_stem(self) -> str:
        """What every variant's stem says."""
        return literal(text(_object(self.template)["stem"]))

    def fields(
        self, number: int, item: str, problems: list[Problem], content: yaml.MappingNode | None = None
    ) -> Fields:
        """The item's fields in variant `number`, read like any item's; raises BadVariant, BadTemplate."""
        return Fields(resolved_fields(content or self._node, self.values(number, item)), "", problems)

    def to_json(self) -> JsonObject:
        return {
            "draws": self.draws,
            "where": list(self.where),
            "proof": list(self.proof),
            "template": self.template,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            text(member(value, "draws")),
            tuple(text(each) for each in elements(member(value, "where"))),
            tuple(text(each) for each in elements(member(value, "proof"))),
            text(member(value, "template")),
        )


def _with_lists(draws: str, template: str) -> str:
    """The draws with a copy of each shared list that they or the texts name, so that it never changes."""
    named = {name for name in LISTS if re.search(rf"\b{name}\b", draws + template)}
    copies: JsonObject = {name: {"is": [*LISTS[name]]} for name in LISTS if name in named}
    return _as_text({**copies, **json.loads(draws)}) if copies else draws


def _as_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(written: str) -> JsonObject:
    """The object of a stored JSON text; raises BadJson for anything else, however deep."""
    try:
        value = json.loads(written, parse_float=str)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadJson("not an object in JSON")
    return value
