"""Programs of blocks as items: read from a file, shown without what is hidden, marked by running them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.item_types.block_program import BlockProgram
from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.responses import SKIPPED
from question_bank.item_types.table import BadResponse, BadResponseCode
from question_bank.items import ItemVersion
from question_bank.loading import BankErrors, load_bank

HEAD = """\
competence: "3.4"
skill: robot
title: Programmer
items:
  - id: 3.4-robot-a
    level: 3
    type: block_program
    time: 150
    stem: Programmez.
    rationale: Parce que.
"""
GRID = """\
    world: grid
    worlds:
      - map: |
          #####
          #>.*#
          #####
      - map: |
          ######
          #>..*#
          ######
        hidden: true
    goal: [at_goal]
    blocks: [until, forward, right, if]
    limits: {until: 1}
    tests: [goal, wall_ahead]
    most_blocks: 3
    start: [{do: forward}]
    solution: [{do: until, test: goal, body: [{do: forward}]}]
"""
MEMORY = """\
    world: variables
    trials:
      - inputs: {notes: [8, 12], n: 2}
        output: [20, oui]
      - inputs: {notes: [1, 1], n: 3}
        output: [2]
        hidden: true
    variables: [total, note]
    operators: [rest]
    literals: ["oui"]
    lengths: [notes]
    blocks: [add, write, if]
    start:
      - {do: set, name: total, value: "?", fixed: true}
      - {do: for_each, name: note, list: notes, body: [], fixed: true}
    solution:
      - {do: set, name: total, value: 0, fixed: true}
      - {do: for_each, name: note, list: notes, fixed: true, body: [{do: add, name: total, value: note}]}
      - {do: write, value: total}
      - {do: if, test: [n, rest, 2, equal, 0], body: [{do: write, value: "'oui'"}]}
"""
PROCEDURE = """\
    world: grid
    worlds:
      - map: |
          #>..o#
          #x...#
        painted: |
          .RR...
          ......
    goal: [painted, all_taken]
    blocks: [forward, take, paint, call, define]
    colours: [red, blue]
    procedure: pas
    solution:
      - {do: call}
      - {do: call}
      - {do: forward}
      - {do: take}
      - {do: define, body: [{do: paint, colour: red}, {do: forward}]}
