"""What differs between the variants of an item: its text, its body, its files and why the key is right."""

from dataclasses import dataclass

from question_bank.files import FileSpec, read_files
from question_bank.item_types.authored import Fields
from question_bank.item_types.table import ITEM_TYPES, Body, ItemType
from question_bank.typography import Phrase, fences_are_closed

MAX_STEM = 3000
MAX_RATIONALE = 1500


@dataclass(frozen=True)
class Content:
    stem: str
    body: Body
    rationale: str
    files: tuple[FileSpec, ...] = ()


def read_content(fields: Fields, item_type: ItemType) -> Content:
    """From an item's fields, or one variant's; problems are noted, and then the content must not be used.

    The caller closes the fields.
    """
    stem = fields.text("stem", MAX_STEM)
    rationale = fields.text("rationale", MAX_RATIONALE)
    if not fences_are_closed(stem):
        fields.note("stem", Phrase("un bloc ``` n’est pas fermé"), Phrase("ajoutez une ligne ```"))
    files = read_files(fields)
    return Content(stem, ITEM_TYPES[item_type].read(fields), rationale, files)
