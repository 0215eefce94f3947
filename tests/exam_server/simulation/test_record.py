"""What is held against a log: it must complain of every response and every deadline that is not right."""

from dataclasses import replace

import pytest

from exam_server.demo.record import clocks_of, response_complaints
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.simulation.candidate import Acknowledged

GRACE = 5000
TOLD = Acknowledged(3, 2, True, {"option": "o1"}, 60_000)


def saved(revision: int, *, final: bool, content: JSON, received: int = 60_000) -> Fact:
    """A response to item 3 in the log."""
    facts: dict[str, JSON] = {
        "position": 3,
        "revision": revision,
        "final": final,
        "content": content,
        "received_ms": received,
    }
    return Fact(revision, received, "ResponseSaved", "c", facts)


DRAFT = saved(1, final=False, content={"option": "o2"})
FINAL = saved(2, final=True, content={"option": "o1"})


def test_a_response_that_the_log_holds_as_it_was_sent_is_no_complaint() -> None:
    assert response_complaints([DRAFT, FINAL], {"c": [TOLD]}) == []


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ([DRAFT], "perdue"),
        ([DRAFT, FINAL, FINAL], "enregistrée 2 fois"),
        ([FINAL, saved(3, final=True, content={"option": "o1"})], "validée 2 fois"),
        ([saved(2, final=True, content={"option": "o4"})], "changée"),
        ([saved(2, final=False, content={"option": "o1"})], "changée"),
    ],
)
def test_a_lost_doubled_or_changed_response_is_named(log: list[Fact], word: str) -> None:
    complaints = response_complaints(log, {"c": [TOLD]})
    assert any(complaint.startswith(word) for complaint in complaints)


STARTED = Fact(1, 1_000, "AttemptStarted", "c", {"allowed_ms": 100_000, "deadline": 101_000})
PAUSED = Fact(2, 11_000, "AttemptPaused", "c", {"reason": "…", "left_ms": 90_000})
RESUMED = Fact(3, 31_000, "AttemptResumed", "c", {"deadline": 121_000})
ROOM_PAUSED = Fact(4, 41_000, "RoomPaused", None, {"reason": "…", "left": {"c": 80_000}})
ROOM_RESUMED = Fact(5, 51_000, "RoomResumed", None, {"deadlines": {"c": 131_000}})
OVER = Fact(6, 140_000, "TimeRanOut", "c", {"deadline": 131_000, "answered": 3})
WHOLE = [STARTED, PAUSED, RESUMED, ROOM_PAUSED, ROOM_RESUMED, OVER]


def test_stops_that_are_given_back_to_the_millisecond_are_no_complaint() -> None:
    clocks = clocks_of(WHOLE, GRACE)
    assert clocks.wrong == []
    assert clocks.by_candidate["c"].stopped == 30_000
    assert clocks.by_candidate["c"].ended == 131_000


@pytest.mark.parametrize(
    "wrong",
    [
        [replace(STARTED, content={"allowed_ms": 100_000, "deadline": 102_000})],
        [STARTED, replace(PAUSED, content={"reason": "…", "left_ms": 91_000})],
        [STARTED, PAUSED, replace(RESUMED, content={"deadline": 120_000})],
        [*WHOLE[:4], replace(ROOM_RESUMED, content={"deadlines": {"c": 130_000}})],
        [*WHOLE[:5], replace(OVER, content={"deadline": 131_001, "answered": 3})],
        [STARTED, saved(1, final=True, content={}, received=101_000 + GRACE + 1)],
        [STARTED, PAUSED, saved(1, final=True, content={}, received=12_000)],
    ],
)
def test_a_deadline_that_does_not_follow_from_the_log_is_named(wrong: list[Fact]) -> None:
    assert clocks_of(wrong, GRACE).wrong != []


def test_a_response_within_the_grace_is_no_complaint() -> None:
    assert clocks_of([STARTED, saved(1, final=True, content={}, received=101_000 + GRACE)], GRACE).wrong == []
