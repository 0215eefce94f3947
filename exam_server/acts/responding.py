"""Saving a response and giving the next item: the path that every candidate walks a hundred times.

Everything here goes through prepared statements; `scripts/bench/responses.py` measures it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import bindparam, insert, select, update

from exam_server.acts.clocks import stopped_between
from exam_server.acts.engine import choice_facts, give_item, keep_assembly, take_assembly
from exam_server.acts.identifiers import token_hash
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.errors import IllegalTransition, InvalidInput, SignedOut, StalePosition, Stopped
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.responses import (
    MOST_FINAL_REVISION,
    MOST_REFUSALS,
    MOST_REVISIONS,
    Arrival,
    arrival,
    is_in_time,
)
from exam_server.domain.sessions import SessionState
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.storage.candidate_view import CandidateView, as_state, candidate_view
from exam_server.storage.columns import from_micros, to_micros
from exam_server.storage.prepared import Prepared, Value, table_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Response
from exam_server.storage.transaction import Transaction
from exam_server.storage.tries import tries_of
from question_bank.item_types import BadResponse, is_correct
from question_bank.items import ItemVersion

Content: TypeAlias = Mapping[str, JSON]

_CANDIDATE, _ATTEMPT, _RESPONSE = table_of(Candidate), table_of(Attempt), table_of(Response)
_WHOSE = Prepared(select(_CANDIDATE.c.session_id).where(_CANDIDATE.c.device_hash == bindparam("device")))
_TAKEN = Prepared(
    select(_RESPONSE.c.revision, _RESPONSE.c.final, _RESPONSE.c.received_at)
    .where(_RESPONSE.c.attempt_id == bindparam("attempt"))
    .where(_RESPONSE.c.position == bindparam("place"))
)
_NEW_VALUES = ("revision", "content", "final", "correct", "seconds", "answered_at", "received_at")
_INSERT = Prepared(
    insert(_RESPONSE).values({n: bindparam(n) for n in ("attempt_id", "position", *_NEW_VALUES)})
)
_REPLACE = Prepared(
    update(_RESPONSE)
    .where(_RESPONSE.c.attempt_id == bindparam("attempt"))
    .where(_RESPONSE.c.position == bindparam("place"))
    .values({n: bindparam(n) for n in _NEW_VALUES})
)
_ADVANCE = Prepared(
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
    .values(answered=bindparam("answered_new"), position=bindparam("position_new"))
)
_COMPLETE = Prepared(
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
    .values(
        answered=bindparam("answered_new"),
        state=bindparam("state_new"),
        ended_at=bindparam("ended_new"),
        due_at=bindparam("due_new"),
    )
)


@dataclass(frozen=True)
class Sent:
    """What the browser sent: numbered by itself, with the instant at which it says it was given."""

    position: int
    revision: int
    content: Content
    final: bool
    answered_at: datetime


@dataclass(frozen=True)
class Reply:
    """What the browser gets: what is saved, and the page as it now is; `late` when it came too late."""

    saved: dict[str, JSON] | None
    state: dict[str, JSON]
    late: bool = False


def save_response(tx: Transaction, token: str, sent: Sent, speed: int = 1) -> Reply:
    """Saves a draft or a final response; a final one gives the next item.

    The same (position, revision) again gets the same reply; an older revision changes nothing. A response
    after the deadline and its grace is refused: the refusal is recorded with both instants, and `Reply.late`
    is set instead of an exception, which would undo the record.
    Raises SignedOut, Stopped, StalePosition, IllegalTransition, InvalidInput.
    """
    view = _view_for_writing(tx, token_hash(token))
    now_ms = to_micros(tx.now) // 1000
    if view.attempt_state is None:
        raise IllegalTransition("not_in_progress")
    known = _already_taken(tx, view, sent)
    if known is not None:
        return Reply(known, as_state(view, tx.house, now_ms, speed))
    deadline = _check_in_hand(view, sent)
    if _ran_out(view) or not is_in_time(tx.asked_at, from_micros(deadline), rules_of(tx.house, view).grace):
        _record_refusal(tx, view, sent, deadline)
        return Reply(None, as_state(view, tx.house, now_ms, speed), late=True)
    item = view.item(tx.house)
    if item is None:
        raise IllegalTransition("not_in_progress")
    correct, seconds = _marked(view, item, sent), _seconds(tx, view)
    _write_response(tx, view, sent, correct, seconds)
    saved: dict[str, JSON] = {
        "position": sent.position,
        "revision": sent.revision,
        "final": sent.final,
        "at": to_micros(tx.asked_at) // 1000,
    }
    _record_saved(tx, view, sent, item, correct, seconds)
    if sent.final:
        _advance(tx, view, item, correct, seconds)
    view.log_number = tx.lock_session(view.session_id)
    return Reply(saved, as_state(view, tx.house, now_ms, speed))


def _view_for_writing(tx: Transaction, device: str) -> CandidateView:
    """The candidate's view; the session is locked first, so that what is read is what will be changed."""
    if not tx.is_alone:
        found = tx.rows(_WHOSE, {"device": device})
        if not found:
            raise SignedOut
        tx.lock_session(found[0][0])
    view = candidate_view(tx, device)
    if view is None:
        raise SignedOut
    tx.know_head(view.session_id, view.log_number, view.log_hash)
    return view


