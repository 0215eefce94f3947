"""What a head looks at before closing a session, signing its results and publishing them. Pure.

A finding blocks a step only where the act itself would refuse it; every other one is advice, with the place
where it is mended. What the head has ruled on is looked at no more: a ruling is the answer to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.candidates import SETTLED_AT_DESK, CandidateState
from exam_server.domain.incidents import CATEGORIES, About, Group, Outcome
from exam_server.domain.sessions import SessionState

NO_SHOW = "desk_no_show"
ABOUT_IDENTITY = frozenset({"desk_identity", "desk_document", "desk_signature"})


class Step(StrEnum):
    """What a finding may stand in the way of."""

    CLOSE = "close"
    SIGN = "sign"
    PUBLISH = "publish"


class Place(StrEnum):
    """Where a finding is mended; ADMINISTRATOR: not by the head."""

    REASONS = "reasons"
    BOARD = "board"
    REPORTS = "reports"
    RULINGS = "rulings"
    ADMINISTRATOR = "administrator"


class FindingKind(StrEnum):
    """What is missing, or contradicts something else."""

    ROOM_STOPPED = "room_stopped"
    UNFINISHED = "unfinished"
    NEVER_STARTED = "never_started"
    REPORT_UNDECIDED = "report_undecided"
    RULING_WAITING = "ruling_waiting"
    NO_KEY = "no_key"
    KEY_UNUSABLE = "key_unusable"
    NO_CERTIFICATE_KEY = "no_certificate_key"
    CERTIFICATE_KEY_UNUSABLE = "certificate_key_unusable"
    FRAUD_UNDECIDED = "fraud_undecided"
    NOT_HEARD = "not_heard"
    STOP_NEVER_RESUMED = "stop_never_resumed"
    CALL_UNANSWERED = "call_unanswered"
    ABSENT_WITH_RESPONSES = "absent_with_responses"
    REPORT_WITHOUT_CANDIDATE = "report_without_candidate"
    IDENTITY_UNCHECKED = "identity_unchecked"
    IDENTITY_IN_DOUBT = "identity_in_doubt"


_K = FindingKind

BLOCKS: Mapping[FindingKind, frozenset[Step]] = MappingProxyType(
    {
        _K.ROOM_STOPPED: frozenset({Step.CLOSE}),
        _K.UNFINISHED: frozenset({Step.CLOSE}),
        _K.NEVER_STARTED: frozenset({Step.CLOSE}),
        _K.REPORT_UNDECIDED: frozenset({Step.SIGN}),
        _K.RULING_WAITING: frozenset({Step.SIGN}),
        _K.NO_KEY: frozenset({Step.SIGN, Step.PUBLISH}),
        _K.KEY_UNUSABLE: frozenset({Step.SIGN, Step.PUBLISH}),
        _K.NO_CERTIFICATE_KEY: frozenset({Step.PUBLISH}),
        _K.CERTIFICATE_KEY_UNUSABLE: frozenset({Step.PUBLISH}),
    }
)
"""Which steps are refused because of it; a kind that is not here is advice."""


class KeyStanding(StrEnum):
    """Whether a key could sign now."""

    READY = "ready"
    MISSING = "missing"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class CandidateFacts:
    """What is known of one candidate.

    `has_reason`: the closing said why they never started. `is_stopped`: the last stop of their own clock was
    never resumed. `call_unanswered`, `fraud_undecided`: waits still, or until the test was over. `is_ruled`:
    the head has ruled on the attempt as a whole, or wants to.
    """

    id: str
    desk: CandidateState
    attempt: AttemptState | None = None
    responses: int = 0
    identity_checked: bool = False
    has_reason: bool = False
    is_stopped: bool = False
    call_unanswered: bool = False
    fraud_undecided: bool = False
    is_ruled: bool = False


@dataclass(frozen=True)
class ReportFacts:
    """A report that stands; `is_heard`: its candidate made a statement, or declined to."""

    id: str
    category: str
    candidate: str | None = None
    outcome: Outcome | None = None
    is_heard: bool = False


@dataclass(frozen=True)
class RulingFacts:
    """A ruling that waits for a second person."""

    number: int
    candidate: str


@dataclass(frozen=True)
class KeyFacts:
    """The key that signs results and certificates, and the one that certificates need besides."""

    documents: KeyStanding = KeyStanding.READY
    certificates: KeyStanding = KeyStanding.READY


@dataclass(frozen=True)
class ClosingFacts:
    """All that the checks look at."""

    state: SessionState
    room_stopped: bool = False
    keys: KeyFacts = KeyFacts()
    candidates: tuple[CandidateFacts, ...] = ()
    reports: tuple[ReportFacts, ...] = ()
    waiting: tuple[RulingFacts, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing to look at: whom it is about, and which report or ruling."""

    kind: FindingKind
    place: Place
    candidate: str | None = None
    report: str | None = None
    ruling: int | None = None

    @property
    def blocks(self) -> frozenset[Step]:
        """The steps that are refused because of it; none for advice."""
        return BLOCKS.get(self.kind, frozenset())


