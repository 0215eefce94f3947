"""How often each item has been given: counted before a session is opened, beside the writer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from exam_server.storage.tables import Attempt, GivenItem, Session
from exam_server.storage.transaction import Reading

LOOKS_BACK = timedelta(days=365)
"""What was seen longer ago has been forgotten, or has left the school with whoever saw it."""


@dataclass(frozen=True)
class Exposure:
    """What the tests of a year have shown: how many tests, and how often each item."""

    tests: int
    given: Mapping[str, int]


def count_exposure(reading: Reading) -> Exposure:
    """The counts of a year, whatever version of the bank a test was made of: an item keeps its id.

    They grow with every test: no act should wait for them.
    """
    of_a_year = (
        select(Attempt.id)
        .join(Session, col(Session.id) == Attempt.session_id)
        .where(col(Session.opened_at) > reading.now - LOOKS_BACK)
    )
    tests = reading.orm.scalar(select(func.count()).select_from(of_a_year.subquery())) or 0
    counts = reading.orm.execute(
        select(GivenItem.item_id, func.count())
        .where(col(GivenItem.attempt_id).in_(of_a_year))
        .group_by(GivenItem.item_id)
    ).all()
    return Exposure(tests, {row[0]: row[1] for row in counts})
