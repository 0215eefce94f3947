"""What an LSU import file is made of, as tables: names, their order, attributes, limits; and versions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from exam_server.signing.wording import N_, Wording
from question_bank.framework import COMPETENCES

NAMESPACE: Final = "urn:fr:edu:scolarite:lsun:bilans:import"
ROOT: Final = "lsun-bilans"
DOCUMENTED_VERSIONS: Final = ("3.0", "4.0", "5.0", "6.0", "7.0")
"""The versions whose every rule is known here; of others only what the merge needs is looked at."""

SKILL_CODES: Final = tuple(competence.lsu_code for competence in COMPETENCES)
"""By competence, in the order of the CRCN."""

LONGEST_APPRECIATION: Final = 600
BLANKS: Final = " \t\r\n"
"""What XML takes for white space; a no-break space is a sign like any other."""

ELEMENT_OF: Final[Mapping[str, str]] = MappingProxyType({"eleve-ref": "eleve", "periode-ref": "periode"})
"""References that must lead to one kind of element; the others must lead somewhere."""


@dataclass(frozen=True)
class Value:
    """What an attribute may hold: a pattern, and how it is said; blanks around a word do not count."""

    pattern: re.Pattern[str]
    said: Wording
    is_word: bool = True
    is_number: bool = False

    def read(self, text: str) -> str | None:
        """The value in the one form by which it is compared; None where it is none."""
        given = text.strip(BLANKS) if self.is_word else text
        if self.pattern.fullmatch(given) is None:
            return None
        return one_number(given) if self.is_number else given


def one_number(text: str) -> str:
    """A whole number in the form by which it is compared: 00123 and 123 are one. Other texts as they are."""
    digits = text.strip(BLANKS).lstrip("+")
    return (digits.lstrip("0") or "0") if digits.isascii() and digits.isdecimal() else text


def _text(least: int, most: int) -> Value:
    said = N_("{least} à {most} caractères", least=least, most=most)
    return Value(re.compile(f".{{{least},{most}}}", re.DOTALL), said, is_word=False)


def _exactly(count: int) -> Value:
    said = N_("{count} caractères", count=count)
    return Value(re.compile(f".{{{count}}}", re.DOTALL), said, is_word=False)


def _one_of(*values: str) -> Value:
    return Value(re.compile("|".join(map(re.escape, values))), Wording(", ".join(values)), is_word=False)


def _digit(first: int, last: int) -> Value:
    said = N_("un chiffre de {first} à {last}", first=first, last=last)
    return Value(re.compile(f"[{first}-{last}]"), said)


_DAY = r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_NAME = r"[^\W\d][\w.·-]*"
ID = Value(re.compile(_NAME), N_("un nom : une lettre ou « _ », puis lettres, chiffres, « . », « - », « _ »"))
REF = ID
REFS = Value(re.compile(rf"{_NAME}(?:[ \t\r\n]+{_NAME})*"), N_("des noms, séparés par des espaces"))
POSITIVE = Value(re.compile(r"\+?0*[1-9]\d{0,17}", re.ASCII), N_("un nombre entier positif"), is_number=True)
NAMED = Value(
    re.compile(".{1,100}", re.DOTALL), N_("{least} à {most} caractères", least=1, most=100), is_number=True
)
WHOLE = Value(re.compile(r"[+-]?\d{1,9}", re.ASCII), N_("un nombre entier"), is_number=True)
COUNT = Value(re.compile(r"\+?0*\d{1,3}", re.ASCII), N_("un nombre entier de 0 à 999"), is_number=True)
TRUTH = Value(re.compile("true|false|1|0"), Wording("true, false, 1, 0"))
DAY = Value(re.compile(rf"{_DAY}(?:Z|[+-]\d\d:\d\d)?", re.ASCII), N_("une date de la forme aaaa-mm-jj"))
LOCKED = Value(
    re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?", re.ASCII),
    N_("une date de la forme aaaa-mm-jj ou aaaa-mm-jjThh:mm:ss"),
    is_word=False,
)
SKILL = _one_of(*SKILL_CODES)
NIVEAU = _digit(1, 3)


@dataclass(frozen=True)
class Element:
    """The rules of one element.

    `attributes` whose name ends with "!" must be there. `children` stand in that order, one of each unless
    the name ends with "+"; those with "!" must be there. `others` lets children pass that are not named.
    `key` are attributes that together name the element among its neighbours. `most` is its text's length.
    """

    attributes: Mapping[str, Value] = field(default_factory=dict)
    children: tuple[str, ...] | None = None
    key: tuple[str, ...] = ()
    most: int | None = None
    ordered: bool = True
    others: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each child stands."""
        return {child.rstrip("!+"): place for place, child in enumerate(self.children or ())}

    @cached_property
    def needed(self) -> frozenset[str]:
        """The children that must be there."""
        return frozenset(child.rstrip("!+") for child in self.children or () if "!" in child)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The children of which there may be several."""
        return frozenset(child.rstrip("!+") for child in self.children or () if "+" in child)


Elements = Mapping[tuple[str, str], Element]
"""By the name of the parent and the name of the element."""


def _listed(name: str) -> Element:
    return Element(children=(f"{name}!+",))


_SKILLS: Final[dict[tuple[str, str], Element]] = {
    ("bilan-periodique", "competences-numeriques"): Element(
        {"comp-num-commun-refs": REFS}, children=("appreciation-num", "competence-num+")
    ),
    ("competences-numeriques", "appreciation-num"): Element(most=LONGEST_APPRECIATION),
    ("competences-numeriques", "competence-num"): Element({"code!": SKILL, "niveau!": NIVEAU}, key=("code",)),
}

_BILAN = (
    "liste-acquis!",
    "competences-numeriques",
    "epis-eleve",
    "acc-persos-eleve",
    "liste-parcours",
    "modalites-accompagnement",
    "acquis-conseils!",
    "devoirs-faits",
    "vie-scolaire!",
    "socle",
    "responsables",
)

_ENVELOPE: Final[dict[tuple[str, str], Element]] = {
    ("", ROOT): Element(children=("entete!", "donnees!")),
    (ROOT, "entete"): Element(
        children=("editeur!", "application!", "appliVersion", "etablissement!"), ordered=False
    ),
    ("entete", "editeur"): Element(most=50),
    ("entete", "application"): Element(most=50),
    ("entete", "appliVersion"): Element(most=50),
}

_REFERENCED: Final[dict[tuple[str, str], Element]] = {
    ("donnees", "responsables-etab"): _listed("responsable-etab"),
    ("responsables-etab", "responsable-etab"): Element(
        {"id!": ID, "libelle!": _text(1, 100)}, key=("libelle",)
    ),
    ("donnees", "eleves"): _listed("eleve"),
    ("eleves", "eleve"): Element(
        {
            "id!": ID,
            "id-be!": POSITIVE,
            "nom": _text(1, 100),
            "prenom": _text(1, 100),
            "code-division!": _text(1, 20),
        },
        key=("id-be",),
    ),
    ("donnees", "periodes"): _listed("periode"),
    ("periodes", "periode"): Element(
        {"id!": ID, "millesime!": _exactly(4), "indice!": WHOLE, "nb-periodes!": WHOLE},
        key=("millesime", "indice", "nb-periodes"),
    ),
    ("donnees", "disciplines"): _listed("discipline"),
    ("disciplines", "discipline"): Element(
        {
            "id!": ID,
            "code!": _exactly(6),
            "code-national": _exactly(6),
            "modalite-election!": _one_of("S", "O", "F", "L", "R", "X", "D"),
            "libelle!": _text(1, 40),
            "id-lv": REF,
        },
        key=("code", "modalite-election", "id-lv"),
    ),
    ("donnees", "enseignants"): _listed("enseignant"),
    ("enseignants", "enseignant"): Element(
        {
            "id!": ID,
            "type!": _one_of("epp", "local", "dir", "autre"),
            "id-sts!": POSITIVE,
            "civilite": _one_of("MME", "M"),
            "nom": _text(1, 100),
            "prenom": _text(0, 100),
        },
        key=("type", "id-sts"),
    ),
    ("donnees", "elements-programme"): _listed("element-programme"),
    ("elements-programme", "element-programme"): Element(
        {"id!": ID, "libelle!": _text(1, 300)}, key=("libelle",)
    ),
    ("donnees", "competences-numeriques-communs"): _listed("competences-numeriques-commun"),
    ("competences-numeriques-communs", "competences-numeriques-commun"): Element(
        {"id!": ID, "code-structure!": _text(1, 20), "type-structure!": _one_of("D", "G")},
        most=LONGEST_APPRECIATION,
    ),
}

_DATA = (
    "responsables-etab!",
    "eleves!",
    "periodes",
    "disciplines",
    "enseignants",
    "elements-programme",
    "competences-numeriques-communs",
    "parcours-communs",
    "vies-scolaires-communs",
    "epis-thematiques",
    "epis",
    "epis-groupes",
    "acc-persos",
    "acc-persos-groupes",
    "bilans-periodiques",
    "bilans-cycle",
)

_BILANS: Final[dict[tuple[str, str], Element]] = {
    ("donnees", "bilans-periodiques"): _listed("bilan-periodique"),
    ("bilans-periodiques", "bilan-periodique"): Element(
        {
            "eleve-ref!": REF,
            "periode-ref!": REF,
            "date-conseil-classe!": DAY,
            "date-scolarite!": DAY,
            "date-verrou": LOCKED,
            "responsable-etab-ref!": REF,
            "prof-princ-refs": REFS,
        },
        children=_BILAN,
        key=("eleve-ref", "periode-ref"),
    ),
    ("bilan-periodique", "liste-acquis"): _listed("acquis"),
    ("liste-acquis", "acquis"): Element(
        {
            "discipline-ref!": REF,
            "enseignant-refs!": REFS,
            "element-programme-refs": REFS,
            "moyenne-eleve": _text(1, 8),
            "moyenne-structure": _text(1, 8),
            "eleve-non-note": TRUTH,
            "structure-non-notee": TRUTH,
            "positionnement": _digit(1, 4),
        },
        children=("appreciation",),
        key=("discipline-ref",),
    ),
    ("acquis", "appreciation"): Element(most=600),
    ("bilan-periodique", "liste-parcours"): _listed("parcours"),
    ("liste-parcours", "parcours"): Element(
        {"code!": _one_of("PAR_AVN", "PAR_CIT", "PAR_ART", "PAR_SAN")}, key=("code",)
    ),
    ("bilan-periodique", "modalites-accompagnement"): _listed("modalite-accompagnement"),
    ("modalites-accompagnement", "modalite-accompagnement"): Element(
        {"code!": _one_of("PAP", "PPS", "UPE2A", "SEGPA", "ULIS", "PAI", "PPRE", "CTR")},
        children=("complement-ppre", "complement-contrat-reussite"),
        key=("code",),
    ),
    ("bilan-periodique", "acquis-conseils"): Element(most=1000),
    ("bilan-periodique", "devoirs-faits"): Element(most=600),
    ("bilan-periodique", "vie-scolaire"): Element(
        {
            "nb-retards!": COUNT,
            "nb-abs-justifiees!": COUNT,
            "nb-abs-injustifiees!": COUNT,
            "nb-heures-manquees": COUNT,
        },
        children=("commentaire",),
    ),
    ("bilan-periodique", "socle"): _listed("domaine"),
    ("socle", "domaine"): Element({"code!": _text(1, 20), "positionnement": _digit(0, 4)}, key=("code",)),
}

DOCUMENTED: Final[Elements] = MappingProxyType(
    {
        **_ENVELOPE,
        (ROOT, "donnees"): Element(children=_DATA),
        **_REFERENCED,
        **_BILANS,
        **_SKILLS,
    }
)

ANY_VERSION: Final[Elements] = MappingProxyType(
    {
        ("", ROOT): Element(children=("entete!", "donnees!"), others=True),
        (ROOT, "donnees"): Element(
            children=("responsables-etab", "eleves!", "periodes", "bilans-periodiques", "bilans-cycle"),
            others=True,
        ),
        ("eleves", "eleve"): Element(
            {"id!": ID, "id-be!": NAMED, "code-division!": _text(1, 20)}, key=("id-be",)
        ),
        ("periodes", "periode"): _REFERENCED["periodes", "periode"],
        ("bilans-periodiques", "bilan-periodique"): Element(
            {"eleve-ref!": REF, "periode-ref!": REF},
            children=("liste-acquis!", *(name.rstrip("!") for name in _BILAN[1:])),
            key=("eleve-ref", "periode-ref"),
            others=True,
        ),
        **_SKILLS,
    }
)
"""What is looked at in a version that the operator lets in: what the merge stands on, and no more."""

DATED_IN: Final = MappingProxyType({"3.0": ("bilan-periodique", "date-verrou")})
"""An attribute that one version demands and the others do not."""


def elements_of(version: str) -> Elements:
    """The rules of a version."""
    return DOCUMENTED if version in DOCUMENTED_VERSIONS else ANY_VERSION
