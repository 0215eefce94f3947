"""From a session's log to what each candidate's certification comes to. Pure, so that anyone can do it again.

The log is folded into one record a candidate; a record is decided by these rules, in this order:

1. never started                                     -> cancelled: absent, refused, or as the closing says
2. the head's ruling: cancelled, or rejected for fraud; one that it is kept sets aside the next rule
3. ended for suspected fraud                         -> rejected
4. ended for a technical or medical reason or an evacuation, with too few responses  -> cancelled
5. fewer responses than the minimum                  -> rejected
6. no level could be certified, or nothing is right  -> rejected
7. otherwise                                         -> validated

An item that was passed over is no response here, though the engine hears it as one that was not right.
An item that was replaced before it was answered counts for nothing, whatever draft had been saved.
An item that a ruling leaves out is no evidence on any level, but its response was given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exam_server.domain.attempts import EndReason
from exam_server.domain.events import EventKind
from exam_server.domain.json import JSON
from exam_server.domain.responses import is_passed
from exam_server.domain.rules import ExamRules
from exam_server.domain.rulings import RulingKind


class Status(StrEnum):
    """What a certification came to."""

    VALIDATED = "validated"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class StatusReason(StrEnum):
    """Why a certification is not validated, beyond the reasons for an early end."""

    CANCELLED_BY_RULING = "cancelled_by_ruling"
    REJECTED_BY_RULING = "rejected_by_ruling"
    TOO_FEW_RESPONSES = "too_few_responses"
    NO_LEVEL_CERTIFIED = "no_level_certified"


class End(StrEnum):
    """How an attempt ended."""

    NOT_STARTED = "not_started"
    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    TERMINATED = "terminated"


BLAMELESS = frozenset({EndReason.TECHNICAL, EndReason.MEDICAL, EndReason.ROOM_EVACUATED})


@dataclass(frozen=True)
class Fact:
    """A line of the log with its content; `actor` is an account, a candidate, or the system."""

    number: int
    at_ms: int
    kind: str
    candidate: str | None
    content: Mapping[str, JSON]
    actor: str = ""


@dataclass
class Given:
    """The newest response to one position: the item, what was given, how it was marked, the seconds taken."""

    item: str
    content: JSON
    correct: bool
    seconds: int
    final: bool

    @property
    def is_skipped(self) -> bool:
        """The candidate passed the item over."""
        return is_passed(self.content)


@dataclass(frozen=True)
class Replaced:
    """An item that was taken back before it was answered: it counts for nothing, another took its place.

    `neutralised_after` is how many items lay behind the candidate then.
    """

    item: str
    seconds: int
    neutralised_after: int


@dataclass(frozen=True)
class Confirmed:
    """An end for suspected fraud that two persons decided: their accounts, and their names at that time."""

    requested_by: str
    confirmed_by: str
    requested_name: str
    confirmed_name: str


@dataclass(frozen=True)
class Ruled:
    """A ruling that stands: who took it, and who had proposed it where it takes two."""

    kind: RulingKind
    positions: tuple[int, ...]
    taken_by: str
    taken_name: str
    proposed_by: str
    proposed_name: str


@dataclass
class Record:
    """What the log says about one candidate.

    `receipt` is the digest that the end gave; there is none where the test ended before the log had one.
    """

    id: str
    registered: Mapping[str, JSON]
    extra_time: str | None = None
    extra_at_start: str | None = None
    spec: Mapping[str, JSON] | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    end: End = End.NOT_STARTED
    reason: EndReason | None = None
    confirmed: Confirmed | None = None
    receipt: str | None = None
    choices: list[Mapping[str, JSON]] = field(default_factory=list)
    responses: dict[int, Given] = field(default_factory=dict)
    replaced: dict[int, Replaced] = field(default_factory=dict)
    rulings: dict[int, Ruled] = field(default_factory=dict)

    @property
    def left_out(self) -> list[int]:
        """The positions that rulings leave out, in order."""
        return sorted(at for ruled in self.rulings.values() for at in ruled.positions)

    @property
    def ruled(self) -> Ruled | None:
        """The ruling about the attempt as a whole."""
        return next((one for one in self.rulings.values() if one.kind is not RulingKind.LEAVE_OUT), None)

    @property
    def items(self) -> list[str]:
        """The items that were given, in order."""
        return [str(choice["item_id"]) for choice in self.choices]

    @property
    def counted(self) -> list[Given]:
        """The responses that count, in order: the final ones, and the last draft where the end cut it off."""
        return [self.responses[position] for position in sorted(self.responses)]

    @property
    def responses_given(self) -> int:
        """How many of them say something: what the minimum is compared with."""
        return sum(not given.is_skipped for given in self.counted)


@dataclass
class SessionRecord:
    """What the log says about the session.

    `planned` is the plan as it was changed last; there are no `rules` where the session was opened before the
    log kept them.
    """

    planned: Mapping[str, JSON] = field(default_factory=dict)
    bank_version: str | None = None
    engine: int | None = None
    rules: ExamRules | None = None
    opened_ms: int | None = None
    closed_ms: int | None = None
    candidates: dict[str, Record] = field(default_factory=dict)


def fold(facts: Iterable[Fact]) -> SessionRecord:
    """The session's record. A fact that is not about results changes nothing."""
    session = SessionRecord()
    for fact in facts:
        if fact.candidate is None:
            _fold_session(session, fact)
        elif fact.kind == EventKind.CANDIDATE_REGISTERED:
            session.candidates[fact.candidate] = Record(fact.candidate, fact.content)
        elif fact.kind == EventKind.CANDIDATE_UNREGISTERED:
            # Only before the opening: no later fact takes out anybody who may have sat a test.
            if session.opened_ms is None:
                session.candidates.pop(fact.candidate, None)
        elif fact.candidate in session.candidates:
            _fold_candidate(session.candidates[fact.candidate], fact)
    return session


