"""The roles of staff, and a person who holds some."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person of the staff may be; one person may be several."""

    HEAD = "head"
    INVIGILATOR = "invigilator"
    ACCOMMODATIONS = "accommodations"
    AUTHOR = "author"


ROOM_STAFF = frozenset({Role.INVIGILATOR, Role.HEAD})
"""Who may be given a room to invigilate: in a small school the head as well."""


@dataclass(frozen=True)
class Person:
    """A signed-in member of the staff; `id` is the account's."""

    id: str
    centre_id: str
    name: str
    roles: frozenset[Role]


def roles_of(text: str) -> frozenset[Role]:
    """The roles written as "head,invigilator"; raises ValueError for an unknown one."""
    return frozenset(Role(part) for part in text.split(",") if part)
