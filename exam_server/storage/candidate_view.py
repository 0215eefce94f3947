"""The candidate's page as the server sees it: one statement reads all of it, one function says it in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import cast

import orjson
from sqlalchemy import and_, select

from exam_server.domain.admission import admission_end
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.candidates import CandidateState
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules
from exam_server.domain.sessions import SessionState
from exam_server.domain.timing import time_allowed
from exam_server.storage.columns import from_micros, to_millis
from exam_server.storage.house import House
from exam_server.storage.prepared import PreparedMany, table_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import (
    Attempt,
    Candidate,
    Centre,
    GivenItem,
    HelpCall,
    Pupil,
    Response,
    Session,
)
from exam_server.storage.transaction import Reading
from question_bank.item_types import item_seed, render_item
from question_bank.items import ItemVersion

_BEFORE_CLOSING = frozenset({SessionState.PLANNED, SessionState.OPEN})


@dataclass(slots=True)
class CandidateView:
    """A candidate, the session, the attempt and the item in hand; instants in microseconds."""

    candidate_id: str
    device_hash: str
    messages: str
    candidate_state: str
    identity_at: int | None
    admitted_at: int | None
    seat_row: int | None
    seat_column: int | None
    extra_numerator: int
    extra_denominator: int
    given_name: str
    family_name: str
    class_name: str
    birth_date: object
    session_id: str
    session_state: str
    room_stopped_since: int | None
    room_stop_reason: str | None
    log_number: int
    log_hash: str
    bank_version: str | None
    rules: str | None
    room: str
    centre: str
    attempt_state: str | None
    spec: str
    variant_seed: int
    started_at: int | None
    due_at: int | None
    allowed_us: int | None
    left_us: int | None
    stopped_since: int | None
    stop_reason: str | None
    ended_at: int | None
    position: int
    answered: int
    replaced: int
    item_id: str | None
    given_at: int | None
    revision: int | None
    content: str | None
    final: bool | None
    received_at: int | None
    help_number: int | None
    help_state: str | None
    help_made_at: int | None
    help_stops_clock: bool | None

    @property
    def question(self) -> int:
        """The place of the item in hand among those that count: a replaced one has given its own away."""
        return (self.position or 0) - (self.replaced or 0)

    def item(self, house: House) -> ItemVersion | None:
        """The item in hand, of the bank version that the session is sat with."""
        if self.item_id is None or self.bank_version is None:
            return None
        return house.banks[self.bank_version].items.item(self.item_id)

    def seed_of(self, item_id: str) -> int:
        """The seed of an item's variant and of the order of its options, for this candidate."""
        return item_seed(self.variant_seed, item_id)


