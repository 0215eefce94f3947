"""How a candidate comes in: the access card, once, for one device; the start of the attempt; the way out."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, or_, select

from exam_server.acts.clocks import deadline_ms, enter_time, is_room_stopped, set_clock
from exam_server.acts.engine import bank_of, give_items, keep_assembly, spec_for
from exam_server.acts.identifiers import new_token, token_hash
from exam_server.domain.access_cards import card_hash, normalised
from exam_server.domain.admission import has_lapsed
from exam_server.domain.attempts import AttemptState
from exam_server.domain.candidates import TRANSITIONS, CandidateAction, CandidateState
from exam_server.domain.errors import IllegalTransition, NotAllowed, NotFound, SignedOut, Stopped
from exam_server.domain.events import Event, EventKind
from exam_server.domain.sessions import SessionState
from exam_server.domain.timing import EntryKind, TimeEntry
from exam_server.domain.transitions import move
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Reading, Transaction
from question_bank.assembly import Assembly

ANSWERED_AGAIN = timedelta(minutes=10)
"""For so long the page that entered may ask again, since it may not have heard the answer."""
SHOWN_AFTER_END = timedelta(minutes=10)
"""For so long a device shows the end of a test; then it is nobody's, for the next person at this computer."""


@dataclass(frozen=True)
class Entered:
    """A candidate's device: the token that its cookie holds."""

    candidate_id: str
    token: str


def enter(tx: Transaction, typed: str, request: str | None = None) -> Entered:
    """Binds an access card to the device that shows it first; raises NotFound or NotAllowed.

    `request` is the asking page's own random text: the same page asks again and gets the same token.
    """
    hashed = card_hash(tx.house.secret, normalised(typed))
    found = tx.orm.execute(
        select(Candidate.id, Candidate.session_id).where(Candidate.card_hash == hashed)
    ).one_or_none()
    if found is None:
        raise NotFound("unknown_code")
    tx.lock_session(found.session_id)
    candidate = tx.orm.get(Candidate, found.id)
    session = tx.get(Session, found.session_id)
    if candidate is None or candidate.card_hash != hashed:  # unregistered meanwhile, or given another card
        raise NotFound("unknown_code")
    if session.state == SessionState.CANCELLED:
        raise NotAllowed("session_cancelled")
    if session.state not in {SessionState.PLANNED, SessionState.OPEN}:
        raise NotAllowed("session_over")
    token = new_token() if request is None else _token_for(tx, candidate, request)
    if candidate.card_used_at is not None:
        is_late = tx.now - candidate.card_used_at >= ANSWERED_AGAIN
        if is_late or candidate.device_hash != token_hash(token):
            raise NotAllowed("card_used_elsewhere")
        return Entered(candidate.id, token)
    candidate.card_used_at = tx.now
    candidate.device_hash = token_hash(token)
    tx.record(session.id, Event(EventKind.CANDIDATE_ENTERED, candidate.id, candidate.id))
    return Entered(candidate.id, token)


def start_attempt(tx: Transaction, token: str) -> str:
    """Starts the candidate's test: the clock runs, the first item is given. Starting twice does no harm."""
    candidate, session = candidate_of_device(tx, token)
    if tx.orm.get(Attempt, candidate.id) is not None:
        return candidate.id
    if session.state != SessionState.OPEN:
        raise NotAllowed("session_not_open")
    if candidate.state != CandidateState.ADMITTED or candidate.seat_row is None:
        raise NotAllowed("not_admitted")
    if has_lapsed(tx.now, candidate.admitted_at, rules_of(tx.house, session)):
        raise NotAllowed("admission_lapsed")
    if is_room_stopped(session):
        raise Stopped("room_stopped")
    move(TRANSITIONS, CandidateState(candidate.state), CandidateAction.START)
    spec = spec_for(tx.house, session, candidate, (candidate.seat_row, candidate.seat_column or 0))
    assembly = Assembly(bank_of(tx.house, session.bank_version).published, spec)
    attempt = Attempt(
        id=candidate.id,
        session_id=session.id,
        state=AttemptState.IN_PROGRESS,
        spec=canonical(spec.to_json()).decode(),
        variant_seed=spec.seed >> 1,
        started_at=tx.now,
        allowed_us=0,
    )
    tx.orm.add(attempt)
    tx.orm.flush()
    number = tx.next_number(session.id)
    start = TimeEntry(EntryKind.STARTED, tx.now)
    enter_time(tx, session.id, number, start, actor=candidate.id, attempt_id=candidate.id)
    set_clock(tx, candidate, attempt)
    facts = {
        "deadline": deadline_ms(attempt),
        "allowed_ms": attempt.allowed_us // 1000,
        "spec": spec.to_json(),
    }
    tx.record(session.id, Event(EventKind.ATTEMPT_STARTED, candidate.id, candidate.id, facts))
    _give_first(tx, session.id, attempt, assembly)
    return candidate.id


def is_long_over(reading: Reading, token: str) -> bool:
    """True for a device whose test ended so long ago that it is no longer to show whose it was."""
    whose = select(Candidate).where(Candidate.device_hash == token_hash(token))
    candidate = reading.orm.scalars(whose).one_or_none()
    if candidate is None:
        return False
    attempt = reading.orm.get(Attempt, candidate.id)
    ends = (
        None if attempt is None else attempt.ended_at,
        reading.get(Session, candidate.session_id).closed_at,
    )
    return any(end is not None and end <= reading.now - SHOWN_AFTER_END for end in ends)


def sign_out_ended(tx: Transaction) -> int:
    """Signs out every device whose test, or session, is over or cancelled for some time; says how many."""
    before = tx.now - SHOWN_AFTER_END
    attempts = select(Attempt.id).where(col(Attempt.ended_at) <= before)
    sessions = select(Session.id).where(col(Session.closed_at) <= before)
    over = or_(col(Candidate.id).in_(attempts), col(Candidate.session_id).in_(sessions))
    devices = select(Candidate.id).where(col(Candidate.device_hash).is_not(None), over)
    ended = tx.orm.scalars(devices).all()
    tx.orm.execute(update(Candidate).where(col(Candidate.id).in_(ended)).values(device_hash=None))
    return len(ended)


def _token_for(tx: Transaction, candidate: Candidate, request: str) -> str:
    """The token of the device that asks with this request: nothing more need be kept to give it again."""
    asked = f"device\0{candidate.id}\0{candidate.card_issue}\0{request}"
    return b64u(hmac.new(tx.house.secret, asked.encode(), hashlib.sha256).digest())


def _give_first(tx: Transaction, session_id: str, attempt: Attempt, assembly: Assembly) -> None:
    choice = assembly.next()
    if choice is None:
        raise IllegalTransition("empty_test")
    attempt.position = choice.position
    tx.orm.flush()
    give_items(tx, {attempt.id: session_id}, {attempt.id: choice})
    keep_assembly(tx, attempt.id, 0, assembly)


def candidate_of_device(tx: Transaction, token: str) -> tuple[Candidate, Session]:
    """Whose device holds this token, and the session, locked; raises SignedOut."""
    hashed = token_hash(token)
    found = tx.orm.execute(
        select(Candidate.id, Candidate.session_id).where(Candidate.device_hash == hashed)
    ).one_or_none()
    if found is None:
        raise SignedOut
    tx.lock_session(found.session_id)
    candidate = tx.orm.get(Candidate, found.id)
    if candidate is None or candidate.device_hash != hashed:
        raise SignedOut
    return candidate, tx.get(Session, found.session_id)
