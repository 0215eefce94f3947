"""What an invigilator does to the whole room at once: pause, resume, extend, terminate."""

from collections.abc import Iterator

from sqlmodel import col, select

from exam_server.acts.attempts import Extension, check_one_is_enough, extend_running, terminate_running
from exam_server.acts.clocks import Why, deadline_ms, enter_time, is_room_stopped, left_ms, set_clock
from exam_server.acts.earlier import A_ROOM, telling_who
from exam_server.acts.lookups import Place, lock_room_session
from exam_server.domain.attempts import RUNNING, TRANSITIONS, AttemptAction, AttemptState, EndReason
from exam_server.domain.errors import IllegalTransition
from exam_server.domain.events import Event, EventKind
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.timing import EntryKind, Scope, TimeEntry
from exam_server.domain.transitions import move
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction


def pause_room(tx: Transaction, by: Person, session_id: str, reason: str) -> int:
    """Stops every clock of the room with one act; returns the event's number."""
    session = _open_room(tx, by, session_id)
    with telling_who(tx, session_id, A_ROOM):
        if is_room_stopped(session):
            raise IllegalTransition("room_already_stopped")
    session.stopped_since = tx.now
    session.stop_reason = reason
    entry = TimeEntry(EntryKind.STOPPED, tx.now, Scope.ROOM)
    enter_time(tx, session_id, tx.next_number(session_id), entry, actor=by.id, why=Why(reason))
    left: dict[str, int] = {}
    for place, attempt in running_places(tx, session):
        set_clock(tx, place.candidate, attempt)
        remaining = left_ms(attempt)
        if remaining is not None:
            left[attempt.id] = remaining
    return tx.record(session_id, Event(EventKind.ROOM_PAUSED, by.id, None, {"reason": reason, "left": left}))


def resume_room(tx: Transaction, by: Person, session_id: str) -> int:
    """Lets the room's clocks run again; a candidate's own pause goes on."""
    session = _open_room(tx, by, session_id)
    with telling_who(tx, session_id, A_ROOM):
        if not is_room_stopped(session):
            raise IllegalTransition("room_not_stopped")
    session.stopped_since = None
    session.stop_reason = None
    entry = TimeEntry(EntryKind.RESUMED, tx.now, Scope.ROOM)
    enter_time(tx, session_id, tx.next_number(session_id), entry, actor=by.id)
    deadlines: dict[str, int] = {}
    for place, attempt in running_places(tx, session):
        set_clock(tx, place.candidate, attempt)
        deadline = deadline_ms(attempt)
        if deadline is not None:
            deadlines[attempt.id] = deadline
    return tx.record(session_id, Event(EventKind.ROOM_RESUMED, by.id, None, {"deadlines": deadlines}))


def extend_room(tx: Transaction, by: Person, session_id: str, extension: Extension) -> int:
    """Gives everyone whose test is under way more time; returns the last event's number."""
    session = _open_room(tx, by, session_id)
    number = tx.lock_session(session_id)
    for place, attempt in running_places(tx, session):
        if attempt.due_at is None or tx.now < attempt.due_at:
            number = extend_running(tx, by, place, attempt, extension)
    return number


def terminate_room(tx: Transaction, by: Person, session_id: str, reason: EndReason, note: str) -> int:
    """Ends every test that is under way; it cannot be undone. Returns the last event's number."""
    session = _open_room(tx, by, session_id)
    check_one_is_enough(tx, session, reason)
    number = tx.lock_session(session_id)
    for place, attempt in running_places(tx, session):
        if attempt.due_at is None or tx.now < attempt.due_at:
            move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.TERMINATE)
            number = terminate_running(tx, by, place, attempt, reason, note)
    return number


def running_places(tx: Transaction, session: Session) -> Iterator[tuple[Place, Attempt]]:
    """The candidates of a session whose test is under way, paused ones included."""
    rows = tx.orm.execute(
        select(Candidate, Attempt)
        .where(Candidate.id == Attempt.id)
        .where(Candidate.session_id == session.id)
        .where(col(Attempt.state).in_([str(state) for state in RUNNING]))
        .order_by(Candidate.id)
    ).all()
    for candidate, attempt in rows:
        yield Place(session, candidate, attempt), attempt


def _open_room(tx: Transaction, by: Person, session_id: str) -> Session:
    session = lock_room_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.STOP)
    return session
