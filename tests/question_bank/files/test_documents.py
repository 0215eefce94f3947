"""Documents have real revisions, comments and properties: other readers find who did what, and when."""

import io
import json
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document

from tests.question_bank.files.authored import one, part_of, problems_of, tag, words_in

LINA = {"by": "Lina", "at": "2024-02-02 10:00"}
OMAR = {"by": "Omar", "at": "2024-02-02 11:30:05", "text": "Lequel ? & <où>"}
LETTER = {
    "properties": {
        "title": "Sortie",
        "author": "Inès Martin",
        "created": "2024-02-01 09:00",
        "editor": "Omar",
        "modified": "2024-02-03 18:12",
        "keywords": ["musée", "gare"],
    },
    "paragraphs": [
        {"heading": "Sortie au musée", "level": 2},
        "Rendez-vous à la gare.",
        {
            "runs": [
                {"text": "Départ à "},
                {"text": "8 h", "deleted": LINA},
                {"text": "9 h", "inserted": LINA, "bold": True},
                {"text": " du parking", "comment": OMAR},
            ]
        },
        {"item": "Un pique-nique"},
        {"item": "Une gourde"},
    ],
}
LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=30
)


def test_revisions_say_who_changed_what_and_when() -> None:
    body: Any = Document(io.BytesIO(one("x.odt", "document", LETTER).generate())).body
    regions = body.tracked_changes.get_changed_regions()
    told = [(region.get_change_info().creator, region.get_change_info().date) for region in regions]
    assert told == [("Lina", datetime.fromisoformat("2024-02-02T10:00"))] * 2
    elements = [region.get_change_element() for region in regions]
    assert [element.get_deleted(as_text=True).strip() for element in elements] == ["8 h", ""]
    assert [element.get_inserted(as_text=True).strip() for element in elements] == ["", "9 h"]


def test_comments_say_who_wrote_them_and_where() -> None:
    octets = one("x.odt", "document", LETTER).generate()
    (note,) = part_of(octets, "content.xml").iter(tag("office:annotation"))
    assert [note.findtext(tag(name)) for name in ("dc:creator", "dc:date", "text:p")] == [
        "Omar",
        "2024-02-02T11:30:05",
        "Lequel ? & <où>",
    ]


def test_properties_are_where_programs_look_for_them_and_nothing_of_today_is() -> None:
    meta = part_of(one("x.odt", "document", LETTER).generate(), "meta.xml")
    said = {element.tag: element.text for element in meta.iter() if (element.text or "").strip()}
    assert said[tag("meta:initial-creator")] == "Inès Martin"
    assert said[tag("meta:creation-date")] == "2024-02-01T09:00:00"
    assert said[tag("dc:creator")] == "Omar"
    assert said[tag("dc:date")] == "2024-02-03T18:12:00"
    assert [each.text for each in meta.iter(tag("meta:keyword"))] == ["musée", "gare"]
    silent = part_of(one("x.odt", "document", {"paragraphs": ["x"]}).generate(), "meta.xml")
    assert [*silent.iter(tag("meta:creation-date")), *silent.iter(tag("dc:date"))] == []


def test_headings_and_bullets_are_more_than_large_letters() -> None:
    content = part_of(one("x.odt", "document", LETTER).generate(), "content.xml")
    (heading,) = content.iter(tag("text:h"))
    assert (heading.text, heading.get(tag("text:outline-level"))) == ("Sortie au musée", "2")
    (bullets,) = content.iter(tag("text:list"))
    assert [words_in(item[0]) for item in bullets] == ["Un pique-nique", "Une gourde"]


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_every_line_is_read_again_with_its_blanks(lines: list[str]) -> None:
    content = {"paragraphs": [{"runs": [{"text": line}]} for line in lines]}
    octets = one("x.odt", "document", content).generate()
    found = [words_in(each) for each in part_of(octets, "content.xml").iter(tag("text:p"))]
    assert found == lines


def test_the_same_description_gives_the_same_octets_and_a_whole_package() -> None:
    octets = one("x.odt", "document", LETTER).generate()
    assert octets == one("x.odt", "document", LETTER).generate()
    with zipfile.ZipFile(io.BytesIO(octets)) as package:
        first, *rest = package.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {each.date_time for each in rest} == {(1980, 1, 1, 0, 0, 0)}
    manifest = part_of(octets, "META-INF/manifest.xml")
    named = {entry.get(tag("manifest:full-path")) for entry in manifest}
    assert named - {"/"} == {each.filename for each in rest} - {"META-INF/manifest.xml"}


@pytest.mark.slow
def test_a_word_processor_finds_the_revisions_and_the_comment(tmp_path: Path) -> None:
    (tmp_path / "x.odt").write_bytes(one("x.odt", "document", LETTER).generate())
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        [
            "soffice",
            home,
            "--headless",
            "--convert-to",
            "docx",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "x.odt"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with zipfile.ZipFile(tmp_path / "x.docx") as converted:
        written = converted.read("word/document.xml").decode()
        comments = converted.read("word/comments.xml").decode()
    assert '<w:del w:id="0" w:author="Lina" w:date="2024-02-02T10:00:00Z">' in written
    assert '<w:ins w:id="1" w:author="Lina"' in written
    assert 'w:author="Omar"' in comments


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"paragraphs": []}, "paragraphs"),
        ({"paragraphs": ["x"] * 201}, "paragraphs"),
        ({"paragraphs": [{}]}, "paragraphs[1]"),
        ({"paragraphs": [{"text": "x", "heading": "y"}]}, "paragraphs[1]"),
        ({"paragraphs": [{"heading": "x", "level": 5}]}, "paragraphs[1].level"),
        ({"paragraphs": ["deux\nlignes"]}, "paragraphs[1]"),
        (
            {"paragraphs": [{"runs": [{"text": "x", "inserted": LINA, "deleted": LINA}]}]},
            "paragraphs[1].runs[1].deleted",
        ),
        (
            {"paragraphs": [{"runs": [{"text": "x", "comment": OMAR, "deleted": LINA}]}]},
            "paragraphs[1].runs[1].deleted",
        ),
        (
            {"paragraphs": [{"runs": [{"text": "x", "inserted": {"by": "Lina"}}]}]},
            "paragraphs[1].runs[1].inserted.at",
        ),
        ({"properties": {"created": "hier"}}, "properties.created"),
        ({"properties": {"owner": "x"}}, "properties.owner"),
    ],
)
def test_a_document_that_cannot_be_is_told(change: dict[str, object], field: str) -> None:
    found = [each.rstrip(".") for each in problems_of("x.odt", "document", {**LETTER, **change})]
    assert field in found, json.dumps(found)