"""


def load(folder: Path, fields: str) -> ItemVersion:
    path = folder / "3.4" / "robot.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + fields, encoding="utf-8")
    return load_bank(folder).items[0]


def body_of(folder: Path, fields: str) -> BlockProgram:
    body = load(folder, fields).body
    assert isinstance(body, BlockProgram)
    return body


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> list[BlockProgram]:
    return [body_of(tmp_path_factory.mktemp("bank"), fields) for fields in (GRID, MEMORY, PROCEDURE)]


def ids_in(value: Json) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in ids_in(one)]
    if not isinstance(value, dict):
        return []
    own = [str(value["id"])] if "id" in value else []
    return own + [found for one in value.values() for found in ids_in(one)]


def test_the_solution_is_right_and_the_start_or_nothing_is_not(bodies: list[BlockProgram]) -> None:
    for body in bodies:
        assert body.is_correct(1, body.right_content(1))
        assert not body.is_correct(1, {"skip": True})
        assert body.parse(1, {"skip": True}) == SKIPPED
        assert not body.solves(body.start)


def test_a_stored_body_comes_back_the_same(tmp_path: Path) -> None:
    for fields in (GRID, MEMORY, PROCEDURE):
        item = load(tmp_path, fields)
        assert ItemVersion.from_json(json.loads(json.dumps(item.to_json()))) == item


def test_what_can_be_chosen_has_a_name_of_its_own_and_a_text(bodies: list[BlockProgram]) -> None:
    for body in bodies:
        shown = body.render(1, shuffle=True)
        ids = ids_in(shown)
        assert len(ids) == len(set(ids)) > 3
        for menu in ("blocks", "tests", "colours", "operators", "comparisons", "names"):
            choices = shown[menu]
            assert isinstance(choices, list)
            assert all(isinstance(choice, dict) and choice["text"] for choice in choices)


def test_hidden_worlds_the_solution_and_the_goals_stay_here(bodies: list[BlockProgram]) -> None:
    grid, memory, _ = (body.render(1, shuffle=True) for body in bodies)
    for shown in (grid, memory):
        assert isinstance(shown["worlds"], list)
        assert len(shown["worlds"]) == 1
        assert shown["tried_elsewhere"] is True
        assert not {"solution", "goals", "goal", "trials"} & shown.keys()
    assert "#>..*#" not in json.dumps(grid)


def test_a_block_that_only_the_start_has_is_shown_but_cannot_be_added(bodies: list[BlockProgram]) -> None:
    shown = bodies[1].render(1, shuffle=True)["blocks"]
    assert isinstance(shown, list)
    most = {block["id"]: block["most"] for block in shown if isinstance(block, dict)}
    assert most == {"set": 0, "add": 60, "write": 60, "for_each": 0, "if": 60}


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ([{"do": "until", "test": "goal", "body": [{"do": "forward"}]}], True),
        ([{"do": "forward"}, {"do": "forward"}], False),  # only the world that is shown
        ([{"do": "until", "test": "wall_ahead", "body": [{"do": "forward"}]}], True),
        ([{"do": "until", "test": "goal", "body": []}], False),  # never ends
        ([{"do": "until", "test": "goal", "body": [{"do": "forward"}]}, {"do": "forward"}], False),  # a wall
        (
            [{"do": "until", "test": "goal", "body": [{"do": "forward"}]}, *[{"do": "right"}] * 2],
            False,
        ),  # long
        ([{"do": "until", "test": "?", "body": [{"do": "forward"}]}], False),  # a hole
    ],
)
def test_a_program_is_right_when_it_solves_every_world(
    bodies: list[BlockProgram], program: Json, right: bool
) -> None:
    assert bodies[0].is_correct(1, {"program": program}) is right


def test_authors_read_the_key_as_a_program(bodies: list[BlockProgram]) -> None:
    assert bodies[1].key() == (
        "Mettre total à 0",
        "Pour chaque note de notes",
        "    Ajouter note à total",
        "Écrire total",
        "Si n modulo (reste de ÷) 2 = 0",
        "    Écrire «\u00a0oui\u00a0»",
    )
    assert bodies[2].key()[0] == "Appeler «\u00a0pas\u00a0»"


PARAMETRIC = """\
    variants:
      draw:
        n: {whole: [2, 6]}
        mot: {one_of: [tour, pas]}
        long: {is: "'.' * (n - 1)"}
        mur: {is: "'#' * (n + 3)"}
    world: grid
    worlds:
      - map: |
          {{mur}}
          #>{{long}}*#
          {{mur}}
    goal: [at_goal]
    blocks: [repeat, forward]
    most_blocks: 2
    procedure: "{{mot}}"
    solution: [{do: repeat, times: "{{n}}", body: [{do: forward}]}]
