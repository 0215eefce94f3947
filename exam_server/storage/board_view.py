"""The board's read model: the room at one moment, as the invigilator's page and every later event take it."""

from datetime import datetime, timedelta

import orjson
from sqlmodel import col, select

from exam_server.domain.accommodations import fraction_text
from exam_server.domain.admission import admission_end, has_lapsed
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules
from exam_server.domain.timing import time_allowed
from exam_server.storage.columns import to_millis
from exam_server.storage.incident_rows import incidents_standing
from exam_server.storage.queries import extra_of, staff_of
from exam_server.storage.room_staff import open_requests, staff_of_room
from exam_server.storage.session_rules import rules_of
from exam_server.storage.signs import signs_of
from exam_server.storage.tables import Attempt, Candidate, HelpCall, Pupil, Session
from exam_server.storage.transaction import Reading


def board(reading: Reading, session: Session, viewer: str = "") -> dict[str, JSON]:
    """The board at one moment, as this member of staff sees it, with the number of the log that it shows."""
    rows = reading.orm.execute(
        select(Candidate, Pupil, Attempt, HelpCall)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .outerjoin(Attempt, col(Attempt.id) == Candidate.id)
        .outerjoin(HelpCall, col(HelpCall.open_for) == Candidate.id)
        .where(Candidate.session_id == session.id)
        .order_by(Pupil.family_name, Pupil.given_name, Candidate.id)
    ).all()
    signs = signs_of(reading, session.id)
    names = {account.id: account.name for account in staff_of(reading, session.centre_id)}
    rules, requests = rules_of(reading.house, session), open_requests(reading, session.id)
    return {
        "number": session.log_number,
        "now": to_millis(reading.now),
        "session": {**_room_json(reading, session, rules), **staff_of_room(reading, session, viewer)},
        "candidates": [
            {
                **_board_row(rules.duration, c, p, a, names),
                **_admission(reading, rules, c, a),
                "help": _board_help(h, names),
                "fraud": requests.get(c.id),
                **signs(c.id),
            }
            for c, p, a, h in rows
        ],
    }


def _room_json(reading: Reading, session: Session, rules: ExamRules) -> dict[str, JSON]:
    bank = reading.house.banks[session.bank_version or reading.house.bank_version]
    return {
        "id": session.id,
        "code": session.code,
        "room": session.room,
        "state": session.state,
        "opened_at": _ms(session.opened_at),
        "check_in_ends_at": _ms(session.check_in_ends_at),
        "rows": session.rows,
        "columns": session.columns,
        "items": rules.items,
        "colours": bank.published.colours,
        "stopped": _room_stop(session),
        "incidents": incidents_standing(reading, session.id),
    }


def _room_stop(session: Session) -> JSON:
    if session.stopped_since is None:
        return None
    return {"since": to_millis(session.stopped_since), "reason": session.stop_reason or ""}


def _board_row(
    duration: timedelta, candidate: Candidate, pupil: Pupil, attempt: Attempt | None, names: dict[str, str]
) -> dict[str, JSON]:
    extra = extra_of(candidate)
    allowed = time_allowed(duration, extra) // timedelta(milliseconds=1)
    identity: JSON = None
    if candidate.identity_at is not None:
        identity = {
            "document": candidate.identity_document,
            "at": to_millis(candidate.identity_at),
            "by": names.get(candidate.identity_by or "", ""),
        }
    seat: JSON = None
    if candidate.seat_row is not None:
        seat = {"row": candidate.seat_row, "column": candidate.seat_column}
    return {
        "id": candidate.id,
        "family_name": pupil.family_name,
        "given_name": pupil.given_name,
        "class_name": pupil.class_name,
        "birth_date": pupil.birth_date.isoformat(),
        "state": candidate.state,
        "identity": identity,
        "seat": seat,
        "extra_time": fraction_text(extra),
        "accommodations": orjson.loads(candidate.accommodations),
        "allowed_ms": allowed if attempt is None else attempt.allowed_us // 1000,
        "attempt": None if attempt is None else _board_attempt(candidate, attempt),
    }


def _admission(
    reading: Reading, rules: ExamRules, candidate: Candidate, attempt: Attempt | None
) -> dict[str, JSON]:
    """Until when the admission holds without a start, whether it has lapsed, and why there was none."""
    refused: JSON = None
    if candidate.refused_for is not None:
        refused = {"reason": candidate.refused_for, "note": candidate.refusal_note or ""}
    return {
        "admitted_until": _ms(admission_end(candidate.admitted_at, rules)),
        "lapsed": attempt is None and has_lapsed(reading.now, candidate.admitted_at, rules),
        "refused": refused,
    }


def _board_attempt(candidate: Candidate, attempt: Attempt) -> dict[str, JSON]:
    ended = AttemptState(attempt.state) in ENDED
    return {
        "state": attempt.state,
        "started_at": to_millis(attempt.started_at),
        "deadline": _ms(attempt.due_at),
        "left_ms": None if attempt.left_us is None else attempt.left_us // 1000,
        "answered": attempt.answered,
        "ended_at": _ms(attempt.ended_at),
        "reason": candidate.end_reason if ended else attempt.stop_reason,
        "until": _ms(attempt.break_until),
    }


def _board_help(call: HelpCall | None, names: dict[str, str]) -> dict[str, JSON] | None:
    """The call that waits, and who said that they are coming."""
    if call is None:
        return None
    return {
        "call": call.number,
        "kind": call.kind,
        "state": call.state,
        "at": to_millis(call.made_at),
        "by": None if call.answered_by is None else names.get(call.answered_by, ""),
    }


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_millis(instant)
