"""Spreadsheets to be filled in: what they say, cells that keep what is typed, the same octets each time."""

import io
import zipfile

from question_bank.files.form import ROOM, form
from tests.question_bank.files.authored import part_of, tag, words_in

TITLES = ("Identifiant", "Temps majoré")
ROWS = (("0012", "1/3"), ("", "a  b\nc"))


def test_a_form_says_its_titles_and_its_rows() -> None:
    content = part_of(form("Décisions", TITLES, ROWS), "content.xml")
    (sheet,) = content.iter(tag("table:table"))
    assert sheet.get(tag("table:name")) == "Décisions"
    shown = [
        ["\n".join(words_in(line) for line in cell.iter(tag("text:p"))) for cell in row]
        for row in sheet.iter(tag("table:table-row"))
    ]
    assert shown[:-1] == [list(TITLES), *map(list, ROWS)]


def test_every_cell_and_every_column_is_text_as_the_content_itself_says() -> None:
    content = part_of(form("A", TITLES, ROWS), "content.xml")
    as_text = {one.get(tag("style:name")) for one in content.iter(tag("number:text-style"))}
    styles = {
        style.get(tag("style:name"))
        for style in content.iter(tag("style:style"))
        if style.get(tag("style:data-style-name")) in as_text
    }
    cells = list(content.iter(tag("table:table-cell")))
    assert {cell.get(tag("table:style-name")) for cell in cells} <= styles
    assert cells[-1].get(tag("table:number-columns-repeated")) == str(len(TITLES))
    last = list(content.iter(tag("table:table-row")))[-1]
    assert last.get(tag("table:number-rows-repeated")) == str(ROOM)
    columns = list(content.iter(tag("table:table-column")))
    assert len(columns) == len(TITLES)
    assert {column.get(tag("table:default-cell-style-name")) for column in columns} <= styles


def test_a_form_is_the_same_on_another_day() -> None:
    octets = form("A", TITLES, ROWS)
    assert octets == form("A", TITLES, ROWS)
    with zipfile.ZipFile(io.BytesIO(octets)) as package:
        first, *rest = package.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {each.date_time for each in rest} == {(1980, 1, 1, 0, 0, 0)}
