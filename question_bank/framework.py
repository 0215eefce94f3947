"""The CRCN: five domains, sixteen competences in their order, levels 0 to 8, labels and livret codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Domain:
    code: str
    label: str


@dataclass(frozen=True)
class Competence:
    code: str
    label: str
    domain: Domain
    lsu_code: str


MAX_LEVEL = 8
LEVELS = range(1, MAX_LEVEL + 1)

# Where level l begins on the ability scale, in logits: level(theta) counts the cut-points at or below theta.
# Until the bank is calibrated they are a convention: 0.9 apart, within the 0.75 to 1.1 that the public
# development meshes of the field show. Closer together, 32 items tell the levels apart less well.
LEVEL_CUT_POINTS: tuple[float, ...] = (-3.15, -2.25, -1.35, -0.45, 0.45, 1.35, 2.25, 3.15)

INFORMATION = Domain("1", "Information et données")
COMMUNICATION = Domain("2", "Communication et collaboration")
CREATION = Domain("3", "Création de contenu")
PROTECTION = Domain("4", "Protection et sécurité")
ENVIRONMENT = Domain("5", "Environnement numérique")

DOMAINS: tuple[Domain, ...] = (INFORMATION, COMMUNICATION, CREATION, PROTECTION, ENVIRONMENT)

COMPETENCES: tuple[Competence, ...] = (
    Competence("1.1", "Mener une recherche et une veille d’information", INFORMATION, "CN_INF_MEN"),
    Competence("1.2", "Gérer des données", INFORMATION, "CN_INF_GER"),
    Competence("1.3", "Traiter des données", INFORMATION, "CN_INF_TRA"),
    Competence("2.1", "Interagir", COMMUNICATION, "CN_COM_INT"),
    Competence("2.2", "Partager et publier", COMMUNICATION, "CN_COM_PAR"),
    Competence("2.3", "Collaborer", COMMUNICATION, "CN_COM_COL"),
    Competence("2.4", "S’insérer dans le monde numérique", COMMUNICATION, "CN_COM_SIN"),
    Competence("3.1", "Développer des documents textuels", CREATION, "CN_CRE_TEX"),
    Competence("3.2", "Développer des documents multimédia", CREATION, "CN_CRE_MUL"),
    Competence("3.3", "Adapter les documents à leur finalité", CREATION, "CN_CRE_ADA"),
    Competence("3.4", "Programmer", CREATION, "CN_CRE_PRO"),
    Competence("4.1", "Sécuriser l’environnement numérique", PROTECTION, "CN_PRO_SEC"),
    Competence("4.2", "Protéger les données personnelles et la vie privée", PROTECTION, "CN_PRO_DON"),
    Competence("4.3", "Protéger la santé, le bien-être et l’environnement", PROTECTION, "CN_PRO_SAN"),
    Competence("5.1", "Résoudre des problèmes techniques", ENVIRONMENT, "CN_ENV_RES"),
    Competence("5.2", "Évoluer dans un environnement numérique", ENVIRONMENT, "CN_ENV_EVO"),
)

COMPETENCE_CODES: tuple[str, ...] = tuple(competence.code for competence in COMPETENCES)

_INDEX = {code: index for index, code in enumerate(COMPETENCE_CODES)}


class UnknownCompetence(ValueError):
    """This code names no competence of the CRCN."""


def competence_index(code: str) -> int:
    """The place of a competence in the CRCN order, 0 to 15."""
    try:
        return _INDEX[code]
    except KeyError:
        raise UnknownCompetence(code) from None
