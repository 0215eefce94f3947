"""A package from anywhere: what an honest program would not make is refused before it is unpacked."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.exchange import archive
from question_bank.exchange.archive import BadPackage, read_archive, write_archive


def packed(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return written.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("items/link.xml")
    entry.external_attr = 0o120777 << 16
    return entry


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}\.xml", fullmatch=True), st.binary(max_size=300)))
def test_what_is_packed_is_unpacked(files: dict[str, bytes]) -> None:
    assert read_archive(write_archive(files)) == files


@pytest.mark.parametrize(
    "name", ["../x.xml", "a/../../x.xml", "/etc/x.xml", "C:/x.xml", "..\\x.xml", "\\x.xml"]
)
def test_a_name_that_leaves_the_package_is_refused(name: str) -> None:
    with pytest.raises(BadPackage, match="sort du paquet"):
        read_archive(packed((name, b"x")))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPackage, match="trop gros une fois ouvert"):
        read_archive(packed(("a.xml", b"0" * 15_000_000)))
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 100)
    with pytest.raises(BadPackage, match="trop gros une fois ouvert"):
        read_archive(packed(("a.xml", b"ab" * 30), ("b.xml", b"ab" * 30)))


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with pytest.raises(BadPackage, match="trop gros"):
        read_archive(packed(*((f"{n}.xml", b"x") for n in range(4))))


def test_a_link_is_refused() -> None:
    with pytest.raises(BadPackage, match="lien"):
        read_archive(packed((link(), b"/etc/passwd")))


def test_a_file_without_a_name_is_refused() -> None:
    with pytest.raises(BadPackage, match="sort du paquet"):
        read_archive(packed(("a.xml", b"<a/>")).replace(b"a.xml", b"\0.xml"))


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_archive_is_an_error_in_words_or_the_same_files(place: int, value: int) -> None:
    octets = bytearray(packed(("a.xml", b"<a>text</a>"), ("b/c.xml", b"<b/>" * 20)))
    octets[place % len(octets)] = value
    try:
        files = read_archive(bytes(octets))
    except BadPackage as bad:
        assert str(bad.reason)
    else:
        assert all(isinstance(content, bytes) for content in files.values())


def test_what_is_no_archive_is_said() -> None:
    with pytest.raises(BadPackage, match="ZIP"):
        read_archive(b"PK\x03\x04nothing")
