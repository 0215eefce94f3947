"""Paragraphs of a document, cut into runs: some inserted, some deleted, some with a comment."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import yaml

from question_bank.files.written import a_moment, a_text, scalar_text
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text, whole
from question_bank.typography import Phrase

MAX_RUNS = 60
MAX_TEXT = 3000
MAX_PERSON = 60
MAX_COMMENT = 1000
DEEPEST_HEADING = 4


class Block(StrEnum):
    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"


class Change(StrEnum):
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True)
class Said:
    """Who did something to a text, when, and the words of a comment."""

    by: str
    at: str
    text: str = ""

    @classmethod
    def read(cls, section: Fields, *, is_comment: bool) -> Self:
        found = cls(
            a_text(section, "by", MAX_PERSON, required=True),
            a_moment(section, "at", required=True),
            a_text(section, "text", MAX_COMMENT, required=True) if is_comment else "",
        )
        section.close()
        return found

    def to_json(self) -> JsonObject:
        return {"by": self.by, "at": self.at, "text": self.text}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(*(text(member(value, name)) for name in ("by", "at", "text")))


@dataclass(frozen=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    change: Change | None = None
    changed: Said | None = None
    comment: Said | None = None

    @classmethod
    def read(cls, section: Fields) -> Self:
        changes = [change for change in Change if change.value in section]
        told = {change: section.section(change.value, required=False) for change in Change}
        comment = section.section("comment", required=False)
        changed = told[changes[0]] if len(changes) == 1 else None
        found = cls(
            _kept(section, "text"),
            section.flag("bold", False),
            section.flag("italic", False),
            section.flag("underline", False),
            changes[0] if changed else None,
            Said.read(changed, is_comment=False) if changed else None,
            Said.read(comment, is_comment=True) if comment else None,
        )
        if len(changes) > 1 or (found.comment and found.change is Change.DELETED):
            problem = Phrase("ce passage est supprimé et encore autre chose")
            section.note("deleted", problem, Phrase("coupez-le en deux passages"))
        section.close()
        return found

    def to_json(self) -> JsonObject:
        return {
            "text": self.text,
            "bold": self.bold,
            "italic": self.italic,
            "underline": self.underline,
            "change": self.change.value if self.change else None,
            "changed": self.changed.to_json() if self.changed else None,
            "comment": self.comment.to_json() if self.comment else None,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        change, changed, comment = (member(value, name) for name in ("change", "changed", "comment"))
        return cls(
            text(member(value, "text")),
            flag(member(value, "bold")),
            flag(member(value, "italic")),
            flag(member(value, "underline")),
            None if change is None else Change(text(change)),
            None if changed is None else Said.from_json(changed),
            None if comment is None else Said.from_json(comment),
        )


@dataclass(frozen=True)
class Paragraph:
    """`level` is a heading's, and 0 for everything else."""

    block: Block
    level: int
    runs: tuple[Run, ...]

    @classmethod
    def read(cls, section: Fields) -> Self:
        blocks = [block for block in Block if block.value in section]
        block = blocks[0] if blocks else Block.TEXT
        written = [(each, _kept(section, each.value)) for each in blocks]
        sections = section.sections("runs", 1, MAX_RUNS) if "runs" in section else []
        section.node("runs", required=False)
        level = section.whole("level", 1, DEEPEST_HEADING, 1) if block is Block.HEADING else 0
        own = tuple(Run(words) for _block, words in written)
        if len(blocks) > 1 or not (own or sections):
            problem = Phrase("ce paragraphe n’a pas un seul texte")
            section.note("", problem, Phrase("écrivez text, heading ou item, et au besoin runs"))
        section.close()
        return cls(block, level, own + tuple(Run.read(each) for each in sections))

    def to_json(self) -> JsonObject:
        return {
            "block": self.block.value,
            "level": self.level,
            "runs": [run.to_json() for run in self.runs],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            Block(text(member(value, "block"))),
            whole(member(value, "level")),
            tuple(Run.from_json(run) for run in elements(member(value, "runs"))),
        )


def read_paragraphs(fields: Fields, most: int) -> tuple[Paragraph, ...]:
    """A paragraph may also be written as a mere text."""
    node = fields.node("paragraphs")
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode) or not 1 <= len(node.value) <= most:
        fields.refuse("paragraphs", node, Phrase("écrivez 1 à {most} paragraphes", most=most))
        return ()
    found = []
    for place, each in enumerate(node.value, 1):
        name = f"paragraphs[{place}]"
        if isinstance(each, yaml.ScalarNode):
            found.append(Paragraph(Block.TEXT, 0, (Run(_words_at(fields, name, each)),)))
            continue
        section = fields.section_at(name, each)
        if section is not None:
            found.append(Paragraph.read(section))
    return tuple(found)


def _kept(section: Fields, name: str) -> str:
    """A text on one line, with the blanks at its ends: they part it from the next run."""
    node = section.node(name)
    return "" if node is None else _words_at(section, name, node)


def _words_at(section: Fields, name: str, node: yaml.Node) -> str:
    written = scalar_text(node)
    if not written or len(written) > MAX_TEXT or "\n" in written.rstrip("\n"):
        remedy = Phrase("écrivez un texte d’une ligne, de {most} caractères au plus", most=MAX_TEXT)
        section.refuse(name, node, remedy)
        return ""
    return written.rstrip("\n")