def _already_taken(tx: Transaction, view: CandidateView, sent: Sent) -> dict[str, JSON] | None:
    """What is saved, when this message says nothing new: a repeat, an old revision, or a position gone by."""
    if sent.position == view.position:
        if view.revision is None or (arrival(view.revision, sent.revision) is Arrival.NEW and not view.final):
            return None
        revision, final, received = view.revision, view.final, view.received_at or 0
    else:
        rows = tx.rows(_TAKEN, {"attempt": view.candidate_id, "place": sent.position})
        if not rows or arrival(rows[0][0], sent.revision) is Arrival.NEW:
            return None
        revision, final, received = rows[0]
    return {"position": sent.position, "revision": revision, "final": bool(final), "at": received // 1000}


def _ran_out(view: CandidateView) -> bool:
    """True when the clock has closed the test: what comes now is late, as long as the log is open."""
    return view.attempt_state == AttemptState.TIMED_OUT and view.session_state == SessionState.OPEN


def _check_in_hand(view: CandidateView, sent: Sent) -> int:
    """The deadline, which may have passed; raises when the response cannot be for the item in hand."""
    under_way = view.attempt_state in {AttemptState.IN_PROGRESS, AttemptState.PAUSED}
    if not under_way and not _ran_out(view):
        raise IllegalTransition("not_in_progress")
    deadline = view.due_at if under_way else view.ended_at
    if deadline is None:
        raise Stopped
    if sent.position != view.position:
        raise StalePosition
    if not 1 <= sent.revision <= (MOST_FINAL_REVISION if sent.final else MOST_REVISIONS):
        raise InvalidInput("bad_response")
    return deadline


def _marked(view: CandidateView, item: ItemVersion, sent: Sent) -> bool:
    try:
        return is_correct(item, view.seed_of(item.id), sent.content)
    except BadResponse as error:
        raise InvalidInput("bad_response") from error


def _seconds(tx: Transaction, view: CandidateView) -> int:
    """How long the item was in hand, without the stops, in whole seconds; the engine paces the test by it."""
    given, now = view.given_at or 0, to_micros(tx.now)
    in_hand = now - given
    if (view.due_at or 0) - (view.started_at or 0) != (view.allowed_us or 0):  # there was a stop
        in_hand -= stopped_between(tx, view.session_id, view.candidate_id, given, now)
    return max(0, in_hand // 1_000_000)


def _write_response(tx: Transaction, view: CandidateView, sent: Sent, correct: bool, seconds: int) -> None:
    content = canonical(sent.content).decode()
    values: dict[str, Value] = {
        "revision": sent.revision,
        "content": content,
        "final": sent.final,
        "correct": correct,
        "seconds": seconds,
        "answered_at": to_micros(sent.answered_at),
        "received_at": to_micros(tx.asked_at),
    }
    if view.revision is None:
        tx.write(_INSERT, {"attempt_id": view.candidate_id, "position": sent.position, **values})
    else:
        tx.write(_REPLACE, {"attempt": view.candidate_id, "place": sent.position, **values})
    view.revision, view.final, view.received_at = sent.revision, sent.final, to_micros(tx.asked_at)
    view.content = content


def _record_saved(
    tx: Transaction, view: CandidateView, sent: Sent, item: ItemVersion, correct: bool, seconds: int
) -> None:
    facts: dict[str, JSON] = {
        "position": sent.position,
        "revision": sent.revision,
        "final": sent.final,
        "content": sent.content,
        "item": item.id,
        "correct": correct,
        "seconds": seconds,
        "answered_ms": to_micros(sent.answered_at) // 1000,
        "received_ms": to_micros(tx.asked_at) // 1000,
        "answered": view.answered + sent.final,
    }
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.RESPONSE_SAVED, who, who, facts))


