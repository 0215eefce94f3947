"""Closing a session, with a reason for what is unfinished; finalising it with signed results; and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import select

from exam_server.acts.attempts import terminate_running
from exam_server.acts.clocks import is_room_stopped
from exam_server.acts.confirming import Asked, Confirmation, ask_confirmation
from exam_server.acts.duty import end_all_duty
from exam_server.acts.ending import close_at_deadline
from exam_server.acts.engine import bank_of
from exam_server.acts.fraud import confirm_at_closing
from exam_server.acts.lookups import Place, lock_centre_session
from exam_server.acts.room import running_places
from exam_server.acts.sealing import checkpoint_at
from exam_server.domain.attempts import TRANSITIONS as ATTEMPT_TRANSITIONS
from exam_server.domain.attempts import AttemptAction, AttemptState, EndReason
from exam_server.domain.candidates import SETTLED_AT_DESK
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed
from exam_server.domain.events import Event, EventKind
from exam_server.domain.finalisation import fold
from exam_server.domain.json import JSON
from exam_server.domain.responses import is_in_time
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.exports.bundle import files_part, log_part, payload_digest
from exam_server.exports.head_act import statement_of
from exam_server.exports.results import VERSION, Sat, bank_json, results_of, settings_of
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.incident_rows import incidents_undecided
from exam_server.storage.log import facts_after
from exam_server.storage.queries import candidates_of
from exam_server.storage.results_rows import newest_of, newest_version, rulings_waiting
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Centre, Session
from exam_server.storage.transaction import Transaction
from question_bank.assembly import ENGINE_VERSION

Sign = Callable[[JSON], str]
Confirm = Callable[[Transaction], Confirmation]
FINALISING = "finalise"
"""For what the head is asked to confirm."""


@dataclass(frozen=True)
class GivenReason:
    """Why a test was not finished, or never begun."""

    code: EndReason
    note: str = ""


def close_session(tx: Transaction, by: Person, session_id: str, reasons: Mapping[str, GivenReason]) -> int:
    """Closes the session; every test under way or never started needs a reason. Returns the event's number.

    Raises NotAllowed("reasons_missing", candidates=…) naming everyone who has none, NotAllowed otherwise too,
    InvalidInput for a reason that does not fit, IllegalTransition for suspected fraud that nobody has
    requested where it takes two, Forbidden for what the person has requested: then nothing is changed.
    """
    session = lock_centre_session(tx, by, session_id)
    state = move(TRANSITIONS, SessionState(session.state), SessionAction.CLOSE)
    if is_room_stopped(session):
        raise NotAllowed("room_still_stopped")
    running = _settled(tx, session)
    _check_reasons(running, reasons)
    idle = _never_started(tx, session)
    missing = [attempt.id for _, attempt in running if attempt.id not in reasons]
    missing += [candidate.id for candidate in idle if candidate.id not in reasons]
    if missing:
        raise NotAllowed("reasons_missing", candidates=missing)
    for place, attempt in running:
        given = reasons[attempt.id]
        move(ATTEMPT_TRANSITIONS, AttemptState(attempt.state), AttemptAction.TERMINATE)
        if given.code is EndReason.FRAUD_SUSPECTED:
            confirm_at_closing(tx, by, place, attempt)
        terminate_running(tx, by, place, attempt, given.code, given.note)
    not_started: dict[str, str] = {}
    for candidate in idle:
        given = reasons[candidate.id]
        candidate.end_reason, candidate.end_note = given.code, given.note
        not_started[candidate.id] = str(given.code)
    session.state = state
    session.closed_at = tx.now
    end_all_duty(tx, session)
    unfinished = {attempt.id for _, attempt in running} | not_started.keys()
    notes = {c: r.note for c, r in reasons.items() if r.note and c in unfinished}
    facts: dict[str, JSON] = {"not_started": not_started, "notes": notes}
    return tx.record(session_id, Event(EventKind.SESSION_CLOSED, by.id, None, facts))


def ask_to_finalise(tx: Transaction, by: Person, session_id: str, host: str) -> Asked:
    """Asks the head to confirm the log as it stands and the results that follow from it.

    Raises what `finalise_session` raises: what cannot be finalised is not confirmed.
    """
    session = _lock_to_finalise(tx, by, session_id)
    digest = _digest(_results(tx, session)[1])
    return ask_confirmation(tx, by, FINALISING, _statement(tx, session, host, digest))


def finalise_session(
    tx: Transaction, by: Person, session_id: str, host: str, sign: Sign, confirm: Confirm
) -> int:
    """Computes the results from the log, signs them, and keeps them as a new version; returns its number.

    Nothing is overwritten: after a withdrawal the next version names the one that it replaces.
    Raises IllegalTransition while a report waits for the head to decide, or a ruling for a second person;
    NotAllowed where the log has grown since the head was asked.
    """
    confirmed = confirm(tx)
    session = _lock_to_finalise(tx, by, session_id)
    settings, candidates = _results(tx, session)
    digest = _digest(candidates)
    confirmed.check_says(_statement(tx, session, host, digest))
    session.state = SessionState.FINALISED
    session.finalised_at = tx.now
    replaced = newest_version(tx, session_id)
    version = 1 if replaced is None else replaced.version + 1
    said = {
        **_about(tx, session, replaced),
        "version": version,
        "settings": settings,
        "candidates": candidates,
    }
    act: dict[str, JSON] = {"results_sha256": digest, "version": version, "head": confirmed.to_json()}
    facts = {**act, "payload_sha256": payload_digest(said)}
    number = tx.record(session_id, Event(EventKind.SESSION_FINALISED, by.id, None, facts))
    tx.orm.add(
        ResultsVersion(
            session_id=session_id,
            version=version,
            results=sign({**said, "log": log_part(number, tx.head(session_id))}),
            entries=number,
            head_act=canonical(confirmed.to_json()).decode(),
            finalised_by=by.id,
            finalised_at=tx.now,
        )
    )
    return version


def _about(tx: Transaction, session: Session, replaced: ResultsVersion | None) -> dict[str, JSON]:
    """What is signed of the session beside its results; the log's last fact names it, and so comes first."""
    in_use = bank_of(tx.house, session.bank_version)
    return {
        "v": VERSION,
        "replaces": None if replaced is None else sha256(replaced.results.encode()).hexdigest(),
        "session": _session_json(tx, session),
        "bank": {"version": in_use.items.version, "digest": in_use.published.digest},
        "engine": ENGINE_VERSION,
        "files": files_part(bank_json(in_use.items)),
    }


