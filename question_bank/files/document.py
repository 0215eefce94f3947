"""Text documents (ODT) with their history: revisions, comments and properties that a word processor shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as members
from itertools import groupby
from typing import Self

from odfdo import Document, Element
from odfdo.meta import Meta

from question_bank.files.open_document import add_style, empty_document, octets_of
from question_bank.files.paragraphs import Block, Paragraph, read_paragraphs
from question_bank.files.revisions import STYLES, Writing
from question_bank.files.written import a_moment, a_text
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text

MAX_PARAGRAPHS = 200
MAX_PROPERTY = 200
MAX_KEYWORDS = 10

_RUN_STEPS = 20
_MOMENTS = frozenset({"created", "modified"})


@dataclass(frozen=True)
class Properties:
    """Empty where nothing is said."""

    title: str = ""
    subject: str = ""
    author: str = ""
    created: str = ""
    editor: str = ""
    modified: str = ""
    comment: str = ""
    keywords: tuple[str, ...] = ()

    @classmethod
    def read(cls, section: Fields) -> Self:
        told = {
            name: a_moment(section, name) if name in _MOMENTS else a_text(section, name, MAX_PROPERTY)
            for name in _PLAIN
        }
        keywords = section.texts("keywords", 1, MAX_KEYWORDS, MAX_PROPERTY) if "keywords" in section else ()
        section.node("keywords", required=False)
        section.close()
        return cls(**told, keywords=keywords)

    def tell(self, meta: Meta) -> None:
        """Write them where a program looks for them."""
        said = {
            "dc:title": self.title,
            "dc:subject": self.subject,
            "dc:description": self.comment,
            "meta:initial-creator": self.author,
            "dc:creator": self.editor,
            "meta:creation-date": self.created.replace(" ", "T"),
            "dc:date": self.modified.replace(" ", "T"),
        }
        pairs = [*said.items(), *(("meta:keyword", keyword) for keyword in self.keywords)]
        for name, written in pairs:
            if written:
                element = Element.from_tag(name)
                element.text = written
                meta.meta_body.append(element)

    def to_json(self) -> JsonObject:
        return {**{name: getattr(self, name) for name in _PLAIN}, "keywords": list(self.keywords)}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        keywords = tuple(text(each) for each in elements(member(value, "keywords")))
        return cls(**{name: text(member(value, name)) for name in _PLAIN}, keywords=keywords)


_PLAIN = tuple(each.name for each in members(Properties) if each.name != "keywords")


@dataclass(frozen=True)
class TextDocument:
    properties: Properties
    paragraphs: tuple[Paragraph, ...]

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        properties = fields.section("properties", required=False)
        found = cls(
            Properties() if properties is None else Properties.read(properties),
            read_paragraphs(fields, MAX_PARAGRAPHS),
        )
        fields.close()
        return found

    @property
    def effort(self) -> int:
        return _RUN_STEPS * sum(len(paragraph.runs) for paragraph in self.paragraphs)

    def generate(self, name: str) -> bytes:
        document = empty_document("odt")
        for style in STYLES:
            add_style(document, style)
        writing = Writing()
        body = "".join(_blocks(self.paragraphs, writing))
        if writing.regions:
            _add(document, f"<text:tracked-changes>{''.join(writing.regions)}</text:tracked-changes>")
        for element in Element.from_tag(f"<office:text>{body}</office:text>").children:
            document.body.append(element)
        self.properties.tell(document.meta)
        return octets_of(document)

    def to_json(self) -> JsonObject:
        return {
            "properties": self.properties.to_json(),
            "paragraphs": [paragraph.to_json() for paragraph in self.paragraphs],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            Properties.from_json(member(value, "properties")),
            tuple(Paragraph.from_json(each) for each in elements(member(value, "paragraphs"))),
        )


def _add(document: Document, markup: str) -> None:
    document.body.append(Element.from_tag(markup))


def _blocks(paragraphs: tuple[Paragraph, ...], writing: Writing) -> Iterator[str]:
    """Bullets that follow each other are one list."""
    for block, group in groupby(paragraphs, key=lambda paragraph: paragraph.block):
        if block is Block.ITEM:
            items = "".join(
                f"<text:list-item><text:p>{writing.runs(each.runs)}</text:p></text:list-item>"
                for each in group
            )
            yield f'<text:list text:style-name="bullets">{items}</text:list>'
        elif block is Block.HEADING:
            for each in group:
                yield _heading(each, writing)
        else:
            for each in group:
                yield f'<text:p text:style-name="Standard">{writing.runs(each.runs)}</text:p>'


def _heading(paragraph: Paragraph, writing: Writing) -> str:
    """Without a number: the template would count the headings."""
    level = paragraph.level
    told = f'text:style-name="Heading_20_{level}" text:outline-level="{level}" text:is-list-header="true"'
    return f"<text:h {told}>{writing.runs(paragraph.runs)}</text:h>"
