"""The kinds of files with their extensions, and how one of them is read from the fields of a file."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, Self

from question_bank.files.csv_file import CsvFile
from question_bank.files.document import TextDocument
from question_bank.files.image import Picture
from question_bank.files.naming import extension_of
from question_bank.files.plain_text import PlainText
from question_bank.files.spreadsheet import Spreadsheet
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.typography import Phrase


class FileKind(StrEnum):
    CSV = "csv"
    ODS = "ods"
    TEXT = "text"
    IMAGE = "image"
    ARCHIVE = "archive"
    DOCUMENT = "document"


class Content(Protocol):
    """What is in a file; its name matters to some kinds, which look at the extension."""

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        """From an item file; problems are noted in the fields, and then it must not be used."""
        ...

    @property
    def effort(self) -> int:
        """What making it costs, in steps of some twenty microseconds."""
        ...

    def generate(self, name: str) -> bytes:
        """Always the same octets, with the same versions of the libraries."""
        ...

    def to_json(self) -> JsonObject: ...

    @classmethod
    def from_json(cls, value: Json) -> Self: ...


Kinds = Mapping[FileKind, type[Content]]
Readers = Mapping[FileKind, Callable[[Fields, str], Content]]

SIMPLE_KINDS: Kinds = MappingProxyType(
    {
        FileKind.CSV: CsvFile,
        FileKind.ODS: Spreadsheet,
        FileKind.TEXT: PlainText,
        FileKind.IMAGE: Picture,
        FileKind.DOCUMENT: TextDocument,
    }
)

EXTENSIONS: Mapping[FileKind, tuple[str, ...]] = MappingProxyType(
    {
        FileKind.CSV: ("csv", "tsv", "txt"),
        FileKind.ODS: ("ods",),
        FileKind.TEXT: ("txt", "log", "ics", "vcf", "html", "json", "md", "xml", "css", "eml"),
        FileKind.IMAGE: ("png", "jpg", "jpeg"),
        FileKind.ARCHIVE: ("zip",),
        FileKind.DOCUMENT: ("odt",),
    }
)

SIMPLE_READERS: Readers = MappingProxyType({kind: content.read for kind, content in SIMPLE_KINDS.items()})


def read_content(fields: Fields, name: str, readers: Readers) -> tuple[FileKind, Content] | None:
    """The one kind that the fields name, and its content; None after a problem was noted."""
    found = [kind for kind in readers if kind.value in fields]
    sections = {kind: fields.section(kind.value, required=False) for kind in readers}
    if len(found) != 1:
        remedy = Phrase(
            "écrivez un seul de ces champs : {kinds}", kinds=", ".join(kind.value for kind in readers)
        )
        fields.note("", Phrase("on ne sait pas quel fichier c’est"), remedy)
        return None
    kind = found[0]
    section = sections[kind]
    if section is None:
        return None
    if extension_of(name) not in EXTENSIONS[kind]:
        problem = Phrase("« {name} » n’a pas l’extension de son genre", name=name)
        remedy = Phrase("choisissez parmi : {words}", words=", ".join(EXTENSIONS[kind]))
        fields.note("name", problem, remedy)
    return kind, readers[kind](section, name)