def _fold_session(session: SessionRecord, fact: Fact) -> None:
    match fact.kind:
        case EventKind.SESSION_PLANNED | EventKind.SESSION_CHANGED:
            session.planned = fact.content
        case EventKind.SESSION_OPENED:
            session.opened_ms = fact.at_ms
            session.bank_version = str(fact.content["bank_version"])
            engine = fact.content.get("engine")
            session.engine = engine if isinstance(engine, int) else None
            if "rules" in fact.content:
                session.rules = ExamRules.from_json(fact.content["rules"])
        case EventKind.SESSION_CLOSED:
            session.closed_ms = fact.at_ms
            reasons = fact.content.get("not_started")
            if isinstance(reasons, Mapping):
                for candidate, reason in reasons.items():
                    session.candidates[candidate].reason = EndReason(str(reason))


def _fold_candidate(record: Record, fact: Fact) -> None:
    content = fact.content
    match fact.kind:
        case EventKind.EXTRA_TIME_SET:
            fraction = content.get("fraction")
            record.extra_time = None if fraction is None else str(fraction)
        case EventKind.CANDIDATE_ABSENT:
            record.reason = EndReason.ABSENT
        case EventKind.CANDIDATE_REFUSED:
            record.reason = EndReason.REFUSED
        case EventKind.IDENTITY_VERIFIED | EventKind.REFUSAL_WITHDRAWN:
            record.reason = None
        case EventKind.ATTEMPT_STARTED:
            spec = content["spec"]
            record.spec = spec if isinstance(spec, Mapping) else None
            record.extra_at_start = record.extra_time
            record.started_ms = fact.at_ms
        case EventKind.ITEM_GIVEN:
            record.choices.append(content)
        case EventKind.RESPONSE_SAVED:
            record.responses[_whole(content["position"])] = Given(
                str(content["item"]),
                content["content"],
                bool(content["correct"]),
                _whole(content["seconds"]),
                bool(content["final"]),
            )
        case EventKind.ITEM_REPLACED:
            position = _whole(content["position"])
            record.responses.pop(position, None)  # a draft may have been saved
            record.replaced[position] = Replaced(
                str(content["item"]), _whole(content["seconds"]), _whole(content["neutralised_after"])
            )
        case EventKind.RULING_TAKEN:
            record.rulings[_whole(content["ruling"])] = _ruled(fact)
        case EventKind.RULING_REVERSED:
            record.rulings.pop(_whole(content["ruling"]), None)
        case _:
            _fold_end(record, fact)


def _ruled(fact: Fact) -> Ruled:
    content = fact.content
    positions = content["positions"]
    return Ruled(
        kind=RulingKind(str(content["kind"])),
        positions=tuple(_whole(at) for at in positions) if isinstance(positions, list | tuple) else (),
        taken_by=fact.actor,
        taken_name=str(content["by"]),
        proposed_by=str(content["proposed_by_id"]),
        proposed_name=str(content["proposed_by"]),
    )


def _fold_end(record: Record, fact: Fact) -> None:
    content = fact.content
    if "receipt" in content:
        record.receipt = str(content["receipt"])
    match fact.kind:
        case EventKind.ATTEMPT_COMPLETED:
            record.end, record.ended_ms = End.COMPLETED, fact.at_ms
        case EventKind.TIME_RAN_OUT:
            record.end, record.ended_ms = End.TIMED_OUT, _whole(content["deadline"])
        case EventKind.FRAUD_CONFIRMED:
            record.confirmed = Confirmed(
                str(content["requested_by_id"]), fact.actor, str(content["requested_by"]), str(content["by"])
            )
        case EventKind.ATTEMPT_TERMINATED:
            record.end, record.ended_ms = End.TERMINATED, fact.at_ms
            record.reason = EndReason(str(content["reason"]))


def _whole(value: JSON) -> int:
    if isinstance(value, int):
        return value
    raise TypeError("a whole number was expected")


@dataclass(frozen=True)
class Decision:
    """The status of a certification, and why when it is not validated."""

    status: Status
    reason: str | None


def decide(record: Record, score: int, minimum_responses: int) -> Decision:
    """The rules of the module's head, in their order."""
    if record.end is End.NOT_STARTED:
        return Decision(Status.CANCELLED, str(record.reason or EndReason.ABSENT))
    if (decided := _decided_by_people(record)) is not None:
        return decided
    if record.responses_given < minimum_responses:
        if record.reason in BLAMELESS:
            return Decision(Status.CANCELLED, str(record.reason))
        return Decision(Status.REJECTED, str(StatusReason.TOO_FEW_RESPONSES))
    if score == 0 or not any(given.correct for given in record.counted):
        return Decision(Status.REJECTED, str(StatusReason.NO_LEVEL_CERTIFIED))
    return Decision(Status.VALIDATED, None)


def _decided_by_people(record: Record) -> Decision | None:
    """What the head ruled; without a ruling, what the room decided of a suspected fraud."""
    ruling = None if record.ruled is None else record.ruled.kind
    if ruling is RulingKind.CANCEL:
        return Decision(Status.CANCELLED, str(StatusReason.CANCELLED_BY_RULING))
    if ruling is RulingKind.REJECT:
        return Decision(Status.REJECTED, str(StatusReason.REJECTED_BY_RULING))
    if record.reason is EndReason.FRAUD_SUSPECTED and ruling is not RulingKind.KEEP:
        return Decision(Status.REJECTED, str(EndReason.FRAUD_SUSPECTED))
    return None
