"""CSV files: one table, with the separator, encoding and decimal sign that a program must be told."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from question_bank.files.cells import Cell, CellKind
from question_bank.files.encodings import Encoding, note_what_cannot_be_written
from question_bank.files.tables import Table
from question_bank.files.written import one_of
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member, text


class Separator(StrEnum):
    SEMICOLON = ";"
    COMMA = ","
    TAB = "tab"


class DecimalSign(StrEnum):
    COMMA = "comma"
    POINT = "point"


class DateOrder(StrEnum):
    FRENCH = "french"
    ISO = "iso"


@dataclass(frozen=True)
class CsvFile:
    table: Table
    separator: Separator = Separator.SEMICOLON
    encoding: Encoding = Encoding.UTF_8
    decimal: DecimalSign = DecimalSign.COMMA
    dates: DateOrder = DateOrder.FRENCH

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        found = cls(
            Table.read(fields, of_a_sheet=False),
            one_of(fields, "separator", Separator.SEMICOLON),
            one_of(fields, "encoding", Encoding.UTF_8),
            one_of(fields, "decimal", DecimalSign.COMMA),
            one_of(fields, "dates", DateOrder.FRENCH),
        )
        note_what_cannot_be_written(fields, found.encoding, found.table.texts)
        fields.close()
        return found

    @property
    def effort(self) -> int:
        return self.table.cell_count

    def generate(self, name: str) -> bytes:
        written = io.StringIO()
        delimiter = "\t" if self.separator is Separator.TAB else self.separator.value
        writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([self._said(cell) for cell in line] for line in self.table.lines)
        return written.getvalue().encode(self.encoding)

    def _said(self, cell: Cell) -> str:
        if cell.kind is CellKind.NUMBER and self.decimal is DecimalSign.COMMA:
            return cell.written.replace(".", ",")
        if cell.kind is CellKind.DATE and self.dates is DateOrder.FRENCH:
            moment = datetime.fromisoformat(cell.written)
            time = cell.written[10:]
            return f"{moment.day:02}/{moment.month:02}/{moment.year:04}{time}"
        return cell.written

    def to_json(self) -> JsonObject:
        return {
            "table": self.table.to_json(),
            "separator": self.separator.value,
            "encoding": self.encoding.value,
            "decimal": self.decimal.value,
            "dates": self.dates.value,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            Table.from_json(member(value, "table")),
            Separator(text(member(value, "separator"))),
            Encoding(text(member(value, "encoding"))),
            DecimalSign(text(member(value, "decimal"))),
            DateOrder(text(member(value, "dates"))),
        )
