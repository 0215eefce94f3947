"""What a reader of a timeline may see beyond times and acts. Pure; docs/security.md has the reasons.

Nobody is shown an item's text, its key, or what was answered: a timeline may stand open in the room.
"""

from dataclasses import dataclass, replace

from exam_server.domain.roles import Role
from exam_server.domain.sessions import OVER, SessionState
from exam_server.domain.sitting import Replay


@dataclass(frozen=True)
class Sight:
    """`competences`: of which competence each item was. `marks`: which item it was, and if it was right."""

    competences: bool = False
    marks: bool = False


WHOLE = Sight(competences=True, marks=True)
"""For who holds a bundle: it is all in there."""


def sight_of(roles: frozenset[Role], state: SessionState) -> Sight:
    """The head sees marks once nobody sits any more; its competences tell a profile, the head's affair."""
    is_head = Role.HEAD in roles
    return Sight(competences=is_head, marks=is_head and state in OVER)


def seen(replay: Replay, sight: Sight) -> Replay:
    """The sitting with what this reader may not see left out."""
    items = [
        replace(
            item,
            competence=item.competence if sight.competences else None,
            item=item.item if sight.marks else "",
            correct=item.correct if sight.marks else None,
        )
        for item in replay.items
    ]
    return replace(replay, items=items)
