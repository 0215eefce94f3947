"""The life of a decision: recorded with its reason sealed, approved by a second person, ended, read."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlmodel import col, func, select

from exam_server.acts.accommodations import apply_to_sessions
from exam_server.acts.identifiers import new_id
from exam_server.domain.accommodations import Accommodations
from exam_server.domain.decisions import (
    TRANSITIONS,
    DecisionAction,
    DecisionState,
    Reason,
    Validity,
    check_decision,
    check_second_person,
)
from exam_server.domain.errors import NotFound
from exam_server.domain.roles import Person, Role
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.signing.records import PersonKey, RecordsKey
from exam_server.storage.decision_tables import (
    AccommodationDecision,
    DecisionEvidence,
    PupilKey,
    ReasonReading,
)
from exam_server.storage.tables import Pupil
from exam_server.storage.transaction import Reading, Transaction


@dataclass(frozen=True)
class Evidence:
    """A scanned document."""

    name: str
    octets: bytes


@dataclass(frozen=True)
class Recorded:
    """A decision as the officer writes it down."""

    decided: Accommodations
    validity: Validity
    reason: Reason
    derogation: bool = False
    evidence: Evidence | None = None


def record_decision(tx: Transaction, by: Person, pupil_id: str, what: Recorded) -> str:
    """Waits for a second person; returns its id. Raises NotFound for another centre's pupil, InvalidInput."""
    pupil = tx.orm.get(Pupil, pupil_id)
    if pupil is None or pupil.centre_id != by.centre_id:
        raise NotFound
    check_decision(what.decided, what.validity, derogation=what.derogation)
    key = _key_of(tx, pupil_id, make=True)
    decision_id = new_id()
    tx.orm.add(
        AccommodationDecision(
            id=decision_id,
            pupil_id=pupil_id,
            state=DecisionState.RECORDED,
            decided=canonical(what.decided.to_json()).decode(),
            derogation=what.derogation,
            valid_from=what.validity.start,
            valid_until=what.validity.end,
            recorded_by=by.id,
            recorded_at=tx.now,
            sealed_reason=key.seal(canonical(what.reason.to_json()), _row("reason", decision_id)),
        )
    )
    tx.orm.flush()
    if what.evidence is not None:
        _keep_evidence(tx, key, decision_id, what.evidence)
    return decision_id


def record_many(tx: Transaction, by: Person, known: Sequence[tuple[str, Recorded]]) -> int:
    """Decisions of a table, all or nothing; returns how many were recorded.

    One that this pupil already has, the same and for the same days, is not recorded twice.
    """
    new = [(pupil_id, what) for pupil_id, what in known if _is_new(tx, pupil_id, what)]
    for pupil_id, what in new:
        record_decision(tx, by, pupil_id, what)
    return len(new)


def _is_new(tx: Transaction, pupil_id: str, what: Recorded) -> bool:
    same = select(AccommodationDecision.id).where(
        AccommodationDecision.pupil_id == pupil_id,
        AccommodationDecision.decided == canonical(what.decided.to_json()).decode(),
        AccommodationDecision.valid_from == what.validity.start,
        AccommodationDecision.valid_until == what.validity.end,
        col(AccommodationDecision.state).in_([DecisionState.RECORDED, DecisionState.APPROVED]),
    )
    return tx.orm.scalars(same).first() is None


def add_evidence(tx: Transaction, by: Person, decision_id: str, evidence: Evidence) -> None:
    """Instead of what was there; once a decision is approved, what it rests on no longer changes."""
    decision = decision_of_centre(tx, by, decision_id)
    move(TRANSITIONS, DecisionState(decision.state), DecisionAction.CHANGE)
    known = tx.orm.get(DecisionEvidence, decision_id)
    if known is not None:
        tx.orm.delete(known)
        tx.orm.flush()
    _keep_evidence(tx, _key_of(tx, decision.pupil_id), decision_id, evidence)


def _keep_evidence(tx: Transaction, key: PersonKey, decision_id: str, evidence: Evidence) -> None:
    tx.orm.add(
        DecisionEvidence(
            decision_id=decision_id,
            sealed_name=key.seal(evidence.name.encode(), _row("evidence_name", decision_id)),
            sealed_file=key.seal(evidence.octets, _row("evidence", decision_id)),
        )
    )


def approve_decision(tx: Transaction, by: Person, decision_id: str) -> int:
    """Applied from now on, also in sessions under way; returns in how many that changed something."""
    decision = _moved(tx, by, decision_id, DecisionAction.APPROVE)
    check_second_person(decision.recorded_by, by.id)
    return apply_to_sessions(tx, by, decision.pupil_id, to_open_ones=True)


