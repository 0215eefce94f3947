"""Acts from a browser are read strictly; a solution that is none is told to its author."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.authored import Fields, Problem
from question_bank.item_types.jsonvalues import BadJson
from question_bank.item_types.responses import SKIPPED, Act, BadResponse
from question_bank.simulators.acts import (
    LONGEST_TEXT,
    MOST_ACTS,
    Acts,
    acts_from_json,
    acts_to_json,
    impossible,
    neutral_names,
    note_solution,
    parse_acts,
    read_solution,
    replay,
    turned,
)

PARTS = st.one_of(st.text("abc é’\n", max_size=8), st.integers(-(10**9), 10**9))
ACTS = st.lists(
    st.builds(lambda verb, rest: (verb, *rest), st.text("abc", min_size=1), st.lists(PARTS, max_size=8)),
    min_size=1,
    max_size=8,
).map(tuple)


@given(ACTS)
def test_acts_survive_their_way_to_the_server_and_to_the_store(acts: Acts) -> None:
    assert parse_acts({"acts": acts_to_json(acts)}) == acts
    assert acts_from_json(acts_to_json(acts)) == acts


def test_passing_is_no_act() -> None:
    assert parse_acts({"skip": True}) == SKIPPED


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "not_an_object"),
        ({}, "wrong_fields"),
        ({"acts": [["a"]], "more": 1}, "wrong_fields"),
        ({"acts": {"a": 1}}, "wrong_type"),
        ({"acts": []}, "empty"),
        ({"acts": [["a"]] * (MOST_ACTS + 1)}, "too_long"),
        ({"acts": [["a", *range(9)]]}, "too_long"),
        ({"acts": [["a", "x" * (LONGEST_TEXT + 1)]]}, "too_long"),
        ({"acts": [["a", "x" * LONGEST_TEXT]] * 30}, "too_long"),
        ({"acts": [["a", 10**9 + 1]]}, "too_large"),
        ({"acts": ["a"]}, "wrong_type"),
        ({"acts": [[]]}, "wrong_type"),
        ({"acts": [[1]]}, "wrong_type"),
        ({"acts": [["a", ["b"]]]}, "wrong_type"),
        ({"acts": [["a", None]]}, "wrong_type"),
        ({"acts": [["a", True]]}, "wrong_type"),
        ({"acts": [["a", 1.5]]}, "wrong_type"),
        ({"acts": [["a", "\x00"]]}, "bad_character"),
        ({"acts": [["a", "\ud800"]]}, "bad_character"),
    ],
)
def test_what_is_no_list_of_acts_is_refused(content: object, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        parse_acts(content)
    assert refused.value.code == code


@pytest.mark.parametrize("stored", [[["a", True]], [["a", 1.5]], [["a", None]], ["a"], {}])
def test_stored_acts_of_another_shape_are_bad(stored: object) -> None:
    with pytest.raises(BadJson):
        acts_from_json(stored)  # type: ignore[arg-type]


def test_neutral_names_tell_the_place_and_nothing_else() -> None:
    names = neutral_names("m", ["phishing", "ami"])
    assert names == {"phishing": "m1", "ami": "m2"}
    assert turned(names) == {"m1": "phishing", "m2": "ami"}


def _problems(written: str, goal: int) -> list[str]:
    """What is told about a solution for a machine that adds and must come to `goal`."""
    problems: list[Problem] = []
    fields = Fields(yaml.compose(written), "", problems)  # type: ignore[arg-type]
    solution = read_solution(fields)
    if not problems:
        note_solution(fields, lambda acts: replay(0, acts, _added) == goal, solution)
    return [f"{problem.field} {problem.problem}" for problem in problems]


def _added(total: int, act: Act) -> int:
    if act[0] != "add" or not isinstance(act[1], int):
        raise impossible()
    return total + act[1]


def test_a_right_solution_is_not_noted() -> None:
    assert _problems("solution: [[add, 1], [add, 2]]", 3) == []


@pytest.mark.parametrize(
    ("written", "goal", "told"),
    [
        ("solution: [[add, 1]]", 3, "solution cette suite d’actions n’atteint pas le but"),
        ("solution: [[add, 1], [drop, 2]]", 3, "solution[2] l’action « drop 2 » est impossible ici"),
        ("solution: [[add, 0]]", 0, "goal le but est atteint sans rien faire"),
        ("solution: [add]", 0, "solution[1] cette valeur ne convient pas"),
        ("solution: [[add, {}]]", 0, "solution[1] cette valeur ne convient pas"),
    ],
)
def test_a_solution_that_is_none_is_noted(written: str, goal: int, told: str) -> None:
    assert told.replace("\u00a0", " ") in [line.replace("\u00a0", " ") for line in _problems(written, goal)]
