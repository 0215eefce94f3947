"""Reads of authored values that files have in common: texts as they stand, moments, colours, whole lists."""

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import yaml

from question_bank.item_types.authored import DateNode, DecimalNode, Fields
from question_bank.typography import Phrase

Word = TypeVar("Word", bound=StrEnum)

TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset(TAG + name for name in ("str", "int", "float", "timestamp"))
# What neither XML nor a text file for people may hold.
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
# What a ZIP can date, and no further than a school has use for.
_FIRST_YEAR, _LAST_YEAR = 1980, 2099


def scalar_text(node: yaml.Node) -> str | None:
    """A scalar as it was written, blanks and all; None for anything else, or where a character hides."""
    if isinstance(node, yaml.ScalarNode) and node.tag == TAG + "bool":
        return {"true": "oui", "false": "non"}.get(str(node.value).lower())
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _TEXT_TAGS:
        return None
    written = str(node.value).replace("\r\n", "\n")
    return None if _UNPRINTABLE.search(written) else written


def is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == TAG + "null"


def whole_text(fields: Fields, name: str, longest: int) -> str:
    """A text of several lines kept as it is, or a list of its lines."""
    node = fields.node(name)
    if node is None:
        return ""
    if isinstance(node, yaml.SequenceNode):
        lines = [scalar_text(line) for line in node.value]
        written = None if None in lines else "".join(f"{line}\n" for line in lines)
    else:
        written = scalar_text(node)
    if not written or len(written) > longest:
        fields.refuse(name, node, Phrase("écrivez un texte de {longest} caractères au plus", longest=longest))
        return ""
    return written


def a_text(fields: Fields, name: str, longest: int, *, required: bool = False) -> str:
    """A short text without hidden characters; empty where it may be left out."""
    written = fields.text(name, longest, None if required else "")
    if _UNPRINTABLE.search(written):
        fields.note(name, Phrase("un caractère de contrôle s’y cache"), Phrase("retapez cette ligne"))
        return ""
    return written


def a_number_or_text(fields: Fields, name: str, longest: int, *, required: bool = False) -> str:
    """As `a_text`, but a decimal that an expression gave keeps its point."""
    node = fields.node(name, required=required)
    return (
        str(node.value) if isinstance(node, DecimalNode) else a_text(fields, name, longest, required=required)
    )


def as_moment(written: str) -> datetime | None:
    """A date, or a date and a time of the day, in the years that a file can bear."""
    if not _MOMENT.fullmatch(written):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def a_moment(fields: Fields, name: str, *, required: bool = False) -> str:
    """A moment in one written form, to the second; empty where it may be left out."""
    node = fields.node(name, required=required)
    if node is None:
        return ""
    written = node.day.isoformat() if isinstance(node, DateNode) else fields.text(name, 30)
    if not written:
        return ""
    moment = as_moment(written)
    if moment is None:
        fields.note(
            name,
            Phrase("« {written} » n’est pas une date", written=written),
            Phrase('écrivez "2024-05-03" ou "2024-05-03 14:25", de 1980 à 2099'),
        )
        return ""
    return moment.isoformat(" ", "seconds")


def a_colour(fields: Fields, name: str) -> str:
    """A colour in small letters; empty where it is left out."""
    written = fields.text(name, 30, "")
    if written and not _COLOUR.fullmatch(written):
        problem = Phrase("« {written} » n’est pas une couleur", written=written)
        fields.note(name, problem, Phrase('écrivez-la entre guillemets, ainsi : "#1f6f8b"'))
        return ""
    return written.lower()


def one_of(fields: Fields, name: str, default: Word) -> Word:
    """One of a few words; the default where it is left out."""
    if name not in fields:
        fields.node(name, required=False)
        return default
    return fields.word(name, type(default)) or default


def wholes(fields: Fields, name: str, count: int, most: int) -> tuple[int, ...]:
    """Exactly so many whole numbers from zero on, as places and boxes are."""
    node = fields.node(name)
    if node is None:
        return (0,) * count
    found = [_whole(each, most) for each in node.value] if isinstance(node, yaml.SequenceNode) else []
    if len(found) != count or None in found:
        remedy = Phrase("écrivez {count} nombres entiers de 0 à {most}", count=count, most=most)
        fields.refuse(name, node, remedy)
        return (0,) * count
    return tuple(each or 0 for each in found)


def _whole(node: yaml.Node, most: int) -> int | None:
    if not isinstance(node, yaml.ScalarNode) or not re.fullmatch(r"[0-9]{1,6}", str(node.value)):
        return None
    return int(node.value) if int(node.value) <= most else None
