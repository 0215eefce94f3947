"""Example items of the types that the shipped bank may not have, as files like any other."""

from functools import lru_cache
from pathlib import Path

from question_bank.items import Bank, ItemType, ItemVersion
from question_bank.loading import load_bank


@lru_cache
def example_bank() -> Bank:
    """Two items of each type that gives things their place."""
    return load_bank(Path(__file__).parent / "items")


def examples(kind: ItemType) -> tuple[ItemVersion, ...]:
    """Those of one type."""
    return tuple(item for item in example_bank().items if item.type is kind)
