"""A file of an item: its name and what it is made of, from the author's words to the octets."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from question_bank.files.archive import ALL_KINDS, Archive, TooLarge
from question_bank.files.kinds import SIMPLE_READERS, Content, FileKind, read_content
from question_bank.files.naming import LONGEST_NAME, media_type_of, note_bad_name
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, canonical, member, text
from question_bank.typography import Phrase

MAX_FILES = 3
MAX_BYTES = 2_000_000
MAX_EFFORT = 150_000
"""A few seconds of a server's core, for the largest of all."""

_READERS = {**SIMPLE_READERS, FileKind.ARCHIVE: Archive.read}


@dataclass(frozen=True)
class FileSpec:
    name: str
    kind: FileKind
    content: Content

    @cached_property
    def id(self) -> str:
        """What a candidate's page asks for it by: of this name and content, and of no other."""
        return hashlib.sha256(canonical(self.to_json())).hexdigest()[:12]

    @property
    def media_type(self) -> str:
        return media_type_of(self.name)

    def generate(self) -> bytes:
        """The octets; raises TooLarge."""
        octets = self.content.generate(self.name)
        if len(octets) > MAX_BYTES:
            raise TooLarge(self.name)
        return octets

    def render(self) -> JsonObject:
        """What a page shows before anybody has downloaded it."""
        return {"id": self.id, "name": self.name, "kind": self.kind.value}

    def to_json(self) -> JsonObject:
        return {"name": self.name, "kind": self.kind.value, "content": self.content.to_json()}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        kind = FileKind(text(member(value, "kind")))
        return cls(text(member(value, "name")), kind, ALL_KINDS[kind].from_json(member(value, "content")))


def read_files(fields: Fields) -> tuple[FileSpec, ...]:
    """The files of an item, none for most; problems are noted in the fields."""
    if "files" not in fields:
        fields.node("files", required=False)
        return ()
    found = tuple(
        spec for spec in map(_read_file, fields.sections("files", 1, MAX_FILES)) if spec is not None
    )
    _note_same_names(fields, found)
    return found


def _note_same_names(fields: Fields, found: Sequence[FileSpec]) -> None:
    if len({spec.name.casefold() for spec in found}) != len(found):
        fields.note("files", Phrase("deux fichiers ont le même nom"), Phrase("renommez-en un"))


def _read_file(fields: Fields) -> FileSpec | None:
    name = fields.text("name", LONGEST_NAME)
    note_bad_name(fields, name, in_archive=False)
    found = read_content(fields, name, _READERS)
    fields.close()
    if found is None:
        return None
    spec = FileSpec(name, *found)
    if spec.content.effort > MAX_EFFORT:
        problem = Phrase("ce fichier est trop long à fabriquer")
        fields.note(found[0].value, problem, Phrase("moins de cellules, de pixels ou de fichiers"))
    return spec
