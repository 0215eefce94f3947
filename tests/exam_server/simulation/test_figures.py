"""What simulated people measure, and the server's time as they estimate it."""

from dataclasses import replace
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from exam_server.simulation.report import Latencies, Report
from exam_server.simulation.server_clock import ServerClock


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_sample_that_enough_others_do_not_exceed(
    samples: list[float], share: float
) -> None:
    latencies = Latencies(samples)
    found = latencies.percentile(share)
    assert found in samples
    assert sum(sample <= found for sample in samples) >= share * len(samples) - 1e-6 * len(samples) - 1e-9


def test_the_figures_of_a_hundred_samples_are_the_usual_ones() -> None:
    latencies = Latencies()
    for hundredth in range(100, 0, -1):
        latencies.note(hundredth / 1000)
    figures = latencies.figures
    assert [round(each) for each in (figures.p50, figures.p95, figures.p99, figures.most)] == [
        50,
        95,
        99,
        100,
    ]
    assert figures.count == 100


def test_a_room_is_in_order_only_when_every_candidate_got_to_an_end() -> None:
    done = Report(3, 3, {"completed": 2, "timed_out": 1}, 96, 2.0, {}, {}, {}, ())
    assert done.ok
    assert done.responses_per_second == 48
    assert not replace(done, ends={"completed": 2}).ok
    assert not replace(done, failures=("lost",)).ok


def test_the_sample_with_the_shortest_round_trip_tells_the_server_s_time() -> None:
    clock, now = ServerClock(), perf_counter()
    clock.learn(1_000_000, now - 0.010, now, 1)
    clock.learn(5_000_000, now - 0.500, now, 1)
    assert abs(clock.now_ms() - 1_000_005) < 1000


def test_an_accelerated_clock_runs_on_at_its_own_speed() -> None:
    clock, now = ServerClock(), perf_counter()
    clock.learn(1_000_000, now - 10.0, now - 10.0, 100)
    assert abs(clock.now_ms() - 2_000_000) < 100_000
