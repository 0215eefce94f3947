"""Writes the files of a plainly invented school: pupils as SIECLE exports them, and their profiles."""

import csv
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from exam_server.imports.profiles import PIX_PER_LEVEL
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL

# No French department has the number 099; the last letter is the one that the digits call for.
UAI: Final = "0990001N"
SCHOOL_NAME: Final = "Cité scolaire des Quatre-Vergers (démonstration)"
SCHOOL_YEAR: Final = 2026

PUPILS_FILE: Final = "ElevesSansAdresses.xml"
PUPILS_ARCHIVE: Final = "ElevesSansAdresses.zip"
PROFILES_FILE: Final = "profils.csv"

FAMILY_NAMES: Final = (
    "Garance",
    "Indigo",
    "Turquoise",
    "Écarlate",
    "Pervenche",
    "Améthyste",
    "Bergamote",
    "Céladon",
    "Coquelicot",
    "Émeraude",
    "Fuchsia",
    "Grenat",
    "Jonquille",
    "Lavande",
    "Mordoré",
    "Nacré",
    "Outremer",
    "Pourpré",
    "Réséda",
    "Safran",
    "Vermeil",
    "Cœruléen",
    "Zinzolin",
    "Ocré",
)
GIVEN_NAMES: Final = (
    ("Prunelle", "F"),
    ("Noisetier", "M"),
    ("Cerise", "F"),
    ("Abricot", "M"),
    ("Mirabelle", "F"),
    ("Œillet", "M"),
    ("Clémentine-Zeste", "F"),
    ("Mûrier", "M"),
    ("Pêche", "F"),
    ("Néflier", "M"),
    ("Myrtille", "F"),
    ("Châtaignier", "M"),
    ("Grenadine", "F"),
    ("Pépin", "M"),
    ("Figue", "F"),
)
CLASSES: Final = (
    ("3E A", "DEMO3E00000", 14),
    ("3E B", "DEMO3E00000", 14),
    ("3E C", "DEMO3E00000", 14),
    ("TG 1", "DEMOTG00000", 17),
)
"""Name, MEF (invented) and age of each class."""

NOT_CERTIFIABLE_EVERY: Final = 13
"""One pupil in so many has only four competences, one too few to be certifiable."""


@dataclass(frozen=True)
class InventedPupil:
    """A pupil of the demonstration; nobody is called so."""

    number: int
    family_name: str
    given_name: str
    sex: str
    birth_date: date
    class_name: str
    mef: str
    left: bool = False

    @property
    def ine(self) -> str:
        return f"0990{self.number:06d}{'ABCDEFGHJK'[self.number % 10]}"


def write_school(folder: Path, pupils: int = 64, seed: int = 1) -> None:
    """Writes the export of SIECLE, the same zipped, and the profiles; same arguments, same bytes."""
    chance = random.Random(seed)  # noqa: S311 -- an invented school, nothing secret
    school = [_pupil(number, chance) for number in range(1, pupils + 1)]
    export = _siecle([*school, _leaver(pupils + 1, chance)]).encode("iso-8859-15")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PUPILS_FILE).write_bytes(export)
    with ZipFile(folder / PUPILS_ARCHIVE, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo(PUPILS_FILE, (SCHOOL_YEAR, 9, 15, 8, 0, 0)), export, ZIP_DEFLATED)
    # The last pupil has no profile yet: the school sees what that looks like.
    (folder / PROFILES_FILE).write_bytes(_profiles(school[:-1], chance).encode("cp1252"))


def _pupil(number: int, chance: random.Random) -> InventedPupil:
    class_name, mef, age = CLASSES[(number - 1) % len(CLASSES)]
    family_name = FAMILY_NAMES[(number - 1) % len(FAMILY_NAMES)]
    given_name, sex = GIVEN_NAMES[(number - 1) % len(GIVEN_NAMES)]
    # 24 family names and 15 given names meet again after 120 pupils; a second name then tells them apart.
    turn = (number - 1) // 120
    second = "" if turn == 0 else f"-{FAMILY_NAMES[turn % len(FAMILY_NAMES)]}"
    born = date(SCHOOL_YEAR - age, 1, 1) + timedelta(days=chance.randrange(365))
    return InventedPupil(number, f"Démo-{family_name}{second}", given_name, sex, born, class_name, mef)


def _leaver(number: int, chance: random.Random) -> InventedPupil:
    return replace(_pupil(number, chance), left=True)


