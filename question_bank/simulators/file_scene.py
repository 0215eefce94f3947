"""A tree of files as it is authored: folders, files and archives by their paths, read from an item file."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.typography import Phrase

MOST_ENTRIES = 60
LONGEST_NAME, LONGEST_PATH, LONGEST_CONTENT = 80, 300, 600
INSIDE = "!/"

_FORBIDDEN = frozenset('\\/:*?"<>|')
_SIZE = re.compile(r"([0-9]{1,6}(?:,[0-9]{1,3})?) ?(o|ko|Mo|Go)")
_UNITS = {"o": 1, "ko": 10**3, "Mo": 10**6, "Go": 10**9}
_MODIFIED = re.compile(r"([0-3][0-9])/([01][0-9])/([0-9]{4})(?: ([0-2][0-9]:[0-5][0-9]))?")
_FOLDER_LABEL = "Dossier"
_LABELS = {
    "Image": "jpg jpeg png gif svg webp bmp",
    "Vidéo": "mp4 avi mkv mov webm",
    "Son": "mp3 wav ogg flac m4a",
    "Texte": "txt odt doc docx md rtf",
    "Tableur": "ods xls xlsx csv",
    "Diaporama": "odp ppt pptx",
    "PDF": "pdf",
    "Programme": "exe msi bat sh py js",
    "Archive": "zip",
}
_LABEL_OF = {extension: label for label, extensions in _LABELS.items() for extension in extensions.split()}


class Kind(StrEnum):
    FOLDER = "folder"
    FILE = "file"
    ARCHIVE = "archive"


def is_name(written: str) -> bool:
    """Whether a file may be called so; the page refuses the same names with a sentence."""
    return (
        0 < len(written) <= LONGEST_NAME
        and not _FORBIDDEN & set(written)
        and not any(unicodedata.category(char) in {"Cc", "Cs"} for char in written)
        and written == written.strip(" \u00a0")
        and not written.endswith(".")
    )


def same_name(written: str) -> str:
    """What two names of one folder may not have in common."""
    return unicodedata.normalize("NFC", written).lower()


@dataclass(frozen=True)
class Entry:
    """`path` ends with / for a folder; what an archive holds stands after "!/"."""

    path: str
    size: str
    modified: str
    label: str
    content: str

    @property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path of what holds it; "" for the outermost folder."""
        return _parent(self.path)

    @property
    def kind(self) -> Kind:
        if self.path.endswith("/"):
            return Kind.FOLDER
        inside = INSIDE in self.path
        return Kind.ARCHIVE if self.path.lower().endswith(".zip") and not inside else Kind.FILE

    @property
    def octets(self) -> int:
        found = _SIZE.fullmatch(self.size)
        return int(Decimal(found[1].replace(",", ".")) * _UNITS[found[2]]) if found else 0

    @property
    def sorting(self) -> str:
        """The date of change in the order of its parts, so that texts sort as dates do."""
        found = _MODIFIED.fullmatch(self.modified)
        return f"{found[3]}-{found[2]}-{found[1]} {found[4] or ''}".strip() if found else ""

    def shown(self, name: str, parent: str) -> JsonObject:
        return {
            "id": name,
            "text": self.name,
            "parent": parent,
            "kind": self.kind.value,
            "label": self.label,
            "size": self.size,
            "octets": self.octets,
            "modified": self.modified,
            "sorting": self.sorting,
            "content": self.content,
        }


@dataclass(frozen=True)
class Drive:
    name: str
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        name = fields.text("name", LONGEST_NAME)
        entries: dict[str, Entry] = {}
        listed: set[str] = set()
        for section in fields.sections("entries", 1, MOST_ENTRIES):
            entry = _read_entry(section)
            if entry.path in listed:
                problem = Phrase("« {path} » est écrit deux fois", path=entry.path)
                section.note("path", problem, Phrase("gardez-en un seul"))
            listed.add(entry.path)
            _add_parents(entries, entry.path)
            entries[entry.path] = entry
            section.close()
        drive = cls(name, tuple(entries.values()))
        drive._note_places(fields)
        fields.close()
        return drive

    def _note_places(self, fields: Fields) -> None:
        paths = {entry.path for entry in self.entries}
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            if entry.parent and entry.parent not in paths:
                problem = Phrase("« {path} » n’est dans aucune archive", path=entry.path)
                fields.note("entries", problem, Phrase("écrivez aussi l’archive, en .zip"))
            place = entry.parent, same_name(entry.name)
            if place in seen:
                problem = Phrase("« {path} » porte un nom déjà pris", path=entry.path)
                fields.note("entries", problem, Phrase("donnez un autre nom"))
            seen.add(place)


def _parent(path: str) -> str:
    head, slash, _ = path.rstrip("/").rpartition("/")
    return head.removesuffix("!") if head.endswith("!") else head + slash


def _add_parents(entries: dict[str, Entry], path: str) -> None:
    """Folders that nobody wrote down, the outermost first; a missing archive is for the author to write."""
    parent = _parent(path)
    if parent and parent not in entries and parent.endswith("/"):
        _add_parents(entries, parent)
        entries[parent] = Entry(parent, "", "", _FOLDER_LABEL, "")


def _read_entry(section: Fields) -> Entry:
    path = section.text("path", LONGEST_PATH)
    names = path.removesuffix("/").replace(INSIDE, "/").split("/")
    if path and (not all(is_name(name) for name in names) or path.count(INSIDE) > 1):
        problem = Phrase("« {path} » n’est pas un chemin", path=path)
        section.note("path", problem, Phrase('écrivez "Dossier/nom.ext", ou "Dossier/" pour un dossier'))
    elif INSIDE in path and not path.partition(INSIDE)[0].lower().endswith(".zip"):
        section.note("path", Phrase("ce n’est pas une archive"), Phrase("une archive finit par .zip"))
    is_file = not path.endswith("/")
    size = section.text("size", LONGEST_NAME, None if is_file else "")
    modified = section.text("modified", LONGEST_NAME, None if is_file and INSIDE not in path else "")
    if size and not _SIZE.fullmatch(size):
        remedy = Phrase('écrivez par exemple "2,4 Mo" (o, ko, Mo ou Go)')
        section.note("size", Phrase("cette valeur ne convient pas"), remedy)
    if modified and not _MODIFIED.fullmatch(modified):
        remedy = Phrase('écrivez "JJ/MM/AAAA" ou "JJ/MM/AAAA HH:MM"')
        section.note("modified", Phrase("cette valeur ne convient pas"), remedy)
    extension = path.rpartition(".")[2].lower()
    label = section.text(
        "kind", LONGEST_NAME, _LABEL_OF.get(extension, "Fichier") if is_file else _FOLDER_LABEL
    )
    return Entry(path, size, modified, label, section.text("text", LONGEST_CONTENT, ""))
