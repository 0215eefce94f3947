"""One statement over many rows: any number of them, on both databases; new ones or in place of old ones."""

import pytest
from sqlalchemy import select

from exam_server.storage.prepared import PreparedMany, table_of
from exam_server.storage.store import Store
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Transaction

CENTRE = table_of(Centre)
INSERT = PreparedMany.insert(CENTRE, ("id", "uai", "name"))
REPLACE = PreparedMany.insert(CENTRE, ("id", "uai", "name"), replacing=("id",))
NAMES = PreparedMany.where_in(select(CENTRE.c.id, CENTRE.c.name), CENTRE.c.id)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 63, 64, 65, 200])
async def test_any_number_of_rows_is_written_and_found_again(store: Store, count: int) -> None:
    rows = [(f"c{n}", f"u{n}", f"n{n}") for n in range(count)]

    def write_and_read(tx: Transaction) -> dict[str, str]:
        tx.write_many(INSERT, rows)
        return {row[0]: row[1] for row in tx.rows_of(NAMES, [*(row[0] for row in rows), "nobody"])}

    assert await store.run(write_and_read) == {row[0]: row[2] for row in rows}


async def test_a_row_that_is_there_already_is_replaced_and_others_are_added(store: Store) -> None:
    def write_and_read(tx: Transaction) -> set[tuple[str, str]]:
        tx.write_many(INSERT, [("a", "ua", "old"), ("b", "ub", "stays")])
        tx.write_many(REPLACE, [("a", "ua", "new"), ("c", "uc", "added")])
        return {(row[0], row[1]) for row in tx.rows_of(NAMES, ["a", "b", "c"])}

    assert await store.run(write_and_read) == {("a", "new"), ("b", "stays"), ("c", "added")}
