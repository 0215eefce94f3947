"""Matching and categorising: each thing gets one counterpart, and only all of them right score."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.categorising import Categorising
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.matching import Matching
from question_bank.item_types.table import BadResponse
from tests.question_bank.bodies import SEEDS, categorisings, listed, matchings
from tests.question_bank.item_files import problems_of

ANIMALS = Matching(("chat", "chien", "vache"), ("miaule", "aboie", "meugle", "vole"), (0, 1, 2), False)
DRINKS = Categorising(("chaud", "froid"), ("thé", "café", "jus", "lait"), (0, 0, 1, 1))
PAIRS = """
    pairs:
      - {left: chat, right: miaule}
      - {left: chien, right: aboie}
      - {left: vache, right: meugle}
"""


def ids(model: JsonObject, name: str) -> list[str]:
    return [thing["id"] for thing in listed(model, name)]


@given(matchings(), SEEDS, st.data())
def test_only_the_right_counterpart_of_every_line_scores(
    body: Matching, seed: int, data: st.DataObject
) -> None:
    model = body.render(seed, True)
    rights = st.sampled_from(ids(model, "rights"))
    pairs = {left: data.draw(rights) for left in ids(model, "lefts")}
    if not body.reuse and len(set(pairs.values())) < len(pairs):
        with pytest.raises(BadResponse, match="repeated_option"):
            body.parse(seed, {"pairs": pairs})
    else:
        assert body.is_correct(seed, {"pairs": pairs}) == ({"pairs": pairs} == body.right_content(seed))


@given(categorisings(), SEEDS, st.data())
def test_only_the_right_category_of_every_thing_scores(
    body: Categorising, seed: int, data: st.DataObject
) -> None:
    model = body.render(seed, True)
    categories = st.sampled_from(ids(model, "categories"))
    places = {thing: data.draw(categories) for thing in ids(model, "things")}
    assert body.is_correct(seed, {"places": places}) == ({"places": places} == body.right_content(seed))


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ("l1", "wrong_type"),
        ([["l1", "r1"]], "wrong_type"),
        ({}, "empty"),
        ({"l1": "r1"}, "incomplete"),
        ({"l1": "r1", "l2": "r2", "l9": "r3"}, "unknown_option"),
        ({"l1": "r1", "l2": "r2", "r3": "r3"}, "unknown_option"),
        ({"l1": "r1", "l2": "r2", "l3": "r9"}, "unknown_option"),
        ({"l1": "r1", "l2": "r2", "l3": "l3"}, "unknown_option"),
        ({"l1": "r1", "l2": "r2", "l3": ["r3"]}, "wrong_type"),
        ({"l1": "r1", "l2": "r2", "l3": None}, "wrong_type"),
        ({"l1": "r1", "l2": "r2", "l3": "r3", "l4": "r4"}, "too_long"),
        ({"l1": "r1", "l2": "r2", "l3": "r1"}, "repeated_option"),
    ],
)
def test_a_bad_matching_is_refused_by_its_reason(pairs: Json, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        ANIMALS.parse(7, {"pairs": pairs})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (["c1"], "wrong_type"),
        ({}, "empty"),
        ({"o1": "c1", "o2": "c1", "o3": "c2"}, "incomplete"),
        ({"o1": "c1", "o2": "c1", "o3": "c2", "o4": "c3"}, "unknown_option"),
        ({"o1": "c1", "o2": "c1", "o3": "c2", "c1": "c1"}, "unknown_option"),
        ({"o1": "c1", "o2": "c1", "o3": "c2", "o4": 1}, "wrong_type"),
    ],
)
def test_a_bad_categorising_is_refused_by_its_reason(places: Json, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        DRINKS.parse(7, {"places": places})
    assert refused.value.code == code


def test_the_names_and_the_order_of_two_lists_tell_nothing_of_each_other() -> None:
    """Dealt by one seed for both, l1 would always go with r1, and the first with the first."""
    body = Matching(("a", "b", "c"), ("1", "2", "3"), (0, 1, 2), False)
    alike = first = 0
    for seed in range(3000):
        pairs, model = body.right_content(seed)["pairs"], body.render(seed, True)
        assert isinstance(pairs, dict)
        alike += pairs["l1"] == "r1"
        first += pairs[ids(model, "lefts")[0]] == ids(model, "rights")[0]
    assert 850 < alike < 1150
    assert 850 < first < 1150


def test_the_order_and_the_names_of_things_tell_nothing_of_their_category() -> None:
    named = shown = 0
    for seed in range(2000):
        places = DRINKS.right_content(seed)["places"]
        assert isinstance(places, dict)
        named += places["o1"] == "c1"
        shown += places[ids(DRINKS.render(seed, False), "things")[0]] == "c1"
    assert 900 < named < 1100
    assert 900 < shown < 1100


def test_categories_stand_as_they_were_written() -> None:
    for seed in range(20):
        assert DRINKS.render(seed, True)["categories"] == [
            {"id": "c1", "text": "chaud"},
            {"id": "c2", "text": "froid"},
        ]


def test_without_shuffling_only_the_lines_of_a_matching_stand_as_written() -> None:
    models = [ANIMALS.render(seed, False) for seed in range(60)]
    lefts, rights = (
        [[one["text"] for one in listed(model, name)] for model in models] for name in ("lefts", "rights")
    )
    assert all(texts == ["chat", "chien", "vache"] for texts in lefts)
    assert len({tuple(texts) for texts in rights}) > 10


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("    pairs: [{left: a, right: b}]", "pairs : cette valeur ne convient pas"),
        (PAIRS + "    extras: [vole, vole]", "extras[2] : « vole » est proposé deux fois"),
        (PAIRS + "    extras: [aboie]", "extras[1] : « aboie » est aussi la réponse d’une ligne"),
        (PAIRS.replace("chien", "chat"), "pairs[2] : « chat » est proposé deux fois"),
        (PAIRS.replace("aboie", "miaule"), "pairs[2] : « miaule » est proposé deux fois"),
        (PAIRS + "    extra: [vole]", "extra : ce champ n’existe pas ici ; vouliez-vous écrire « extras » ?"),
        (PAIRS + "    options: [a]", "options : ce champ n’existe pas ici"),
        (
            PAIRS.replace("aboie", "miaule").replace("meugle", "miaule") + "    reuse: true",
            "pairs : toutes les lignes ont la même réponse",
        ),
    ],
)
def test_a_wrong_matching_is_explained(tmp_path: Path, fields: str, said: str) -> None:
    assert any(said in problem for problem in problems_of(tmp_path, "matching", fields))


def test_a_counterpart_may_be_repeated_where_it_may_be_used_again(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "matching", PAIRS) == []
    again = PAIRS.replace("aboie", "miaule") + "    reuse: true"
    assert problems_of(tmp_path, "matching", again) == []


@pytest.mark.parametrize(
    ("categories", "said"),
    [
        ("[{name: a, things: [1, 2, 3, 4]}]", "categories : cette valeur ne convient pas"),
        ("[{name: a, things: [1]}, {name: b, things: [2, 3]}]", "categories : 3 éléments à classer en tout"),
        (
            "[{name: a, things: [1, 2, 3, 4, 5]}, {name: b, things: [6, 7, 8, 9, 0]}]",
            "categories : 10 éléments à classer en tout",
        ),
        (
            "[{name: a, things: [1, 2]}, {name: a, things: [3, 4]}]",
            "categories[2] : « a » est proposé deux fois",
        ),
        ("[{name: a, things: [1, 1]}, {name: b, things: [3, 4]}]", "things[2] : « 1 » est proposé deux fois"),
        ("[{name: a, things: [1, 2]}, {name: b, things: [1, 3]}]", "things : « 1 » est dans deux catégories"),
        ("[{name: a, things: [1, 2, 3, 4]}, {name: b, things: []}]", "tout va dans la même catégorie"),
    ],
)
def test_a_wrong_categorising_is_explained(tmp_path: Path, categories: str, said: str) -> None:
    problems = problems_of(tmp_path, "categorising", f"    categories: {categories}")
    assert any(said in problem for problem in problems), problems


def test_a_category_may_be_empty_but_things_are_always_mixed(tmp_path: Path) -> None:
    categories = (
        "    categories: [{name: a, things: [1, 2]}, {name: b, things: [3, 4]}, {name: c, things: []}]"
    )
    assert problems_of(tmp_path, "categorising", categories) == []
    (problem,) = problems_of(tmp_path, "categorising", f"{categories}\n    shuffle: false")
    assert "shuffle : l’ordre écrit est la réponse" in problem
