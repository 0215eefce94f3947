"""What an import finds: drafts of items in the authors' own format, and what has no counterpart here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from question_bank.item_types.jsonvalues import Json
from question_bank.typography import Phrase

UNEXPLAINED = "Question importée : expliquez pourquoi la réponse est juste et pourquoi les autres tentent."
SECONDS = 90


class CannotMap(Exception):
    """A foreign question has no counterpart here."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Draft:
    """One question as the fields of an item file, without competence, skill and level."""

    source: str
    title: str
    fields: dict[str, Json]


@dataclass(frozen=True)
class Unmapped:
    source: str
    title: str
    reason: Phrase

    def __str__(self) -> str:
        return f"{self.source} « {self.title} » : {self.reason}"


@dataclass
class Found:
    """Everything that a file held, in its order."""

    drafts: list[Draft] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)


def choice(texts: Iterable[tuple[str, bool]], several: bool) -> dict[str, Json]:
    """A single or multiple choice; raises CannotMap when there are too few or too many options."""
    options = [(text, right) for text, right in texts if text]
    rights = sum(right for _, right in options)
    most = 7 if several else 6
    if not 4 <= len(options) <= most:
        raise CannotMap(
            Phrase("{count} réponses proposées, il en faut de 4 à {most}", count=len(options), most=most)
        )
    if len({text for text, _ in options}) < len(options):
        raise CannotMap(Phrase("deux réponses proposées sont les mêmes"))
    if several and not 2 <= rights < len(options):
        raise CannotMap(Phrase("il faut au moins deux réponses justes et une fausse"))
    if not several and rights != 1:
        raise CannotMap(Phrase("{count} réponses sont marquées justes, il en faut une", count=rights))
    return {
        "type": "multiple_choice" if several else "single_choice",
        "options": [{"text": text, **({"key": True} if right else {})} for text, right in options],
    }


def accepted_texts(accepted: Iterable[str], ignore_case: bool = True) -> dict[str, Json]:
    """The answer of a short text or of a gap; raises CannotMap when nothing is accepted."""
    texts = list(dict.fromkeys(text.strip() for text in accepted if text.strip()))
    if not texts:
        raise CannotMap(Phrase("aucune réponse acceptée"))
    return {"accept": [*texts], **({} if ignore_case else {"ignore_case": False})}


def exact_number(value: str, tolerance: str = "0", unit: str = "") -> dict[str, Json]:
    """The answer of a numeric item or of a gap."""
    answer: dict[str, Json] = {"value": value}
    if tolerance.strip("0.") != "":
        answer["tolerance"] = tolerance
    if unit:
        answer["unit"] = unit
    return answer


def short_text(accepted: Iterable[str], ignore_case: bool = True) -> dict[str, Json]:
    return {"type": "short_text", "answer": accepted_texts(accepted, ignore_case)}


def numeric(value: str, tolerance: str = "0", unit: str = "") -> dict[str, Json]:
    return {"type": "numeric", "answer": exact_number(value, tolerance, unit)}
