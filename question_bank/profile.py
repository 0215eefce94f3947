"""A candidate's profile: levels and pix obtained before the exam, and whether it may be certified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL

MINIMUM_CERTIFIABLE_COMPETENCES = 5

NOT_ENOUGH_COMPETENCES = "not_enough_competences"


class BadProfile(ValueError):
    """This is no profile: a wrong number of competences, or a value outside the framework."""


@dataclass(frozen=True)
class Profile:
    """Levels 0..8 and pix, one of each a competence, in the order of the framework."""

    levels: tuple[int, ...]
    pix: tuple[int, ...]

    def __post_init__(self) -> None:
        for name, values in (("levels", self.levels), ("pix", self.pix)):
            if len(values) != len(COMPETENCE_CODES):
                raise BadProfile(f"{name}: {len(COMPETENCE_CODES)} values are needed, {len(values)} given")
            if any(type(value) is not int or value < 0 for value in values):
                raise BadProfile(f"{name}: every value is a whole number, 0 or more")
        if max(self.levels) > MAX_LEVEL:
            raise BadProfile(f"levels: no level lies above {MAX_LEVEL}")

    @property
    def certifiable_competences(self) -> tuple[int, ...]:
        return tuple(index for index, level in enumerate(self.levels) if level >= 1)

    @property
    def is_certifiable(self) -> bool:
        return len(self.certifiable_competences) >= MINIMUM_CERTIFIABLE_COMPETENCES

    @property
    def why_not(self) -> str | None:
        """The code of the reason why this profile may not be certified, or None when it may."""
        return None if self.is_certifiable else NOT_ENOUGH_COMPETENCES

    def to_json(self) -> dict[str, list[int]]:
        return {"levels": list(self.levels), "pix": list(self.pix)}

    @classmethod
    def from_json(cls, content: Mapping[str, Sequence[int]]) -> "Profile":
        try:
            return cls(levels=tuple(content["levels"]), pix=tuple(content["pix"]))
        except (KeyError, TypeError) as error:
            raise BadProfile("a profile has a list of levels and a list of pix") from error
