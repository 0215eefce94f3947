"""What the pupils' import accepts as a file: encodings, archives, and what it refuses for safety."""

import struct
import time
from encodings.aliases import aliases
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from exam_server.imports.archive import MAX_XML
from exam_server.imports.pupils import read_pupils
from exam_server.imports.report import ImportCode
from tests.exam_server.imports.samples import UAI, in_class, pupil, siecle, siecle_text, zipped


def code_of(content: bytes, name: str = "eleves.xml") -> ImportCode:
    result = read_pupils(name, content, UAI)
    assert result.rows == ()
    assert len(result.problems) == 1
    assert result.problems[0].message()
    return result.problems[0].code


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("ISO-8859-15", "iso-8859-15"),
        ("ISO-8859-1", "iso-8859-1"),
        ("windows-1252", "cp1252"),
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("ISO-8859-15", "utf-8-sig"),
    ],
)
def test_a_file_reads_the_same_in_every_encoding(declared: str, written: str) -> None:
    text = siecle_text(
        pupil(NOM_DE_FAMILLE="Démo-Écarlaté", PRENOM="Noël-Pêche"), in_class(), encoding=declared
    )
    row = read_pupils("eleves.xml", text.encode(written), UAI).rows[0]
    assert (row.family_name, row.given_names) == ("Démo-Écarlaté", ("Noël-Pêche",))


@pytest.mark.parametrize(("declared", "written"), [("ISO-8859-15", "iso-8859-15"), ("ISO-8859-1", "cp1252")])
def test_the_letters_that_latin_1_lacks_are_read(declared: str, written: str) -> None:
    text = siecle_text(pupil(PRENOM="Œillet", NOM_USAGE="Démo-Bœuf"), in_class(), encoding=declared)
    row = read_pupils("eleves.xml", text.encode(written), UAI).rows[0]
    assert (row.given_names, row.usual_name) == (("Œillet",), "Démo-Bœuf")


def test_a_file_without_declaration_is_utf_8() -> None:
    text = siecle_text(pupil(), in_class()).split("\n", 1)[1]
    assert read_pupils("eleves.xml", text.encode(), UAI).rows[0].family_name == "Démo-Garance"
    assert code_of(text.encode("latin-1")) == ImportCode.XML_MALFORMED


@pytest.mark.parametrize("encoding", sorted({*aliases.values(), "no-such-encoding", "UTF-32", "x" * 200}))
def test_no_declared_encoding_makes_the_import_fail(encoding: str) -> None:
    content = siecle_text(pupil(), in_class(), encoding=encoding.replace("_", "-")).encode("iso-8859-15")
    result = read_pupils("eleves.xml", content, UAI)
    assert result.rows or result.problems


def test_an_unknown_encoding_is_named() -> None:
    content = siecle_text(pupil(), in_class(), encoding="no-such-encoding").encode("iso-8859-15")
    assert code_of(content) == ImportCode.ENCODING_NOT_SUPPORTED


def test_unreadable_characters_in_a_name_are_refused() -> None:
    content = siecle_text(
        pupil(PRENOM="Pru\N{REPLACEMENT CHARACTER}nelle"), in_class(), encoding="utf-8"
    ).encode()
    result = read_pupils("eleves.xml", content, UAI)
    assert [problem.code for problem in result.problems] == [ImportCode.TEXT_UNREADABLE]


def test_a_zipped_export_is_read_and_named_in_problems() -> None:
    content = zipped(("ElevesSansAdresses.xml", siecle(pupil(CODE_SEXE="9"))))
    result = read_pupils("eleves.zip", content, UAI)
    assert result.problems[0].file == "eleves.zip › ElevesSansAdresses.xml"
    assert result.problems[0].code == ImportCode.SEX_CODE_INVALID


def test_what_an_archive_holds_beside_the_export_does_not_matter() -> None:
    junk = [("__MACOSX/._Eleves.xml", b"\x00"), (".hidden/x.xml", b"<x/>"), ("lisez-moi.txt", b"Bonjour")]
    assert read_pupils("a.zip", zipped(*junk, ("dossier/Eleves.XML", siecle())), UAI).ok


def test_an_archive_is_recognised_by_its_content_not_by_its_name() -> None:
    assert read_pupils("eleves.xml", zipped(("Eleves.xml", siecle())), UAI).ok


@pytest.mark.parametrize("count", [0, 2])
def test_an_archive_must_hold_exactly_one_export(count: int) -> None:
    entries = [("lisez-moi.txt", b"Bonjour"), *((f"e{n}.xml", siecle()) for n in range(count))]
    assert code_of(zipped(*entries)) == ImportCode.ZIP_NOT_ONE_XML


