"""What is accepted for typed characters: texts to compare with, as exactly as the author wants."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text, whole
from question_bank.typography import Phrase

MAX_LENGTH = 80
MAX_ACCEPTED = 30
MAX_TYPOS = 5

# What keyboards and phones put in place of the plain sign.
_PLAIN_SIGNS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
    }
)


@dataclass(frozen=True)
class Acceptance:
    accept: tuple[str, ...]
    ignore_case: bool
    ignore_accents: bool
    ignore_spaces: bool
    typos: int

    @classmethod
    def read_from(cls, answer: Fields, longest: int = MAX_LENGTH) -> Self:
        """From the fields `accept`, `ignore_…` and `typos` of this section."""
        found = cls(
            answer.texts("accept", 1, MAX_ACCEPTED, longest),
            answer.flag("ignore_case", True),
            answer.flag("ignore_accents", True),
            answer.flag("ignore_spaces", True),
            answer.whole("typos", 0, MAX_TYPOS, default=0),
        )
        found._note_problems(answer)
        return found

    def _note_problems(self, answer: Fields) -> None:
        for place, accepted in enumerate(self.accept, 1):
            if accepted and not self.normalised(accepted):
                problem = Phrase("il ne reste rien de « {text} » une fois comparé", text=accepted)
                answer.note(f"accept[{place}]", problem, Phrase("changez-le, ou ignore_accents: false"))
        shortest = min((len(self.normalised(accepted)) for accepted in self.accept), default=0)
        if self.typos * 4 > shortest:
            problem = Phrase("{typos} faute(s) pour {length} caractères", typos=self.typos, length=shortest)
            answer.note("typos", problem, Phrase("pas plus d’une faute pour quatre caractères"))

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            tuple(text(accepted) for accepted in elements(member(value, "accept"))),
            flag(member(value, "ignore_case")),
            flag(member(value, "ignore_accents")),
            flag(member(value, "ignore_spaces")),
            whole(member(value, "typos")),
        )

    def to_json(self) -> JsonObject:
        return {
            "accept": list(self.accept),
            "ignore_case": self.ignore_case,
            "ignore_accents": self.ignore_accents,
            "ignore_spaces": self.ignore_spaces,
            "typos": self.typos,
        }

    def accepts(self, written: str) -> bool:
        accepted = self._accepted
        typed = self._without_full_stop(self.normalised(written), accepted)
        return any(within_typos(typed, one, self.typos) for one in accepted)

    @cached_property
    def _accepted(self) -> tuple[str, ...]:
        """What every response is compared with; the same for everybody who is asked."""
        return tuple(self.normalised(one) for one in self.accept)

    def _without_full_stop(self, typed: str, accepted: Sequence[str]) -> str:
        """Who writes a sentence ends it with a full stop; where signs count (case too), it is kept."""
        forgiven = self.ignore_case and not any(one.endswith(".") for one in accepted)
        return typed.removesuffix(".").rstrip() if forgiven else typed

    def normalised(self, typed: str) -> str:
        plain = unicodedata.normalize("NFKC", typed.translate(_PLAIN_SIGNS))
        plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
        if self.ignore_accents:
            apart = unicodedata.normalize("NFD", plain)
            plain = "".join(char for char in apart if unicodedata.category(char) != "Mn")
        if self.ignore_case:
            plain = plain.casefold()
        return ("" if self.ignore_spaces else " ").join(plain.split())


def within_typos(typed: str, accepted: str, typos: int) -> bool:
    """Whether the optimal string alignment distance is at most `typos`."""
    if typos == 0 or abs(len(typed) - len(accepted)) > typos:
        return typed == accepted
    return alignment_distance(typed, accepted) <= typos


def alignment_distance(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours, each place touched once."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
