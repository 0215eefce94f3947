"""From levels 0 to 8 to the livret's 1 to 3 of CM2 and 6e: our own choice, which the operator may change."""

from dataclasses import dataclass

from exam_server.signing.wording import N_, Wording
from question_bank.framework import MAX_LEVEL

HIGHEST = 3


class BadMapping(ValueError):
    """The three thresholds are not levels, or do not rise."""


@dataclass(frozen=True)
class LevelMapping:
    """From which level on a competence is written as 1, as 2 and as 3. Below the first nothing is written."""

    first: int = 1
    second: int = 2
    third: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.first < self.second < self.third <= MAX_LEVEL:
            raise BadMapping(f"{self.first}, {self.second}, {self.third}")

    def niveau(self, level: int | None) -> int | None:
        """What is written for a level; None where nothing is."""
        if level is None or level < self.first:
            return None
        return 1 + (level >= self.second) + (level >= self.third)

    @property
    def said(self) -> Wording:
        """The policy in one sentence, for the report."""
        if self == LevelMapping():
            return N_(
                "Niveaux 1, 2 et 3 repris tels quels ; au-dessus de 3, écrit 3 ; niveau 0, rien n’est écrit."
            )
        return N_(
            "Écrit 1 à partir du niveau {first}, 2 à partir du niveau {second}, 3 à partir du niveau "
            "{third} ; en dessous du niveau {first}, rien n’est écrit.",
            first=self.first,
            second=self.second,
            third=self.third,
        )


def mapping_from(text: str) -> LevelMapping:
    """The policy written as its three thresholds, "1,2,3"; raises BadMapping."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != HIGHEST or not all(len(part) == 1 and part in "0123456789" for part in parts):
        raise BadMapping(text)
    return LevelMapping(*(int(part) for part in parts))
