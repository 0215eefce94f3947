"""The one table of item types, and what the exam room needs of them: show, parse, mark."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from question_bank.item_types.body import Body
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.multiple_choice import MultipleChoice
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.responses import BadResponse, BadResponseCode, Response
from question_bank.item_types.seeding import item_seed
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.typography import blocks

__all__ = [
    "ITEM_TYPES",
    "BadResponse",
    "BadResponseCode",
    "Body",
    "ItemType",
    "Response",
    "is_correct",
    "item_seed",
    "key_of",
    "parse_response",
    "render_item",
    "right_content",
]


class ItemType(StrEnum):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"
    ORDERING = "ordering"


ITEM_TYPES: Mapping[ItemType, type[Body]] = MappingProxyType(
    {
        ItemType.SINGLE_CHOICE: SingleChoice,
        ItemType.MULTIPLE_CHOICE: MultipleChoice,
        ItemType.NUMERIC: Numeric,
        ItemType.SHORT_TEXT: ShortText,
        ItemType.ORDERING: Ordering,
    }
)


class Asked(Protocol):
    """The part of an item version that can be shown and marked."""

    @property
    def type(self) -> ItemType: ...

    @property
    def stem(self) -> str: ...

    @property
    def body(self) -> Body: ...

    @property
    def shuffle(self) -> bool: ...


@lru_cache(maxsize=4096)
def _stem_blocks(stem: str) -> list[Json]:
    """The same list for every candidate: it is written out, never changed."""
    return [{"kind": block.kind.value, "text": block.text} for block in blocks(stem)]


def render_item(item: Asked, seed: int) -> JsonObject:
    """What the browser gets: no key, and no item id by which candidates could compare their tests."""
    return {
        "type": item.type.value,
        "stem_blocks": _stem_blocks(item.stem),
        **item.body.render(seed, item.shuffle),
    }


def parse_response(item: Asked, seed: int, content: object) -> Response:
    """The response in a browser's JSON; raises BadResponse when it cannot be one to this item."""
    return item.body.parse(seed, content)


def is_correct(item: Asked, seed: int, content: object) -> bool:
    return item.body.is_correct(seed, content)


def right_content(item: Asked, seed: int) -> JsonObject:
    return item.body.right_content(seed)


def key_of(item: Asked) -> tuple[str, ...]:
    """For authors only."""
    return item.body.key()