_NEXT: Mapping[SessionState, Step] = MappingProxyType(
    {
        SessionState.OPEN: Step.CLOSE,
        SessionState.CLOSED: Step.SIGN,
        SessionState.FINALISED: Step.PUBLISH,
    }
)


def next_step(state: SessionState) -> Step | None:
    """What the head does next in this state, of what findings are about."""
    return _NEXT.get(state)


def findings_of(facts: ClosingFacts) -> list[Finding]:
    """Everything to look at: first what stands in the way of the next step, then by kind.

    Before the opening there is nothing yet. Once the results are signed, what happened is looked at no more:
    only what publishing needs.
    """
    step = next_step(facts.state)
    if step is None:
        return []
    found = [*_of_keys(facts.keys)]
    if step is not Step.PUBLISH:
        found += [*_of_session(facts), *_of_reports(facts.reports, facts.candidates)]
        for candidate in facts.candidates:
            found += _of_candidate(candidate, facts.state)
    order = list(FindingKind)
    return sorted(found, key=lambda one: (step not in one.blocks, not one.blocks, order.index(one.kind)))


def _of_keys(keys: KeyFacts) -> Iterator[Finding]:
    if keys.documents is KeyStanding.MISSING:
        yield Finding(_K.NO_KEY, Place.ADMINISTRATOR)
    elif keys.documents is KeyStanding.UNUSABLE:
        yield Finding(_K.KEY_UNUSABLE, Place.ADMINISTRATOR)
    if keys.certificates is KeyStanding.MISSING:
        yield Finding(_K.NO_CERTIFICATE_KEY, Place.ADMINISTRATOR)
    elif keys.certificates is KeyStanding.UNUSABLE:
        yield Finding(_K.CERTIFICATE_KEY_UNUSABLE, Place.ADMINISTRATOR)


def _of_session(facts: ClosingFacts) -> Iterator[Finding]:
    if facts.room_stopped:
        yield Finding(_K.ROOM_STOPPED, Place.BOARD)
    for one in facts.waiting:
        yield Finding(_K.RULING_WAITING, Place.RULINGS, one.candidate, ruling=one.number)


def _of_candidate(one: CandidateFacts, state: SessionState) -> Iterator[Finding]:
    if one.attempt in RUNNING:
        yield Finding(_K.UNFINISHED, Place.REASONS, one.id)
    if one.attempt is None and one.desk not in SETTLED_AT_DESK and not one.has_reason:
        yield Finding(_K.NEVER_STARTED, Place.REASONS, one.id)
    if one.attempt is None or one.is_ruled:
        return
    in_room = state is SessionState.OPEN
    place = Place.BOARD if in_room else Place.RULINGS
    if one.fraud_undecided:
        yield Finding(_K.FRAUD_UNDECIDED, place, one.id)
    if one.is_stopped:
        yield Finding(_K.STOP_NEVER_RESUMED, place, one.id)
    if one.call_unanswered:
        yield Finding(_K.CALL_UNANSWERED, place, one.id)
    if one.desk is CandidateState.ABSENT and one.responses > 0:
        yield Finding(_K.ABSENT_WITH_RESPONSES, place, one.id)
    if not one.identity_checked:
        yield Finding(_K.IDENTITY_UNCHECKED, Place.BOARD if in_room else Place.REPORTS, one.id)


def _of_reports(reports: Iterable[ReportFacts], candidates: Iterable[CandidateFacts]) -> Iterator[Finding]:
    responded = {one.id for one in candidates if one.responses > 0}
    for one in reports:
        for kind in _kinds_of(one, responded):
            yield Finding(kind, Place.REPORTS, one.candidate, report=one.id)


def _kinds_of(one: ReportFacts, responded: set[str]) -> Iterator[FindingKind]:
    category = CATEGORIES.get(one.category)
    if one.outcome is Outcome.UNDECIDED:
        yield _K.REPORT_UNDECIDED
    if category is None:
        return
    if one.candidate is None:
        # Of what happens to the whole room nobody is named; whose test was ended then, somebody must know.
        ended_somebody = About.CANDIDATE in category.about and one.outcome is Outcome.ENDED
        if category.needs_candidate or ended_somebody:
            yield _K.REPORT_WITHOUT_CANDIDATE
        return
    if category.group is Group.RULES and not one.is_heard:
        yield _K.NOT_HEARD
    if one.category == NO_SHOW and one.candidate in responded:
        yield _K.ABSENT_WITH_RESPONSES
    if one.category in ABOUT_IDENTITY and one.outcome in (None, Outcome.UNDECIDED):
        yield _K.IDENTITY_IN_DOUBT
