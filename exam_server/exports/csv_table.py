"""A table as a CSV file that a spreadsheet opens as it is: UTF-8 with its mark, semicolons, no formula."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | None
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""How a cell begins that a spreadsheet would work out instead of showing (OWASP, « CSV Injection »).

The last four are the first four as East Asian keyboards write them.
"""


def csv_table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file's octets. A text that would be a formula is shown with an apostrophe before it."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(header)
    table.writerows([_plain(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text
