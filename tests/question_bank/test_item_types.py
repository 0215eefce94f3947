"""Every item type: its key scores, nothing secret reaches a browser, hostile JSON is refused in one way."""

import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.categorising import Categorising
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.matching import Matching
from question_bank.item_types.multiple_choice import MultipleChoice
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.options import Option
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.point import Point
from question_bank.item_types.responses import SKIPPED, Chosen
from question_bank.item_types.seeding import Stream, permutation, splitmix64
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.item_types.table import (
    ITEM_TYPES,
    BadResponse,
    BadResponseCode,
    Body,
    ItemType,
    item_seed,
)
from tests.question_bank.bodies import BODIES, ORDERINGS, SEEDS, multiple_choices, single_choices

PINNED_ORDER = (2, 3, 4, 5, 0, 1)
PINNED_IDS = (0, 5, 2, 1, 3, 4)
PINNED_SEED = 0x1DF258EF1AE279CF

FIELDS = (
    "option options order number text skip pairs places gaps zone l1 l2 l3 o1 o2 o3 o4".split()  # noqa: SIM905
)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["o1", "o2", "o9", "r1", "c1", "z1", "12", "NaN", "1e999", "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner),
    max_leaves=12,
)
FIELD_JSON = st.builds(
    lambda name, value: {name: value},
    st.sampled_from(FIELDS),
    ANY_JSON,
)


def shown(body: Body, seed: int, shuffle: bool = True) -> list[dict[str, str]]:
    options = body.render(seed, shuffle)["options"]
    assert isinstance(options, list)
    return options  # type: ignore[return-value]


def test_each_item_type_has_one_body() -> None:
    assert set(ITEM_TYPES) == set(ItemType)
    assert len(set(ITEM_TYPES.values())) == len(ItemType)


@given(BODIES, SEEDS)
def test_the_key_scores_right_for_any_seed(body: Body, seed: int) -> None:
    assert body.is_correct(seed, body.right_content(seed))


@given(BODIES, SEEDS)
def test_a_content_survives_its_way_through_json(body: Body, seed: int) -> None:
    assert body.is_correct(seed, json.loads(json.dumps(body.right_content(seed))))


@given(BODIES, SEEDS)
def test_a_skipped_item_is_a_response_and_is_wrong(body: Body, seed: int) -> None:
    assert body.parse(seed, {"skip": True}) == SKIPPED
    assert not body.is_correct(seed, {"skip": True})


@given(BODIES, SEEDS, ANY_JSON | FIELD_JSON)
def test_any_json_is_a_response_or_refused(body: Body, seed: int, content: Json) -> None:
    try:
        body.parse(seed, content)
    except BadResponse as refused:
        assert refused.code in BadResponseCode
    else:
        assert body.is_correct(seed, content) in {True, False}


@given(BODIES)
def test_a_stored_body_comes_back_the_same(body: Body) -> None:
    assert type(body).from_json(json.loads(json.dumps(body.to_json()))) == body


def named(value: Json) -> Iterator[dict[str, Json]]:
    """Every mapping with an id, at any depth."""
    inner: Iterable[Json] = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    if isinstance(value, dict) and "id" in value:
        yield value
    for one in inner:
        yield from named(one)


SHOWN = {
    SingleChoice: {"options"},
    MultipleChoice: {"options"},
    Numeric: {"unit"},
    ShortText: {"max_length"},
    Ordering: {"options"},
    Matching: {"lefts", "rights", "reuse"},
    Categorising: {"categories", "things"},
    FillIn: {"blocks", "gaps"},
    Point: {"picture", "zones"},
}
ZONE = {"id", "text", "x", "y", "width", "height"}
GAP = {"text": {"kind", "max_length"}, "number": {"kind", "unit"}, "choice": {"kind", "options"}}


@given(BODIES, SEEDS, st.booleans())
def test_a_browser_gets_only_what_it_shows(body: Body, seed: int, shuffle: bool) -> None:
    model = body.render(seed, shuffle)
    assert model.keys() == SHOWN[type(body)]
    assert all(one.keys() == (ZONE if isinstance(body, Point) else {"id", "text"}) for one in named(model))
    if isinstance(body, FillIn):
        gaps = model["gaps"]
        assert isinstance(gaps, list)
        assert all(isinstance(gap, dict) and gap.keys() == GAP[str(gap["kind"])] for gap in gaps)


@given(BODIES, SEEDS, st.booleans())
def test_a_name_stands_for_one_thing_of_an_item(body: Body, seed: int, shuffle: bool) -> None:
    names = [one["id"] for one in named(body.render(seed, shuffle))]
    assert len(set(map(str, names))) == len(names)


@given(BODIES, SEEDS)
def test_an_item_is_shown_the_same_each_time(body: Body, seed: int) -> None:
    again = type(body).from_json(body.to_json())
    assert again.render(seed, True) == body.render(seed, True)
    json.dumps(body.render(seed, True), allow_nan=False)


