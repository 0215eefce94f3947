"""A simulated panel of settings: the machine of the browser and ours agree, and only the goal scores."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.jsonvalues import BadJson, Json
from question_bank.item_types.responses import SKIPPED
from question_bank.item_types.settings_panel import SettingsPanel
from question_bank.item_types.table import BadResponse
from question_bank.simulators.settings_goal import Among, Between, Exactly, Rows, Without, rule_from_json
from tests.question_bank.simulators.page_cases import SEED, body_of, cases_of, settled

CASES = cases_of("settings_panel")
PANEL: SettingsPanel = body_of(CASES["item_id"])
RIGHT: list[Any] = PANEL.right_content(SEED)["acts"]  # type: ignore[assignment]


def test_the_shared_cases_play_in_the_item_as_it_is_rendered() -> None:
    assert PANEL.render(SEED, True) == CASES["item"]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_the_machine_does_as_the_browser_does(case: dict[str, Any]) -> None:
    acts = case["acts"]
    if "state" in case:
        assert settled(PANEL, acts) == case["state"]
        return
    settled(PANEL, acts[: case["refused"] - 1])
    with pytest.raises(BadResponse):
        settled(PANEL, acts)


def test_the_solution_scores_and_comes_back_from_the_store() -> None:
    assert PANEL.is_correct(SEED, PANEL.right_content(SEED))
    assert not PANEL.is_correct(SEED, {"skip": True})
    assert PANEL.parse(SEED, {"skip": True}) == SKIPPED
    assert SettingsPanel.from_json(json.loads(json.dumps(PANEL.to_json()))) == PANEL


def test_no_authored_name_and_no_part_of_the_key_is_shown() -> None:
    shown = json.dumps(PANEL.render(SEED, True))
    for name in ("goal", "solution", "friends", "lamp", "tablet", "nickname", "suggestions"):
        assert f'"{name}' not in shown


@pytest.mark.parametrize("left_out", range(len(RIGHT)))
def test_each_act_of_the_solution_is_needed_but_the_free_one(left_out: int) -> None:
    acts = [act for place, act in enumerate(RIGHT) if place != left_out]
    needed = RIGHT[left_out] != ["set", "s8", 60]  # 30, as it began, is in the range too
    if RIGHT[left_out] == ["set", "s7", "on"]:  # without it the pause is out of reach
        acts.remove(["set", "s8", 60])
        needed = False
    assert PANEL.is_correct(SEED, {"acts": acts}) is not needed


@pytest.mark.parametrize(
    "act",
    [
        ["set", "s2", "off"],
        ["set", "s3", "on"],
        ["set", "s1", "s1o3"],
        ["set", "s4", "lune martin"],
        ["set", "s4", "Lu"],
        ["set", "s5", "s5o2", "s5c1", "off"],
        ["set", "s5", "s5o1", "s5c3", "on"],
        ["set", "s6", "s6o1", "off"],
        ["set", "s8", 70],
        ["press", "s12"],
    ],
)
def test_one_thing_too_many_does_not_score(act: list[str | int]) -> None:
    assert not PANEL.is_correct(SEED, {"acts": [*RIGHT, act]})


def test_what_is_undone_and_what_is_free_do_no_harm() -> None:
    acts = [*RIGHT, ["set", "s2", "off"], ["set", "s2", "on"], ["set", "s7", "off"]]
    assert PANEL.is_correct(SEED, {"acts": acts})


NAMES = st.sampled_from(
    ["s1", "s4", "s5", "s6", "s8", "s10", "s12", "s1o2", "s5o1", "s5c1", "s6o2", "on", "off", ""]
)
ACTS = st.lists(
    st.lists(st.sampled_from(["set", "press"]) | NAMES | st.integers(-5, 200), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


@given(ACTS)
def test_any_acts_are_played_or_refused(acts: list[list[str | int]]) -> None:
    try:
        state = PANEL.parse(SEED, {"acts": acts})
    except BadResponse:
        return
    assert state != SKIPPED


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        (Among(("L'île",)), " L’île ", "l'île"),
        (Among((3, 5)), 5, 4),
        (Between(2, 4), 4, 5),
        (Without(("Léa",), 3), "Lune", "xLEAx"),
        (Without((), 3), "été", "  é "),
        (Exactly(frozenset({"a"})), frozenset({"a"}), frozenset({"a", "b"})),
        (Rows({"a": frozenset({"x"})}), frozenset({"a x", "b y"}), frozenset({"a x"})),
        (Rows({"a": frozenset()}), frozenset({"b y"}), frozenset({"a x", "b y"})),
    ],
)
def test_a_rule_holds_for_its_values_and_comes_back_from_the_store(rule: Any, right: Any, wrong: Any) -> None:
    before = frozenset({"a y", "b y"})
    assert rule.holds(right, before)
    assert not rule.holds(wrong, before)
    assert rule_from_json(rule.to_json()) == rule


@pytest.mark.parametrize("stored", [{"rule": "always"}, {"rule": "rows", "rows": []}, {}])
def test_a_stored_rule_of_another_shape_is_bad(stored: Json) -> None:
    with pytest.raises(BadJson):
        rule_from_json(stored)
