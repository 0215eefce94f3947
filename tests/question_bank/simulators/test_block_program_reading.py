"""Programs of blocks from a browser: only what is offered, fixed blocks as they were, nothing too big."""

import pytest

from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.table import BadResponse
from question_bank.simulators.block_program_blocks import Block, has_hole, program_to_json, walk
from question_bank.simulators.block_program_reading import BadProgram, Offer, read_program, read_start
from question_bank.simulators.block_program_words import World

GRID = Offer(
    World.GRID,
    ("forward", "left", "paint", "repeat", "until", "if_else", "define", "call"),
    (("left", 2),),
    tests=("goal", "not wall_ahead"),
    colours=("red",),
)
MEMORY = Offer(
    World.VARIABLES,
    ("set", "write", "if", "for_each"),
    names=("n", "x"),
    lists=("notes",),
    literals=("oui",),
    lengths=("notes",),
    operators=("plus", "rest"),
    comparisons=("equal",),
)
FORWARD: dict[str, Json] = {"do": "forward"}


def nested(depth: int) -> list[Json]:
    program: list[Json] = [FORWARD]
    for _ in range(depth - 1):
        program = [{"do": "repeat", "times": 2, "body": program}]
    return program


def code_of(sent: object, offer: Offer = GRID, start: tuple[Block, ...] = ()) -> str:
    with pytest.raises(BadResponse) as refused:
        read_program(sent, offer, start)
    return refused.value.code.value


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (None, "wrong_type"),
        ({}, "wrong_type"),
        ("forward", "wrong_type"),
        ([], "empty"),
        (["forward"], "wrong_type"),
        ([[]], "wrong_type"),
        ([{}], "unknown_option"),
        ([{"do": ["forward"]}], "unknown_option"),
        ([{"do": "take"}], "unknown_option"),
        ([{"do": "write", "value": 1}], "unknown_option"),
        ([{"do": "forward", "times": 2}], "wrong_fields"),
        ([{"do": "forward", "body": []}], "wrong_fields"),
        ([{"do": "forward", "fixed": False}], "wrong_type"),
        ([{"do": "forward", "fixed": 1}], "wrong_type"),
        ([{"do": "forward", "fixed": True}], "unknown_option"),
        ([{"do": "repeat", "body": []}], "wrong_fields"),
        ([{"do": "repeat", "times": 100}], "unknown_option"),
        ([{"do": "repeat", "times": -1}], "unknown_option"),
        ([{"do": "repeat", "times": True}], "wrong_type"),
        ([{"do": "repeat", "times": 2.0}], "wrong_type"),
        ([{"do": "repeat", "times": "2"}], "unknown_option"),
        ([{"do": "repeat", "times": [2]}], "unknown_option"),
        ([{"do": "repeat", "times": 2, "body": None}], "wrong_type"),
        ([{"do": "repeat", "times": 2, "body": [{"do": "define", "body": []}]}], "unknown_option"),
        ([{"do": "until", "test": "wall_ahead"}], "unknown_option"),
        ([{"do": "until", "test": None}], "wrong_type"),
        ([{"do": "paint", "colour": "blue"}], "unknown_option"),
        ([{"do": "left"}] * 3, "too_long"),
        ([FORWARD] * 61, "too_long"),
        ([{"do": "define"}, {"do": "define"}], "repeated_option"),
        (nested(9), "too_long"),
        (nested(500), "too_long"),
    ],
)
def test_what_is_no_program_of_the_grid_is_refused_by_its_reason(sent: Json, code: str) -> None:
    assert code_of(sent) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("y", "unknown_option"),
        ("notes", "unknown_option"),
        ("'non'", "unknown_option"),
        ("#n", "unknown_option"),
        (10_000, "unknown_option"),
        (10**30, "unknown_option"),
        ([1], "wrong_fields"),
        ([], "wrong_fields"),
        ([1, "plus"], "wrong_fields"),
        ([1, "minus", 2], "unknown_option"),
        ([1, "equal", 2], "unknown_option"),
        ([1, 2, 3], "unknown_option"),
        ([1, "plus", [1, "plus", 2]], "wrong_type"),
        ([1, "plus", 2, "plus", 3], "wrong_fields"),
        ([1] * 6, "too_long"),
        (None, "wrong_type"),
        (1.5, "wrong_type"),
        ({"var": "n"}, "wrong_type"),
    ],
)
def test_a_value_outside_the_menus_is_refused(value: Json, code: str) -> None:
    assert code_of([{"do": "write", "value": value}], MEMORY) == code


