"""What every write route asks of the state of things: THE table that a new route is added to.

A deed is one way of calling a route, and its rule: what must come of it in a given standing (`outcomes.py`).
What an invigilator's colleagues and the room's computers do stands in `room_deeds.py`, what follows a closing
in `closing_deeds.py`.
"""

from collections.abc import Callable, Mapping

from exam_server.domain.attempts import AttemptAction, AttemptState
from exam_server.domain.candidates import CandidateAction, CandidateState
from exam_server.domain.fraud_requests import FraudRequestAction
from exam_server.domain.help_calls import HelpCallAction, HelpCallState
from exam_server.domain.incidents import IncidentAction
from exam_server.domain.proposals import ProposalAction
from exam_server.domain.sessions import SessionAction, SessionState
from tests.exam_server.web.closing_deeds import CLOSING_DEEDS
from tests.exam_server.web.outcomes import (
    Body,
    Deed,
    Outcome,
    about_call,
    about_report,
    already,
    attempt,
    call,
    calling,
    candidate,
    has_breaks,
    in_time,
    is_admitted,
    is_open,
    needs,
    never,
    not_ended,
    not_started,
    nothing_where,
    own,
    report,
    request,
    responding,
    says,
    session,
    under_way,
)
from tests.exam_server.web.room_deeds import ROOM_DEEDS
from tests.exam_server.web.standings import OTHER_CLASS, Standing
from tests.support.room import ExamRoom


def naming_call(**body: object) -> Callable[[Standing, ExamRoom, str], Body]:
    """A body that names the candidate's newest call."""
    return lambda s, _room, _code: {"call": s.call_number or 1, **body}


def new_plan(_s: Standing, room: ExamRoom, _code: str) -> Body:
    who = [room.school.invigilator.id]
    return {"room": "C3", "date": "2026-06-01", "time": "09:00", "rows": 5, "columns": 6, "invigilators": who}


def reasons(of_first: str) -> Callable[[Standing, ExamRoom, str], Body]:
    """Why each has not finished; the first candidate has a reason of their own."""

    def body(_s: Standing, room: ExamRoom, _code: str) -> Body:
        codes = {one.id: "technical" for one in room.candidates} | {room.candidates[0].id: of_first}
        return {"reasons": {one: {"code": code} for one, code in codes.items()}}

    return body


def response(s: Standing, room: ExamRoom, _code: str) -> Body:
    """For the item in hand; after the last one there is none, and the browser would be at the next."""
    position = s.position + (s.attempt is AttemptState.COMPLETED)
    at = int(room.clock().timestamp() * 1000)
    return {
        "position": position or 1,
        "revision": 1,
        "content": {"skip": True},
        "final": True,
        "answered_at": at,
    }


CHECK_IN, REPORT, STOP = (
    session(SessionAction.CHECK_IN),
    session(SessionAction.REPORT),
    session(SessionAction.STOP),
)
CLOSING = needs(session(SessionAction.CLOSE), lambda s: not s.room_stopped, in_time)
TECHNICAL, FRAUD = {"code": "technical"}, {"code": "fraud_suspected"}
STATED_ONCE = needs(REPORT, report(IncidentAction.RECORD_STATEMENT), lambda s: not s.is_stated)
UNTIL_ENDED = needs(under_way, in_time, call(HelpCallAction.RESOLVE))

