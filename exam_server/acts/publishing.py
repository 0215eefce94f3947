"""Releasing a version of the results, and taking it back: facts of the log, nothing is overwritten."""

from exam_server.acts.certificates import Issuer, issue_certificates, revoke_certificates
from exam_server.acts.lookups import lock_centre_session
from exam_server.domain.errors import InvalidInput
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.results_rows import newest_of
from exam_server.storage.transaction import Transaction

LONGEST_REASON = 500


def publish_results(tx: Transaction, by: Person, session_id: str, issuer: Issuer) -> int:
    """The newest version may be seen and taken by the livret, and has its certificates; returns the version.

    Raises IllegalTransition unless the results are finalised and not published yet.
    """
    session = lock_centre_session(tx, by, session_id)
    session.state = move(TRANSITIONS, SessionState(session.state), SessionAction.PUBLISH)
    version = newest_of(tx, session_id)
    version.published_at = tx.now
    issued = issue_certificates(tx, version, issuer)
    facts: dict[str, JSON] = {"version": version.version, "certificates": issued, "by": by.name}
    tx.record(session_id, Event(EventKind.RESULTS_PUBLISHED, by.id, None, facts))
    return version.version


def withdraw_results(tx: Transaction, by: Person, session_id: str, reason: str) -> int:
    """The published version is taken back, to be corrected; returns it. Without a reason: InvalidInput."""
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise InvalidInput("withdrawal_reason_missing", most=LONGEST_REASON)
    session = lock_centre_session(tx, by, session_id)
    session.state = move(TRANSITIONS, SessionState(session.state), SessionAction.WITHDRAW)
    version = newest_of(tx, session_id)
    version.withdrawn_at, version.withdrawal_reason = tx.now, said
    revoke_certificates(tx, session_id, version.version)
    facts: dict[str, JSON] = {"version": version.version, "reason": said, "by": by.name}
    tx.record(session_id, Event(EventKind.RESULTS_WITHDRAWN, by.id, None, facts))
    return version.version
