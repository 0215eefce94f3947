"""The steps of a bundle's verification, and how a refusal says at which of them and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from exam_server.signing.wording import N_, Wording


class Step(IntEnum):
    """The order of the checks."""

    MEMBERS = 1
    KEYS = 2
    SEAL = 3
    FILES = 4
    LOG = 5
    CHECKPOINT = 6
    CONTENTS = 7
    HEAD = 8
    RESULTS = 9
    EVERY_BYTE = 10
    TIME = 11
    STANDING = 12


TITLES: Mapping[Step, Wording] = {
    Step.MEMBERS: N_("Ouverture du lot"),
    Step.KEYS: N_("Clés publiques"),
    Step.SEAL: N_("Signature des résultats"),
    Step.FILES: N_("Fichiers joints"),
    Step.LOG: N_("Journal de la session"),
    Step.CHECKPOINT: N_("Point de contrôle du journal"),
    Step.CONTENTS: N_("Contenus du journal"),
    Step.HEAD: N_("Confirmation par le chef d’établissement"),
    Step.RESULTS: N_("Résultats recalculés"),
    Step.EVERY_BYTE: N_("Chaque octet du lot"),
    Step.TIME: N_("Horodatage"),
    Step.STANDING: N_("Validité des clés"),
}


@dataclass(frozen=True)
class Check:
    """One step that was passed (`done`), or that could not be or was not asked to be taken."""

    step: Step
    done: bool
    text: Wording


@dataclass(frozen=True)
class Place:
    """Where in a bundle: a member, and an entry of the log or a path in the JSON of that member."""

    file: str | None = None
    entry: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        entry = str(N_("entrée {number}", number=self.entry)) if self.entry is not None else None
        return ", ".join(part for part in (self.file, entry, self.path) if part) or str(N_("le lot"))


class BundleRefused(Exception):
    """The bundle does not hold: at which step, where, and what is wrong."""

    def __init__(self, step: Step, where: Place, what: Wording) -> None:
        super().__init__(step, where, what)
        self.step = step
        self.where = where
        self.what = what

    def __str__(self) -> str:
        return str(
            N_(
                "étape {step}/{steps}, {title} : {where} : {what}",
                step=self.step,
                steps=len(Step),
                title=str(TITLES[self.step]),
                where=str(self.where),
                what=str(self.what),
            )
        )


class CannotFollow(Exception):
    """Raised by a recomputation that knows in words why this log does not give these results."""

    def __init__(self, what: Wording) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return str(self.what)


class CannotRecompute(Exception):
    """Raised by a recomputation that lacks erased contents; accepted only if some were erased."""
