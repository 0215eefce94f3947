"""What is asked of the state of things by those who share a room: invigilators, selections, computers."""

from collections.abc import Mapping

from exam_server.domain.attempts import AttemptAction
from exam_server.domain.fraud_requests import FraudRequestAction
from exam_server.domain.sessions import SessionAction
from tests.exam_server.web.outcomes import (
    Body,
    Deed,
    Outcome,
    Rule,
    about_request,
    already,
    attempt,
    in_time,
    needs,
    not_ended,
    nothing_where,
    request,
    says,
    session,
)
from tests.exam_server.web.standings import Standing
from tests.support.computers import A_GOOD_COMPUTER
from tests.support.room import ExamRoom

INVIGILATE, REHEARSE, STOP = (
    session(SessionAction.INVIGILATE),
    session(SessionAction.REHEARSE),
    session(SessionAction.STOP),
)

# -- rules -----------------------------------------------------------------------------------------------


def with_colleague(rule: Rule) -> Rule:
    """In an open session, about somebody who must be one of its invigilators."""

    def among(s: Standing) -> Outcome:
        if not INVIGILATE(s):
            return Outcome.REFUSED
        return rule(s) if s.shared.colleague_invigilates else Outcome.UNKNOWN

    return among


def let_in(otherwise: Outcome, outcome: Outcome) -> Rule:
    """While a rehearsal's code is in force, of a session that can be rehearsed."""
    return lambda s: outcome if s.shared.code_is_in_force and REHEARSE(s) else otherwise


def own_request_waits(s: Standing) -> bool:
    return s.shared.fraud_is_own and request(FraudRequestAction.CONFIRM)(s)


ENDING = (attempt(AttemptAction.TERMINATE), in_time)
CONFIRM = needs(*ENDING, request(FraudRequestAction.CONFIRM))


def confirming(s: Standing) -> Outcome:
    """Nobody confirms what they have asked for themselves; of a test that is over there is no question."""
    return Outcome.FORBIDDEN if s.shared.fraud_is_own and all(holds(s) for holds in ENDING) else CONFIRM(s)


# -- bodies ----------------------------------------------------------------------------------------------


def naming_request(s: Standing, _room: ExamRoom, _code: str) -> Body:
    return {"request": s.shared.fraud_number or 1}


def naming_colleague(s: Standing, room: ExamRoom, _code: str) -> Body:
    """Under each name that a route gives to the other person."""
    return dict.fromkeys(("invigilator", "from", "to"), room.school.colleague.id)


def of_computer(_s: Standing, room: ExamRoom, _code: str) -> Body:
    """The rehearsal's code, or the one that it had; and what was measured."""
    code = room.rehearsal_code or "BCDFGH"
    return {"code": code, "row": 1, "column": 1, "measures": A_GOOD_COMPUTER.to_json()}


def chosen(action: str, rule: Rule, **body: object) -> tuple[str, tuple[Deed, ...]]:
    """An act on a selection of the first candidate alone."""

    def named(_s: Standing, room: ExamRoom, _code: str) -> Body:
        return {"candidates": [room.candidates[0].id], "request": "wish", **body}

    return f"/sessions/{{id}}/selection/{action}", (Deed(rule, named),)


ROOM_DEEDS: Mapping[str, tuple[Deed, ...]] = {
    # who invigilates, and who watches the room now
    "/sessions/{id}/invigilators": (
        Deed(
            nothing_where(lambda s: s.shared.colleague_invigilates, needs(INVIGILATE)),
            naming_colleague,
            "head",
        ),
    ),
    "/sessions/{id}/duty/come": (
        Deed(nothing_where(lambda s: s.shared.is_on_duty, needs(INVIGILATE)), says()),
    ),
    "/sessions/{id}/duty/leave": (
        Deed(nothing_where(lambda s: not s.shared.is_on_duty, needs(INVIGILATE)), says(reason="pause")),
    ),
    "/sessions/{id}/duty/take-over": (
        Deed(with_colleague(needs(lambda s: s.shared.colleague_is_on_duty)), naming_colleague),
    ),
    "/sessions/{id}/duty/hand-over": (
        Deed(with_colleague(needs(lambda s: s.shared.is_on_duty)), naming_colleague),
    ),
    # suspected fraud takes two
    "/attempts/{id}/fraud": (
        Deed(
            already(own_request_waits, needs(*ENDING, lambda s: not request(FraudRequestAction.CONFIRM)(s))),
            says(note="téléphone"),
        ),
    ),
    "/attempts/{id}/fraud/confirm": (
        Deed(
            about_request(CONFIRM),
            naming_request,
            "head",
        ),
        Deed(
            about_request(confirming),
            naming_request,
            name="by an invigilator",
        ),
    ),
    "/attempts/{id}/fraud/withdraw": (
        Deed(about_request(needs(request(FraudRequestAction.WITHDRAW))), naming_request),
    ),
    # several candidates at once
    **dict(
        [
            chosen("pause", needs(STOP, attempt(AttemptAction.PAUSE), in_time), reason="alarme"),
            chosen("resume", needs(STOP, attempt(AttemptAction.RESUME))),
            chosen("extend", needs(STOP, attempt(AttemptAction.EXTEND), in_time), minutes=5, reason="bruit"),
            chosen("terminate", needs(STOP, *ENDING), reason={"code": "technical"}),
            chosen("message", needs(STOP, not_ended), text="Bonjour"),
        ]
    ),
    # the rehearsal, and a computer of the room in it
    "/sessions/{id}/rehearsal/begin": (
        Deed(nothing_where(lambda s: s.shared.code_is_in_force, needs(REHEARSE)), says()),
    ),
    "/sessions/{id}/rehearsal/end": (
        Deed(nothing_where(lambda s: not s.shared.has_code, needs(REHEARSE)), says()),
    ),
    "/rehearsal/enter": (
        Deed(let_in(Outcome.UNKNOWN, Outcome.GIVEN), of_computer, "computer", counts_tries=True),
    ),
    "/rehearsal/block": (
        Deed(let_in(Outcome.SIGNED_OUT, Outcome.GIVEN), of_computer, "computer", counts_tries=True),
    ),
    "/rehearsal/seat": (
        Deed(let_in(Outcome.SIGNED_OUT, Outcome.DONE), of_computer, "computer", counts_tries=True),
    ),
}
"""The part of `DEEDS` that came with a second person in the room."""