@given(single_choices(), SEEDS)
def test_every_other_single_option_is_wrong(body: SingleChoice, seed: int) -> None:
    right = [option["id"] for option in shown(body, seed) if body.is_correct(seed, {"option": option["id"]})]
    assert right == [body.right_content(seed)["option"]]


@given(multiple_choices(), SEEDS, st.data())
def test_only_the_exact_set_scores_in_any_order(body: MultipleChoice, seed: int, data: st.DataObject) -> None:
    ids = [option["id"] for option in shown(body, seed)]
    chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    right = body.right_content(seed)["options"]
    assert isinstance(right, list)
    assert body.is_correct(seed, {"options": chosen}) == (set(chosen) == set(right))


@given(ORDERINGS, SEEDS, st.data())
def test_only_the_authored_order_scores(body: Ordering, seed: int, data: st.DataObject) -> None:
    right = body.right_content(seed)["order"]
    assert isinstance(right, list)
    order = data.draw(st.permutations(right))
    assert body.is_correct(seed, {"order": order}) == (order == right)


@given(ORDERINGS, SEEDS, st.booleans())
def test_steps_are_never_shown_in_the_right_order(body: Ordering, seed: int, shuffle: bool) -> None:
    assert not body.is_correct(seed, {"order": [option["id"] for option in shown(body, seed, shuffle)]})


@given(single_choices(), SEEDS)
def test_without_shuffling_options_stand_as_authored(body: SingleChoice, seed: int) -> None:
    options = shown(body, seed, shuffle=False)
    places = [body.parse(seed, {"option": option["id"]}) for option in options]
    assert places == [Chosen((place,)) for place in range(len(options))]


def test_an_option_s_name_tells_nothing_about_its_authored_place() -> None:
    body = SingleChoice(tuple(Option(f"texte {place}", place == 0) for place in range(4)))
    names = [str(body.right_content(seed)["option"]) for seed in range(4000)]
    positions = [[option["id"] for option in shown(body, seed)].index(names[seed]) for seed in range(4000)]
    for name in ("o1", "o2", "o3", "o4"):
        assert 900 < names.count(name) < 1100
    for position in range(4):
        assert 900 < positions.count(position) < 1100
        at_o1 = sum(one == position and name == "o1" for one, name in zip(positions, names, strict=True))
        assert 190 < at_o1 < 310


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "not_an_object"),
        ([], "not_an_object"),
        ({}, "wrong_fields"),
        ({"option": "o1", "skip": True}, "wrong_fields"),
        ({"skip": False}, "wrong_fields"),
        ({"skip": 1}, "wrong_fields"),
        ({"options": ["o1"]}, "wrong_fields"),
        ({"option": 1}, "wrong_type"),
        ({"option": True}, "wrong_type"),
        ({"option": ["o1"]}, "wrong_type"),
        ({"option": "o5"}, "unknown_option"),
        ({"option": ""}, "unknown_option"),
    ],
)
def test_a_bad_single_choice_is_refused_by_its_reason(content: Json, code: str) -> None:
    body = SingleChoice(tuple(Option(text, text == "a") for text in "abcd"))
    with pytest.raises(BadResponse) as refused:
        body.parse(7, content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("o1", "wrong_type"),
        ([], "empty"),
        (["o1", "o1"], "repeated_option"),
        (["o1", "o2", "o3", "o4", "o1"], "too_long"),
        (["o1", 2], "wrong_type"),
        (["o7"], "unknown_option"),
    ],
)
def test_a_bad_multiple_choice_is_refused_by_its_reason(options: Json, code: str) -> None:
    body = MultipleChoice(tuple(Option(text, text in "ab") for text in "abcd"))
    with pytest.raises(BadResponse) as refused:
        body.parse(7, {"options": options})
    assert refused.value.code == code


def test_an_ordering_needs_every_step() -> None:
    with pytest.raises(BadResponse, match="incomplete"):
        Ordering(("a", "b", "c")).parse(7, {"order": ["o1", "o2"]})


@given(st.integers(1, 12), SEEDS, st.sampled_from(Stream))
def test_a_permutation_holds_every_place_once(count: int, seed: int, stream: Stream) -> None:
    assert sorted(permutation(count, seed, stream)) == list(range(count))


def test_permutations_stay_the_same_for_ever() -> None:
    assert splitmix64(0)[1] == 0xE220A8397B1DCDAF  # the generator's published first number
    assert permutation(6, 2**63 + 5, Stream.ORDER) == PINNED_ORDER
    assert permutation(6, 2**63 + 5, Stream.IDS) == PINNED_IDS
    assert item_seed(42, "1.1-choisir-des-mots-cles-a") == PINNED_SEED


def test_every_order_of_four_options_comes_about_as_often() -> None:
    orders = [permutation(4, seed, Stream.ORDER) for seed in range(24_000)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 24
    assert all(850 < count < 1150 for count in counts)
