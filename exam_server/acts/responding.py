"""Saving responses and giving the next items: the path that every candidate walks a hundred times.

The responses that wait are taken together: one statement for all rows of a kind, one run of the engine for
all choices. Each is judged by itself, and whoever is refused changes nothing for the others.
`scripts/bench/responses.py` measures it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import bindparam, select, update

from exam_server.acts.clocks import stopped_between
from exam_server.acts.ending import close_call, lapse_fraud_request
from exam_server.acts.engine import give_items, keep_assembly, take_assembly
from exam_server.acts.identifiers import token_hash
from exam_server.acts.receipts import receipt_of
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.errors import (
    IllegalTransition,
    InvalidInput,
    Refusal,
    SignedOut,
    StalePosition,
    Stopped,
)
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.responses import (
    MOST_FINAL_REVISION,
    MOST_REFUSALS,
    MOST_REVISIONS,
    Arrival,
    arrival,
    is_in_time,
    is_passed,
)
from exam_server.domain.sessions import SessionState
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.storage.candidate_view import CandidateView, candidate_views
from exam_server.storage.columns import from_micros, to_micros
from exam_server.storage.prepared import Prepared, PreparedMany, Value, table_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Response
from exam_server.storage.transaction import Transaction
from exam_server.storage.tries import tries_of
from exam_server.storage.waiting import Asked
from question_bank.assembly import next_together
from question_bank.item_types.table import BadResponse, is_correct
from question_bank.items import ItemVersion

Content: TypeAlias = Mapping[str, JSON]

_CANDIDATE, _ATTEMPT, _RESPONSE = table_of(Candidate), table_of(Attempt), table_of(Response)
_WHOSE = PreparedMany.where_in(select(_CANDIDATE.c.session_id), _CANDIDATE.c.device_hash)
_TAKEN = Prepared(
    select(_RESPONSE.c.revision, _RESPONSE.c.final, _RESPONSE.c.received_at)
    .where(_RESPONSE.c.attempt_id == bindparam("attempt"))
    .where(_RESPONSE.c.position == bindparam("place"))
)
_KEY = ("attempt_id", "position")
_SAVE = PreparedMany.insert(
    _RESPONSE,
    (*_KEY, "revision", "content", "final", "correct", "seconds", "answered_at", "received_at"),
    replacing=_KEY,
)
_ONE_MORE = _ATTEMPT.c.answered + 1
_COUNT = PreparedMany.where_in(update(_ATTEMPT).values(answered=_ONE_MORE), _ATTEMPT.c.id)
_PASS = PreparedMany.where_in(update(_ATTEMPT).values(passed=_ATTEMPT.c.passed + 1), _ATTEMPT.c.id)
_ADVANCE = PreparedMany.where_in(
    update(_ATTEMPT).values(answered=_ONE_MORE, position=_ATTEMPT.c.position + 1),
    _ATTEMPT.c.id,
)
_COMPLETE = Prepared(
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
    .values(
        answered=bindparam("answered_new"),
        state=bindparam("state_new"),
        ended_at=bindparam("ended_new"),
        due_at=bindparam("due_new"),
        receipt=bindparam("receipt_new"),
    )
)


class Sent(NamedTuple):
    """What the browser sent: numbered by itself, with the instant at which it says it was given."""

    position: int
    revision: int
    content: Content
    final: bool
    answered_at: datetime


class Reply(NamedTuple):
    """What is saved, and what the page shows from now on; `late` when the response came too late."""

    saved: dict[str, JSON] | None
    view: CandidateView
    now_ms: int
    late: bool = False


class _Known(NamedTuple):
    """Nothing new to write: what is saved already, or None for a response that came too late."""

    view: CandidateView
    saved: dict[str, JSON] | None


class _Taken(NamedTuple):
    """A response that is taken: how it is marked, how long the item was in hand, when it came in."""

    view: CandidateView
    sent: Sent
    item: ItemVersion
    correct: bool
    seconds: int
    received: int  # microseconds

    @property
    def is_passed(self) -> bool:
        """The candidate passed the item over."""
        return is_passed(self.sent.content)

    @property
    def saved(self) -> dict[str, JSON]:
        """What the browser hears of it."""
        return _saved(self.sent.position, self.sent.revision, self.sent.final, self.received)


def save_responses(tx: Transaction, asked: Sequence[Asked[Sent]]) -> list[Reply | Refusal]:
    """Saves drafts and final responses of different devices (the keys are their tokens); a joint act.

    A final response gives the next item. The same (position, revision) again gets the same reply; an older
    revision changes nothing. A response after the deadline and its grace is not taken: that is recorded with
    both instants, and `Reply.late` is set.
    Refusals: SignedOut, Stopped, StalePosition, IllegalTransition, InvalidInput.
    """
    views = _views_for_writing(tx, [token_hash(one.key) for one in asked])
    judged = [_judged(tx, views.get(token_hash(one.key)), one) for one in asked]
    taken = [one for one in judged if isinstance(one, _Taken)]
    for one in taken:
        _record_saved(tx, one)
    # Before the rows are written: an engine that is rebuilt from them must not hear a response twice.
    completed = _advance(tx, [one for one in taken if one.sent.final])
    _write(tx, taken)
    for view in completed:
        _complete(tx, view)
    return [one if isinstance(one, Refusal) else _reply(tx, one) for one in judged]


def _views_for_writing(tx: Transaction, devices: Sequence[str]) -> dict[str, CandidateView]:
    """By device; the sessions are locked first, so that what is read is what will be changed."""
    if not tx.is_alone:
        for session_id in sorted({str(row[0]) for row in tx.rows_of(_WHOSE, devices)}):
            tx.lock_session(session_id)
    views = candidate_views(tx, devices)
    for view in views.values():
        tx.know_head(view.session_id, view.log_number, view.log_hash)
    return views


def _judged(tx: Transaction, view: CandidateView | None, asked: Asked[Sent]) -> _Taken | _Known | Refusal:
    try:
        if view is None:
            raise SignedOut
        return _judge(tx, view, asked.call, asked.at)
    except Refusal as refusal:
        return refusal


def _judge(tx: Transaction, view: CandidateView, sent: Sent, at: datetime) -> _Taken | _Known:
    """Whether a response is taken; writes nothing but the record of one that came too late."""
    if view.attempt_state is None:
        raise IllegalTransition("not_in_progress")
    known = _already_taken(tx, view, sent)
    if known is not None:
        return _Known(view, known)
    deadline, received = _check_in_hand(view, sent), to_micros(at)
    if _ran_out(view) or not is_in_time(at, from_micros(deadline), rules_of(tx.house, view).grace):
        _record_refusal(tx, view, sent, deadline, received)
        return _Known(view, None)
    item = view.item(tx.house)
    if item is None:
        raise IllegalTransition("not_in_progress")
    return _Taken(view, sent, item, _marked(view, item, sent), _seconds(tx, view), received)


def _reply(tx: Transaction, one: _Taken | _Known) -> Reply:
    view = one.view
    view.log_number = tx.lock_session(view.session_id)
    return Reply(one.saved, view, tx.now_us // 1000, late=one.saved is None)


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
    return _saved(sent.position, revision, bool(final), received)


def _saved(position: int, revision: int, final: bool, received: int) -> dict[str, JSON]:
    return {"position": position, "revision": revision, "final": final, "at": received // 1000}


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
    given, now = view.given_at or 0, tx.now_us
    in_hand = now - given
    if (view.due_at or 0) - (view.started_at or 0) != (view.allowed_us or 0):  # there was a stop
        in_hand -= stopped_between(tx, view.session_id, view.candidate_id, given, now)
    return max(0, in_hand // 1_000_000)


def _record_saved(tx: Transaction, one: _Taken) -> None:
    view, sent = one.view, one.sent
    facts: dict[str, JSON] = {
        "position": sent.position,
        "revision": sent.revision,
        "final": sent.final,
        "content": sent.content,
        "item": one.item.id,
        "correct": one.correct,
        "seconds": one.seconds,
        "answered_ms": to_micros(sent.answered_at) // 1000,
        "received_ms": one.received // 1000,
        "answered": view.answered + sent.final,
    }
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.RESPONSE_SAVED, who, who, facts))


def _record_refusal(tx: Transaction, view: CandidateView, sent: Sent, deadline: int, received: int) -> None:
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
        "received_ms": received // 1000,
    }
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.RESPONSE_REFUSED, who, who, facts))


def _write(tx: Transaction, taken: Sequence[_Taken]) -> None:
    """The rows of the responses; the view of one that is still in hand says what is saved of it."""
    rows: list[tuple[Value, ...]] = []
    for one in taken:
        view, sent = one.view, one.sent
        content = canonical(sent.content).decode()
        marks = (sent.revision, content, sent.final, one.correct, one.seconds)
        rows.append((view.candidate_id, sent.position, *marks, to_micros(sent.answered_at), one.received))
        if view.position == sent.position:
            view.revision, view.final, view.received_at = sent.revision, sent.final, one.received
            view.content = content
    tx.write_many(_SAVE, rows)


def _advance(tx: Transaction, finals: Sequence[_Taken]) -> list[CandidateView]:
    """The engine hears the responses and chooses the next items; gives the tests that are complete."""
    now = tx.now_us
    going_on = []
    for one in finals:
        view = one.view
        if view.due_at is not None and now < view.due_at:
            behind, version = view.position - 1, view.bank_version or ""
            assembly = take_assembly(tx, view.candidate_id, behind, version, view.spec)
            assembly.record(one.item.id, one.correct, one.seconds, later=True)
            going_on.append((view, assembly))
        view.answered += 1
        view.passed = (view.passed or 0) + one.is_passed
    tx.write_many(_PASS, [(one.view.candidate_id,) for one in finals if one.is_passed])
    # Taken within the grace: it counts, but there is no time for another item.
    in_grace = [one.view.candidate_id for one in finals if one.view.due_at is None or now >= one.view.due_at]
    tx.write_many(_COUNT, [(attempt_id,) for attempt_id in in_grace])
    given, completed = {}, []
    for (view, assembly), choice in zip(
        going_on, next_together([assembly for _, assembly in going_on]), strict=True
    ):
        if choice is None:
            completed.append(view)
            continue
        given[view.candidate_id] = choice
        keep_assembly(tx, view.candidate_id, view.position, assembly)
        view.position, view.item_id, view.given_at = choice.position, choice.item_id, now
        view.revision = view.content = view.final = view.received_at = None
    tx.write_many(_ADVANCE, [(attempt_id,) for attempt_id in given])
    give_items(tx, {view.candidate_id: view.session_id for view, _ in going_on}, given)
    return completed


def _complete(tx: Transaction, view: CandidateView) -> None:
    if view.help_number is not None:
        close_call(tx, view.session_id, view.candidate_id)
        view.help_number = None
    lapse_fraud_request(tx, view.session_id, view.candidate_id)
    state = move(TRANSITIONS, AttemptState(view.attempt_state or ""), AttemptAction.COMPLETE)
    view.attempt_state, view.ended_at, view.due_at = state, tx.now_us, None
    view.receipt = receipt_of(tx, view.candidate_id)
    values: dict[str, Value] = {
        "attempt": view.candidate_id,
        "answered_new": view.answered,
        "state_new": str(state),
        "ended_new": view.ended_at,
        "due_new": None,
        "receipt_new": view.receipt,
    }
    tx.write(_COMPLETE, values)
    facts: dict[str, JSON] = {"answered": view.answered, "receipt": view.receipt}
    who = view.candidate_id
    tx.record(view.session_id, Event(EventKind.ATTEMPT_COMPLETED, who, who, facts))