DEEDS: Mapping[str, tuple[Deed, ...]] = {
    # the session, by the head
    "/sessions/{id}/change": (Deed(needs(session(SessionAction.CHANGE)), new_plan, "head"),),
    "/sessions/{id}/cancel": (
        Deed(
            already(
                lambda s: s.session is SessionState.CANCELLED,
                needs(session(SessionAction.CANCEL)),
            ),
            says(),
            "head",
        ),
    ),
    "/sessions/{id}/candidates": (
        Deed(needs(session(SessionAction.REGISTER)), says(**{"class": OTHER_CLASS}), "head"),
    ),
    "/attempts/{id}/unregister": (Deed(needs(session(SessionAction.UNREGISTER)), says(), "head"),),
    "/attempts/{id}/extra-time": (
        Deed(needs(session(SessionAction.REGISTER), not_ended, in_time), says(fraction="1/3"), "head"),
    ),
    "/attempts/{id}/people": (
        Deed(needs(session(SessionAction.REGISTER)), says(adult="Mme Ocre", place="CDI"), "head"),
    ),
    "/sessions/{id}/close": (
        Deed(CLOSING, reasons("technical"), "head"),
        Deed(
            needs(
                lambda s: CLOSING(s) is Outcome.DONE,
                lambda s: not under_way(s) or request(FraudRequestAction.CONFIRM)(s),
            ),
            reasons("fraud_suspected"),
            "head",
            name="for suspected fraud",
        ),
    ),
    "/sessions/open": (
        Deed(
            already(is_open, needs(session(SessionAction.OPEN), lambda s: s.planned_for_today)),
            lambda _s, _room, code: {"code": code},
            counts_tries=True,
        ),
    ),
    # the desk; the neighbour has a seat and waits to be admitted
    "/sessions/{id}/welcome": (
        Deed(
            nothing_where(lambda s: s.candidate is not CandidateState.REGISTERED, needs(CHECK_IN)),
            says(document="carte_scolaire"),
        ),
    ),
    "/sessions/{id}/admit": (Deed(needs(CHECK_IN, lambda s: not s.late_limit_passed), says()),),
    "/attempts/{id}/identity": (
        Deed(needs(CHECK_IN, candidate(CandidateAction.VERIFY_IDENTITY)), says(document="passeport")),
        Deed(
            needs(CHECK_IN, candidate(CandidateAction.VERIFY_IDENTITY)),
            says(document="passeport", seat=True),
            name="with a seat",
        ),
    ),
    "/attempts/{id}/seat": (
        Deed(needs(CHECK_IN, candidate(CandidateAction.GIVE_SEAT), not_started), says(row=5, column=6)),
        Deed(never, says(row=1, column=2), name="of the neighbour"),
    ),
    "/attempts/{id}/admit": (
        Deed(
            already(
                is_admitted,
                needs(
                    CHECK_IN,
                    candidate(CandidateAction.ADMIT),
                    lambda s: s.is_seated,
                    lambda s: not s.late_limit_passed,
                ),
            ),
            says(),
        ),
    ),
    "/attempts/{id}/absent": (
        Deed(needs(CHECK_IN, candidate(CandidateAction.MARK_ABSENT), not_started), says()),
    ),
    "/attempts/{id}/refuse": (
        Deed(needs(CHECK_IN, candidate(CandidateAction.REFUSE), not_started), says(reason="no_document")),
    ),
    "/attempts/{id}/withdraw-refusal": (
        Deed(needs(CHECK_IN, candidate(CandidateAction.WITHDRAW_REFUSAL)), says()),
    ),
    "/attempts/{id}/card": (Deed(needs(CHECK_IN, not_ended), says()),),
    # the test of one
    "/attempts/{id}/pause": (Deed(needs(attempt(AttemptAction.PAUSE), in_time), says(reason="infirmerie")),),
    "/attempts/{id}/break": (Deed(needs(attempt(AttemptAction.PAUSE), in_time, has_breaks), says()),),
    "/attempts/{id}/resume": (Deed(needs(attempt(AttemptAction.RESUME)), says()),),
    "/attempts/{id}/extend": (
        Deed(needs(attempt(AttemptAction.EXTEND), in_time), says(minutes=5, reason="bruit")),
    ),
    "/attempts/{id}/terminate": (
        Deed(needs(attempt(AttemptAction.TERMINATE), in_time), says(reason=TECHNICAL)),
        Deed(never, says(reason=FRAUD), name="for suspected fraud"),
    ),
    "/attempts/{id}/message": (Deed(needs(is_open, not_ended), says(text="Bonjour")),),
    # the room
    "/sessions/{id}/pause": (Deed(needs(STOP, lambda s: not s.room_stopped), says(reason="alarme")),),
    "/sessions/{id}/resume": (Deed(needs(STOP, lambda s: s.room_stopped), says()),),
    "/sessions/{id}/extend": (
        Deed(
            nothing_where(lambda s: not (under_way(s) and in_time(s)), needs(STOP)),
            says(minutes=5, reason="bruit"),
        ),
    ),
    "/sessions/{id}/terminate": (
        Deed(
            nothing_where(lambda s: not (under_way(s) and in_time(s)), needs(STOP)),
            says(reason={"code": "room_evacuated"}),
        ),
        Deed(never, says(reason=FRAUD), name="for suspected fraud"),
    ),
    "/sessions/{id}/message": (Deed(needs(is_open), says(text="Bonjour")),),
    # help calls
    "/attempts/{id}/help/come": (Deed(about_call(needs(call(HelpCallAction.ANSWER))), naming_call()),),
    "/attempts/{id}/help/dismiss": (Deed(about_call(needs(call(HelpCallAction.RESOLVE))), naming_call()),),
    "/attempts/{id}/help/time": (Deed(about_call(UNTIL_ENDED), naming_call(minutes=5, reason="panne")),),
    "/attempts/{id}/help/item": (
        Deed(
            about_call(needs(lambda s: UNTIL_ENDED(s) is Outcome.DONE, lambda s: s.position == s.called_at)),
            naming_call(reason="image absente"),
        ),
    ),
    # reports
    "/sessions/{id}/incidents": (Deed(needs(REPORT), says(category="room_noise")),),
    "/incidents/{id}/amend": (
        Deed(about_report(needs(REPORT, report(IncidentAction.AMEND))), says(note="jusqu’à midi")),
    ),
    "/incidents/{id}/resolve": (
        Deed(
            about_report(needs(REPORT, report(IncidentAction.RESOLVE))),
            says(outcome="went_on", done="rien à faire"),
        ),
    ),
    "/incidents/{id}/withdraw": (
        Deed(about_report(needs(REPORT, report(IncidentAction.WITHDRAW))), says(reason="autre salle")),
    ),
    "/incidents/{id}/statement": (
        Deed(about_report(nothing_where(lambda s: s.has_declined, STATED_ONCE)), says(declined=True)),
        Deed(about_report(STATED_ONCE), says(statement="Il était éteint."), name="in words"),
    ),
    **ROOM_DEEDS,
    **CLOSING_DEEDS,
    # the candidate's own
    "/exam/enter": (
        Deed(
            needs(
                lambda s: s.session in {SessionState.PLANNED, SessionState.OPEN},
                lambda s: not s.card_is_used,
            ),
            lambda _s, _room, code: {"code": code},
            "candidate",
            counts_tries=True,
        ),
    ),
    "/exam/start": (
        Deed(
            own(
                already(
                    lambda s: s.attempt is not None,
                    needs(
                        is_open,
                        candidate(CandidateAction.START),
                        lambda s: s.is_seated,
                        lambda s: not s.has_lapsed,
                        lambda s: not s.room_stopped,
                    ),
                )
            ),
            says(),
            "candidate",
        ),
    ),
    "/exam/focus": (Deed(own(already(lambda s: not under_way(s), needs())), says(ms=1000), "candidate"),),
    "/exam/responses": (Deed(own(responding), response, "candidate"),),
    "/exam/help": (
        Deed(own(calling("technical")), says(kind="technical"), "candidate"),
        Deed(own(calling("question")), says(kind="question"), "candidate", name="about the question"),
    ),
    "/exam/break": (
        Deed(own(needs(attempt(AttemptAction.PAUSE), in_time, has_breaks)), says(), "candidate"),
    ),
    "/exam/break/end": (Deed(own(needs(lambda s: s.rests)), says(), "candidate"),),
    "/exam/help/withdraw": (
        Deed(
            own(
                about_call(
                    already(
                        lambda s: s.call is HelpCallState.WITHDRAWN,
                        needs(call(HelpCallAction.WITHDRAW)),
                    )
                )
            ),
            naming_call(),
            "candidate",
        ),
    ),
    "/exam/messages/read": (
        Deed(
            own(already(lambda s: s.message == 0, needs())),
            lambda s, _room, _code: {"message": s.message},
            "candidate",
        ),
    ),
}