"""


def test_numbers_names_and_maps_may_come_from_variants(tmp_path: Path) -> None:
    item = load(tmp_path, PARAMETRIC)
    bodies = {item.variant(number).body for number in range(40)}
    assert len(bodies) > 4
    for body in bodies:
        assert isinstance(body, BlockProgram)
        assert body.is_correct(1, body.right_content(1))
        (loop,) = body.solution
        assert len(body.worlds[0].map[1]) - 3 == loop.values["times"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    ["forward", "until", "if", "write", "add", "set", "for_each", "call", "define", "?", 3]
)
BLOCKS = st.recursive(
    st.fixed_dictionaries({"do": WORDS}),
    lambda inner: st.fixed_dictionaries(
        {"do": WORDS},
        optional={
            "body": st.lists(inner, max_size=3),
            "test": st.sampled_from(["goal", "wall_ahead", "?"]) | st.lists(WORDS, max_size=6),
            "value": WORDS | st.lists(WORDS, max_size=4),
            "name": st.sampled_from(["total", "note", "x"]),
            "list": st.sampled_from(["notes", "n"]),
            "fixed": st.booleans(),
            "colour": st.sampled_from(["red", "green"]),
        },
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.integers(0, 2), JSON | st.fixed_dictionaries({"program": JSON | st.lists(BLOCKS, max_size=5)}))
def test_any_json_is_a_response_or_refused(bodies: list[BlockProgram], place: int, content: Json) -> None:
    body = bodies[place]
    try:
        body.parse(1, content)
    except BadResponse as refused:
        assert refused.code in BadResponseCode
    else:
        assert body.is_correct(1, content) in {True, False}


@pytest.mark.parametrize(
    ("fields", "old", "new", "where", "problem"),
    [
        (GRID, "world: grid", "world: maze", "world", "ne convient pas"),
        (GRID, "#>.*#", "#..*#", "worlds[1].map", "un seul robot"),
        (GRID, "#>.*#", "#>.>#", "worlds[1].map", "un seul robot"),
        (GRID, "#>.*#", "#>..#", "worlds[1].map", "pas de but"),
        (GRID, "#>.*#", "#>.*.#", "worlds[1].map", "même longueur"),
        (GRID, "#>.*#", "#>?*#", "worlds[1].map", "« ? » n’existe pas"),
        (GRID, "#>..*#", "#>.R*#", "worlds[2]", "annonce"),
        (
            GRID,
            "      - map: |\n          #####",
            "      - hidden: true\n        map: |\n          #####",
            "worlds[1]",
            "caché",
        ),
        (GRID, "[at_goal]", "[at_home]", "goal[1]", "n’existe pas ici"),
        (GRID, "[at_goal]", "[painted]", "worlds[1].painted", "manque"),
        (GRID, "[goal, wall_ahead]", "[goal, wall]", "tests[2]", "n’existe pas ici"),
        (GRID, "right, if]", "right, hop]", "blocks[4]", "n’existe pas ici"),
        (GRID, "{until: 1}", "{until: 1, left: 2}", "limits.left", "n’est pas dans"),
        (GRID, "right, if]", "right, call]", "procedure", "pas de nom"),
        (GRID, "most_blocks: 3", "most_blocks: 1", "solution", "n’atteint pas le but"),
        (
            GRID,
            "start: [{do: forward}]",
            "start: [{do: forward}, {do: forward}, {do: hop}]",
            "start",
            "bloc 3",
        ),
        (GRID, "test: goal, body", "test: on_red, body", "solution", "bloc 1"),
        (GRID, "most_blocks: 3", "most_block: 3", "most_block", "n’existe pas"),
        (MEMORY, "variables: [total, note]", "variables: [total, note, write]", "variables", "déjà pris"),
        (MEMORY, "variables: [total, note]", "variables: [total, note, n]", "variables", "déjà pris"),
        (MEMORY, "variables: [total, note]", "variables: [total, note, 2x]", "variables", "nom de variable"),
        (MEMORY, "{notes: [1, 1], n: 3}", "{notes: [1, 1], n: trois}", "trials[2]", "premier essai"),
        (MEMORY, "{notes: [1, 1], n: 3}", "{notes: [1, 1]}", "trials[2]", "premier essai"),
        (MEMORY, "output: [2]", "output: [3]", "solution", "n’atteint pas le but"),
        (MEMORY, "output: [2]", "output: 2", "trials[2].output", "ne convient pas"),
        (MEMORY, "n: 2}", "n: 1.5}", "trials[1].inputs.n", "ne convient pas"),
        (MEMORY, "value: 0, fixed: true", "value: 0", "solution", "bloc 2"),
        (MEMORY, "lengths: [notes]", "lengths: [n]", "lengths[1]", "n’existe pas ici"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(
    tmp_path: Path, fields: str, old: str, new: str, where: str, problem: str
) -> None:
    assert old in fields
    with pytest.raises(BankErrors) as errors:
        load(tmp_path, fields.replace(old, new, 1))
    found = [(error.field, str(error.problem)) for error in errors.value.errors]
    assert any(field.removeprefix("items[1].") == where and problem in said for field, said in found), found


def test_a_start_that_is_already_right_is_no_question(tmp_path: Path) -> None:
    solved = GRID.replace("start: [{do: forward}]", "start: [{do: until, test: goal, body: [{do: forward}]}]")
    with pytest.raises(BankErrors, match="atteint déjà le but"):
        load(tmp_path, solved)
