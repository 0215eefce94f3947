"""The rehearsal of a room: a code lets its computers in, each says what it has measured at which seat.

A computer in a rehearsal is nobody's: its token is an HMAC of the session and the code, so all computers of a
room hold the same one, nothing is kept about them, and with the code every token ends.
"""

import hashlib
import hmac
from dataclasses import dataclass

from sqlmodel import select

from exam_server.acts.lookups import lock_watched_session
from exam_server.domain.access_cards import new_session_code, normalised
from exam_server.domain.candidates import Seat
from exam_server.domain.errors import NotAllowed, NotFound, SignedOut
from exam_server.domain.events import ROOM, Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.measures import Measures
from exam_server.domain.rehearsal import MOST_TRIALS, Check, Readiness, code_end, judge, overall
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.rehearsal_tables import Rehearsal, RehearsedSeat
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction


@dataclass(frozen=True)
class Rehearsed:
    """What a seat's computer came to, check by check."""

    readiness: Readiness
    checks: dict[Check, Readiness]


def begin_rehearsal(tx: Transaction, by: Person, session_id: str) -> int:
    """Lets the room's computers in by a new code; one that lets them in already stays. Returns the number."""
    session = lock_watched_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.REHEARSE)
    rehearsal = tx.orm.get(Rehearsal, session_id)
    if rehearsal is None:
        rehearsal = Rehearsal(session_id=session_id, code=None, ends_at=tx.now)
        tx.orm.add(rehearsal)
    elif rehearsal.code is not None and tx.now < rehearsal.ends_at:
        return tx.lock_session(session_id)
    rehearsal.code, rehearsal.ends_at = _free_code(tx), code_end(tx.now)
    facts: dict[str, JSON] = {"by": by.name, "ends_at": to_millis(rehearsal.ends_at)}
    return tx.record(session_id, Event(EventKind.REHEARSAL_BEGUN, by.id, None, facts))


def end_rehearsal(tx: Transaction, by: Person, session_id: str) -> int:
    """The code lets nobody in any more; what was measured stays. Ending twice does no harm."""
    session = lock_watched_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.REHEARSE)
    rehearsal = tx.orm.get(Rehearsal, session_id)
    if rehearsal is None or rehearsal.code is None:
        return tx.lock_session(session_id)
    rehearsal.code = None
    return tx.record(session_id, Event(EventKind.REHEARSAL_ENDED, by.id, None, {"by": by.name}))


def enter_rehearsal(reading: Reading, typed: str) -> str:
    """The token for a computer of the room that this code names; raises NotFound."""
    found = reading.orm.scalar(select(Rehearsal).where(Rehearsal.code == normalised(typed)))
    if found is None or found.code is None:
        raise NotFound("unknown_rehearsal_code")
    token = _token(reading, found.session_id, found.code)
    try:
        session_in_rehearsal(reading, token)
    except SignedOut:
        raise NotFound("unknown_rehearsal_code") from None
    return token


def session_in_rehearsal(reading: Reading, token: str) -> Session:
    """The session whose computers hold this token; raises SignedOut when it is over."""
    session_id = token.partition(".")[0]
    rehearsal = reading.orm.get(Rehearsal, session_id)
    if rehearsal is None or rehearsal.code is None or reading.now >= rehearsal.ends_at:
        raise SignedOut("rehearsal_over")
    if not hmac.compare_digest(_token(reading, session_id, rehearsal.code).encode(), token.encode()):
        raise SignedOut("rehearsal_over")
    session = reading.get(Session, session_id)
    if (SessionState(session.state), SessionAction.REHEARSE) not in TRANSITIONS:
        raise SignedOut("rehearsal_over")
    return session


def rehearse_seat(tx: Transaction, token: str, seat: Seat, measures: Measures) -> Rehearsed:
    """Keeps what was measured at a seat, in the place of what was there, and says what it comes to.

    Raises SignedOut, InvalidInput for a seat that is not in the plan, and NotAllowed for one that was
    measured too often.
    """
    session = _lock(tx, token)
    seat.check_within(session.rows, session.columns)
    key = (session.id, seat.row, seat.column)
    kept = tx.orm.get(RehearsedSeat, key)
    trials = 0 if kept is None else kept.trials
    if trials >= MOST_TRIALS:
        raise NotAllowed("too_many_trials")
    checks = judge(measures)
    readiness = overall(checks)
    judged: dict[str, JSON] = {str(check): str(came_to) for check, came_to in checks.items()}
    row = RehearsedSeat(
        session_id=session.id,
        seat_row=seat.row,
        seat_column=seat.column,
        room=session.room,
        measured_at=tx.now,
        readiness=readiness,
        checks=canonical(judged).decode(),
        measures=canonical(measures.to_json()).decode(),
        trials=trials + 1,
    )
    tx.orm.merge(row)
    facts: dict[str, JSON] = {
        "row": seat.row,
        "column": seat.column,
        "room": session.room,
        "readiness": str(readiness),
        "checks": judged,
        "measures": measures.to_json(),
    }
    tx.record(session.id, Event(EventKind.SEAT_REHEARSED, ROOM, None, facts))
    return Rehearsed(readiness, checks)


def _lock(tx: Transaction, token: str) -> Session:
    """The session in rehearsal, locked for writing; what was read before the lock is read again."""
    session = session_in_rehearsal(tx, token)
    tx.lock_session(session.id)
    tx.orm.expire_all()
    return session_in_rehearsal(tx, token)


def _token(reading: Reading, session_id: str, code: str) -> str:
    named = f"rehearsal\0{session_id}\0{code}"
    return f"{session_id}.{b64u(hmac.new(reading.house.secret, named.encode(), hashlib.sha256).digest())}"


def _free_code(tx: Transaction) -> str:
    """A code that no rehearsal has: 22^6 codes, so a second draw is rare."""
    while True:
        code = new_session_code()
        if tx.orm.scalar(select(Rehearsal.session_id).where(Rehearsal.code == code)) is None:
            return code
