"""Any order of stops, extensions and extra times: the row always says what the ledger's rule says."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.acts import attempts, check_in, clock, entering, help_calls, replacing, room
from exam_server.acts.accommodations import set_extra_time
from exam_server.acts.attempts import Extension
from exam_server.acts.sessions import open_session
from exam_server.domain.access_cards import card_code
from exam_server.domain.attempts import AttemptState
from exam_server.domain.candidates import IdentityDocument, Seat
from exam_server.domain.errors import IllegalTransition, NotAllowed, NotFound, TooLate
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.rules import ExamRules
from exam_server.domain.timing import EntryKind, Ledger, Scope, TimeEntry
from exam_server.storage.engines import Database, open_database
from exam_server.storage.exposure import count_exposure
from exam_server.storage.queries import candidates_of
from exam_server.storage.tables import Attempt, Session
from exam_server.storage.transaction import Transaction
from tests.support.clock import MORNING
from tests.support.house import a_house
from tests.support.log import check_log
from tests.support.room import plan_and_register
from tests.support.school import School, enrol, found_school

P = ParamSpec("P")
T = TypeVar("T")

HOUSE = a_house()
BASE = HOUSE.rules.duration
# The server is started again with these once the session is open: they must change nothing.
RESTARTED = replace(HOUSE, rules=ExamRules(timedelta(minutes=33), grace=timedelta(seconds=41)))
MICROSECOND = timedelta(microseconds=1)

DEEDS = st.sampled_from(
    [
        "pause",
        "resume",
        "call",
        "withdraw",
        "dismiss",
        "give_back",
        "replace",
        "pause_room",
        "resume_room",
        "extend",
        "extend_room",
        "extra",
        "look",
    ]
)
WAITS = st.one_of(
    st.just(timedelta()),
    st.timedeltas(MICROSECOND, timedelta(minutes=90)),
    st.sampled_from([timedelta(minutes=105), timedelta(minutes=105) - MICROSECOND, timedelta(minutes=35)]),
)
EXTRAS = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 7), Fraction(1, 4)])
STORY = st.lists(st.tuples(WAITS, DEEDS, st.integers(1, 60), EXTRAS), min_size=1, max_size=12)


@dataclass
class Told:
    """What the test itself remembers of what was granted."""

    extra: Fraction = Fraction(0)
    entries: list[TimeEntry] = field(default_factory=list)
    called: bool = False

    def ledger(self) -> Ledger:
        return Ledger(BASE, self.extra, tuple(self.entries))


class Desk:
    """Runs acts one after another in one transaction that is never committed: a story costs no disk."""

    def __init__(self, database: Database) -> None:
        self._connection = database.writer()
        self._connection.exec_driver_sql("BEGIN")
        self.now = MORNING
        self.token, self.call = "", 0
        self._house = HOUSE
        self.school, self.session_id, self.candidate_id = self.do(self._set_up)
        self._connection.exec_driver_sql("SAVEPOINT story")
        self._house = RESTARTED

    def begin_again(self) -> None:
        """Forgets the story so far: the candidate has just started."""
        self.call = 0
        self._connection.exec_driver_sql("ROLLBACK TO story")
        self.now = MORNING

    def _set_up(self, tx: Transaction) -> tuple[School, str, str]:
        school = found_school(tx)
        enrol(tx, school, 1)
        session_id = plan_and_register(tx, school)
        tx.orm.flush()
        code = tx.get(Session, session_id).code
        open_session(tx, school.invigilator, code, count_exposure(tx))
        (candidate,) = candidates_of(tx, session_id)
        check_in.verify_identity(tx, school.invigilator, candidate.id, IdentityDocument.OTHER)
        check_in.give_seat(tx, school.invigilator, candidate.id, Seat(1, 1))
        check_in.admit(tx, school.invigilator, candidate.id)
        token = entering.enter(tx, card_code(HOUSE.secret, candidate.id, 1)).token
        entering.start_attempt(tx, token)
        self.token = token
        return school, session_id, candidate.id

    def do(self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """An act inside a savepoint; a refusal undoes it alone."""
        self._connection.exec_driver_sql("SAVEPOINT act")
        tx = Transaction(self._connection, self._house, self.now)
        try:
            result = act(tx, *args, **kwargs)
            tx.finish()
        except Exception:
            self._connection.exec_driver_sql("ROLLBACK TO act")
            raise
        finally:
            tx.dispose()
            self._connection.exec_driver_sql("RELEASE act")
        return result

    def attempt(self) -> Attempt:
        return self.do(lambda tx: tx.get(Attempt, self.candidate_id))

    def close(self) -> None:
        self._connection.exec_driver_sql("ROLLBACK")
        self._connection.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'passation.db'}")
    desk = Desk(database)
    yield desk
    desk.close()
    database.dispose()


def _grant(desk: Desk, told: Told, deed: str, minutes: int, extra: Fraction) -> None:
    """Asks for one deed; what is granted goes into `told`."""
    by, who, where, at = desk.school.invigilator, desk.candidate_id, desk.session_id, desk.now
    length = timedelta(minutes=minutes)
    match deed:
        case "pause":
            desk.do(attempts.pause_attempt, by, who, "?")
            told.entries.append(TimeEntry(EntryKind.STOPPED, at))
        case "resume":
            desk.do(attempts.resume_attempt, by, who)
            told.entries.append(TimeEntry(EntryKind.RESUMED, at))
        case "pause_room":
            desk.do(room.pause_room, by, where, "?")
            told.entries.append(TimeEntry(EntryKind.STOPPED, at, Scope.ROOM))
        case "resume_room":
            desk.do(room.resume_room, by, where)
            told.entries.append(TimeEntry(EntryKind.RESUMED, at, Scope.ROOM))
        case "extend":
            desk.do(attempts.extend_attempt, by, who, Extension(length, "?"))
            told.entries.append(TimeEntry(EntryKind.EXTENDED, at, length=length))
        case "extend_room":
            is_over = told.ledger().is_over(at)
            desk.do(room.extend_room, by, where, Extension(length, "?"))
            if not is_over:
                told.entries.append(TimeEntry(EntryKind.EXTENDED, at, length=length))
        case "call":
            desk.call = desk.do(help_calls.call_for_help, desk.token, HelpCallKind.TECHNICAL)
            if not told.called:
                told.entries.append(TimeEntry(EntryKind.STOPPED, at, Scope.HELP))
                told.called = True
        case "withdraw" | "dismiss" | "replace" | "give_back":
            _end_call(desk, told, deed, length)
        case "extra":
            desk.do(set_extra_time, by, who, extra)
            told.extra = extra


def _end_call(desk: Desk, told: Told, deed: str, length: timedelta) -> None:
    by, who, call, at = desk.school.invigilator, desk.candidate_id, desk.call, desk.now
    if deed == "withdraw":
        desk.do(help_calls.withdraw_call, desk.token, call)
    elif deed == "dismiss":
        desk.do(help_calls.dismiss_call, by, who, call)
    elif deed == "replace":
        desk.do(replacing.replace_item, by, who, call, "?")
    else:
        desk.do(help_calls.give_time_back, by, who, call, Extension(length, "?"))
    if told.called:  # a call that was withdrawn may be withdrawn again
        told.entries.append(TimeEntry(EntryKind.RESUMED, at, Scope.HELP))
    if deed == "give_back":
        told.entries.append(TimeEntry(EntryKind.EXTENDED, at, length=length))
    told.called = False


def _check_row(desk: Desk, told: Told) -> None:
    """The row repeats what the rule says about what was granted."""
    row, ledger = desk.attempt(), told.ledger()
    assert row.allowed_us == ledger.allowed // MICROSECOND
    assert (row.due_at, row.stopped_since) == (ledger.deadline, ledger.stopped_since)
    left = None if ledger.stopped_since is None else ledger.time_left(desk.now) // MICROSECOND
    assert row.left_us == left


def _check_end(desk: Desk, due: datetime) -> None:
    desk.now = due + HOUSE.rules.grace
    assert desk.do(clock.run_out, desk.candidate_id) is False
    desk.now += MICROSECOND
    assert desk.do(clock.run_out, desk.candidate_id) is True
    row = desk.attempt()
    assert (row.state, row.ended_at, row.due_at) == (AttemptState.TIMED_OUT, due, None)


@settings(max_examples=60, deadline=None)
@given(STORY)
def test_in_any_order_the_row_says_what_the_ledger_says(
    desk: Desk, story: list[tuple[timedelta, str, int, Fraction]]
) -> None:
    desk.begin_again()
    told = Told(entries=[TimeEntry(EntryKind.STARTED, desk.now)])
    for wait, deed, minutes, extra in story:
        desk.now += wait
        with suppress(IllegalTransition, NotAllowed, NotFound, TooLate):
            _grant(desk, told, deed, minutes, extra)
        _check_row(desk, told)
    due = told.ledger().deadline
    if due is not None:
        _check_end(desk, due)
    desk.do(check_log, desk.session_id)
