"""A question that allows a calculator says so in its file; to every other one nothing is added."""

from pathlib import Path

import pytest

from question_bank.item_types.table import render_item
from question_bank.items import ItemVersion
from tests.question_bank.item_files import loaded, problems_of
from tests.support.house import shipped_bank

ANSWER = '    answer: {value: "12"}\n'


def test_an_item_that_allows_it_is_shown_with_one(tmp_path: Path) -> None:
    item = loaded(tmp_path, "numeric", ANSWER + "    calculator: true")
    assert render_item(item, 3)["calculator"] is True
    assert item.to_json()["calculator"] is True
    assert ItemVersion.from_json(item.to_json()) == item


@pytest.mark.parametrize("fields", ["", "    calculator: false"])
def test_an_item_that_does_not_is_the_version_that_it_was(tmp_path: Path, fields: str) -> None:
    item = loaded(tmp_path, "numeric", ANSWER + fields)
    assert "calculator" not in item.to_json()
    assert "calculator" not in render_item(item, 3)
    assert ItemVersion.from_json(item.to_json()) == item
    assert item.version != loaded(tmp_path, "numeric", ANSWER + "    calculator: true").version


def test_it_is_yes_or_no(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "numeric", ANSWER + "    calculator: peut-être")
    assert "items[1].calculator" in problem


def test_every_variant_of_an_item_has_it(tmp_path: Path) -> None:
    fields = (
        '    variants: {draw: {n: {whole: [1, 9999]}}}\n    answer: {value: "{{n}}"}\n    calculator: true'
    )
    item = loaded(tmp_path, "numeric", fields)
    assert [render_item(item, seed)["calculator"] for seed in range(5)] == [True] * 5


def test_where_the_shipped_bank_allows_one_a_number_is_asked_for() -> None:
    allowing = [item for item in shipped_bank().items.items if item.calculator]
    assert {item.type.value for item in allowing} == {"numeric"}
    assert len(allowing) <= 12
