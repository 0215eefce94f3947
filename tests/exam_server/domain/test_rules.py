"""The exam's rules as a session keeps them: nothing is lost in writing, and what are no rules is refused."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.help_calls import HelpStopsClock
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules

LENGTHS = st.timedeltas(timedelta(), timedelta(hours=10))
RULES = st.builds(
    ExamRules,
    duration=LENGTHS,
    check_in=LENGTHS,
    grace=LENGTHS,
    items=st.integers(1, 100),
    minimum_responses=st.integers(1, 100),
    exposure_ppm=st.integers(1, 1_000_000),
    help_stops_clock=st.sampled_from(HelpStopsClock),
    late_limit=st.none() | LENGTHS,
    admission_lasts=st.none() | LENGTHS,
    fraud_needs_second=st.booleans(),
)
LIMITS = ("late_limit_us", "admission_lasts_us")

FIGURES = [name for name, value in ExamRules().to_json().items() if type(value) is int]


@given(RULES)
def test_rules_that_were_written_are_read_back_to_the_microsecond(rules: ExamRules) -> None:
    assert ExamRules.from_json(rules.to_json()) == rules


def test_each_rule_is_written_under_a_name_of_its_own() -> None:
    assert ExamRules().to_json() == {
        "duration_us": 6_300_000_000,
        "check_in_us": 900_000_000,
        "grace_us": 5_000_000,
        "items": 32,
        "minimum_responses": 20,
        "exposure_ppm": 50_000,
        "help_stops_clock": "technical",
        "fraud_needs_second": True,
        "late_limit_us": 3_600_000_000,
        "admission_lasts_us": 900_000_000,
    }


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("wrong", [None, "20", True, [20]])
def test_a_rule_that_is_no_whole_number_is_named(name: str, wrong: JSON) -> None:
    with pytest.raises(ValueError, match=name):
        ExamRules.from_json({**ExamRules().to_json(), name: wrong})


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in LIMITS])
def test_a_rule_that_is_missing_is_named(name: str) -> None:
    written = ExamRules().to_json()
    del written[name]
    with pytest.raises(ValueError, match=name):
        ExamRules.from_json(written)


@pytest.mark.parametrize("wrong", [None, "some", True, ["all"]])
def test_a_policy_of_help_calls_that_does_not_exist_is_named(wrong: JSON) -> None:
    with pytest.raises(ValueError, match="help_stops_clock"):
        ExamRules.from_json({**ExamRules().to_json(), "help_stops_clock": wrong})


def test_in_a_session_opened_before_there_were_help_calls_none_stops_the_clock() -> None:
    written = ExamRules().to_json()
    del written["help_stops_clock"]
    assert ExamRules.from_json(written).help_stops_clock is HelpStopsClock.NONE


@pytest.mark.parametrize("wrong", [None, "true", 1, [True]])
def test_whether_fraud_takes_two_is_yes_or_no(wrong: JSON) -> None:
    with pytest.raises(ValueError, match="fraud_needs_second"):
        ExamRules.from_json({**ExamRules().to_json(), "fraud_needs_second": wrong})


def test_in_a_session_opened_before_fraud_took_two_one_person_is_enough() -> None:
    written = ExamRules().to_json()
    del written["fraud_needs_second"]
    assert ExamRules.from_json(written).fraud_needs_second is False


def test_a_session_that_was_opened_before_there_were_limits_has_none() -> None:
    written = {name: value for name, value in ExamRules().to_json().items() if name not in LIMITS}
    rules = ExamRules.from_json(written)
    assert (rules.late_limit, rules.admission_lasts) == (None, None)
    assert rules.to_json() == written


@pytest.mark.parametrize("written", [None, [], "rules", 20])
def test_what_is_no_object_is_no_set_of_rules(written: JSON) -> None:
    with pytest.raises(ValueError, match="rules"):
        ExamRules.from_json(written)


def test_a_rule_of_a_later_version_is_passed_over() -> None:
    assert ExamRules.from_json({**ExamRules().to_json(), "breaks": 2}) == ExamRules()
