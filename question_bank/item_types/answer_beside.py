"""What is asked beside a simulated program: typed, and marked as a numeric item or a short text is."""

from typing import TypeAlias

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, member, text
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.responses import MAX_TEXT, Number, Written, typed_text
from question_bank.item_types.short_text import ShortText

AnswerBeside: TypeAlias = Numeric | ShortText


def read_answer(fields: Fields) -> AnswerBeside | None:
    """From the field `answer`, which is a number's when it has a `value`."""
    section = fields.section("answer", required=False)
    if section is None:
        return None
    return Numeric.read(fields) if "value" in section else ShortText.read(fields)


def kind_of(answer: AnswerBeside) -> str:
    return "number" if isinstance(answer, Numeric) else "text"


def parse_answer(answer: AnswerBeside, typed: object) -> Number | Written:
    """What was typed, read as the answer's own type reads it; raises BadResponse."""
    if isinstance(answer, Numeric):
        return Number(answer.number(typed))
    return Written(typed_text(typed, MAX_TEXT))


def is_accepted(answer: AnswerBeside, given: Number | Written) -> bool:
    if isinstance(answer, Numeric):
        return isinstance(given, Number) and answer.accepts(given.value)
    return isinstance(given, Written) and answer.accepts(given.text)


def right_answer(answer: AnswerBeside, seed: int) -> Json:
    """What a candidate who knows it would type."""
    (typed,) = answer.right_content(seed).values()
    return typed


def answer_to_json(answer: AnswerBeside | None) -> Json:
    return None if answer is None else {"kind": kind_of(answer), **answer.to_json()}


def answer_from_json(value: Json) -> AnswerBeside | None:
    if value is None:
        return None
    return Numeric.from_json(value) if text(member(value, "kind")) == "number" else ShortText.from_json(value)