def _siecle(pupils: list[InventedPupil]) -> str:
    records = "".join(_record(pupil) for pupil in pupils)
    structures = "".join(_structure(pupil) for pupil in pupils if not pupil.left)
    return (
        '<?xml version="1.0" encoding="ISO-8859-15"?>\n'
        '<BEE_ELEVES VERSION="2.1">\n'
        "  <PARAMETRES>\n"
        f"    <UAJ>{UAI}</UAJ>\n"
        f"    <ANNEE_SCOLAIRE>{SCHOOL_YEAR}</ANNEE_SCOLAIRE>\n"
        f"    <DATE_EXPORT>15/09/{SCHOOL_YEAR}</DATE_EXPORT>\n"
        f"    <HORODATAGE>15/09/{SCHOOL_YEAR} 08:00:00</HORODATAGE>\n"
        "  </PARAMETRES>\n"
        "  <DONNEES>\n"
        f"    <ELEVES>\n{records}    </ELEVES>\n"
        f"    <STRUCTURES>\n{structures}    </STRUCTURES>\n"
        "  </DONNEES>\n"
        "</BEE_ELEVES>\n"
    )


def _record(pupil: InventedPupil) -> str:
    fields = [
        ("ID_NATIONAL", pupil.ine),
        ("NOM_DE_FAMILLE", pupil.family_name),
        ("PRENOM", pupil.given_name),
        ("DATE_NAISS", f"{pupil.birth_date:%d/%m/%Y}"),
        ("DOUBLEMENT", "0"),
        ("CODE_PAYS", "100"),
        ("CODE_DEPARTEMENT_NAISS", "099"),
        ("CODE_COMMUNE_INSEE_NAISS", "99999"),
        ("CODE_SEXE", "1" if pupil.sex == "M" else "2"),
        ("CODE_STATUT", "ST"),
        ("CODE_MEF", pupil.mef),
        ("DATE_ENTREE", f"01/09/{SCHOOL_YEAR}"),
    ]
    if pupil.left:
        fields.append(("DATE_SORTIE", f"10/09/{SCHOOL_YEAR}"))
    inner = "".join(f"        <{name}>{escape(value)}</{name}>\n" for name, value in fields)
    return f'      <ELEVE ELEVE_ID="{_siecle_id(pupil)}" ELENOET="{pupil.number}">\n{inner}      </ELEVE>\n'


def _structure(pupil: InventedPupil) -> str:
    group = f"{pupil.class_name.replace(' ', '')}GR{1 + pupil.number % 2}"
    return (
        f'      <STRUCTURES_ELEVE ELEVE_ID="{_siecle_id(pupil)}">\n'
        f"        <STRUCTURE><CODE_STRUCTURE>{pupil.class_name}</CODE_STRUCTURE>"
        "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>\n"
        f"        <STRUCTURE><CODE_STRUCTURE>{group}</CODE_STRUCTURE>"
        "<TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>\n"
        "      </STRUCTURES_ELEVE>\n"
    )


def _siecle_id(pupil: InventedPupil) -> str:
    return str(990_000 + pupil.number)


def _profiles(pupils: list[InventedPupil], chance: random.Random) -> str:
    out = StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    values = [f"{code} {kind}" for code in COMPETENCE_CODES for kind in ("niveau", "pix")]
    table.writerow(["INE", "Nom", "Prénom", "Date du profil", *values])
    for pupil in pupils:
        known = 4 if pupil.number % NOT_CERTIFIABLE_EVERY == 0 else chance.randint(8, len(COMPETENCE_CODES))
        cells = [str(value) for pair in _levels_and_pix(known, chance) for value in pair]
        table.writerow([pupil.ine, pupil.family_name, pupil.given_name, f"10/09/{SCHOOL_YEAR}", *cells])
    return out.getvalue()


def _levels_and_pix(known: int, chance: random.Random) -> list[tuple[int, int]]:
    """Levels around one centre, as a person's are; competences that are not known stay at 0."""
    centre = chance.choice((2, 3, 3, 4, 4, 5, 6))
    kept = set(chance.sample(range(len(COMPETENCE_CODES)), known))
    pairs = []
    for place in range(len(COMPETENCE_CODES)):
        level = max(1, min(MAX_LEVEL, centre + chance.choice((-1, 0, 0, 1)))) if place in kept else 0
        more = chance.randrange(PIX_PER_LEVEL) if level < MAX_LEVEL else 0
        pairs.append((level, level * PIX_PER_LEVEL + more))
    return pairs
