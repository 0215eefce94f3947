"""The scenes that the documentation shows are read without a fault and are solved by their solutions."""

import pytest

from question_bank.item_types.table import ITEM_TYPES, ItemType
from tests.question_bank.simulators.cases import documented, read


@pytest.mark.parametrize("kind", [ItemType.MAILBOX, ItemType.FILE_MANAGER])
def test_a_documented_scene_is_a_good_one(kind: ItemType) -> None:
    body, told = read(ITEM_TYPES[kind], documented(kind))
    assert told == []
    assert body.is_correct(0, body.right_content(0))
