"""How often each item of the bank has been given: counted before a session is opened, beside the writer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from exam_server.storage.tables import Attempt, GivenItem, Session
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class Exposure:
    """What the tests of one bank version have shown so far: how many tests, and how often each item."""

    bank_version: str
    tests: int
    given: Mapping[str, int]


def count_exposure(reading: Reading) -> Exposure:
    """The counts of the bank in use. They grow with every test ever sat: no act should wait for them."""
    version = reading.house.bank_version
    same_bank = (
        select(Attempt.id)
        .join(Session, col(Session.id) == Attempt.session_id)
        .where(Session.bank_version == version)
    )
    tests = reading.orm.scalar(select(func.count()).select_from(same_bank.subquery())) or 0
    counts = reading.orm.execute(
        select(GivenItem.item_id, func.count())
        .where(col(GivenItem.attempt_id).in_(same_bank))
        .group_by(GivenItem.item_id)
    ).all()
    return Exposure(version, tests, {row[0]: row[1] for row in counts})
