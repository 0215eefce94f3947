"""What is no LSU file, or a hostile one, is refused with its place; a sound one is read to the byte."""

import pytest

from exam_server.exports.lsu.faults import Fault
from exam_server.exports.lsu.format import DOCUMENTED_VERSIONS
from exam_server.exports.lsu.reading import DEEPEST, LARGEST, LONGEST_TAG, read_lsu
from exam_server.settings import LSU_VERSIONS
from tests.exam_server.exports.lsu.refusing import WHOLE, refusal
from tests.support.lsu_files import NAMESPACE, plain_file

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'


def test_a_whole_file_is_in_order() -> None:
    file = read_lsu("bilans.xml", WHOLE)
    assert (file.version, file.uai, file.encoding) == ("7.0", "0990001N", "utf-8")
    assert [(pupil.id_be, pupil.class_name) for pupil in file.pupils] == [
        ("1234501", "6E 1"),
        ("1234502", "6E 1"),
        ("1234503", "6E 2"),
    ]
    assert [bilan.skills is not None for bilan in file.bilans] == [False, False, True, False]
    for bilan in file.bilans:
        assert WHOLE[: bilan.after_acquis].endswith(b"</liste-acquis>")
    skills = file.bilans[2].skills
    assert skills is not None
    assert WHOLE[skills.span.start : skills.span.end].startswith(b"<competences-numeriques comp-num")
    assert WHOLE[skills.span.start : skills.span.end].endswith(b"</competences-numeriques>")
    assert skills.niveaux == {"CN_INF_MEN": 1, "CN_ENV_EVO": 2}


@pytest.mark.parametrize("prefix", ["", "l", "é"])
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "iso-8859-1", "UTF-8"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", ""])
def test_a_file_is_read_in_its_own_encoding_prefix_and_lines(
    prefix: str, encoding: str, newline: str
) -> None:
    content = plain_file([("1", "6E 1"), ("2", "6E 1")], prefix=prefix, encoding=encoding, newline=newline)
    file = read_lsu("bilans.xml", content)
    end = f"</{prefix}:liste-acquis>" if prefix else "</liste-acquis>"
    assert [bilan.prefix for bilan in file.bilans] == [prefix] * 4
    for bilan in file.bilans:
        assert content[: bilan.after_acquis].endswith(end.encode(encoding))
        assert file.pupils[0].given_name == "Cœur"


def test_a_mark_before_the_first_byte_does_not_move_a_place() -> None:
    content = b"\xef\xbb\xbf" + plain_file([("1", "6E 1")])
    (first, _second) = read_lsu("bilans.xml", content).bilans
    assert content[: first.after_acquis].endswith(b"</liste-acquis>")


@pytest.mark.parametrize("version", DOCUMENTED_VERSIONS)
def test_each_documented_version_is_let_in(version: str) -> None:
    assert read_lsu("x.xml", plain_file([("1", "6E 1")], version=version)).version == version


def test_the_setting_begins_with_the_documented_versions() -> None:
    assert LSU_VERSIONS == DOCUMENTED_VERSIONS


@pytest.mark.parametrize("version", ["2.0", "10.0", "13.0", "7", ""])
def test_another_version_is_let_in_where_the_operator_names_it_and_nowhere_else(version: str) -> None:
    content = plain_file([("1", "6E 1")], version=version)
    (problem,) = refusal(content)
    assert (problem.fault, problem.line, problem.field) == (
        Fault.VERSION_UNKNOWN,
        2,
        "lsun-bilans/@schemaVersion",
    )
    assert "3.0, 4.0, 5.0, 6.0, 7.0" in problem.message(str)
    assert read_lsu("x.xml", content, (version,)).version == version


def test_what_other_versions_changed_is_no_fault_in_them() -> None:
    changed = (
        plain_file([("a-b-c", "6E 1")], version="13.0")
        .replace(b' date-verrou="2026-02-01"', b"")
        .replace(
            b"</acquis-conseils>", b"</acquis-conseils><nouveau><etablissement>x</etablissement></nouveau>"
        )
        .replace(b'enseignant-refs="E"', b'enseignant-refs="E" statut-evaluation-eleve="1"')
    )
    assert read_lsu("x.xml", changed, ("13.0",)).pupils[0].id_be == "a-b-c"


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b"", Fault.FILE_EMPTY, None),
        (b" \r\n\xef\xbb\xbf", Fault.FILE_EMPTY, None),
        (b"PK\x03\x04" + bytes(40), Fault.ARCHIVE, None),
        (b"%PDF-1.7", Fault.NOT_XML, None),
        (b"<" + bytes(LARGEST), Fault.FILE_TOO_LARGE, None),
        (WHOLE[:-30], Fault.TRUNCATED, None),
        (WHOLE.replace(b"</entete>", b"</entete"), Fault.MALFORMED, None),
        (b"\xff\xfe<\x00a\x00/\x00>\x00", Fault.ENCODING, 1),
        (WHOLE.replace(b'"UTF-8"', b'"UTF-7"'), Fault.ENCODING, 1),
        (WHOLE.replace(b'"UTF-8"', b'"EBCDIC-CP-FR"'), Fault.ENCODING, 1),
        (b"\xef\xbb\xbf" + WHOLE.replace(b'"UTF-8"', b'"ISO-8859-15"'), Fault.ENCODING, 1),
        (HEAD + b"\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Fault.DTD_FORBIDDEN, 2),
        (HEAD + b'\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', Fault.DTD_FORBIDDEN, 2),
        (b"<a>" * (DEEPEST + 2), Fault.WRONG_NAMESPACE, 1),
        (b'<a b="' + b"x" * (LONGEST_TAG + 5) + b'"><c/></a>', Fault.TOO_COMPLEX, None),
        (WHOLE.replace(NAMESPACE.encode(), b"urn:other"), Fault.WRONG_NAMESPACE, 3),
        (WHOLE.replace(b"lsun-bilans", b"lsun-releves"), Fault.WRONG_ROOT, 3),
        (WHOLE.replace(b' schemaVersion="7.0"', b""), Fault.VERSION_MISSING, 3),
    ],
)
def test_what_cannot_be_an_lsu_file_is_refused_at_once(
    content: bytes, fault: Fault, line: int | None
) -> None:
    (problem,) = refusal(content)
    assert problem.fault is fault
    if line is not None:
        assert problem.line == line


def test_deep_nesting_ends_the_reading() -> None:
    nested = b"<socle>" * DEEPEST + b"</socle>" * DEEPEST
    assert refusal(WHOLE.replace(b"<socle>", nested + b"<socle>", 1))[-1].fault is Fault.TOO_COMPLEX
