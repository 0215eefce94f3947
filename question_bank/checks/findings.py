"""What a check says: a code, the item, skill or competence that it is about, and a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from question_bank.typography import Phrase


class FindingCode(StrEnum):
    SAME_ITEM = "same_item"
    BAD_VARIANT = "bad_variant"
    BAD_KEY = "bad_key"
    LARGE_FILE = "large_file"
    NO_ITEM = "no_item"
    FEW_SKILLS = "few_skills"
    LONE_ITEM = "lone_item"
    UNEVEN_SKILL = "uneven_skill"
    TOO_FEW_FOR = "too_few_for"
    LONGEST_KEY = "longest_key"
    KEY_PLACE = "key_place"
    NEAR_TWIN = "near_twin"
    SAME_ANSWER = "same_answer"
    HARD_TEXT = "hard_text"
    WIDE_LINE = "wide_line"
    STRAIGHT_QUOTES = "straight_quotes"


@dataclass(frozen=True)
class Finding:
    code: FindingCode
    subject: str
    text: Phrase

    def __str__(self) -> str:
        return f"{self.subject} : {self.text}"
