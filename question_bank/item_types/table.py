"""The one table of item types, and what the exam room needs of them: show, parse, mark."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from question_bank.item_types.block_program import BlockProgram
from question_bank.item_types.body import Body
from question_bank.item_types.categorising import Categorising
from question_bank.item_types.file_tree import FileTree
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.mailbox import Mailbox
from question_bank.item_types.matching import Matching
from question_bank.item_types.multiple_choice import MultipleChoice
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.point import Point
from question_bank.item_types.responses import BadResponse, BadResponseCode, Response
from question_bank.item_types.search_page import SearchPage
from question_bank.item_types.seeding import item_seed
from question_bank.item_types.settings_panel import SettingsPanel
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.item_types.spreadsheet import Spreadsheet
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
    MAILBOX = "mailbox"
    FILE_MANAGER = "file_manager"
    SPREADSHEET = "spreadsheet"
    SEARCH_PAGE = "search_page"
    SETTINGS_PANEL = "settings_panel"
    BLOCK_PROGRAM = "block_program"
    MATCHING = "matching"
    CATEGORISING = "categorising"
    FILL_IN = "fill_in"
    POINT = "point"


ITEM_TYPES: Mapping[ItemType, type[Body]] = MappingProxyType(
    {
        ItemType.SINGLE_CHOICE: SingleChoice,
        ItemType.MULTIPLE_CHOICE: MultipleChoice,
        ItemType.NUMERIC: Numeric,
        ItemType.SHORT_TEXT: ShortText,
        ItemType.ORDERING: Ordering,
        ItemType.MAILBOX: Mailbox,
        ItemType.FILE_MANAGER: FileTree,
        ItemType.SPREADSHEET: Spreadsheet,
        ItemType.SEARCH_PAGE: SearchPage,
        ItemType.SETTINGS_PANEL: SettingsPanel,
        ItemType.BLOCK_PROGRAM: BlockProgram,
        ItemType.MATCHING: Matching,
        ItemType.CATEGORISING: Categorising,
        ItemType.FILL_IN: FillIn,
        ItemType.POINT: Point,
    }
)


class Attached(Protocol):
    """A file that goes with an item, as far as it is shown."""

    def render(self) -> JsonObject: ...


class Asked(Protocol):
    """The part of an item version that can be shown and marked; `instance` is its variant for a seed."""

    @property
    def type(self) -> ItemType: ...

    @property
    def stem(self) -> str: ...

    @property
    def body(self) -> Body: ...

    @property
    def shuffle(self) -> bool: ...

    @property
    def files(self) -> Sequence[Attached]: ...

    @property
    def calculator(self) -> bool: ...

    def instance(self, seed: int) -> "Asked": ...

    def variant_of(self, seed: int) -> int | None: ...


@lru_cache(maxsize=4096)
def _stem_blocks(stem: str) -> list[Json]:
    """The same list for every candidate: it is written out, never changed."""
    return [{"kind": block.kind.value, "text": block.text} for block in blocks(stem)]


def render_item(item: Asked, seed: int) -> JsonObject:
    """What the browser gets: no key, and no item id by which candidates could compare their tests.

    The number of a variant says nothing without the item; with it an incident can be told exactly.
    """
    asked, number = item.instance(seed), item.variant_of(seed)
    return {
        "type": asked.type.value,
        **({} if number is None else {"variant": number}),
        "stem_blocks": _stem_blocks(asked.stem),
        **({"files": [file.render() for file in asked.files]} if asked.files else {}),
        **({"calculator": True} if asked.calculator else {}),
        **asked.body.render(seed, asked.shuffle),
    }


def parse_response(item: Asked, seed: int, content: object) -> Response:
    """The response in a browser's JSON; raises BadResponse when it cannot be one to this item."""
    return item.instance(seed).body.parse(seed, content)


def is_correct(item: Asked, seed: int, content: object) -> bool:
    return item.instance(seed).body.is_correct(seed, content)


def right_content(item: Asked, seed: int) -> JsonObject:
    return item.instance(seed).body.right_content(seed)


def key_of(item: Asked) -> tuple[str, ...]:
    """For authors only."""
    return item.body.key()
