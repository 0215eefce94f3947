"""What the pages of the closing are made of: facts for the checks, items to leave out, why rulings ended."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from sqlalchemy import or_
from sqlmodel import col, select

from exam_server.domain.attempts import AttemptState
from exam_server.domain.candidates import CandidateState
from exam_server.domain.closing_checks import (
    CandidateFacts,
    ClosingFacts,
    KeyFacts,
    ReportFacts,
    RulingFacts,
)
from exam_server.domain.events import EventKind
from exam_server.domain.fraud_requests import FraudRequestState
from exam_server.domain.help_calls import Resolution
from exam_server.domain.incidents import IncidentState, Outcome
from exam_server.domain.rest_breaks import REST_BREAK
from exam_server.domain.rulings import ABOUT_ATTEMPT, RulingState
from exam_server.domain.sessions import SessionState
from exam_server.domain.timing import EntryKind
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.results_tables import Ruling
from exam_server.storage.tables import (
    Attempt,
    Candidate,
    GivenItem,
    HelpCall,
    IncidentReport,
    LogEntry,
    Response,
    Session,
    TimeEntryRow,
)
from exam_server.storage.transaction import Reading


def closing_facts(reading: Reading, session: Session, keys: KeyFacts) -> ClosingFacts:
    """What the checks before closing, signing and publishing look at."""
    rulings = reading.orm.scalars(
        select(Ruling).where(
            Ruling.session_id == session.id,
            col(Ruling.state).in_((RulingState.PROPOSED, RulingState.STANDING)),
        )
    ).all()
    ruled = {one.candidate_id for one in rulings if one.kind in ABOUT_ATTEMPT}
    waiting = (one for one in rulings if one.state == RulingState.PROPOSED)
    return ClosingFacts(
        state=SessionState(session.state),
        room_stopped=session.stopped_since is not None,
        keys=keys,
        candidates=tuple(_candidate_facts(reading, session.id, ruled)),
        reports=tuple(_report_facts(reading, session.id)),
        waiting=tuple(RulingFacts(one.number, one.candidate_id) for one in waiting),
    )


def _candidate_facts(reading: Reading, session_id: str, ruled: set[str]) -> Iterable[CandidateFacts]:
    stopped = _never_resumed(reading, session_id)
    called, suspected = _unanswered(reading, session_id), _undecided(reading, session_id)
    rows = reading.orm.execute(
        select(Candidate, Attempt)
        .outerjoin(Attempt, col(Attempt.id) == Candidate.id)
        .where(Candidate.session_id == session_id)
        .order_by(Candidate.id)
    )
    for candidate, attempt in rows:
        yield CandidateFacts(
            id=candidate.id,
            desk=CandidateState(candidate.state),
            attempt=None if attempt is None else AttemptState(attempt.state),
            responses=0 if attempt is None else attempt.answered,
            identity_checked=candidate.identity_at is not None,
            has_reason=candidate.end_reason is not None,
            is_stopped=candidate.id in stopped,
            call_unanswered=candidate.id in called,
            fraud_undecided=candidate.id in suspected,
            is_ruled=candidate.id in ruled,
        )


def _report_facts(reading: Reading, session_id: str) -> Iterable[ReportFacts]:
    standing = select(IncidentReport).where(
        IncidentReport.session_id == session_id, IncidentReport.state == IncidentState.STANDING
    )
    for one in reading.orm.scalars(standing.order_by(col(IncidentReport.number))):
        yield ReportFacts(
            id=one.id,
            category=one.category,
            candidate=one.candidate_id,
            outcome=None if one.outcome is None else Outcome(one.outcome),
            is_heard=one.statement is not None or one.statement_declined,
        )


def _never_resumed(reading: Reading, session_id: str) -> set[str]:
    """Whose own clock was stopped last and never let go on.

    The stop of a help call is that call's affair, and a rest break ends by itself.
    """
    rows = reading.orm.execute(
        select(TimeEntryRow.attempt_id, TimeEntryRow.kind, TimeEntryRow.reason)
        .where(
            TimeEntryRow.session_id == session_id,
            col(TimeEntryRow.attempt_id).is_not(None),
            col(TimeEntryRow.help_call).is_(None),
            col(TimeEntryRow.kind).in_((EntryKind.STOPPED, EntryKind.RESUMED)),
        )
        .order_by(col(TimeEntryRow.number))
    )
    stands = {row[0]: row[1] == EntryKind.STOPPED and row[2] != REST_BREAK for row in rows}
    return {attempt_id for attempt_id, is_stopped in stands.items() if attempt_id and is_stopped}


def _unanswered(reading: Reading, session_id: str) -> set[str]:
    """Whose call waits, or waited until the test was over."""
    calls = select(HelpCall.attempt_id).where(
        HelpCall.session_id == session_id,
        or_(col(HelpCall.open_for).is_not(None), col(HelpCall.resolution) == Resolution.ATTEMPT_ENDED),
    )
    return set(reading.orm.scalars(calls))


def _undecided(reading: Reading, session_id: str) -> set[str]:
    """About whom somebody asked that the test be ended, and nobody has said yes or no."""
    requests = select(FraudRequest.attempt_id).where(
        FraudRequest.session_id == session_id,
        col(FraudRequest.state).in_((FraudRequestState.OPEN, FraudRequestState.LAPSED)),
    )
    return set(reading.orm.scalars(requests))


@dataclass(frozen=True)
class Asked:
    """An item that a candidate responded to; `shown` is its number as the candidate saw it."""

    position: int
    shown: int
    item_id: str


def asked_of(reading: Reading, attempt_id: str) -> list[Asked]:
    """What a candidate responded to, in order; an item that was replaced counts for nothing, draft or not."""
    rows = reading.orm.execute(
        select(GivenItem.position, GivenItem.item_id, Response.revision)
        .outerjoin(
            Response,
            (col(Response.attempt_id) == GivenItem.attempt_id)
            & (col(Response.position) == GivenItem.position),
        )
        .where(GivenItem.attempt_id == attempt_id, col(GivenItem.neutralised_after).is_(None))
        .order_by(col(GivenItem.position))
    )
    numbered = ((shown, *row) for shown, row in enumerate(rows, 1))
    return [Asked(position, shown, item) for shown, position, item, saved in numbered if saved is not None]


def endings_of(reading: Reading, session_id: str) -> dict[int, str]:
    """Why rulings were put aside or reversed, by their number: it stands in the log alone."""
    contents = reading.orm.scalars(
        select(LogEntry.content).where(
            LogEntry.session_id == session_id,
            col(LogEntry.kind).in_((EventKind.RULING_DROPPED, EventKind.RULING_REVERSED)),
        )
    )
    found = (orjson.loads(content) for content in contents if content is not None)
    return {facts["ruling"]: facts["reason"] for facts in found}
