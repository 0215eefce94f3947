"""Finding what an act is about: the look-up is the permission check.

Whatever belongs to another centre, or to a session that is not the person's, is NotFound. A head who does not
invigilate the session looks on: to act in its room is Forbidden("looks_on").
Each look-up locks the session, so that acts on one session run one after the other.
"""

from dataclasses import dataclass

from sqlmodel import select

from exam_server.domain.errors import Forbidden, IllegalTransition, NotFound
from exam_server.domain.roles import Person, Role
from exam_server.storage.tables import Attempt, Candidate, Session, SessionInvigilator
from exam_server.storage.transaction import Reading, Transaction


@dataclass
class Place:
    """A candidate in the room: the rows that an invigilator's act is about."""

    session: Session
    candidate: Candidate
    attempt: Attempt | None

    @property
    def running(self) -> Attempt:
        """The attempt; raises IllegalTransition when the candidate has not started."""
        if self.attempt is None:
            raise IllegalTransition("not_started")
        return self.attempt


def session_of_centre(reading: Reading, person: Person, session_id: str) -> Session:
    """A session of the person's centre."""
    session = reading.orm.get(Session, session_id)
    if session is None or session.centre_id != person.centre_id:
        raise NotFound
    return session


def session_of_room(reading: Reading, person: Person, session_id: str) -> Session:
    """A session that the person may look at: one that they invigilate, or any of the centre for its head."""
    session = session_of_centre(reading, person, session_id)
    if Role.HEAD not in person.roles and not invigilates(reading, person, session_id):
        raise NotFound
    return session


def lock_centre_session(tx: Transaction, person: Person, session_id: str) -> Session:
    """The same as `session_of_centre`, locked for writing."""
    tx.lock_session(session_id)
    return session_of_centre(tx, person, session_id)


def lock_watched_session(tx: Transaction, person: Person, session_id: str) -> Session:
    """The same as `session_of_room`, locked for writing: for what the head may do as well."""
    tx.lock_session(session_id)
    return session_of_room(tx, person, session_id)


def lock_room_session(tx: Transaction, person: Person, session_id: str) -> Session:
    """A session in whose room the person acts: its invigilators alone; a head who looks on is told so."""
    session = lock_watched_session(tx, person, session_id)
    if not invigilates(tx, person, session_id):
        raise Forbidden("looks_on")
    return session


def lock_place(tx: Transaction, person: Person, candidate_id: str) -> Place:
    """A candidate in whose room the person acts."""
    session_id = _session_id(tx, candidate_id)
    session = lock_room_session(tx, person, session_id)
    return _place(tx, session, candidate_id)


def lock_watched_place(tx: Transaction, person: Person, candidate_id: str) -> Place:
    """A candidate of a session that the person invigilates or heads."""
    session_id = _session_id(tx, candidate_id)
    session = lock_watched_session(tx, person, session_id)
    return _place(tx, session, candidate_id)


def lock_place_of_centre(tx: Transaction, person: Person, candidate_id: str) -> Place:
    """A candidate of the person's centre, whoever invigilates."""
    session_id = _session_id(tx, candidate_id)
    session = lock_centre_session(tx, person, session_id)
    return _place(tx, session, candidate_id)


def _place(tx: Transaction, session: Session, candidate_id: str) -> Place:
    return Place(session, tx.get(Candidate, candidate_id), tx.orm.get(Attempt, candidate_id))


def _session_id(tx: Transaction, candidate_id: str) -> str:
    """Read as a column, not as a row: the row is loaded after the lock, so that it is not stale."""
    found = tx.orm.scalar(select(Candidate.session_id).where(Candidate.id == candidate_id))
    if found is None:
        raise NotFound
    return found


def invigilates(reading: Reading, person: Person, session_id: str) -> bool:
    """True for the invigilators to whom the head has given this session."""
    return reading.orm.get(SessionInvigilator, (session_id, person.id)) is not None
