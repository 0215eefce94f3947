"""The course of a session, as its log tells it: stops to the millisecond, time added, ends, who did it."""

from collections.abc import Mapping

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.report import Course, Extended, Stop, course_of


def course(*lines: tuple[int, EventKind, str, str | None, Mapping[str, JSON]]) -> Course:
    """From lines of (instant, kind, who did it, about whom, content)."""
    facts = [
        Fact(number, at, kind, candidate, content)
        for number, (at, kind, _actor, candidate, content) in enumerate(lines, 1)
    ]
    return course_of(facts, {number: line[2] for number, line in enumerate(lines, 1)})


def test_opening_first_start_last_end_and_closing_with_who_did_them() -> None:
    found = course(
        (1_000, EventKind.SESSION_OPENED, "indigo", None, {}),
        (2_000, EventKind.ATTEMPT_STARTED, "a", "a", {}),
        (3_000, EventKind.ATTEMPT_STARTED, "b", "b", {}),
        (9_000, EventKind.TIME_RAN_OUT, "system", "b", {"deadline": 8_500}),
        (9_100, EventKind.ATTEMPT_COMPLETED, "a", "a", {}),
        (9_500, EventKind.SESSION_CLOSED, "garance", None, {"not_started": {}, "notes": {"c": "train"}}),
    )
    assert (found.opened_ms, found.opened_by) == (1_000, "indigo")
    assert (found.first_start_ms, found.last_end_ms) == (2_000, 9_100)
    assert (found.closed_ms, found.closed_by) == (9_500, "garance")
    assert found.notes == {"c": "train"}
    assert found.ended_by == {"a": "a", "b": "system"}


def test_a_time_that_ran_out_ended_at_the_deadline_not_when_the_server_got_round_to_it() -> None:
    found = course((9_000, EventKind.TIME_RAN_OUT, "system", "b", {"deadline": 8_500}))
    assert found.last_end_ms == 8_500


def test_a_stop_is_as_long_as_from_its_pause_to_its_resume() -> None:
    found = course(
        (1_000, EventKind.ROOM_PAUSED, "indigo", None, {"reason": "alarme"}),
        (2_234, EventKind.ROOM_RESUMED, "turquoise", None, {}),
    )
    assert found.stops == [Stop(None, 1_000, "alarme", "indigo", 2_234, "turquoise")]
    assert found.stops[0].length_ms == 1_234


def test_the_room_s_resume_does_not_end_a_candidate_s_own_stop() -> None:
    found = course(
        (1_000, EventKind.ATTEMPT_PAUSED, "indigo", "a", {"reason": "infirmerie"}),
        (2_000, EventKind.ROOM_PAUSED, "indigo", None, {"reason": "alarme"}),
        (3_000, EventKind.ROOM_RESUMED, "indigo", None, {}),
        (4_000, EventKind.ATTEMPT_RESUMED, "indigo", "a", {}),
        (5_000, EventKind.ATTEMPT_PAUSED, "indigo", "a", {"reason": "encore"}),
    )
    assert [(stop.candidate, stop.length_ms) for stop in found.stops] == [
        ("a", 3_000),
        (None, 1_000),
        ("a", None),
    ]


def test_the_end_of_a_test_ends_its_stop_and_nobody_resumed_it() -> None:
    found = course(
        (1_000, EventKind.ATTEMPT_PAUSED, "indigo", "a", {"reason": "malaise"}),
        (1_500, EventKind.ATTEMPT_PAUSED, "indigo", "b", {"reason": "bruit"}),
        (4_000, EventKind.ATTEMPT_TERMINATED, "indigo", "a", {"reason": "medical", "note": "pompiers"}),
    )
    assert found.stops[0] == Stop("a", 1_000, "malaise", "indigo", 4_000, None)
    assert found.stops[1].to_ms is None
    assert (found.notes, found.ended_by) == ({"a": "pompiers"}, {"a": "indigo"})


def test_time_that_the_whole_room_got_in_one_act_is_one_line() -> None:
    more: Mapping[str, JSON] = {"minutes": 5, "reason": "bruit"}
    found = course(
        (1_000, EventKind.TIME_EXTENDED, "indigo", "a", more),
        (1_000, EventKind.TIME_EXTENDED, "indigo", "b", more),
        (1_001, EventKind.TIME_EXTENDED, "indigo", "b", more),
        (1_001, EventKind.TIME_EXTENDED, "turquoise", "c", more),
    )
    assert found.extensions == [
        Extended(1_000, 5, "bruit", "indigo", ("a", "b")),
        Extended(1_001, 5, "bruit", "indigo", ("b",)),
        Extended(1_001, 5, "bruit", "turquoise", ("c",)),
    ]
    assert [found.added_minutes(one) for one in ("a", "b", "c", "d")] == [5, 10, 5, 0]
