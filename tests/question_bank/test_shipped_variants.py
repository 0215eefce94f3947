"""Variants of every shipped item as anybody can meet them: made, well formed, the key right."""

import os
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import pytest

from question_bank.checks import check_every_variant
from question_bank.items import ItemVersion
from question_bank.variants import VARIANTS
from tests.support.house import shipped_bank

# All thousand take a quarter of an hour on two cores: PASSATION_VARIANTS=1000, or `passation bank check
# --every-variant`. Without a word, every tenth.
MADE = int(os.environ.get("PASSATION_VARIANTS", "40"))
NUMBERS = range(0, VARIANTS, max(1, VARIANTS // MADE))


def families() -> Iterator[tuple[str, list[ItemVersion]]]:
    parametric = [item for item in shipped_bank().items.items if item.variants is not None]
    for family, items in groupby(parametric, key=lambda item: item.family):
        yield family, list(items)


@pytest.mark.parametrize(("family", "items"), [pytest.param(*one, id=one[0]) for one in families()])
def test_every_variant_can_be_made_marks_its_key_right_and_differs_from_others(
    family: str, items: list[ItemVersion]
) -> None:
    assert [str(finding) for finding in check_every_variant(items, NUMBERS)] == []


def test_a_third_of_the_bank_is_parametric_and_a_third_are_situations() -> None:
    counts: dict[str, int] = defaultdict(int)
    for item in shipped_bank().items.items:
        counts["all"] += 1
        counts["parametric"] += item.variants is not None
        counts["situations"] += item.situation
    assert 3 * counts["parametric"] >= counts["all"]
    assert 3 * counts["situations"] >= counts["all"]


def test_no_type_takes_a_name_that_every_item_has_on_the_screen() -> None:
    for item in shipped_bank().items.items:
        assert not {"type", "stem_blocks", "stem", "files", "variant", "position"} & set(
            item.body.render(1, item.shuffle)
        ), item.id