@pytest.mark.parametrize(
    "name", ["/etc/eleves.xml", "../eleves.xml", "a/../../e.xml", "..\\e.xml", "C:e.xml"]
)
def test_an_archive_with_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    assert code_of(zipped((name, siecle()))) == ImportCode.ZIP_UNSAFE_NAME


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(zipped(("Eleves.xml", siecle())))
    content[6] |= 1  # the flag of the local header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    assert code_of(bytes(content)) == ImportCode.ZIP_ENCRYPTED


def test_a_truncated_archive_is_refused() -> None:
    content = zipped(("Eleves.xml", siecle()))
    for length in (4, 40, len(content) // 2, len(content) - 1):
        assert code_of(content[:length]) == ImportCode.ZIP_DAMAGED


def test_an_archive_with_a_wrong_checksum_is_refused() -> None:
    content = bytearray(zipped(("Eleves.xml", siecle())))
    content[content.index(b"PK\x01\x02") + 16] ^= 0xFF
    assert code_of(bytes(content)) == ImportCode.ZIP_DAMAGED


def test_only_the_compression_that_siecle_uses_is_opened() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as archive:
        archive.writestr("Eleves.xml", siecle())
    assert code_of(out.getvalue()) == ImportCode.ZIP_DAMAGED


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = zipped(("Eleves.xml", b" " * (MAX_XML + 1)))
    began = time.monotonic()
    assert code_of(bomb) == ImportCode.ZIP_BOMB
    assert time.monotonic() - began < 1


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(zipped(("Eleves.xml", b"<x>" + b" " * (30 * 1024 * 1024))))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    began = time.monotonic()
    assert code_of(bytes(content)) == ImportCode.ZIP_DAMAGED
    assert time.monotonic() - began < 2


def test_an_archive_of_very_many_entries_is_refused_unlisted() -> None:
    assert code_of(zipped(*((f"{n}.txt", b"") for n in range(300)))) == ImportCode.ZIP_BOMB


def test_a_small_file_that_swells_beyond_reason_is_a_bomb() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("Eleves.xml", siecle() + b"\n" * 5_000_000)
    assert code_of(out.getvalue()) == ImportCode.ZIP_BOMB


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"\xef\xbb\xbf", zipped(("Eleves.xml", b" \n"))])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert code_of(content) == ImportCode.FILE_EMPTY


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert code_of(b"<" * (MAX_XML + 1)) == ImportCode.FILE_TOO_LARGE


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE BEE_ELEVES SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        "<!DOCTYPE BEE_ELEVES>",
    ],
)
def test_a_document_type_is_refused_with_or_without_entities(declaration: str) -> None:
    text = siecle_text(pupil(), in_class()).replace("<BEE_ELEVES>", f"{declaration}\n<BEE_ELEVES>")
    assert code_of(text.encode("iso-8859-15")) == ImportCode.XML_DTD_FORBIDDEN


def test_an_undeclared_entity_is_malformed() -> None:
    assert code_of(siecle().replace(b"Prunelle", b"&e;")) == ImportCode.XML_MALFORMED


def test_a_truncated_export_says_where_it_ends() -> None:
    content = siecle()
    result = read_pupils("eleves.xml", content[: content.index(b"<DATE_NAISS>") + 4], UAI)
    assert [(problem.code, problem.line) for problem in result.problems] == [(ImportCode.XML_TRUNCATED, 8)]


def test_a_truncated_export_keeps_nobody() -> None:
    content = siecle(pupil("1") + pupil("2"), in_class("1") + in_class("2"))
    assert read_pupils("eleves.xml", content[:-20], UAI).rows == ()


def test_a_malformed_export_says_on_which_line() -> None:
    result = read_pupils("eleves.xml", siecle().replace(b"</PRENOM>", b"</NOM>"), UAI)
    assert [(problem.code, problem.line) for problem in result.problems] == [(ImportCode.XML_MALFORMED, 7)]


@pytest.mark.parametrize("content", [b"<html><body/></html>", b"<BEE_RESPONSABLES/>"])
def test_another_document_is_named(content: bytes) -> None:
    assert code_of(content) == ImportCode.NOT_SIECLE


def test_a_document_without_bottom_is_refused() -> None:
    assert code_of(b"<BEE_ELEVES>" + b"<a>" * 100_000) == ImportCode.XML_TOO_COMPLEX


def test_a_tag_without_end_is_refused_before_it_is_taken_apart() -> None:
    attributes = b" ".join(b'a%d=""' % number for number in range(200_000))
    assert code_of(b"<BEE_ELEVES>\n<a " + attributes + b"/></BEE_ELEVES>") == ImportCode.XML_TOO_COMPLEX
    assert code_of(b"Nom;Note\n" * 200_000) == ImportCode.XML_MALFORMED


def test_the_older_root_is_read() -> None:
    assert read_pupils("eleves.xml", siecle().replace(b"BEE_ELEVES", b"BEE_EPHC_ELEVES"), UAI).ok
