"""The bank versions that were ever published: a session keeps the one that it was opened with."""

from datetime import datetime
from functools import partial

import orjson
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from exam_server.storage.engines import Database
from exam_server.storage.house import BankInUse, Banks
from exam_server.storage.prepared import table_of
from exam_server.storage.tables import BankVersion
from exam_server.storage.transaction import Transaction
from question_bank.assembly import facts_of, publish
from question_bank.items import Bank

_VERSIONS = table_of(BankVersion)


def all_banks(database: Database, bank: Bank, now: datetime) -> Banks:
    """Publishes `bank` where it is new; returns it and every older version, by version.

    Raises BankCannotCarry when no test could be assembled from it.
    """
    current = prepared(bank)
    with database.writer() as connection:
        stored = {row.version: row.content for row in connection.execute(select(_VERSIONS)).all()}
        if bank.version not in stored:
            try:
                connection.execute(insert(_VERSIONS).values(_row(current, now)))
            except IntegrityError:
                # Another worker that started at the same moment has just published the same version.
                return all_banks(database, bank, now)
    older = {version: _in_use(version, text) for version, text in stored.items() if version != bank.version}
    return Banks(older | {bank.version: current}, bank.version, partial(_stored_bank, database))


def prepared(bank: Bank) -> BankInUse:
    """A bank with the engine's tables of it; raises BankCannotCarry when no test could be made of it."""
    return BankInUse(bank, publish(facts_of(bank), bank.version))


def publish_bank(tx: Transaction, bank: BankInUse) -> None:
    """Keeps a bank for the sessions that will be opened with it; one that is kept already stays as it is."""
    known = select(_VERSIONS.c.version).where(_VERSIONS.c.version == bank.items.version)
    if tx.connection.scalar(known) is None:
        tx.connection.execute(insert(_VERSIONS).values(_row(bank, tx.now)))


def _row(bank: BankInUse, now: datetime) -> dict[str, object]:
    return {
        "version": bank.items.version,
        "published_at": now,
        "content": orjson.dumps(bank.items.to_json()),
        "colours": bank.published.colours,
    }


def _stored_bank(database: Database, version: str) -> BankInUse | None:
    """A version that was published after this server started; None for one that never was."""
    with database.reader() as connection:
        content = connection.scalar(select(_VERSIONS.c.content).where(_VERSIONS.c.version == version))
    return None if content is None else _in_use(version, content)


def _in_use(version: str, content: bytes) -> BankInUse:
    items = Bank.from_json(orjson.loads(content))
    return BankInUse(items, publish(facts_of(items), version))