@pytest.mark.parametrize("value", [0, -9999, "n", "'oui'", "#notes", ["n", "rest", 2], "?", ["n", "?", "?"]])
def test_every_value_of_the_menus_is_taken_and_a_hole_as_well(value: Json) -> None:
    (block,) = read_program([{"do": "write", "value": value}], MEMORY, ())
    assert block.to_json() == {"do": "write", "value": value}
    assert has_hole(block) == ("?" in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize("test", [["n", "equal", 1], ["n", "rest", 2, "equal", 0], ["?", "?", "?"], "?"])
def test_a_comparison_has_three_or_five_parts(test: Json) -> None:
    (block,) = read_program([{"do": "if", "test": test}], MEMORY, ())
    assert block.values["test"] == (tuple(test) if isinstance(test, list) else test)


@pytest.mark.parametrize("test", [["n", "plus", 1], ["n", "equal"], ["n", "plus", 2, "plus", 0], "n", 1])
def test_what_compares_nothing_is_no_test(test: Json) -> None:
    assert code_of([{"do": "if", "test": test}], MEMORY) in {"unknown_option", "wrong_fields"}


def test_the_deepest_and_the_longest_program_are_taken() -> None:
    assert program_to_json(read_program(nested(8), GRID, ())) == nested(8)
    assert len(read_program([FORWARD] * 60, GRID, ())) == 60


START: list[Json] = [
    {"do": "repeat", "times": "?", "fixed": True, "body": [{"do": "call", "fixed": True}, {"do": "forward"}]},
    {"do": "until", "test": "wall_ahead", "body": [], "fixed": True},
]


def test_fixed_blocks_keep_their_order_their_places_and_their_values() -> None:
    start = read_start(START, GRID)
    repeat, until = ({**block} for block in START if isinstance(block, dict))
    filled: dict[str, Json] = {**repeat, "times": 3}
    assert len(list(walk(read_program([FORWARD, filled, FORWARD, until], GRID, start)))) == 6
    called: Json = {"do": "call", "fixed": True}
    assert len(read_program([{**filled, "body": [called]}, until], GRID, start)) == 2
    cases: list[tuple[Json, str]] = [
        ([filled], "incomplete"),
        ([FORWARD], "incomplete"),
        ([until, filled], "unknown_option"),
        ([{**filled, "body": []}, until], "incomplete"),
        ([{**filled, "body": [{"do": "call"}]}, until], "incomplete"),
        ([filled, {**until, "test": "goal"}], "unknown_option"),
        ([{**filled, "times": 100}, until], "unknown_option"),
        ([filled, until, {"do": "forward", "fixed": True}], "unknown_option"),
        ([{"do": "repeat", "times": 2, "body": [filled, until]}], "unknown_option"),
        ([filled, {**until, "body": [until]}], "unknown_option"),
    ]
    for changed, code in cases:
        assert code_of(changed, GRID, start) == code, changed


def test_only_the_holes_of_a_fixed_value_can_be_filled() -> None:
    start = read_start([{"do": "set", "name": "x", "value": ["n", "?", 2], "fixed": True}], MEMORY)

    def with_value(value: Json) -> list[Json]:
        return [{"do": "set", "name": "x", "value": value, "fixed": True}]

    assert read_program(with_value(["n", "rest", 2]), MEMORY, start)
    assert read_program(with_value(["n", "?", 2]), MEMORY, start)
    others: list[Json] = [
        ["n", "rest", 3],
        ["n", "minus", 2],
        ["x", "plus", 2],
        "n",
        ["n", "equal", 2],
        ["n", 1, 2],
    ]
    for other in others:
        assert code_of(with_value(other), MEMORY, start) == "unknown_option"


def test_a_fixed_block_stands_in_fixed_blocks_only() -> None:
    inner: Json = {"do": "repeat", "times": 2, "body": [{"do": "call", "fixed": True}]}
    with pytest.raises(BadResponse):
        read_start([inner], GRID)


def test_a_fixed_block_may_be_made_of_what_is_not_offered_but_no_other_block() -> None:
    fixed: Json = {"do": "if", "test": "on_blue", "fixed": True, "body": []}
    assert read_start([fixed], GRID)
    with pytest.raises(BadResponse):
        read_start([{"do": "until", "test": "on_blue"}], GRID)


def test_a_refused_program_says_which_block_was_looked_at() -> None:
    chosen: Json = {"do": "if_else", "test": "goal", "body": [FORWARD], "else": [FORWARD]}
    inner: Json = {"do": "repeat", "times": 2, "body": [FORWARD, {"do": "hop"}]}
    for program, where in [([chosen, {"do": "repeat"}], "2"), ([inner], "1.body.2")]:
        with pytest.raises(BadProgram) as refused:
            read_program(program, GRID, ())
        assert refused.value.where == where
