"""What may come of a write in a given standing: the outcomes, and the conditions and rules that name them.

A rule is built from the domain's own transition tables where there is one; the rest is written out here, to
be read by whoever knows the exam room. `deeds.py` and `room_deeds.py` are made of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from exam_server.domain import attempts, candidates, fraud_requests, help_calls, incidents, rulings, sessions
from exam_server.domain.attempts import ENDED, RUNNING, AttemptAction, AttemptState
from exam_server.domain.candidates import CandidateAction, CandidateState
from exam_server.domain.fraud_requests import FraudRequestAction
from exam_server.domain.help_calls import HelpCallAction
from exam_server.domain.incidents import IncidentAction
from exam_server.domain.rulings import RulingAction
from exam_server.domain.sessions import SessionAction, SessionState
from tests.exam_server.web.standings import Standing
from tests.support.room import ExamRoom


class Outcome(Enum):
    """What comes of a deed: the status, and whether anything is changed by it."""

    DONE = (200, True)
    NOTHING = (200, False)
    """It is so already: doing it twice does no harm."""
    GIVEN = (200, None)
    """What was asked for is given, and nothing is kept of it: a computer in a rehearsal is nobody's."""
    REFUSED = (409, False)
    FORBIDDEN = (403, False)
    """In no state may this person do it."""
    UNKNOWN = (404, False)
    """What it is about does not exist in this standing."""
    SIGNED_OUT = (401, False)
    RECORDED = (409, True)
    """Refused, and that is a fact of the log: docs/protocol.md has one such case, a late response."""


Rule = Callable[[Standing], Outcome]
Condition = Callable[[Standing], bool]
Body = Mapping[str, object]


@dataclass(frozen=True)
class Deed:
    """One way of calling a route; some count the tries.

    `by` is the "head", the "invigilator", the "candidate", or a "computer" in a rehearsal.
    """

    rule: Rule
    body: Callable[[Standing, ExamRoom, str], Body]
    by: str = "invigilator"
    name: str = ""
    counts_tries: bool = False


# -- conditions: what the domain's tables say ------------------------------------------------------------


def session(action: SessionAction) -> Condition:
    return lambda s: (s.session, action) in sessions.TRANSITIONS


def candidate(action: CandidateAction) -> Condition:
    return lambda s: (s.candidate, action) in candidates.TRANSITIONS


def attempt(action: AttemptAction) -> Condition:
    return lambda s: s.attempt is not None and (s.attempt, action) in attempts.TRANSITIONS


def call(action: HelpCallAction) -> Condition:
    return lambda s: s.call is not None and (s.call, action) in help_calls.TRANSITIONS


def report(action: IncidentAction) -> Condition:
    return lambda s: s.report is not None and (s.report, action) in incidents.TRANSITIONS


def request(action: FraudRequestAction) -> Condition:
    return lambda s: s.shared.fraud is not None and (s.shared.fraud, action) in fraud_requests.TRANSITIONS


def ruling(action: RulingAction) -> Condition:
    found = rulings.TRANSITIONS
    return lambda s: s.decided.ruling is not None and (s.decided.ruling, action) in found


# -- conditions: what no table says ----------------------------------------------------------------------


def not_started(s: Standing) -> bool:
    return s.attempt is None


def under_way(s: Standing) -> bool:
    return s.attempt in RUNNING


def not_ended(s: Standing) -> bool:
    return s.attempt not in ENDED


def in_time(s: Standing) -> bool:
    """Behind its deadline an attempt is only waiting to be closed."""
    return not s.time_is_over


def has_breaks(s: Standing) -> bool:
    """A rest break that was decided is left."""
    return s.breaks_left > 0


def is_open(s: Standing) -> bool:
    return s.session is SessionState.OPEN


def clock_runs(s: Standing) -> bool:
    return s.attempt is AttemptState.IN_PROGRESS and not s.room_stopped and not s.call_holds_clock


# -- rules -----------------------------------------------------------------------------------------------


def needs(*conditions: Condition) -> Rule:
    """Done where all of them hold, refused otherwise."""
    return lambda s: Outcome.DONE if all(holds(s) for holds in conditions) else Outcome.REFUSED


def never(_s: Standing) -> Outcome:
    return Outcome.REFUSED


def nothing_where(idle: Condition, rule: Rule) -> Rule:
    """Where the deed is allowed but `idle` holds, it changes nothing."""
    return lambda s: Outcome.NOTHING if rule(s) is Outcome.DONE and idle(s) else rule(s)


def already(so: Condition, rule: Rule) -> Rule:
    """Where `so` holds, the deed is done already: asked again, it is not refused."""
    return lambda s: Outcome.NOTHING if so(s) else rule(s)


def about_call(rule: Rule) -> Rule:
    return lambda s: Outcome.UNKNOWN if s.call is None else rule(s)


def about_report(rule: Rule) -> Rule:
    return lambda s: Outcome.UNKNOWN if s.report is None else rule(s)


def about_request(rule: Rule) -> Rule:
    return lambda s: Outcome.UNKNOWN if s.shared.fraud is None else rule(s)


def about_ruling(rule: Rule) -> Rule:
    """In a session whose results are not signed, about a ruling that there is."""

    def found(s: Standing) -> Outcome:
        if not session(SessionAction.RULE)(s):
            return Outcome.REFUSED
        return Outcome.UNKNOWN if s.decided.ruling is None else rule(s)

    return found


def own(rule: Rule) -> Rule:
    """The candidate's own deed, at a device that is signed in."""
    return lambda s: rule(s) if s.signed_in else Outcome.SIGNED_OUT


def is_admitted(s: Standing) -> bool:
    return is_open(s) and (
        s.attempt is not None or (s.candidate is CandidateState.ADMITTED and not s.has_lapsed)
    )


def responding(s: Standing) -> Outcome:
    """Who is out of time is told so, and it is recorded; within the grace a response is still taken."""
    if s.attempt is AttemptState.TIMED_OUT and is_open(s):
        return Outcome.RECORDED
    return needs(attempt(AttemptAction.RESPOND), clock_runs)(s)


def calling(kind: str) -> Rule:
    """A call of the same kind that waits is that call; of another kind, the first must be over."""

    def rule(s: Standing) -> Outcome:
        if not (under_way(s) and in_time(s)):
            return Outcome.REFUSED
        if not s.call_waits:
            return Outcome.DONE
        return Outcome.NOTHING if s.call_holds_clock == (kind == "technical") else Outcome.REFUSED

    return rule


# -- bodies ----------------------------------------------------------------------------------------------


def says(**body: object) -> Callable[[Standing, ExamRoom, str], Body]:
    """A body that is always the same."""
    return lambda _s, _room, _code: body