_CANDIDATE, _PUPIL, _SESSION = table_of(Candidate), table_of(Pupil), table_of(Session)
_CENTRE, _ATTEMPT, _GIVEN = table_of(Centre), table_of(Attempt), table_of(GivenItem)
_RESPONSE, _HELP = table_of(Response), table_of(HelpCall)
_VIEWS = PreparedMany.where_in(
    select(
        _CANDIDATE.c.id,
        _CANDIDATE.c.device_hash,
        _CANDIDATE.c.messages,
        _CANDIDATE.c.state,
        _CANDIDATE.c.identity_at,
        _CANDIDATE.c.admitted_at,
        _CANDIDATE.c.seat_row,
        _CANDIDATE.c.seat_column,
        _CANDIDATE.c.extra_numerator,
        _CANDIDATE.c.extra_denominator,
        _PUPIL.c.given_name,
        _PUPIL.c.family_name,
        _PUPIL.c.class_name,
        _PUPIL.c.birth_date,
        _SESSION.c.id,
        _SESSION.c.state,
        _SESSION.c.stopped_since,
        _SESSION.c.stop_reason,
        _SESSION.c.log_number,
        _SESSION.c.log_hash,
        _SESSION.c.bank_version,
        _SESSION.c.rules,
        _SESSION.c.room,
        _CENTRE.c.name,
        _ATTEMPT.c.state,
        _ATTEMPT.c.spec,
        _ATTEMPT.c.variant_seed,
        _ATTEMPT.c.started_at,
        _ATTEMPT.c.due_at,
        _ATTEMPT.c.allowed_us,
        _ATTEMPT.c.left_us,
        _ATTEMPT.c.stopped_since,
        _ATTEMPT.c.stop_reason,
        _ATTEMPT.c.ended_at,
        _ATTEMPT.c.position,
        _ATTEMPT.c.answered,
        _ATTEMPT.c.replaced,
        _GIVEN.c.item_id,
        _GIVEN.c.given_at,
        _RESPONSE.c.revision,
        _RESPONSE.c.content,
        _RESPONSE.c.final,
        _RESPONSE.c.received_at,
        _HELP.c.number,
        _HELP.c.state,
        _HELP.c.made_at,
        _HELP.c.stops_clock,
    )
    .select_from(_CANDIDATE)
    .join(_PUPIL, _PUPIL.c.id == _CANDIDATE.c.pupil_id)
    .join(_SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .join(_CENTRE, _CENTRE.c.id == _SESSION.c.centre_id)
    .outerjoin(_ATTEMPT, _ATTEMPT.c.id == _CANDIDATE.c.id)
    .outerjoin(_GIVEN, and_(_GIVEN.c.attempt_id == _ATTEMPT.c.id, _GIVEN.c.position == _ATTEMPT.c.position))
    .outerjoin(
        _RESPONSE,
        and_(_RESPONSE.c.attempt_id == _ATTEMPT.c.id, _RESPONSE.c.position == _ATTEMPT.c.position),
    )
    .outerjoin(_HELP, _HELP.c.open_for == _ATTEMPT.c.id),
    _CANDIDATE.c.device_hash,
)


def candidate_views(reading: Reading, device_hashes: Sequence[str]) -> dict[str, CandidateView]:
    """By device, the view of the candidate whose device it is; a device that nobody knows is not there."""
    views = (CandidateView(*row) for row in reading.rows_of(_VIEWS, device_hashes))
    return {view.device_hash: view for view in views}


def candidate_view(reading: Reading, device_hash: str) -> CandidateView | None:
    """The view of the candidate whose device this is; None when no device is known by this token."""
    return candidate_views(reading, [device_hash]).get(device_hash)


def as_state(view: CandidateView, house: House, now_ms: int, speed: int = 1) -> dict[str, JSON]:
    """What the candidate's page shows, as JSON (docs/protocol.md); no key, no item identifier."""
    rules = rules_of(house, view)
    check = _check(view, rules, now_ms)
    phase = phase_of(view, is_admitted=check["admitted"] is True)
    showing = phase == "test"
    return {
        "number": view.log_number,
        "now": now_ms,
        "speed": speed,
        "phase": phase,
        "candidate": {
            "given_name": view.given_name,
            "family_name": view.family_name,
            "class_name": view.class_name,
            # After the end the next pupil may sit at this computer: only the name is left on the page.
            "birth_date": None if phase == "ended" else str(view.birth_date),
        },
        "session": {"centre": view.centre, "room": view.room, "state": view.session_state},
        "check": check,
        "time": _time(view, house),
        "progress": {
            "position": view.question,
            "of": rules.items,
            "minimum": rules.minimum_responses,
            "answered": view.answered or 0,
        },
        "item": item_in_hand(view, house) if showing else None,
        "draft": _draft(view) if showing else None,
        "saved": saved_of(view),
        "help": _help(view),
        "messages": [] if phase == "ended" else orjson.loads(view.messages),
        "ended": _ended(view),
    }


def phase_of(view: CandidateView, *, is_admitted: bool) -> str:
    """waiting, ready, test, stopped or ended."""
    if view.attempt_state is None:
        if view.session_state not in _BEFORE_CLOSING:
            return "ended"
        may_start = is_admitted and view.session_state == SessionState.OPEN
        return "ready" if may_start and view.room_stopped_since is None else "waiting"
    if AttemptState(view.attempt_state) in ENDED:
        return "ended"
    return "test" if view.due_at is not None else "stopped"


def _check(view: CandidateView, rules: ExamRules, now_ms: int) -> dict[str, JSON]:
    """What the desk has done, and until when it holds: a start that does not follow needs a new admission."""
    is_admitted = view.candidate_state == CandidateState.ADMITTED
    admitted_at = None if view.admitted_at is None or not is_admitted else from_micros(view.admitted_at)
    until = None if view.attempt_state is not None else admission_end(admitted_at, rules)
    until_ms = None if until is None else to_millis(until)
    lapsed = until_ms is not None and now_ms >= until_ms
    return {
        "identity": view.identity_at is not None,
        "admitted": is_admitted and not lapsed,
        "admitted_until": until_ms,
        "lapsed": lapsed,
        "seat": None if view.seat_row is None else {"row": view.seat_row, "column": view.seat_column},
    }


def item_in_hand(view: CandidateView, house: House) -> dict[str, JSON] | None:
    """The item as the browser gets it."""
    item = view.item(house)
    if item is None:
        return None
    rendered = cast("dict[str, JSON]", render_item(item, view.seed_of(item.id)))
    rendered["stem"] = rendered.pop("stem_blocks")
    return {"position": view.position, **rendered}


def saved_of(view: CandidateView) -> dict[str, JSON] | None:
    """What the server has on disk for the item in hand."""
    if view.revision is None or view.received_at is None:
        return None
    return {
        "position": view.position,
        "revision": view.revision,
        "final": bool(view.final),
        "at": view.received_at // 1000,
    }


def _time(view: CandidateView, house: House) -> dict[str, JSON]:
    allowed = view.allowed_us
    if allowed is None:
        extra = Fraction(view.extra_numerator, view.extra_denominator)
        allowed = time_allowed(rules_of(house, view).duration, extra) // timedelta(microseconds=1)
    return {
        "allowed_ms": allowed // 1000,
        "started_at": _ms(view.started_at),
        "deadline": _ms(view.due_at),
        "left_ms": _ms(view.left_us),
        "stopped": _stopped(view),
    }


def _stopped(view: CandidateView) -> dict[str, JSON] | None:
    if view.attempt_state is not None and AttemptState(view.attempt_state) in ENDED:
        return None
    if view.room_stopped_since is not None:
        since = view.stopped_since if view.stopped_since is not None else view.room_stopped_since
        return {"since": _ms(since), "scope": "room", "reason": view.room_stop_reason or ""}
    if view.stopped_since is not None:
        if view.attempt_state == AttemptState.IN_PROGRESS:
            return {"since": _ms(view.stopped_since), "scope": "help", "reason": ""}
        # Why one candidate is stopped may be a matter of health, and neighbours can read the screen.
        return {"since": _ms(view.stopped_since), "scope": "candidate", "reason": ""}
    return None


def _help(view: CandidateView) -> dict[str, JSON] | None:
    """The call that waits; what it is about may be personal, and neighbours can read the screen."""
    if view.help_number is None:
        return None
    return {
        "call": view.help_number,
        "state": view.help_state,
        "at": _ms(view.help_made_at),
        "stops_clock": bool(view.help_stops_clock),
    }


def _draft(view: CandidateView) -> dict[str, JSON] | None:
    if view.revision is None or view.content is None or view.final:
        return None
    return {"revision": view.revision, "content": orjson.loads(view.content)}


def _ended(view: CandidateView) -> dict[str, JSON] | None:
    if view.attempt_state is None:
        if view.session_state in _BEFORE_CLOSING:
            return None
        is_cancelled = view.session_state == SessionState.CANCELLED
        how = "session_cancelled" if is_cancelled else "not_started"
        return {"how": how, "at": None, "answered": 0}
    if AttemptState(view.attempt_state) not in ENDED:
        return None
    return {"how": view.attempt_state, "at": _ms(view.ended_at), "answered": view.answered}


def _ms(micros: int | None) -> int | None:
    return None if micros is None else micros // 1000
