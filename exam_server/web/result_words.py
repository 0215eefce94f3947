"""One result in words: what it came to and why, what is said of the profile, what was ruled, each level."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from exam_server.domain.finalisation import Status, StatusReason
from exam_server.domain.rulings import RulingKind
from exam_server.web.language import _, marked, ngettext
from exam_server.web.ruling_words import RULINGS
from exam_server.web.sentences import END_REASONS
from question_bank.framework import COMPETENCES

Result = Mapping[str, Any]
"""One candidate of a results document."""

STATUSES: Mapping[Status, str] = MappingProxyType(
    {
        Status.VALIDATED: marked("Validée"),
        Status.REJECTED: marked("Non validée"),
        Status.CANCELLED: marked("Annulée"),
    }
)

_REASONS: Mapping[str, str] = MappingProxyType(
    {
        **END_REASONS,
        StatusReason.CANCELLED_BY_RULING: marked("Par décision de la direction"),
        StatusReason.REJECTED_BY_RULING: marked("Par décision de deux personnes"),
    }
)

VERDICTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "consistent": (
            marked("Profil cohérent"),
            marked("Les réponses s’accordent avec le profil déclaré."),
        ),
        "review": (
            marked("À regarder par le jury"),
            marked("Les réponses sont un peu en retrait du profil déclaré : le jury peut y jeter un œil."),
        ),
        "refer": (
            marked("À transmettre au jury"),
            marked("Les réponses sont nettement en retrait du profil déclaré : le jury compare les deux."),
        ),
    }
)
"""By band of the evidence: its name, and what it says. A reason to look, never an accusation."""

UNUSABLE = marked("Les réponses suivent peu le profil déclaré : il n’a guère aidé à estimer les niveaux.")


def reason_words(result: Result) -> str | None:
    """Why a certification is not validated; with who decided where that took two."""
    code = result["reason"]
    if code is None:
        return None
    reason = _(_REASONS.get(code, END_REASONS["other"]))
    if two := result.get("fraud"):
        said = _("demandé par {name}, confirmé par {other}")
        reason = f"{reason}, {said.format(name=two['requested_by'], other=two['confirmed_by'])}"
    return reason


def ruling_words(result: Result) -> list[str]:
    """The rulings that stand, each in a sentence: what, about which items, by whom."""
    return [_ruling(one) for one in result.get("rulings", ())]


def _ruling(ruling: Mapping[str, Any]) -> str:
    kind, positions = RulingKind(ruling["kind"]), ruling["positions"]
    what = _(RULINGS[kind])
    if kind is RulingKind.LEAVE_OUT:
        what = ngettext(
            "Question {numbers} mise de côté", "Questions {numbers} mises de côté", len(positions)
        ).format(numbers=", ".join(map(str, positions)))
    if "proposed_by" in ruling:
        said = _("{what}, demandé par {name}, confirmé par {other}")
        return said.format(what=what, name=ruling["proposed_by"], other=ruling["taken_by"])
    return _("{what}, par {name}").format(what=what, name=ruling["taken_by"])


def result_words(result: Result) -> dict[str, object]:
    """What templates show of a result."""
    scores = result["scores"]
    return {
        "id": result["id"],
        "name": f"{result['family_name']} {result['given_name']}",
        "class_name": result["class_name"],
        "status": result["status"],
        "reason": reason_words(result),
        "rulings": ruling_words(result),
        "score": None if scores is None else scores["score"],
        "answered": result["responses"],
        "band": None if scores is None else scores["evidence"]["band"],
        "competences": [] if scores is None else competence_words(scores["competences"]),
    }


def competence_words(competences: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Each of the sixteen: one for which nothing was declared was not asked about and has no level."""
    return [_competence(one) for one in competences]


def _competence(one: Mapping[str, Any]) -> dict[str, object]:
    competence = COMPETENCES[one["competence"]]
    asked = one["declared"] > 0
    return {
        "code": competence.code,
        "label": competence.label,
        "declared": one["declared"],
        "certified": one["certified"] if asked else None,
        "low": one["low"] if asked else None,
        "high": one["high"] if asked else None,
    }
