"""A profile as a file gives it, each value with the name of its field, before any rule is applied."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A value as text, and what a message calls the place where it stands."""

    field: str
    text: str


@dataclass(frozen=True)
class ProfileRecord:
    """One pupil's line: identifiers, then sixteen levels and sixteen pix counts in the framework's order."""

    line: int
    ine: Cell
    local: Cell
    either: Cell
    as_of: Cell
    levels: tuple[Cell, ...]
    pix: tuple[Cell, ...]