def _lock_to_finalise(tx: Transaction, by: Person, session_id: str) -> Session:
    session = lock_centre_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.FINALISE)
    if undecided := incidents_undecided(tx, session_id):
        raise IllegalTransition("incidents_undecided", count=undecided)
    if waiting := rulings_waiting(tx, session_id):
        raise IllegalTransition("rulings_waiting", count=waiting)
    return session


def _results(tx: Transaction, session: Session) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    """The settings that the results depend on, and every candidate's, marked and replayed again."""
    in_use = bank_of(tx.house, session.bank_version)
    record = fold(facts_after(tx, session.id, 0))
    settings = settings_of(record.rules or tx.house.rules)
    return settings, results_of(record, Sat(in_use.items, in_use.published), settings, check=True)


def _digest(candidates: list[dict[str, JSON]]) -> str:
    return sha256(canonical(candidates)).hexdigest()


def _statement(tx: Transaction, session: Session, host: str, digest: str) -> str:
    checkpoint, _ = checkpoint_at(tx, host, session.id, tx.lock_session(session.id))
    return statement_of(checkpoint, digest)


def resume_session(tx: Transaction, by: Person, session_id: str, reason: str) -> int:
    """The inverse of finalising, before anything was published: the session can be corrected."""
    session = lock_centre_session(tx, by, session_id)
    session.state = move(TRANSITIONS, SessionState(session.state), SessionAction.RESUME)
    version = newest_of(tx, session_id).version
    facts: dict[str, JSON] = {"version": version, "reason": reason, "by": by.name}
    return tx.record(session_id, Event(EventKind.SESSION_RESUMED, by.id, None, facts))


def _check_reasons(running: list[tuple[Place, Attempt]], reasons: Mapping[str, GivenReason]) -> None:
    """Who has a test under way is not absent; the desk alone refuses; another reason is told in a note."""
    if any(given.code is EndReason.REFUSED for given in reasons.values()):
        raise InvalidInput("bad_reason")
    if any(attempt.id in reasons and reasons[attempt.id].code is EndReason.ABSENT for _, attempt in running):
        raise InvalidInput("not_absent")
    if any(given.code is EndReason.OTHER and not given.note.strip() for given in reasons.values()):
        raise InvalidInput("note_missing")


def _settled(tx: Transaction, session: Session) -> list[tuple[Place, Attempt]]:
    """The tests under way, after those whose deadline has passed were closed at it.

    Within the grace of somebody's deadline a response may still be under way: then the closing must wait.
    """
    running = []
    grace = rules_of(tx.house, session).grace
    for place, attempt in running_places(tx, session):
        if attempt.due_at is not None and tx.now >= attempt.due_at:
            if is_in_time(tx.now, attempt.due_at, grace):
                raise NotAllowed("time_just_over")
            close_at_deadline(tx, attempt, attempt.due_at)
        else:
            running.append((place, attempt))
    return running


def _never_started(tx: Transaction, session: Session) -> list[Candidate]:
    started = set(tx.orm.scalars(select(Attempt.id).where(Attempt.session_id == session.id)))
    return [
        candidate
        for candidate in candidates_of(tx, session.id)
        if candidate.id not in started and candidate.state not in SETTLED_AT_DESK
    ]


def _session_json(tx: Transaction, session: Session) -> dict[str, JSON]:
    centre = tx.get(Centre, session.centre_id)
    return {
        "id": session.id,
        "centre": {"uai": centre.uai, "name": centre.name},
        "room": session.room,
        "date": session.date.isoformat(),
        "opened_ms": None if session.opened_at is None else to_millis(session.opened_at),
        "closed_ms": None if session.closed_at is None else to_millis(session.closed_at),
        "finalised_ms": to_millis(tx.now),
    }
