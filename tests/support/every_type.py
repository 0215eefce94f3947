"""A bank in which five competences hold every type of item between them, each family exactly one question.

A test over these five has as many questions as they have families: whoever sits it meets them all.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from question_bank.item_types.table import ItemType
from question_bank.items import Accessibility, Bank, ItemVersion
from question_bank.loading import load_bank
from tests.support.house import shipped_bank
from tests.support.kept_banks import kept

COMPETENCES = {"2.2": 7, "3.2": 7, "3.3": 6, "5.1": 6, "5.2": 6}
"""How many families each gets: as few as still make a bank in which every profile is served."""

ACTED = (
    "4.1-trier-une-messagerie-a",
    "2.4-suivre-un-dossier-a",
    "1.2-ranger-un-fichier-a",
    "1.2-ouvrir-une-archive-a",
    "3.1-compter-les-destinataires-a",
    "4.3-comparer-des-scenarios-a",
    "1.1-ouvrir-le-bon-resultat-a",
    "1.1-filtrer-des-resultats-a",
    "4.2-gerer-un-bandeau-de-consentement-a",
    "4.1-controler-les-acces-d-applications-a",
    "3.4-repeter-des-blocs-a",
    "3.4-tenir-un-score-a",
)
ANSWERED = {
    ItemType.SINGLE_CHOICE: 3,
    ItemType.MULTIPLE_CHOICE: 2,
    ItemType.NUMERIC: 3,
    ItemType.SHORT_TEXT: 2,
    ItemType.ORDERING: 2,
    ItemType.MATCHING: 2,
    ItemType.CATEGORISING: 2,
    ItemType.FILL_IN: 2,
}

POINTS = 'competence: "2.1"\nskill: message\ntitle: Écrire un message\nitems:\n'
POINT = """\
  - id: 2.1-message-{letter}
    level: {level}
    type: point
    time: 40
    stem: Dans cette fenêtre, montrez {wanted}.
    rationale: Le trombone joint un fichier, la corbeille jette le message.
    picture:
      width: 640
      height: 100
      alt: "Bas d’un message. De gauche à droite : un bouton « Envoyer », un trombone, une corbeille."
      svg: |
        <svg>
          <rect x="1" y="1" width="638" height="98" fill="#ffffff" stroke="#5b6675" stroke-width="2"/>
          <rect x="20" y="30" width="110" height="44" rx="6" fill="#1f4e8c"/>
          <text x="75" y="58" font-size="18" fill="#ffffff" text-anchor="middle">Envoyer</text>
          <path d="M232 58 v-16 a8 8 0 0 1 16 0 v18" fill="none" stroke="#1b2430" stroke-width="2.5"/>
          <path d="M350 44 h20 l-2 22 h-16 z" fill="none" stroke="#1b2430" stroke-width="2.5"/>
        </svg>
    zones:
      - {{text: Bouton Envoyer, x: 20, y: 30, width: 110, height: 44}}
      - {{text: Trombone, x: 218, y: 30, width: 44, height: 44{first}}}
      - {{text: Corbeille, x: 338, y: 30, width: 44, height: 44{second}}}
"""


@cache
def bank_of_every_type() -> Bank:
    """The shipped bank, in which five competences have other questions: two or three of every type."""
    return kept("every-type", _made)


def _made() -> Bank:
    left = (item for item in shipped_bank().items.items if item.competence not in COMPETENCES)
    return Bank((*left, *questions().values()))


@cache
def questions() -> dict[str, ItemVersion]:
    """The questions of the five competences, by their names: dealt out in turn, a family each."""
    turns = range(max(COMPETENCES.values()))
    places = [code for turn in turns for code, most in COMPETENCES.items() if turn < most]
    found = {}
    for number, (item, competence) in enumerate(zip(_chosen(), places, strict=True), 1):
        skill = f"clavier-{number}"
        item_id = f"{competence}-{skill}-a"
        found[item_id] = replace(
            item, id=item_id, competence=competence, skill=skill, accessibility=Accessibility()
        )
    return found


def _chosen() -> Iterator[ItemVersion]:
    shipped = shipped_bank().items
    yield from (shipped.item(item) for item in ACTED)
    yield from _points()
    for kind, many in ANSWERED.items():
        firsts = {
            item.family: item for item in reversed(shipped.items) if item.type is kind and not item.files
        }
        yield from sorted(firsts.values(), key=lambda item: item.id)[:many]


def _points() -> tuple[ItemVersion, ...]:
    """Two questions about a picture, read as every item file is."""
    first = POINT.format(
        letter="a", level=1, wanted="ce qui joint un fichier", first=", key: true", second=""
    )
    other = POINT.format(letter="b", level=2, wanted="ce qui jette le texte", first="", second=", key: true")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "2.1" / "message.yaml"
        file.parent.mkdir()
        file.write_text(POINTS + first + other, encoding="utf-8")
        return load_bank(Path(folder)).items
