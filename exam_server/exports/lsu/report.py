"""What came of a merge, pupil by pupil: as values first, then in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exam_server.signing.wording import N_, Wording


class Outcome(StrEnum):
    """What became of one pupil."""

    INSERTED = "inserted"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    NO_BILAN = "no_bilan"
    NO_LAST_PERIOD = "no_last_period"
    SEVERAL_BILANS = "several_bilans"
    NO_LEVELS = "no_levels"
    NOTHING_TO_WRITE = "nothing_to_write"
    OTHER_CLASS = "other_class"
    NOT_IN_FILE = "not_in_file"
    UNKNOWN = "unknown"


MERGED = (Outcome.INSERTED, Outcome.REPLACED, Outcome.UNCHANGED)
LEFT_OUT = tuple(outcome for outcome in Outcome if outcome not in MERGED)

TITLES = {
    Outcome.INSERTED: N_("Compétences numériques ajoutées"),
    Outcome.REPLACED: N_("Compétences numériques remplacées"),
    Outcome.UNCHANGED: N_("Déjà à jour dans le fichier"),
    Outcome.NO_BILAN: N_("Sans bilan périodique dans le fichier"),
    Outcome.NO_LAST_PERIOD: N_("Sans bilan pour la période demandée"),
    Outcome.SEVERAL_BILANS: N_("Plusieurs bilans pour la période demandée"),
    Outcome.NO_LEVELS: N_("Sans niveaux connus ici"),
    Outcome.NOTHING_TO_WRITE: N_("Niveaux trop bas pour être écrits"),
    Outcome.OTHER_CLASS: N_("Dans une autre classe selon le fichier"),
    Outcome.NOT_IN_FILE: N_("Absents du fichier"),
    Outcome.UNKNOWN: N_("Présents dans le fichier, inconnus ici"),
}

REMEDIES = {
    Outcome.NO_BILAN: N_("Faites saisir le bilan dans le logiciel de notes, puis exportez à nouveau."),
    Outcome.NO_LAST_PERIOD: N_(
        "Exportez le fichier de cette période ; ces niveaux ne sont portés qu’à la dernière de l’année."
    ),
    Outcome.SEVERAL_BILANS: N_("Gardez dans l’export un seul découpage de l’année pour ces élèves."),
    Outcome.NO_LEVELS: N_("Importez leurs profils, ou complétez le tableau des niveaux."),
    Outcome.NOTHING_TO_WRITE: N_("Rien à faire : un élément vide n’est jamais écrit."),
    Outcome.OTHER_CLASS: N_("Mettez à jour les élèves depuis SIECLE, ou choisissez aussi cette classe."),
    Outcome.NOT_IN_FILE: N_("Vérifiez que l’export contient toutes les classes choisies."),
    Outcome.UNKNOWN: N_("Importez ces élèves depuis SIECLE : on les reconnaît à leur ELEVE_ID."),
}


@dataclass(frozen=True)
class Line:
    """One pupil; `line` is that of the file, `lost` are skills that the file had and has no more."""

    outcome: Outcome
    id_be: str
    name: str
    class_name: str
    line: int | None = None
    count: int = 0
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The whole outcome.

    `period` is None for the last one of the year; `idle_classes` were named and have nobody; `others` counts
    the pupils of the file in classes that were not named.
    """

    file: str
    version: str
    encoding: str
    year: str
    period: int | None
    mapping: Wording
    lines: tuple[Line, ...]
    idle_classes: tuple[str, ...]
    others: int

    def having(self, *outcomes: Outcome) -> list[Line]:
        """The pupils of whom that became."""
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def merged(self) -> int:
        """For how many the file now says it."""
        return len(self.having(*MERGED))

    @property
    def sentences(self) -> Sequence[Wording]:
        """What holds for the whole file."""
        period = (
            N_("Dernière période de l’année {year}.", year=_years(self.year))
            if self.period is None
            else N_("Période {period} de l’année {year}.", period=self.period, year=_years(self.year))
        )
        said = [
            N_(
                "Fichier {file} : format LSU version {version}, encodage {code}.",
                file=self.file,
                version=self.version,
                code=self.encoding,
            ),
            period,
            self.mapping,
        ]
        if self.others:
            said.append(N_("Élèves d’autres classes, laissés tels quels : {count}.", count=self.others))
        said += [N_("Personne n’est dans la classe « {name} ».", name=one) for one in self.idle_classes]
        lost = sum(len(line.lost) for line in self.lines)
        if lost:
            said.append(
                N_("Niveaux que le fichier portait, sans équivalent ici, et retirés : {count}.", count=lost)
            )
        return said


def _years(millesime: str) -> str:
    """A school year by both its years."""
    return f"{millesime}-{int(millesime) + 1}" if millesime.isdecimal() else millesime or "—"