def _record_refusal(tx: Transaction, view: CandidateView, sent: Sent, deadline: int) -> None:
    """The refusal with both instants; of an attempt's refusals the log keeps the first few."""
    counted = tries_of(tx, f"refused:{view.candidate_id}")
    if counted.tries >= MOST_REFUSALS:
        return
    counted.tries += 1
    facts: dict[str, JSON] = {
        "position": sent.position,
        "revision": sent.revision,
        "why": "too_late",
        "deadline": deadline // 1000,
        "answered_ms": to_micros(sent.answered_at) // 1000,
        "received_ms": to_micros(tx.asked_at) // 1000,
    }
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.RESPONSE_REFUSED, who, who, facts))


def _advance(tx: Transaction, view: CandidateView, item: ItemVersion, correct: bool, seconds: int) -> None:
    """The engine hears the response and chooses the next item, or the test is complete."""
    attempt_id = view.candidate_id
    if view.due_at is None or to_micros(tx.now) >= view.due_at:
        # Taken within the grace: it counts, but there is no time for another item.
        view.answered += 1
        tx.write(
            _ADVANCE, {"attempt": attempt_id, "answered_new": view.answered, "position_new": view.position}
        )
        return
    assembly = take_assembly(tx, attempt_id, view.answered, view.bank_version or "", view.spec)
    if assembly.given == view.answered:
        assembly.record(item.id, correct, seconds)
    view.answered += 1
    choice = assembly.next()
    if choice is None:
        _complete(tx, view)
        return
    tx.write(
        _ADVANCE, {"attempt": attempt_id, "answered_new": view.answered, "position_new": choice.position}
    )
    give_item(tx, attempt_id, choice)
    keep_assembly(tx, attempt_id, view.answered, assembly)
    tx.record(view.session_id, Event(EventKind.ITEM_GIVEN, SYSTEM, attempt_id, choice_facts(choice)))
    view.position, view.item_id, view.given_at = choice.position, choice.item_id, to_micros(tx.now)
    view.revision = view.content = view.final = view.received_at = None


def _complete(tx: Transaction, view: CandidateView) -> None:
    state = move(TRANSITIONS, AttemptState(view.attempt_state or ""), AttemptAction.COMPLETE)
    view.attempt_state, view.ended_at, view.due_at = state, to_micros(tx.now), None
    values: dict[str, Value] = {
        "attempt": view.candidate_id,
        "answered_new": view.answered,
        "state_new": str(state),
        "ended_new": view.ended_at,
        "due_new": None,
    }
    tx.write(_COMPLETE, values)
    facts: dict[str, JSON] = {"answered": view.answered}
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.ATTEMPT_COMPLETED, who, who, facts))
