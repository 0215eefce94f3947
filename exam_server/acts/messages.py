"""Messages: the invigilator writes to one candidate or to the room, the candidate closes what was read."""

from collections.abc import Iterable

import orjson
from sqlmodel import select

from exam_server.acts.entering import candidate_of_device
from exam_server.acts.lookups import Place, lock_place, lock_room_session
from exam_server.acts.requests import answer_before, keep_answer
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.errors import IllegalTransition
from exam_server.domain.events import Event, EventKind
from exam_server.domain.messages import checked, with_message, without
from exam_server.domain.roles import Person
from exam_server.domain.sessions import SessionState
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.queries import candidates_of
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction

MESSAGE = "message"
"""The act under which a page's own number of a message is remembered."""


def send_message(
    tx: Transaction, by: Person, candidate_id: str, text: str, request: str | None = None
) -> int:
    """Writes to one candidate, whose test is not over; asked again, it is the same message.

    Returns the event's number.
    """
    place = lock_place(tx, by, candidate_id)
    given = answer_before(tx, by, place.session.id, MESSAGE, request)
    if isinstance(given, int):
        return given
    _check_open(place.session)
    if place.attempt is not None and AttemptState(place.attempt.state) in ENDED:
        raise IllegalTransition("attempt_ended")
    number = write_to_one(tx, by, place, checked(text))
    keep_answer(tx, by, place.session.id, MESSAGE, request, number)
    return number


def send_to_room(tx: Transaction, by: Person, session_id: str, text: str, request: str | None = None) -> int:
    """Writes to everyone whose test is not over; asked again, it is the same message.

    Returns the event's number.
    """
    session = lock_room_session(tx, by, session_id)
    given = answer_before(tx, by, session_id, MESSAGE, request)
    if isinstance(given, int):
        return given
    _check_open(session)
    over = select(Attempt).where(Attempt.session_id == session_id)
    ended = {one.id for one in tx.orm.scalars(over) if AttemptState(one.state) in ENDED}
    readers = [one for one in candidates_of(tx, session_id) if one.id not in ended]
    number = _send(tx, by, session, readers, checked(text), to=None)
    keep_answer(tx, by, session_id, MESSAGE, request, number)
    return number


def write_to_one(tx: Transaction, by: Person, place: Place, plain: str) -> int:
    """What a message to one candidate and to a selection have in common; the words are checked."""
    return _send(tx, by, place.session, [place.candidate], plain, to=place.candidate.id)


def read_message(tx: Transaction, token: str, number: int) -> int:
    """The candidate has closed a message; closing it twice does no harm. Returns the log's number."""
    candidate, session = candidate_of_device(tx, token)
    unread = orjson.loads(candidate.messages)
    rest = without(unread, number)
    if len(rest) == len(unread):
        return tx.lock_session(session.id)
    candidate.messages = canonical(rest).decode()
    event = Event(EventKind.MESSAGE_READ, candidate.id, candidate.id, {"message": number})
    return tx.record(session.id, event)


def _check_open(session: Session) -> None:
    if session.state != SessionState.OPEN:
        raise IllegalTransition(state=session.state, action="message")


def _send(
    tx: Transaction, by: Person, session: Session, readers: Iterable[Candidate], plain: str, to: str | None
) -> int:
    number, at_ms = tx.next_number(session.id), to_millis(tx.now)
    for candidate in readers:
        unread = orjson.loads(candidate.messages)
        candidate.messages = canonical(with_message(unread, number, at_ms, plain)).decode()
    return tx.record(session.id, Event(EventKind.MESSAGE_SENT, by.id, to, {"text": plain}))