def withdraw_decision(tx: Transaction, by: Person, decision_id: str) -> None:
    """One that nobody has approved, and nobody shall."""
    _moved(tx, by, decision_id, DecisionAction.WITHDRAW)


def end_decision(tx: Transaction, by: Person, decision_id: str) -> int:
    """Holds no more in sessions to come; returns in how many that changed something."""
    decision = _moved(tx, by, decision_id, DecisionAction.END)
    return apply_to_sessions(tx, by, decision.pupil_id, to_open_ones=False)


def read_reason(tx: Transaction, by: Person, decision_id: str) -> Reason:
    """Why: for the officers, and for the head who is to approve or has approved. Each reading is kept."""
    decision = _readable(tx, by, decision_id)
    _note_reading(tx, by, decision_id, "reason")
    plain = _key_of(tx, decision.pupil_id).open(decision.sealed_reason, _row("reason", decision_id))
    return Reason.from_json(orjson.loads(plain))


def read_evidence(tx: Transaction, by: Person, decision_id: str) -> Evidence:
    """The scanned document, for the same people."""
    decision = _readable(tx, by, decision_id)
    evidence = tx.get(DecisionEvidence, decision_id)
    _note_reading(tx, by, decision_id, "evidence")
    key = _key_of(tx, decision.pupil_id)
    name = key.open(evidence.sealed_name, _row("evidence_name", decision_id))
    return Evidence(name.decode(), key.open(evidence.sealed_file, _row("evidence", decision_id)))


def forget_reasons(tx: Transaction, by: Person, pupil_id: str) -> None:
    """Destroys the pupil's key: what was sealed can never be read again. The decisions themselves hold on."""
    pupil = tx.orm.get(Pupil, pupil_id)
    key = tx.orm.get(PupilKey, pupil_id)
    if pupil is None or pupil.centre_id != by.centre_id or key is None:
        raise NotFound
    tx.orm.delete(key)


def may_read(by: Person, decision: AccommodationDecision) -> bool:
    """The officers; and a head, of what waits for a second person or was approved by this very head."""
    if Role.ACCOMMODATIONS in by.roles:
        return True
    return Role.HEAD in by.roles and (
        decision.state == DecisionState.RECORDED or decision.settled_by == by.id
    )


def _readable(tx: Transaction, by: Person, decision_id: str) -> AccommodationDecision:
    """Whatever is not this person's to read does not exist for them."""
    decision = decision_of_centre(tx, by, decision_id)
    if not may_read(by, decision):
        raise NotFound
    return decision


def decision_of_centre(reading: Reading, person: Person, decision_id: str) -> AccommodationDecision:
    """Raises NotFound for another centre's."""
    decision = reading.get(AccommodationDecision, decision_id)
    if reading.get(Pupil, decision.pupil_id).centre_id != person.centre_id:
        raise NotFound
    return decision


def _moved(tx: Transaction, by: Person, decision_id: str, action: DecisionAction) -> AccommodationDecision:
    decision = tx.orm.get(AccommodationDecision, decision_id, with_for_update=not tx.is_alone)
    if decision is None or tx.get(Pupil, decision.pupil_id).centre_id != by.centre_id:
        raise NotFound
    decision.state = move(TRANSITIONS, DecisionState(decision.state), action)
    if action is DecisionAction.END:
        decision.ended_by, decision.ended_at = by.id, tx.now
    else:
        decision.settled_by, decision.settled_at = by.id, tx.now
    tx.orm.flush()
    return decision


def _note_reading(tx: Transaction, by: Person, decision_id: str, what: str) -> None:
    read = select(func.count()).where(ReasonReading.decision_id == decision_id)
    number = (tx.orm.scalar(read) or 0) + 1
    tx.orm.add(ReasonReading(decision_id=decision_id, number=number, at=tx.now, actor_id=by.id, what=what))


def _key_of(tx: Transaction, pupil_id: str, *, make: bool = False) -> PersonKey:
    """The pupil's key; made where it is asked for and there is none. Raises NotFound, BrokenRecord."""
    records = RecordsKey.of(tx.house.secret)
    row = tx.orm.get(PupilKey, pupil_id)
    if row is None:
        if not make:
            raise NotFound("reason_forgotten")
        row = PupilKey(pupil_id=pupil_id, wrapped_by=records.name, wrapped=records.new_wrapped())
        tx.orm.add(row)
        tx.orm.flush()
    return records.unwrap(row.wrapped)


def _row(what: str, decision_id: str) -> str:
    """What binds a sealed value to where it stands."""
    return f"accommodation_decision|{what}|{decision_id}"
