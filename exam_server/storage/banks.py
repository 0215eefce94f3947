"""The bank versions that were ever published: a session keeps the one that it was opened with."""

from datetime import datetime

import orjson
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from exam_server.storage.engines import Database
from exam_server.storage.house import BankInUse
from exam_server.storage.prepared import table_of
from exam_server.storage.tables import BankVersion
from question_bank.assembly import facts_of, publish
from question_bank.items import Bank

_VERSIONS = table_of(BankVersion)


def all_banks(database: Database, bank: Bank, now: datetime) -> dict[str, BankInUse]:
    """Publishes `bank` where it is new; returns it and every older version, by version.

    Raises BankCannotCarry when no test could be assembled from it.
    """
    current = BankInUse(bank, publish(facts_of(bank), bank.version))
    with database.writer() as connection:
        stored = {row.version: row.content for row in connection.execute(select(_VERSIONS)).all()}
        if bank.version not in stored:
            row = {
                "version": bank.version,
                "published_at": now,
                "content": orjson.dumps(bank.to_json()),
                "colours": current.published.colours,
            }
            try:
                connection.execute(insert(_VERSIONS).values(row))
            except IntegrityError:
                # Another worker that started at the same moment has just published the same version.
                return all_banks(database, bank, now)
    older = {
        version: Bank.from_json(orjson.loads(content))
        for version, content in stored.items()
        if version != bank.version
    }
    banks = {version: BankInUse(items, publish(facts_of(items), version)) for version, items in older.items()}
    return banks | {bank.version: current}
