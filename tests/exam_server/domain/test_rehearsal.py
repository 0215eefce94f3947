"""When a computer is ready: each limit from both sides, and nothing that one good value could hide."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.measures import LARGEST_OFFSET_MS, Feature, Measures, Sound, Storage, Voice
from exam_server.domain.rehearsal import Check, Readiness, judge, overall
from tests.support.computers import A_GOOD_COMPUTER, measures

READY, TO_LOOK_AT, NOT_READY = Readiness.READY, Readiness.TO_LOOK_AT, Readiness.NOT_READY
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def readiness_of(check: Check, **found: object) -> Readiness:
    """What a check comes to on a computer that is good in everything else."""
    judged = judge(replace(A_GOOD_COMPUTER, **found))  # type: ignore[arg-type]
    assert {one for other, one in judged.items() if other is not check} == {READY}
    assert overall(judged) is judged[check]
    return judged[check]


def test_a_good_computer_is_ready() -> None:
    judged = judge(A_GOOD_COMPUTER)
    assert judged == dict.fromkeys(Check, READY)
    assert overall(judged) is READY


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("off", "readiness"),
    [
        (0, READY),
        (SECOND, READY),
        (MINUTE - 1, READY),
        (MINUTE, TO_LOOK_AT),
        (MINUTE + 1, TO_LOOK_AT),
        (3 * MINUTE, TO_LOOK_AT),
        (HOUR - SECOND, TO_LOOK_AT),
        (HOUR - 1, TO_LOOK_AT),
        (HOUR, NOT_READY),
        (HOUR + SECOND, NOT_READY),
        (LARGEST_OFFSET_MS, NOT_READY),
    ],
)
def test_a_clock_may_be_a_minute_wrong_and_an_hour_at_the_most(
    off: int, sign: int, readiness: Readiness
) -> None:
    assert readiness_of(Check.CLOCK, clock_offset_ms=sign * off) is readiness


@pytest.mark.parametrize(
    ("median", "worst", "readiness"),
    [
        (0, 0, READY),
        (199, 1_999, READY),
        (200, 1_999, TO_LOOK_AT),
        (199, 2_000, TO_LOOK_AT),
        (999, 4_999, TO_LOOK_AT),
        (1_000, 1_000, NOT_READY),
        (10, 5_000, NOT_READY),
        (60_000, 60_000, NOT_READY),
    ],
)
def test_the_usual_and_the_worst_round_trip_both_count(median: int, worst: int, readiness: Readiness) -> None:
    assert readiness_of(Check.LATENCY, latency_ms=median, worst_ms=worst) is readiness


@pytest.mark.parametrize(
    ("down", "up", "readiness"),
    [
        (1_000, 250, READY),
        (999, 250, TO_LOOK_AT),
        (1_000, 249, TO_LOOK_AT),
        (250, 64, TO_LOOK_AT),
        (249, 1_000_000, NOT_READY),
        (1_000_000, 63, NOT_READY),
        (0, 0, NOT_READY),
    ],
)
def test_the_slower_way_decides(down: int, up: int, readiness: Readiness) -> None:
    assert readiness_of(Check.BANDWIDTH, down_kbits=down, up_kbits=up) is readiness


@pytest.mark.parametrize(
    ("width", "height", "readiness"),
    [
        (1_366, 768, READY),
        (1_000, 550, READY),
        (999, 550, TO_LOOK_AT),
        (1_000, 549, TO_LOOK_AT),
        (683, 384, TO_LOOK_AT),  # a laptop at 200 %
        (640, 360, TO_LOOK_AT),
        (639, 768, NOT_READY),
        (1_366, 359, NOT_READY),
    ],
)
def test_a_window_shows_a_whole_question(width: int, height: int, readiness: Readiness) -> None:
    assert readiness_of(Check.SCREEN, width=width, height=height) is readiness


@pytest.mark.parametrize(
    ("check", "nothing"),
    [
        (Check.CLOCK, "clock_offset_ms"),
        (Check.LATENCY, "latency_ms"),
        (Check.LATENCY, "worst_ms"),
        (Check.BANDWIDTH, "down_kbits"),
        (Check.BANDWIDTH, "up_kbits"),
    ],
)
def test_what_could_not_be_measured_is_not_ready(check: Check, nothing: str) -> None:
    assert readiness_of(check, **{nothing: None}) is NOT_READY


@pytest.mark.parametrize("feature", Feature)
def test_a_browser_that_lacks_anything_is_not_ready(feature: Feature) -> None:
    assert readiness_of(Check.BROWSER, missing=(feature,)) is NOT_READY


def test_a_network_that_lets_no_live_connection_through_is_not_ready() -> None:
    assert readiness_of(Check.CONNECTION, socket=False) is NOT_READY


@pytest.mark.parametrize(
    ("storage", "readiness"),
    [(Storage.KEPT, READY), (Storage.LOST, TO_LOOK_AT), (Storage.REFUSED, TO_LOOK_AT)],
)
def test_a_browser_that_forgets_is_to_be_looked_at(storage: Storage, readiness: Readiness) -> None:
    assert readiness_of(Check.STORAGE, storage=storage) is readiness


@pytest.mark.parametrize(
    ("sound", "readiness"),
    [
        (Sound.NOT_NEEDED, READY),
        (Sound.HEARD, READY),
        (Sound.NOT_TRIED, TO_LOOK_AT),
        (Sound.NOT_HEARD, NOT_READY),
    ],
)
def test_sound_counts_for_those_who_need_it(sound: Sound, readiness: Readiness) -> None:
    assert readiness_of(Check.SOUND, sound=sound) is readiness


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("sound", Sound)
def test_a_missing_voice_is_to_be_looked_at_where_somebody_needs_sound(sound: Sound, voice: Voice) -> None:
    found = judge(replace(A_GOOD_COMPUTER, sound=sound, voice=voice))[Check.VOICE]
    lacks = voice is Voice.NONE and sound is not Sound.NOT_NEEDED
    assert found is (TO_LOOK_AT if lacks else READY)


@given(measures())
def test_a_computer_is_as_good_as_its_worst_check(found: Measures) -> None:
    judged = judge(found)
    assert set(judged) == set(Check)
    order = list(Readiness)
    assert overall(judged) is order[max(order.index(one) for one in judged.values())]


@given(measures(), st.integers(1, 10_000))
def test_nothing_that_gets_worse_makes_a_computer_better(found: Measures, by: int) -> None:
    order = list(Readiness)
    before = judge(found)
    worse = replace(
        found,
        clock_offset_ms=None if found.clock_offset_ms is None else abs(found.clock_offset_ms) + by,
        latency_ms=None if found.latency_ms is None else found.latency_ms + by,
        worst_ms=None if found.worst_ms is None else found.worst_ms + by,
        down_kbits=None if found.down_kbits is None else max(0, found.down_kbits - by),
        up_kbits=None if found.up_kbits is None else max(0, found.up_kbits - by),
        width=max(1, found.width - by),
        height=max(1, found.height - by),
    )
    after = judge(worse)
    assert [check for check in Check if order.index(after[check]) < order.index(before[check])] == []
