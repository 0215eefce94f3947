"""What may be reported about a session, as data: each category, whom it is about, and what it must say. Pure.

A report states a fact in neutral words; what follows from it is decided elsewhere, and never by the category.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import InvalidInput
from exam_server.domain.roles import ROOM_STAFF, Role


class IncidentState(StrEnum):
    """A report stands until it is withdrawn; the log keeps both facts."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"


class IncidentAction(StrEnum):
    """What may follow a report. Nothing of it is ever overwritten."""

    AMEND = "amend"
    RESOLVE = "resolve"
    RECORD_STATEMENT = "record_statement"
    WITHDRAW = "withdraw"


_S, _A = IncidentState, IncidentAction

TRANSITIONS: Mapping[tuple[IncidentState, IncidentAction], IncidentState] = MappingProxyType(
    {
        (_S.STANDING, _A.AMEND): _S.STANDING,
        (_S.STANDING, _A.RESOLVE): _S.STANDING,
        (_S.STANDING, _A.RECORD_STATEMENT): _S.STANDING,
        (_S.STANDING, _A.WITHDRAW): _S.WITHDRAWN,
    }
)


class Outcome(StrEnum):
    """What came of what happened; UNDECIDED is for the head to decide, before the session is finalised."""

    SETTLED = "settled"
    WENT_ON = "went_on"
    ENDED = "ended"
    UNDECIDED = "undecided"


class Group(StrEnum):
    """The categories by what they are about, as a person looks for them."""

    QUESTION = "question"
    MACHINE = "machine"
    CANDIDATE = "candidate"
    DESK = "desk"
    RULES = "rules"
    ROOM = "room"
    STAFF = "staff"


class About(StrEnum):
    """What a report is attached to."""

    ITEM = "item"
    CANDIDATE = "candidate"
    ROOM = "room"


@dataclass(frozen=True)
class Category:
    """A kind of report: what it may be attached to, whether it needs words, and who may make it.

    `resolved` is for what may bear on how a test ended, which the finalisation needs: such a report says at
    once what came of it, if only that the head is to decide.
    """

    code: str
    group: Group
    about: frozenset[About]
    described: bool
    resolved: bool = False
    reporters: frozenset[Role] = ROOM_STAFF

    @property
    def needs_position(self) -> bool:
        """Every report about a question says which."""
        return self.about == {About.ITEM}

    @property
    def needs_candidate(self) -> bool:
        """True where the room alone is not enough."""
        return About.ROOM not in self.about


_ITEM, _ONE, _ROOM = frozenset({About.ITEM}), frozenset({About.CANDIDATE}), frozenset({About.ROOM})
_EITHER = _ONE | _ROOM
_HEAD = frozenset({Role.HEAD})


def _all(
    group: Group,
    about: frozenset[About],
    codes: str,
    *,
    described: bool,
    resolved: bool = False,
    reporters: frozenset[Role] = ROOM_STAFF,
) -> list[Category]:
    return [
        Category(f"{group}_{code}", group, about, described, resolved, reporters) for code in codes.split()
    ]


_G = Group
CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {
        one.code: one
        for one in [
            *_all(_G.QUESTION, _ITEM, "image interactive file", described=False),
            *_all(_G.QUESTION, _ITEM, "site_unavailable site_blocked software", described=False),
            *_all(_G.QUESTION, _ITEM, "time focus passed accessibility", described=False),
            *_all(_G.QUESTION, _ITEM, "wording", described=True),
            *_all(_G.MACHINE, _EITHER, "network power", described=False, resolved=True),
            *_all(_G.MACHINE, _ONE, "computer", described=False, resolved=True),
            *_all(_G.MACHINE, _EITHER, "other minor", described=True),
            *_all(_G.CANDIDATE, _ONE, "illness", described=False, resolved=True),
            *_all(_G.CANDIDATE, _ONE, "left_room", described=False),
            *_all(_G.CANDIDATE, _ONE, "complaint navigation minor", described=True),
            *_all(_G.DESK, _ONE, "late no_show", described=False),
            *_all(_G.DESK, _ONE, "identity document extra_time signature", described=True),
            *_all(_G.RULES, _ONE, "object exchange outside_help", described=True, resolved=True),
            *_all(_G.RULES, _ONE, "behaviour examined", described=True, resolved=True),
            *_all(_G.ROOM, _ROOM, "noise comfort weather", described=False),
            *_all(_G.ROOM, _ROOM, "evacuation", described=False, resolved=True),
            *_all(_G.ROOM, _ROOM, "disturbance", described=True),
            *_all(_G.STAFF, _EITHER, "instructions", described=True),
            *_all(_G.STAFF, _ROOM, "replacement", described=True),
            *_all(_G.STAFF, _ROOM, "conduct", described=True, reporters=_HEAD),
        ]
    }
)


@dataclass(frozen=True)
class Settlement:
    """What came of what happened, and in words what was done."""

    outcome: Outcome
    done: str = ""

    @property
    def is_decided(self) -> bool:
        """Nothing is left for the head to decide."""
        return self.outcome is not Outcome.UNDECIDED


@dataclass(frozen=True)
class Report:
    """What a person wants to report: a category's code, whom and which question it is about, the words.

    `settlement` is what came of it, where that is known already.
    """

    category: str
    candidate: str | None = None
    position: int | None = None
    description: str = ""
    settlement: Settlement | None = None


OF_THE_OFFICE = frozenset(code for code, category in CATEGORIES.items() if category.reporters == _HEAD)
"""Categories that are the head's affair alone: whom such a report is about may stand in the room."""


def may_read(category: object, roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles may read reports of this category; of none, everybody may."""
    return category not in OF_THE_OFFICE or Role.HEAD in roles


def check_report(report: Report, roles: frozenset[Role]) -> Category:
    """The report's category. Raises InvalidInput that names each field which lacks something, or fits not."""
    category = CATEGORIES.get(report.category)
    if category is None or not category.reporters & roles:
        raise InvalidInput("invalid_incident", problems=[("category", "category_unknown")])
    problems = []
    if category.needs_candidate and report.candidate is None:
        problems.append(("candidate", "candidate_required"))
    if category.about == {About.ROOM} and report.candidate is not None:
        problems.append(("candidate", "room_alone"))
    if category.needs_position and report.position is None:
        problems.append(("position", "position_required"))
    if report.position is not None and report.candidate is None:
        problems.append(("position", "position_of_nobody"))
    if category.described and not report.description:
        problems.append(("description", "description_required"))
    if report.settlement is not None:
        problems += _problems_of(report.settlement)
    elif category.resolved:
        problems.append(("outcome", "outcome_required"))
    if problems:
        raise InvalidInput("invalid_incident", problems=problems)
    return category


def check_settlement(settlement: Settlement) -> None:
    """Raises InvalidInput for a resolution that does not say what was done."""
    if problems := _problems_of(settlement):
        raise InvalidInput("invalid_incident", problems=problems)


def _problems_of(settlement: Settlement) -> list[tuple[str, str]]:
    return [("done", "done_required")] if settlement.is_decided and not settlement.done else []
