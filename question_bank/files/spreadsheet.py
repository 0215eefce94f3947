"""Spreadsheets (ODS): sheets with typed cells, formulas, hidden columns and hidden sheets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from odfdo import Document, Element

from question_bank.files.cells import Cell, CellKind, is_number
from question_bank.files.formulas import open_formula
from question_bank.files.open_document import (
    add_style,
    attributes,
    cell_markup,
    empty_document,
    octets_of,
)
from question_bank.files.tables import Table
from question_bank.files.written import a_text
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text
from question_bank.typography import Phrase

MAX_SHEETS = 6
MAX_CELLS = 20_000
MAX_SHEET_NAME = 31

_NARROWEST, _WIDEST = 10, 44
_CELL_STEPS = 2
_NOT_IN_A_NAME = frozenset("[]*?:/\\'")
_DAY = "<number:text>/</number:text>".join(
    f'<number:{part} number:style="long"/>' for part in ("day", "month", "year")
)
_TIME = (
    '<number:text> </number:text><number:hours number:style="long"/>'
    '<number:text>:</number:text><number:minutes number:style="long"/>'
)
_STYLES = (
    '<style:style style:name="shown" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="true"/></style:style>',
    '<style:style style:name="hidden" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="false"/></style:style>',
    '<style:style style:name="header" style:family="table-cell" style:parent-style-name="Default">'
    '<style:text-properties fo:font-weight="bold"/></style:style>',
    f'<number:date-style style:name="french-date">{_DAY}</number:date-style>',
    f'<number:date-style style:name="french-moment">{_DAY}{_TIME}</number:date-style>',
    '<style:style style:name="date" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="french-date"/>',
    '<style:style style:name="moment" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="french-moment"/>',
)


@dataclass(frozen=True)
class Sheet:
    name: str
    table: Table
    hidden: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        name = a_text(fields, "name", MAX_SHEET_NAME, required=True)
        if _NOT_IN_A_NAME & set(name):
            problem = Phrase("« {name} » ne peut pas être un nom de feuille", name=name)
            fields.note("name", problem, Phrase("retirez les signes [ ] * ? : / \\ et l’apostrophe"))
        found = cls(name, Table.read(fields, of_a_sheet=True), fields.flag("hidden", False))
        fields.close()
        return found

    def to_json(self) -> JsonObject:
        return {"name": self.name, "table": self.table.to_json(), "hidden": self.hidden}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            text(member(value, "name")),
            Table.from_json(member(value, "table")),
            flag(member(value, "hidden")),
        )


@dataclass(frozen=True)
class Spreadsheet:
    sheets: tuple[Sheet, ...]

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        found = cls(tuple(Sheet.read(section) for section in fields.sections("sheets", 1, MAX_SHEETS)))
        fields.close()
        if len({sheet.name.casefold() for sheet in found.sheets}) != len(found.sheets):
            fields.note("sheets", Phrase("deux feuilles ont le même nom"), Phrase("renommez-en une"))
        if found.sheets and found.sheets[0].hidden:
            problem = Phrase("la première feuille est masquée")
            fields.note("sheets[1].hidden", problem, Phrase("montrez-la : un classeur s’ouvre sur elle"))
        cells = sum(sheet.table.cell_count for sheet in found.sheets)
        if cells > MAX_CELLS:
            problem = Phrase("{count} cellules, c’est trop", count=cells)
            fields.note("sheets", problem, Phrase("restez sous {most}", most=MAX_CELLS))
        return found

    @property
    def effort(self) -> int:
        return _CELL_STEPS * sum(sheet.table.cell_count for sheet in self.sheets)

    def generate(self, name: str) -> bytes:
        document = empty_document("ods")
        for style in _STYLES:
            add_style(document, style)
        for sheet in self.sheets:
            document.body.append(_drawn(document, sheet))
        return octets_of(document)

    def to_json(self) -> JsonObject:
        return {"sheets": [sheet.to_json() for sheet in self.sheets]}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(tuple(Sheet.from_json(sheet) for sheet in elements(member(value, "sheets"))))


def _drawn(document: Document, sheet: Sheet) -> Element:
    """The table is parsed in one piece: cell by cell, a large one would take seconds."""
    table = sheet.table
    told = {"table:name": sheet.name, "table:style-name": "hidden" if sheet.hidden else "shown"}
    columns = "".join(_column(document, table, place) for place in range(len(table.columns)))
    rows = "".join(
        f"<table:table-row>{''.join(_cell(cell, is_header=table.header and number == 0) for cell in line)}"
        "</table:table-row>"
        for number, line in enumerate(table.lines)
    )
    return Element.from_tag(f"<table:table{attributes(told)}>{columns}{rows}</table:table>")


def _column(document: Document, table: Table, place: int) -> str:
    """As wide as its longest cell, so that nothing has to be widened before it can be read."""
    told = {"table:style-name": column_style(document, [line[place].written for line in table.lines])}
    if table.columns[place].hidden:
        told["table:visibility"] = "collapse"
    return f"<table:table-column{attributes(told)}/>"


def column_style(document: Document, written: Iterable[str]) -> str:
    """The name of the style of a column that holds these texts; made when it is asked for first."""
    width = min(max(max(map(len, written)) + 3, _NARROWEST), _WIDEST)
    name = f"wide-{width}"
    if document.get_style("table-column", name) is None:
        properties = f'<style:table-column-properties style:column-width="{2 * width}mm"/>'
        named = {"style:name": name, "style:family": "table-column"}
        add_style(document, f"<style:style{attributes(named)}>{properties}</style:style>")
    return name


def _cell(cell: Cell, *, is_header: bool) -> str:
    if cell.kind is CellKind.EMPTY:
        return "<table:table-cell/>"
    if cell.kind is CellKind.DATE:
        return _date_cell(cell.written)
    told = {"table:formula": open_formula(cell.formula)} if cell.kind is CellKind.FORMULA else {}
    shown = cell.written
    if cell.kind is CellKind.NUMBER or (told and is_number(shown)):
        told |= {"office:value-type": "float", "office:value": shown}
        shown = shown.replace(".", ",")
    elif shown:
        told |= {"office:value-type": "string"} | ({"table:style-name": "header"} if is_header else {})
    return cell_markup(told, shown)


def _date_cell(written: str) -> str:
    moment = datetime.fromisoformat(written)
    has_time = len(written) > len("2024-05-03")
    told = {
        "table:style-name": "moment" if has_time else "date",
        "office:value-type": "date",
        "office:date-value": moment.isoformat() if has_time else written,
    }
    return cell_markup(told, moment.strftime("%d/%m/%Y %H:%M" if has_time else "%d/%m/%Y"))
