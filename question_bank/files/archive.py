"""Archives (ZIP): files in folders, with the dates that a listing shows; one may hold another, no deeper."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Self

from question_bank.files.kinds import (
    SIMPLE_KINDS,
    SIMPLE_READERS,
    Content,
    FileKind,
    Kinds,
    Readers,
    read_content,
)
from question_bank.files.naming import note_bad_name
from question_bank.files.packing import Entry, packed
from question_bank.files.written import a_moment
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text
from question_bank.typography import Phrase

MAX_ENTRIES = 60
LONGEST_PATH = 240
MAX_UNPACKED = 6_000_000


class TooLarge(Exception):
    """A file that is larger than a candidate's computer should have to fetch."""


@dataclass(frozen=True)
class Packed:
    """One line of an archive's listing; a folder has neither kind nor content."""

    name: str
    modified: str
    kind: FileKind | None = None
    content: Content | None = None

    @classmethod
    def read(cls, fields: Fields, readers: Readers) -> Self:
        name = fields.text("name", LONGEST_PATH)
        modified = a_moment(fields, "modified", required=True)
        note_bad_name(fields, name, in_archive=True)
        found = None if name.endswith("/") else read_content(fields, name, readers)
        fields.close()
        return cls(name, modified) if found is None else cls(name, modified, *found)

    def octets(self) -> bytes:
        return self.content.generate(self.name) if self.content else b""

    def to_json(self) -> JsonObject:
        return {
            "name": self.name,
            "modified": self.modified,
            "kind": self.kind.value if self.kind else None,
            "content": self.content.to_json() if self.content else None,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        name, modified = (text(member(value, each)) for each in ("name", "modified"))
        written = member(value, "kind")
        if written is None:
            return cls(name, modified)
        kind = FileKind(text(written))
        return cls(name, modified, kind, ALL_KINDS[kind].from_json(member(value, "content")))


@dataclass(frozen=True)
class Archive:
    entries: tuple[Packed, ...]

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        return cls.read_with(fields, OUTER_READERS)

    @classmethod
    def read_with(cls, fields: Fields, readers: Readers) -> Self:
        """With so many kinds of files in it."""
        sections = fields.sections("files", 1, MAX_ENTRIES)
        found = cls(tuple(Packed.read(section, readers) for section in sections))
        fields.close()
        names = [entry.name.casefold().removesuffix("/") for entry in found.entries]
        folders = {name[:place] for name in names for place, char in enumerate(name) if char == "/"}
        is_file = [not entry.name.endswith("/") for entry in found.entries]
        clash = any(name in folders and plain for name, plain in zip(names, is_file, strict=True))
        if len(set(names)) != len(names) or clash:
            fields.note("files", Phrase("deux fichiers ont le même nom"), Phrase("renommez-en un"))
        return found

    @property
    def effort(self) -> int:
        return len(self.entries) + sum(entry.content.effort for entry in self.entries if entry.content)

    def generate(self, name: str) -> bytes:
        """Raises TooLarge where its files together would be."""
        found: list[Entry] = []
        total = 0
        for entry in self.entries:
            found.append(Entry(entry.name, entry.octets(), datetime.fromisoformat(entry.modified)))
            total += len(found[-1].octets)
            if total > MAX_UNPACKED:
                raise TooLarge(name)
        return packed(found)

    def to_json(self) -> JsonObject:
        return {"entries": [entry.to_json() for entry in self.entries]}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(tuple(Packed.from_json(entry) for entry in elements(member(value, "entries"))))


def _read_inner(fields: Fields, name: str) -> Archive:
    """An archive in an archive holds no other."""
    return Archive.read_with(fields, SIMPLE_READERS)


OUTER_READERS: Readers = MappingProxyType({**SIMPLE_READERS, FileKind.ARCHIVE: _read_inner})
ALL_KINDS: Kinds = MappingProxyType({**SIMPLE_KINDS, FileKind.ARCHIVE: Archive})
