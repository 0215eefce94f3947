"""What a proposal's page says: what the check found, what differs from the bank."""

import difflib

import orjson

from exam_server.web.language import _
from question_bank.checks.changes import Remark

LINES_AROUND = 2

_FIRST = """\
competence: {competence}
skill: {skill}
title: {title}
items:
  - id: {competence_plain}-{skill}-a
    level: 1
    type: single_choice
    time: 60
    stem: |
      Écrivez ici la question.
    options:
      - {{text: La bonne réponse, key: true}}
      - {{text: Une erreur fréquente}}
      - {{text: Une autre erreur fréquente}}
      - {{text: Une troisième erreur}}
    rationale: Dites pourquoi la bonne réponse est bonne, et pourquoi chaque autre peut tenter.
"""


def first_text(competence: str, skill: str, title: str) -> str:
    """A file with one question to write over."""
    return _FIRST.format(
        competence=_quoted(competence), competence_plain=competence, skill=skill, title=_quoted(title)
    )


def _quoted(text: str) -> str:
    """As YAML reads it back, whatever stands in it: JSON's quotes are YAML's too."""
    return orjson.dumps(text).decode()


def remark_words(remark: Remark) -> dict[str, object]:
    """A line of what the check says."""
    text, remedy = remark.text.said(_), remark.remedy
    return {
        "line": remark.line,
        "field": remark.field,
        "text": text if remedy is None else f"{text} ; {remedy.said(_)}",
    }


def compared(before: str, after: str) -> list[dict[str, str]]:
    """What differs, line by line: kind is added, removed, same or gap."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=LINES_AROUND, lineterm=""))
    kinds = {"+": "added", "-": "removed", " ": "same", "@": "gap"}
    return [
        {"kind": kinds[line[0]], "text": "…" if line[0] == "@" else line[1:]}
        for line in lines[2:]
        if line[:1] in kinds
    ]
