"""A simulated search page: the machine of the browser and ours agree, and only the goal scores."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.responses import SKIPPED
from question_bank.item_types.search_page import SearchPage
from question_bank.item_types.table import BadResponse
from question_bank.simulators.search_corpus import ANY, FILTERS, search
from question_bank.simulators.search_query import Operator, operators_of, parse_query
from tests.question_bank.simulators.page_cases import SEED, body_of, cases_of, searched

CASES = cases_of("search_page")
CHOOSING: SearchPage = body_of(CASES["item_id"])
ANSWERING: SearchPage = body_of("1.1-moteur-simule-b")
NO_FILTER = dict.fromkeys(FILTERS, ANY)


def found(typed: str, **filters: str) -> set[str]:
    scene = CHOOSING.scene
    return set(search(scene.documents, scene.days, typed, {**NO_FILTER, **filters}).names)


def test_the_shared_cases_play_in_the_item_as_it_is_rendered() -> None:
    assert CHOOSING.render(SEED, True) == CASES["item"]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_the_machine_does_as_the_browser_does(case: dict[str, Any]) -> None:
    acts = case["acts"]
    if "state" in case:
        assert searched(CHOOSING, acts) == case["state"]
        return
    searched(CHOOSING, acts[: case["refused"] - 1])
    with pytest.raises(BadResponse):
        searched(CHOOSING, acts)


@pytest.mark.parametrize("body", [CHOOSING, ANSWERING])
def test_the_solution_scores_and_comes_back_from_the_store(body: SearchPage) -> None:
    assert body.is_correct(SEED, body.right_content(SEED))
    assert not body.is_correct(SEED, {"skip": True})
    assert body.parse(SEED, {"skip": True}) == SKIPPED
    assert SearchPage.from_json(json.loads(json.dumps(body.to_json()))) == body


@pytest.mark.parametrize("body", [CHOOSING, ANSWERING])
def test_no_authored_name_and_no_part_of_the_key_is_shown(body: SearchPage) -> None:
    shown = body.render(SEED, True)
    assert not {"goal", "solution", "value", "accept"} & shown.keys()
    assert [one["id"] for one in shown["documents"]] == [  # type: ignore[index,union-attr,call-overload]
        f"d{place}" for place in range(1, len(body.scene.documents) + 1)
    ]


@pytest.mark.parametrize(
    "acts",
    [
        [["query", "jaguar -voiture"], ["choose", "d2"]],
        [["query", "jaguar -voiture"], ["choose", "d2"], ["choose", "d3"]],
        [["query", "jaguar -voiture"], ["choose", "d2"], ["choose", "d4"], ["choose", "d3"]],
        [["choose", "d2"], ["choose", "d4"]],
        [["query", "jaguar félin"], ["choose", "d2"], ["query", "jaguar -zoo"], ["choose", "d4"]],
        [["query", "jaguar -voiture"], ["choose", "d2"], ["choose", "d4"], ["query", "jaguar"]],
    ],
)
def test_what_misses_the_goal_does_not_score(acts: Json) -> None:
    assert not CHOOSING.is_correct(SEED, {"acts": acts})


def test_another_way_to_the_goal_scores() -> None:
    acts = [["query", 'jaguar -"voiture" -voitures'], ["choose", "d4"], ["choose", "d2"]]
    assert CHOOSING.is_correct(SEED, {"acts": acts})


def test_the_answer_counts_with_what_was_done() -> None:
    acts = [["query", "jaguar"], ["open", "d1"], ["bookmark", "d1"]]
    assert ANSWERING.is_correct(SEED, {"acts": acts, "answer": "2019"})
    assert not ANSWERING.is_correct(SEED, {"acts": acts, "answer": "2020"})
    assert not ANSWERING.is_correct(SEED, {"acts": acts})
    assert not ANSWERING.is_correct(SEED, {"acts": acts[:2], "answer": "2019"})
    assert not ANSWERING.is_correct(SEED, {"acts": [], "answer": "2019"})


@pytest.mark.parametrize(
    ("body", "content", "code"),
    [
        (CHOOSING, None, "not_an_object"),
        (CHOOSING, {}, "wrong_fields"),
        (CHOOSING, {"acts": []}, "empty"),
        (CHOOSING, {"acts": [["back"]], "answer": "x"}, "wrong_fields"),
        (CHOOSING, {"acts": [["choose", "d2"]], "skip": True}, "wrong_fields"),
        (CHOOSING, {"skip": 1}, "wrong_fields"),
        (CHOOSING, {"acts": [["open", "animal"]]}, "unknown_option"),
        (CHOOSING, {"acts": [["query", "x" * 201]]}, "too_long"),
        (ANSWERING, {"answer": "2019"}, "wrong_fields"),
        (ANSWERING, {"acts": []}, "empty"),
        (ANSWERING, {"acts": [["query", "zoo"]], "answer": "deux"}, "not_a_number"),
        (ANSWERING, {"acts": [["query", "zoo"]], "answer": 2019}, "wrong_type"),
        (ANSWERING, {"acts": [["filter", "period", "week"], ["open"]], "answer": "1"}, "wrong_fields"),
    ],
)
def test_what_cannot_be_a_response_is_refused(body: SearchPage, content: object, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        body.parse(SEED, content)
    assert refused.value.code == code


WORDS = st.lists(
    st.sampled_from(
        [
            "jaguar",
            "Félins",
            "zoo",
            "-voiture",
            '"grand félin',
            '"',
            "OR",
            "|",
            "site:example",
            "le",
            "-",
            "(",
        ]
    ),
    max_size=6,
).map(" ".join)
ARGUMENTS = st.sampled_from(["d1", "d2", "d13", "kind", "licence", "reuse", "any", "", "é"]) | WORDS
ACTS = st.lists(
    st.lists(
        st.sampled_from(["query", "filter", "open", "back", "choose", "unchoose", "x"])
        | ARGUMENTS
        | st.integers(),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=6,
)


@given(ACTS)
def test_any_acts_are_played_or_refused(acts: list[list[str | int]]) -> None:
    try:
        state = CHOOSING.parse(SEED, {"acts": acts})
    except BadResponse:
        return
    assert state != SKIPPED


@given(WORDS, st.sampled_from(FILTERS["licence"]), st.sampled_from(FILTERS["kind"]))
def test_a_filter_never_adds_to_what_the_operators_let_through(typed: str, licence: str, kind: str) -> None:
    narrow = found(f"{typed} site:example", licence=licence, kind=kind)
    assert narrow <= found("site:example", licence=licence, kind=kind) <= found("site:example")


@given(WORDS)
def test_an_excluded_word_is_in_no_result(typed: str) -> None:
    if typed.count('"') % 2 == 0:
        assert not found(f"{typed} -voiture") & {"auto", "occasion", "marque"}


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("jaguar", set()),
        ("jaguar - voiture", set()),
        ("or ou |", set()),
        ("jaguar -voiture", {"exclude"}),
        ('"jaguar" OU zoo', {"phrase", "or"}),
        ("site:a.example -filetype:pdf intitle:zoo", {"site", "exclude", "filetype", "intitle"}),
    ],
)
def test_which_operators_a_query_uses_is_told_from_its_parts(typed: str, used: set[str]) -> None:
    assert operators_of(parse_query(typed)) == {Operator(name) for name in used}
