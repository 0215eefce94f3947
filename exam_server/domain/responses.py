"""When a response is taken: in time, for the item in hand, and newer than what is saved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from exam_server.domain.json import JSON

MOST_REVISIONS = 2_000
"""Drafts of one item: a page sends one a change, at most two a second; more is a program flooding the log."""
MOST_FINAL_REVISION = 2 * MOST_REVISIONS
"""Whoever has used up the drafts can still validate."""
MOST_REFUSALS = 20
"""Late responses of one attempt that the log keeps; what more there is says nothing new."""


class Arrival(StrEnum):
    """What an arriving revision is, compared with what is saved."""

    NEW = "new"
    REPEATED = "repeated"
    OLD = "old"


def arrival(saved_revision: int | None, revision: int) -> Arrival:
    """Compares by the browser's own numbering: a write may arrive twice, late or out of order."""
    if saved_revision is None or revision > saved_revision:
        return Arrival.NEW
    return Arrival.REPEATED if revision == saved_revision else Arrival.OLD


def is_in_time(received_at: datetime, deadline: datetime, grace: timedelta) -> bool:
    """The deadline itself belongs to the candidate; `grace` is for the network alone."""
    return received_at <= deadline + grace


def is_passed(content: JSON) -> bool:
    """The candidate passed the item over: that is no response."""
    return isinstance(content, Mapping) and content.get("skip") is True
