"""Plain texts and archives: exact sizes, encodings, folders, dates, and one archive in another."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.files import FileSpec, TooLarge
from question_bank.files.packing import Entry, packed
from tests.question_bank.files.authored import one, problems_of, read

NOTE = {"content": "bonjour\n"}
AT = "2024-03-05 08:30"
PLAIN = {"name": "a.txt", "modified": AT, "text": NOTE}


def listing(octets: bytes) -> dict[str, tuple[int, ...]]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry.date_time for entry in archive.infolist()}


@settings(max_examples=80, deadline=None)
@given(
    st.text(
        st.characters(codec="latin-1", exclude_categories=["Cc"]) | st.just("\n"), min_size=1, max_size=60
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
    st.sampled_from(["lf", "crlf"]),
    st.none() | st.integers(200, 3000),
)
def test_a_text_is_read_again_and_has_the_size_that_was_asked_for(
    written: str, encoding: str, line_end: str, size: int | None
) -> None:
    content: dict[str, object] = {"content": written, "encoding": encoding, "line_end": line_end}
    if size is not None:
        content["size"] = size
    octets = one("a.txt", "text", content).generate()
    again = octets.decode(encoding)
    expected = written.replace("\n", "\r\n") if line_end == "crlf" else written
    assert again == expected if size is None else again.startswith(expected)
    assert size is None or len(octets) == size


def test_a_text_may_be_a_list_of_lines_and_keeps_its_indents() -> None:
    (file,), problems = read("files:\n- name: a.log\n  text:\n    content: ['  un', '', deux]\n")
    assert problems == []
    assert file.generate() == b"  un\n\ndeux\n"


def test_a_calendar_has_the_line_ends_that_its_format_wants() -> None:
    assert (
        one("a.ics", "text", {"content": "BEGIN\nEND\n", "line_end": "lf"}).generate() == b"BEGIN\r\nEND\r\n"
    )


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "content"),
        ({"content": ""}, "content"),
        ({"content": "x" * 100_001}, "content"),
        ({"content": "\u0000"}, "content"),
        ({"content": ["x", ["y"]]}, "content"),
        ({"content": "l’eau", "encoding": "latin-1"}, "encoding"),
        ({"content": "l’eau", "size": 6}, "size"),
        ({"content": "x", "size": 500_001}, "size"),
    ],
)
def test_a_text_that_cannot_be_is_told(content: object, field: str) -> None:
    assert field in problems_of("a.txt", "text", content)


def test_an_archive_has_its_folders_its_dates_and_its_contents() -> None:
    files = [
        {"name": "cours/2024/été.txt", "modified": "2024-03-05 08:30:10", "text": {"content": "à faire"}},
        {"name": "cours/vide/", "modified": "2024-03-01"},
        {"name": "photo.png", "modified": AT, "image": {"width": 3, "height": 2}},
        {"name": "vieux.zip", "modified": AT, "archive": {"files": [{**PLAIN, "name": "dedans.txt"}]}},
    ]
    octets = one("x.zip", "archive", {"files": files}).generate()
    assert octets == one("x.zip", "archive", {"files": files}).generate()
    assert listing(octets) == {
        "cours/2024/été.txt": (2024, 3, 5, 8, 30, 10),
        "cours/vide/": (2024, 3, 1, 0, 0, 0),
        "photo.png": (2024, 3, 5, 8, 30, 0),
        "vieux.zip": (2024, 3, 5, 8, 30, 0),
    }
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.read("cours/2024/été.txt").decode() == "à faire"
        assert listing(archive.read("vieux.zip")) == {"dedans.txt": (2024, 3, 5, 8, 30, 0)}


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ([], "files"),
        ([PLAIN] * 61, "files"),
        ([{**PLAIN, "name": "../a.txt"}], "files[1].name"),
        ([{**PLAIN, "name": "/a.txt"}], "files[1].name"),
        ([{**PLAIN, "name": "a//b.txt"}], "files[1].name"),
        ([{**PLAIN, "name": "a/b/c/d/e/f/g.txt"}], "files[1].name"),
        ([{**PLAIN, "name": "a\\b.txt"}], "files[1].name"),
        ([{**PLAIN, "name": "a.exe"}], "files[1].name"),
        ([{**PLAIN, "name": "dossier/"}], "files[1].text"),
        ([{"name": "a.txt", "text": NOTE}], "files[1].modified"),
        ([{**PLAIN, "modified": "1979-12-31"}], "files[1].modified"),
        ([PLAIN, {**PLAIN, "name": "A.TXT"}], "files"),
        ([PLAIN, {**PLAIN, "name": "a.txt/b.txt"}], "files"),
    ],
)
def test_an_archive_that_cannot_be_is_told(files: list[object], field: str) -> None:
    assert field in problems_of("x.zip", "archive", {"files": files})


def test_an_archive_in_an_archive_holds_no_other() -> None:
    def around(inner: object) -> dict[str, object]:
        return {"files": [{"name": "x.zip", "modified": AT, "archive": inner}]}

    assert problems_of("x.zip", "archive", around({"files": [PLAIN]})) == []
    assert problems_of("x.zip", "archive", around(around({"files": [PLAIN]}))) != []


def test_what_would_be_too_large_is_never_given_out() -> None:
    large = {"content": "x", "size": 500_000}
    files = [{"name": f"{n}.txt", "modified": AT, "text": large} for n in range(13)]
    file = one("x.zip", "archive", {"files": files})
    with pytest.raises(TooLarge):
        file.generate()


def test_a_file_that_would_keep_the_server_busy_is_refused() -> None:
    picture = {"width": 2000, "height": 2000}
    files = [{"name": f"{n}.png", "modified": AT, "image": picture} for n in range(4)]
    assert problems_of("x.zip", "archive", {"files": files}) == ["archive"]
    assert problems_of("x.zip", "archive", {"files": files[:1]}) == []


def test_a_packed_file_does_not_say_on_which_day_it_was_packed() -> None:
    assert listing(packed([Entry("a", b"")])) == {"a": (1980, 1, 1, 0, 0, 0)}


def test_an_identifier_is_of_a_name_and_a_content() -> None:
    files: list[FileSpec] = [
        one("a.txt", "text", NOTE),
        one("b.txt", "text", NOTE),
        one("a.txt", "text", {"content": "bonsoir"}),
    ]
    assert len({file.id for file in files}) == 3
    assert files[0].id == one("a.txt", "text", NOTE).id
    assert all(len(file.id) == 12 for file in files)
