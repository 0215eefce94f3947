"""One candidate's sitting out of the log: lengths add up, and the deadline is the one of timing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.accommodations import fraction_text
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.replay import replays_of
from exam_server.domain.rules import ExamRules
from exam_server.domain.running_time import millis_of
from exam_server.domain.sitting import Left, Replay, Track
from exam_server.domain.timing import Ledger
from tests.exam_server.domain.ticking_room import BASE, EXTENSION, NINE, TickingRoom

ADA = "ada"
MINUTE = timedelta(minutes=1)
NINE_MS = millis_of(NINE)
ITEM_ACTS = ("answer", "pass", "draft", "replace")
WRITTEN = {
    "start": "AttemptStarted",
    "pause": "AttemptPaused",
    "resume": "AttemptResumed",
    "pause_room": "RoomPaused",
    "resume_room": "RoomResumed",
    "call": "HelpCallMade",
    "end_call": "HelpCallResolved",
    "extend": "TimeExtended",
    "extra": "ExtraTimeSet",
}


@dataclass
class LoggedRoom:
    """The ticking room, with a log written beside it as the acts write one; a tick is a minute."""

    room: TickingRoom = field(default_factory=lambda: TickingRoom(unit=MINUTE))
    facts: list[Fact] = field(default_factory=list)
    call: int = 0
    position: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        rules = ExamRules(duration=BASE * MINUTE)
        self.write("SessionOpened", None, {"rules": rules.to_json()})
        self.write("CandidateRegistered")

    @property
    def now_ms(self) -> int:
        return millis_of(self.room.now)

    def write(self, kind: str, candidate: str | None = ADA, content: "dict[str, JSON] | None" = None) -> int:
        number = len(self.facts) + 1
        self.facts.append(Fact(number, self.now_ms, kind, candidate, content or {}))
        return number

    def act(self, name: str, extra: Fraction) -> None:
        """Does it, as far as the rules let it be done, and writes it down."""
        if self.ended:
            return
        if name in ITEM_ACTS:
            self._item(name)
        elif name == "complete":
            self._complete()
        elif self.room.act(name, extra):
            deadline = self.room.ledger.deadline
            said: JSON = None if deadline is None else millis_of(deadline)
            self._written(name, extra)({"deadline": said, "deadlines": {ADA: said}})
            if name == "start":
                self._give()

    def _written(self, name: str, extra: Fraction) -> Callable[[dict[str, JSON]], int]:
        """How the log writes an act, given what it says of the deadline."""
        more: dict[str, JSON] = {
            "call": {"kind": "technical", "stops_clock": True},
            "end_call": {"call": self.call, "how": "dismissed"},
            "extend": {"minutes": EXTENSION},
            "extra": {"fraction": fraction_text(extra)},
        }.get(name, {})
        whose = None if name.endswith("_room") else ADA

        def write(said: dict[str, JSON]) -> int:
            number = self.write(WRITTEN[name], whose, {**said, **more})
            self.call = number if name == "call" else self.call
            return number

        return write

    def _item(self, name: str) -> None:
        if not self.room.started or self.room.is_over:
            return
        if self.room.is_standing and name != "replace":
            return
        if name == "replace":
            self.write("ItemReplaced", ADA, {"position": self.position})
        else:
            given: JSON = {"skip": True} if name == "pass" else {"text": "?"}
            final = name != "draft"
            self.write("ResponseSaved", ADA, {"position": self.position, "content": given, "final": final})
        if name != "draft":
            self._give()

    def _give(self) -> None:
        self.position += 1
        self.write("ItemGiven", ADA, {"position": self.position, "item_id": "?", "competence": 0})

    def _complete(self) -> None:
        if self.room.started and not self.room.is_over and not self.room.is_standing:
            self.write("AttemptCompleted")
            self.ended = True

    def replay(self) -> Replay:
        """What the log tells, read at this very moment."""
        return replays_of(self.facts, ExamRules(), self.now_ms)[ADA]


STEPS = st.lists(
    st.tuples(
        st.sampled_from([*WRITTEN, *ITEM_ACTS, "answer", "start"]),
        st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 4)]),
        st.integers(0, 9),
    ),
    max_size=40,
)


def walked(steps: list[tuple[str, Fraction, int]], *, complete: bool = False) -> LoggedRoom:
    logged = LoggedRoom()
    for name, extra, ticks in steps:
        logged.act(name, extra)
        if not logged.ended:
            logged.room.wait(ticks)
    if complete:
        logged.act("complete", Fraction(0))
    return logged


def ends_at(logged: LoggedRoom) -> int:
    """Up to when the clock can have run: now, the end, or the instant at which the last tick was used."""
    over = logged.room.over_at
    return logged.now_ms if over is None else min(logged.now_ms, millis_of(logged.room.instant(over)))


@given(STEPS, st.booleans())
def test_running_and_standing_of_all_items_add_up_to_the_time_on_the_wall(
    steps: list[tuple[str, Fraction, int]], complete: bool
) -> None:
    logged = walked(steps, complete=complete)
    replay = logged.replay()
    if replay.started_ms is None:
        assert replay.items == []
        return
    assert all(item.ran_ms >= 0 and item.stopped_ms >= 0 for item in replay.items)
    total = sum(item.ran_ms + item.stopped_ms for item in replay.items)
    assert total == replay.until_ms - replay.started_ms


@given(STEPS, st.booleans())
def test_the_clock_ran_on_the_items_for_as_long_as_a_clock_that_ticks(
    steps: list[tuple[str, Fraction, int]], complete: bool
) -> None:
    logged = walked(steps, complete=complete)
    replay = logged.replay()
    if logged.room.over_at is not None:  # what lies behind the deadline is nobody's time
        replay = replays_of(logged.facts, ExamRules(), ends_at(logged))[ADA]
    assert sum(item.ran_ms for item in replay.items) == logged.room.used * 60_000


@given(STEPS, st.booleans())
def test_the_deadline_is_the_one_that_timing_computes_and_its_account_adds_up(
    steps: list[tuple[str, Fraction, int]], complete: bool
) -> None:
    logged = walked(steps, complete=complete)
    account = logged.replay().account
    ledger: Ledger = logged.room.ledger
    if account is None:
        assert ledger.started_at is None
        return
    assert account.agrees
    assert account.deadline_ms == (None if ledger.deadline is None else millis_of(ledger.deadline))
    assert account.allowed_ms == logged.room.allowed * 60_000
    assert account.left_ms == ledger.time_left(logged.room.now) // timedelta(milliseconds=1)
    if account.deadline_ms is not None:
        assert account.start_ms + account.allowed_ms + account.stopped_ms == account.deadline_ms


@given(STEPS)
def test_without_the_deadlines_that_the_log_has_written_its_entries_come_to_the_same(
    steps: list[tuple[str, Fraction, int]],
) -> None:
    logged = walked(steps)
    said = logged.replay()
    bare = [
        Fact(
            fact.number,
            fact.at_ms,
            fact.kind,
            fact.candidate,
            {name: value for name, value in fact.content.items() if name not in {"deadline", "deadlines"}},
        )
        for fact in logged.facts
    ]
    computed = replays_of(bare, ExamRules(), logged.now_ms)[ADA]
    assert computed.account == said.account
    assert [move.deadline_ms for move in computed.moves] == [move.deadline_ms for move in said.moves]


@given(STEPS, st.booleans())
def test_stops_of_one_kind_follow_one_another_and_end_with_the_test(
    steps: list[tuple[str, Fraction, int]], complete: bool
) -> None:
    logged = walked(steps, complete=complete)
    replay = logged.replay()
    for track in Track:
        spans = replay.spans_of(track)
        for one, after in pairwise(spans):
            assert one.to_ms is not None
            assert one.to_ms <= after.from_ms
    if replay.ended_ms is not None:
        assert all(span.to_ms is not None for span in replay.spans)


def test_a_third_more_time_and_two_stops_are_explained() -> None:
    """105 min × (1 + 1/3) = 140 min; with a stop of 12 min 30 s and one of 4 min that overlap by 2 min."""
    facts = log(
        ("SessionOpened", 0, None, {"rules": ExamRules().to_json()}),
        ("ExtraTimeSet", 1, ADA, {"fraction": "1/3"}),
        ("AttemptStarted", 10, ADA, {}),
        ("ItemGiven", 10, ADA, {"position": 1, "competence": 0, "item_id": "i"}),
        ("AttemptPaused", 20 * 60, ADA, {"reason": "infirmerie"}),
        ("RoomPaused", 30 * 60 + 30, None, {"reason": "alarme"}),
        ("AttemptResumed", 32 * 60 + 30, ADA, {}),
        ("RoomResumed", 34 * 60 + 30, None, {}),
        ("TimeExtended", 40 * 60, ADA, {"minutes": 5}),
    )
    replay = replays_of(facts, ExamRules(), NINE_MS + 50 * 60_000)[ADA]
    account = replay.account
    assert account is not None
    assert (account.base_ms, account.extra_ms) == (105 * 60_000, 35 * 60_000)
    assert (account.extended_ms, account.stopped_ms) == (5 * 60_000, (14 * 60 + 30) * 1000)
    assert account.deadline_ms == NINE_MS + 10_000 + 145 * 60_000 + (14 * 60 + 30) * 1000
    assert [(move.kind, move.deadline_ms is None) for move in replay.moves] == [
        ("AttemptStarted", False),
        ("AttemptPaused", True),
        ("RoomPaused", True),
        ("AttemptResumed", True),
        ("RoomResumed", False),
        ("TimeExtended", False),
    ]


@pytest.mark.parametrize("apart", [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)])
def test_a_stop_at_or_after_the_deadline_takes_nothing_from_the_items(apart: timedelta) -> None:
    late = 105 * 60 + int(apart.total_seconds())
    facts = log(
        ("AttemptStarted", 0, ADA, {}),
        ("ItemGiven", 0, ADA, {"position": 1}),
        ("RoomPaused", late, None, {}),
        ("RoomResumed", late + 60, None, {}),
        ("TimeRanOut", late + 61, ADA, {"deadline": NINE_MS + 105 * 60_000}),
    )
    replay = replays_of(facts, ExamRules(), NINE_MS + 10**8)[ADA]
    assert (replay.items[0].ran_ms, replay.items[0].stopped_ms) == (105 * 60_000, 0)
    assert replay.account is not None
    assert replay.account.deadline_ms == replay.ended_ms == NINE_MS + 105 * 60_000


@pytest.mark.parametrize("before", [1, 60, 3600])
def test_a_stop_just_before_the_deadline_is_given_back_whole(before: int) -> None:
    at = 105 * 60 - before
    facts = log(
        ("AttemptStarted", 0, ADA, {}),
        ("ItemGiven", 0, ADA, {"position": 1}),
        ("RoomPaused", at, None, {}),
        ("RoomResumed", at + 7200, None, {}),
    )
    replay = replays_of(facts, ExamRules(), NINE_MS + (at + 7200) * 1000)[ADA]
    assert replay.account is not None
    assert replay.account.deadline_ms == NINE_MS + (105 * 60 + 7200) * 1000
    assert (replay.account.left_ms, replay.items[0].stopped_ms) == (before * 1000, 7_200_000)


def test_how_each_item_was_left_and_what_was_saved_of_it_before() -> None:
    facts = log(
        ("AttemptStarted", 0, ADA, {}),
        ("ItemGiven", 0, ADA, {"position": 1, "competence": 5, "item_id": "a"}),
        ("ResponseSaved", 5, ADA, {"final": False, "content": {"text": "x"}, "correct": False}),
        ("ResponseSaved", 9, ADA, {"final": True, "content": {"text": "y"}, "correct": True}),
        ("ItemGiven", 9, ADA, {"position": 2}),
        ("ResponseSaved", 12, ADA, {"final": True, "content": {"skip": True}, "correct": False}),
        ("ItemGiven", 12, ADA, {"position": 3}),
        ("ItemReplaced", 20, ADA, {"position": 3}),
        ("ItemGiven", 20, ADA, {"position": 4}),
        ("ResponseSaved", 25, ADA, {"final": False, "content": {"text": "z"}, "correct": True}),
        ("AttemptTerminated", 30, ADA, {"reason": "medical", "note": "pompiers"}),
        ("RoomPaused", 31, None, {}),
    )
    replay = replays_of(facts, ExamRules(), NINE_MS + 10**7)[ADA]
    assert [(item.left, item.drafts) for item in replay.items] == [
        (Left.VALIDATED, 1),
        (Left.PASSED, 0),
        (Left.REPLACED, 0),
        (Left.DRAFT, 1),
    ]
    assert (replay.end, replay.reason, replay.note) == (EventKind.ATTEMPT_TERMINATED, "medical", "pompiers")
    assert replay.spans_of(Track.ROOM) == [], "what came after the end is not this candidate's"
    assert [item.correct for item in replay.items] == [True, False, None, True]


def test_a_log_that_contradicts_its_entries_is_not_believed() -> None:
    facts = log(("AttemptStarted", 0, ADA, {"deadline": NINE_MS + 999 * 60_000}))
    account = replays_of(facts, ExamRules(), NINE_MS)[ADA].account
    assert account is not None
    assert (account.agrees, account.deadline_ms) == (False, NINE_MS + 105 * 60_000)


def test_who_was_taken_out_before_the_opening_is_not_there_and_who_did_not_come_has_a_reason() -> None:
    facts = log(
        ("CandidateRegistered", 0, "gone", {}),
        ("CandidateRegistered", 0, ADA, {}),
        ("CandidateRegistered", 0, "ben", {}),
        ("CandidateUnregistered", 1, "gone", {}),
        ("CandidateAbsent", 2, "ben", {}),
        ("SessionClosed", 3, None, {"not_started": {ADA: "other"}, "notes": {ADA: "train"}}),
    )
    found = replays_of(facts, ExamRules(), NINE_MS)
    assert {name: (one.reason, one.note) for name, one in found.items()} == {
        ADA: ("other", "train"),
        "ben": ("absent", ""),
    }


def test_contents_that_were_erased_leave_the_instants() -> None:
    logged = walked([("start", Fraction(0), 3), ("answer", Fraction(0), 2), ("pause", Fraction(0), 4)])
    bare = [Fact(one.number, one.at_ms, one.kind, one.candidate, {}) for one in logged.facts]
    replay = replays_of(bare, ExamRules(), logged.now_ms)[ADA]
    assert [item.position for item in replay.items] == [1, 2]
    assert replay.account is not None


def log(*lines: "tuple[str, int, str | None, dict[str, JSON]]") -> list[Fact]:
    """From lines of (kind, seconds after nine, about whom, content)."""
    return [
        Fact(number, NINE_MS + seconds * 1000, kind, candidate, content)
        for number, (kind, seconds, candidate, content) in enumerate(lines, 1)
    ]
