"""What must have become of a tree of files: the conditions that an author writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.simulators.file_scene import LONGEST_PATH, MOST_ENTRIES, Drive, Kind
from question_bank.typography import Phrase

MOST_CONDITIONS, MOST_HELD = 20, 20


class Rest(StrEnum):
    """What may have become of whatever the goal does not name."""

    UNTOUCHED = "untouched"
    FREE = "free"


class Which(StrEnum):
    """What in a folder must be named like a pattern."""

    FILES = "files"
    FOLDERS = "folders"
    ALL = "all"


@dataclass(frozen=True)
class Placing:
    """A thing of the scene, by its first path, and where it must be."""

    file: str
    path: str


@dataclass(frozen=True)
class Holding:
    path: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Naming:
    path: str
    like: str
    kind: str


@dataclass(frozen=True)
class Packing:
    path: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class FileGoal:
    at: tuple[Placing, ...]
    copies: tuple[Placing, ...]
    exist: tuple[str, ...]
    gone: tuple[str, ...]
    trash: tuple[str, ...]
    holds: tuple[Holding, ...]
    names: tuple[Naming, ...]
    archives: tuple[Packing, ...]
    new_folders: int | None
    looked: tuple[str, ...]
    rest_is_free: bool

    @classmethod
    def read(cls, fields: Fields, drive: Drive) -> Self:
        known = {entry.path: entry.kind for entry in drive.entries}
        goal = cls(
            at=tuple(_read_placings(fields, "at", known)),
            copies=tuple(_read_placings(fields, "copies", known)),
            exist=_paths(fields, "exist"),
            gone=_paths(fields, "gone"),
            trash=_known_paths(fields, "trash", known),
            holds=tuple(_read_holdings(fields)),
            names=tuple(_read_namings(fields)),
            archives=tuple(_read_packings(fields, known)),
            new_folders=fields.whole("new_folders", 0, MOST_ENTRIES) if "new_folders" in fields else None,
            looked=_known_paths(fields, "looked", known),
            rest_is_free="rest" in fields and fields.word("rest", Rest) is Rest.FREE,
        )
        fields.close()
        return goal


EMPTY = FileGoal((), (), (), (), (), (), (), (), None, (), rest_is_free=True)


def _paths(fields: Fields, name: str) -> tuple[str, ...]:
    return fields.texts(name, 0, MOST_CONDITIONS, LONGEST_PATH, required=False)


def _known_paths(fields: Fields, name: str, known: Iterable[str]) -> tuple[str, ...]:
    paths = _paths(fields, name)
    _note_unknown(fields, name, paths, known)
    return paths


def _note_unknown(fields: Fields, name: str, paths: Iterable[str], known: Iterable[str]) -> None:
    for path in paths:
        if path and path not in known:
            problem = Phrase("« {path} » n’est pas dans les fichiers de départ", path=path)
            fields.note(name, problem, Phrase("écrivez le premier chemin, avec / pour un dossier"))


def _read_placings(fields: Fields, name: str, known: Iterable[str]) -> Iterator[Placing]:
    for section in fields.sections(name, 0, MOST_ENTRIES, required=False):
        placing = Placing(section.text("file", LONGEST_PATH), section.text("path", LONGEST_PATH))
        _note_unknown(section, "file", [placing.file], known)
        section.close()
        yield placing


def _read_holdings(fields: Fields) -> Iterator[Holding]:
    for section in fields.sections("holds", 0, MOST_CONDITIONS, required=False):
        path = section.text("path", LONGEST_PATH)
        yield Holding(path, section.texts("names", 0, MOST_HELD, LONGEST_PATH))
        section.close()


def _read_namings(fields: Fields) -> Iterator[Naming]:
    for section in fields.sections("names", 0, MOST_CONDITIONS, required=False):
        which = section.word("kind", Which) if "kind" in section else Which.FILES
        path, like = section.text("path", LONGEST_PATH), section.text("like", LONGEST_PATH)
        yield Naming(path, like, (which or Which.FILES).value)
        section.close()


def _read_packings(fields: Fields, known: dict[str, Kind]) -> Iterator[Packing]:
    for section in fields.sections("archives", 0, MOST_CONDITIONS, required=False):
        packing = Packing(
            section.text("path", LONGEST_PATH), section.texts("files", 1, MOST_HELD, LONGEST_PATH)
        )
        files = [path for path, kind in known.items() if kind is not Kind.FOLDER]
        _note_unknown(section, "files", packing.files, files)
        section.close()
        yield packing