NOT_ABOUT_A_SESSION: Mapping[str, str] = {
    "/exam/comfort": "how a pupil reads, in whatever state",
    "/verify": "about a certificate: tests/exam_server/web/test_certificates.py",
    "/staff/sign-in": "about an account",
    "/staff/sign-out": "about a login",
    "/staff/link/{token}": "about a link",
    **{
        f"/account/{verb}": "about one's own account: tests/exam_server/web/test_account.py"
        for verb in ("password", "trial", "code", "code/begin", "code/remove")
    },
    **{
        f"/account/passkeys{verb}": "about one's own account: tests/exam_server/web/test_account.py"
        for verb in ("", "/begin", "/remove")
    },
    "/pupils/import": "about the centre's pupils; a candidate keeps what was frozen at registration",
    "/profiles/import": "about the centre's pupils; a candidate keeps what was frozen at registration",
    "/api/application/token": "about a program: tests/exam_server/web/test_livret_tokens.py",
    "/api/orientation/certification/search": "reads: tests/exam_server/web/test_livret_search.py",
    "/sessions/{id}/livret": "about what was published: tests/exam_server/web/test_livret_statements.py",
    "/livret/lsu/report": "about a file that is not kept: tests/exam_server/web/test_lsu.py",
    "/livret/lsu/merged": "about a file that is not kept: tests/exam_server/web/test_lsu.py",
    "/livret/awareness/papers": "about pupils: tests/exam_server/web/test_awareness.py",
    "/sessions": "makes a new session, whatever the others are",
    "/accommodations/import": "about pupils",
    "/accommodations/evidence": "about a decision, whatever the sessions: acts/test_decisions.py",
    "/accommodations/pupils/{id}/decisions": "about a pupil",
    "/accommodations/pupils/{id}/forget": "about a pupil",
    **{
        f"/accommodations/decisions/{{id}}/{verb}": "about a decision"
        for verb in ("reason", "evidence", "approve", "withdraw", "end")
    },
    "/bank/skills/{competence}/{skill}/propose": "about the bank: tests/exam_server/web/test_proposals.py",
    "/bank/skills/{competence}/{skill}/items/{item}/mark": "tries an item",
    "/bank/proposals/new": "about the bank",
    "/bank/proposals/{proposal}/items/{item}/mark": "tries an item",
    **{
        f"/bank/proposals/{{proposal}}/{action.value.replace('_', '-')}": "about the bank"
        for action in ProposalAction
    },
}
"""Write routes that no state of a session allows or forbids, and why."""
