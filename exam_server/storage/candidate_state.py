"""What the candidate's page shows, said in JSON from the view: no key, no item identifier."""

from datetime import timedelta
from fractions import Fraction
from typing import cast

import orjson

from exam_server.domain.accommodations import Accommodations, Breaks, Measure
from exam_server.domain.admission import admission_end
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.candidates import CandidateState
from exam_server.domain.comfort import Comfort, decided_by
from exam_server.domain.json import JSON
from exam_server.domain.keeping import keeping_key
from exam_server.domain.rest_breaks import Taken, breaks_left, next_break
from exam_server.domain.rules import ExamRules
from exam_server.domain.sessions import SessionState
from exam_server.domain.timing import time_allowed
from exam_server.signing.receipts import fingerprint
from exam_server.storage.candidate_view import CandidateView
from exam_server.storage.columns import from_micros, to_millis
from exam_server.storage.house import House
from exam_server.storage.session_rules import rules_of
from question_bank.files import FileSpec
from question_bank.item_types.table import render_item

NOTHING_DECIDED = "{}"

_BEFORE_CLOSING = frozenset({SessionState.PLANNED, SessionState.OPEN})


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
            "passed": view.passed or 0,
        },
        "item": item_in_hand(view, house) if showing else None,
        "draft": _draft(view) if showing else None,
        "saved": saved_of(view),
        "keep_with": _keep_with(view, house),
        "help": _help(view),
        "messages": [] if phase == "ended" else orjson.loads(view.messages),
        "ended": _ended(view),
        **_decided(view),
    }


def _decided(view: CandidateView) -> dict[str, JSON]:
    """How the page is shown: as the pupil set it, and as it was decided; and whether it is read out."""
    kept = None if view.comfort is None else orjson.loads(view.comfort)
    if view.accommodations == NOTHING_DECIDED:
        return {"comfort": kept, "comfort_decided": None, "read_aloud": False, "breaks": None}
    decided = Accommodations.from_json(orjson.loads(view.accommodations))
    comfort = decided_by(decided.measures)
    return {
        "comfort": kept,
        "comfort_decided": None if comfort == Comfort() else comfort.to_json(),
        "read_aloud": Measure.READ_ALOUD in decided.measures,
        "breaks": _breaks(view, decided.breaks),
    }


def _breaks(view: CandidateView, granted: Breaks | None) -> dict[str, JSON] | None:
    """How many rest breaks are left, how long the next one may be, and when the one under way ends."""
    if granted is None:
        return None
    taken = Taken(view.breaks_taken or 0, (view.breaks_us or 0) * timedelta(microseconds=1))
    left = breaks_left(granted, taken)
    longest = next_break(granted, taken) if left else timedelta()
    return {"left": left, "longest_ms": longest // timedelta(milliseconds=1), "until": _ms(view.break_until)}


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


def file_in_hand(view: CandidateView, house: House, file_id: str) -> FileSpec | None:
    """The file of this identifier, if the question on the page has it and the page shows the question."""
    item = view.item(house)
    if item is None or view.attempt_state is None or phase_of(view, is_admitted=False) != "test":
        return None
    files = item.instance(view.seed_of(item.id)).files
    return next((file for file in files if file.id == file_id), None)


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
        if view.break_until is not None:
            return {"since": _ms(view.stopped_since), "scope": "break", "reason": ""}
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


def _keep_with(view: CandidateView, house: House) -> str | None:
    """The key for what the browser keeps, while the test is under way."""
    if view.attempt_state is None or AttemptState(view.attempt_state) in ENDED:
        return None
    return keeping_key(house.secret, view.session_id, view.candidate_id)


def _ended(view: CandidateView) -> dict[str, JSON] | None:
    if view.attempt_state is None:
        if view.session_state in _BEFORE_CLOSING:
            return None
        is_cancelled = view.session_state == SessionState.CANCELLED
        how = "session_cancelled" if is_cancelled else "not_started"
        return {"how": how, "at": None, "answered": 0, "receipt": None}
    if AttemptState(view.attempt_state) not in ENDED:
        return None
    receipt = None if view.receipt is None else fingerprint(view.receipt)
    return {
        "how": view.attempt_state,
        "at": _ms(view.ended_at),
        "answered": view.answered,
        "receipt": receipt,
    }


def _ms(micros: int | None) -> int | None:
    return None if micros is None else micros // 1000
