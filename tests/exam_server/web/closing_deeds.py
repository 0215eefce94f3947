"""What is asked of the state of things by what follows a closing: rulings, publishing and withdrawing."""

from collections.abc import Callable, Mapping

from exam_server.domain.rulings import RulingAction, RulingState
from exam_server.domain.sessions import SessionAction
from tests.exam_server.web.outcomes import (
    Body,
    Deed,
    Outcome,
    Rule,
    about_ruling,
    needs,
    not_ended,
    ruling,
    says,
    session,
)
from tests.exam_server.web.standings import Standing
from tests.support.room import ExamRoom

# -- rules -----------------------------------------------------------------------------------------------

RULED = needs(
    session(SessionAction.RULE),
    lambda s: not not_ended(s),
    lambda s: not s.decided.stands_on_attempt,
)
"""On a test that is over, and on which no other ruling stands."""


def shown(rule: Rule) -> Rule:
    """What would come of it is shown where it could be done; nothing is."""
    return lambda s: Outcome.GIVEN if rule(s) is Outcome.DONE else rule(s)


def own(_s: Standing) -> Outcome:
    """Nobody is the second person for what they have proposed themselves."""
    return Outcome.FORBIDDEN


# -- bodies ----------------------------------------------------------------------------------------------


def cancelling(_s: Standing, room: ExamRoom, _code: str) -> Body:
    return {"candidate": room.candidates[0].id, "kind": "cancel", "reason": "écran noir"}


def naming_ruling(**body: object) -> Callable[[Standing, ExamRoom, str], Body]:
    return lambda s, _room, _code: {"ruling": s.decided.number or 1, **body}


REVERSED = about_ruling(needs(ruling(RulingAction.REVERSE)))
DROPPED = about_ruling(needs(ruling(RulingAction.DROP)))

CLOSING_DEEDS: Mapping[str, tuple[Deed, ...]] = {
    "/sessions/{id}/finalise": (
        Deed(
            needs(
                session(SessionAction.FINALISE),
                lambda s: not s.is_undecided,
                lambda s: s.decided.ruling is not RulingState.PROPOSED,
            ),
            says(ask=True),
            "head",
        ),
    ),
    "/sessions/{id}/closing/resume": (
        Deed(needs(session(SessionAction.RESUME)), says(reason="oubli"), "head"),
    ),
    "/sessions/{id}/results/publish": (Deed(needs(session(SessionAction.PUBLISH)), says(), "head"),),
    "/sessions/{id}/results/withdraw": (
        Deed(needs(session(SessionAction.WITHDRAW)), says(reason="oubli"), "head"),
    ),
    "/sessions/{id}/rulings": (Deed(RULED, cancelling, "head"),),
    "/sessions/{id}/rulings/effect": (Deed(shown(RULED), cancelling, "head"),),
    "/sessions/{id}/rulings/confirm": (
        Deed(about_ruling(needs(ruling(RulingAction.CONFIRM))), naming_ruling()),
        Deed(about_ruling(own), naming_ruling(), "head", name="by who proposed it"),
    ),
    "/sessions/{id}/rulings/drop": (
        Deed(DROPPED, naming_ruling(reason="rien d’établi")),
        Deed(DROPPED, naming_ruling(reason="erreur"), "head", name="by who proposed it"),
    ),
    "/sessions/{id}/rulings/reverse": (Deed(REVERSED, naming_ruling(reason="erreur"), "head"),),
    "/sessions/{id}/rulings/reverse/effect": (Deed(shown(REVERSED), naming_ruling(), "head"),),
}
"""The part of `DEEDS` that follows a closing."""
