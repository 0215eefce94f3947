"""Programs of blocks: the table of cases that the page's copy of the machine is held to as well."""

import json

import pytest

from question_bank.item_types.jsonvalues import Json
from tests.question_bank.simulators.block_program_outcomes import TABLE, generated, outcome

CASES = json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["written"] + CASES["generated"], ids=lambda case: case["name"])
def test_a_program_comes_to_what_the_table_says(case: dict[str, Json]) -> None:
    assert outcome(case) == case["outcome"]


def test_the_generated_part_of_the_table_is_what_its_seed_gives() -> None:
    assert CASES["generated"] == generated()


def test_the_table_knows_every_way_to_stop() -> None:
    stops = {case["outcome"]["error"] for case in CASES["written"]}
    grid = {"wall", "nothing_here", "nothing_carried", "occupied"}
    memory = {"unset", "kinds", "zero", "too_big", "too_long"}
    assert stops == {"", "hole", "steps", "calls", "undefined"} | grid | memory


def test_generated_programs_mostly_come_to_an_end_or_do_something_first() -> None:
    outcomes = [case["outcome"] for case in CASES["generated"]]
    assert sum(each["error"] == "" for each in outcomes) > 20
    assert sum(each["steps"] > 5 for each in outcomes) > 50
