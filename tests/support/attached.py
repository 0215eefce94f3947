"""A bank whose every item carries files of its own, for tests of who gets them."""

from dataclasses import replace
from functools import cache

from question_bank.files import FileKind, FileSpec
from question_bank.files.cells import Cell, CellKind
from question_bank.files.csv_file import CsvFile
from question_bank.files.image import Picture
from question_bank.files.image_metadata import Metadata
from question_bank.files.tables import Column, Table
from question_bank.item_types.table import ItemType
from question_bank.items import Bank, ItemVersion
from tests.support.house import shipped_bank
from tests.support.kept_banks import kept

NAME = "Relevé d’été.csv"


def table_of(item_id: str) -> FileSpec:
    """A table that no other item has."""
    rows = tuple((Cell(CellKind.TEXT, item_id), Cell(CellKind.NUMBER, f"{n}.5")) for n in range(3))
    return FileSpec(NAME, FileKind.CSV, CsvFile(Table((Column("Question"), Column("Note")), rows)))


def picture_of(item_id: str) -> FileSpec:
    """A small picture whose author is the item."""
    picture = Picture(120, 80, "#cfe2ee", 96, 85, (), Metadata(author=item_id))
    return FileSpec("vue.png", FileKind.IMAGE, picture)


def with_files(item: ItemVersion) -> ItemVersion:
    """The same item with two files of its own; still accessible, or no bank could be made of it."""
    return replace(item, files=(table_of(item.id), picture_of(item.id)))


@cache
def plain_bank() -> Bank:
    """The shipped items of the first five types, without variants and files."""
    return kept("plain", _plain)


def _plain() -> Bank:
    kinds = {ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.NUMERIC}
    kinds |= {ItemType.SHORT_TEXT, ItemType.ORDERING}
    items = shipped_bank().items.items
    return Bank(tuple(i for i in items if i.type in kinds and i.variants is None and not i.files))


def bank_with_files() -> Bank:
    """The shipped items without variants, with files everywhere."""
    return kept("with-files", _with_files)


def _with_files() -> Bank:
    plain = [item for item in shipped_bank().items.items if item.variants is None and not item.files]
    return Bank(tuple(with_files(item) for item in plain))
