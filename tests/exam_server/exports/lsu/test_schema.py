"""The operator's own schema is applied; one that would fetch, follow an entity or is no schema is not."""

from pathlib import Path

import pytest

from exam_server.exports.lsu.faults import Fault, LsuRefused
from exam_server.exports.lsu.merge import OwnPupil, Wish, merge
from exam_server.exports.lsu.reading import read_lsu
from exam_server.exports.lsu.schema import BadSchema, check_against
from tests.support.lsu_files import SUBSET, whole_file


def merged(level: int) -> bytes:
    pupils = [OwnPupil("1234501", "Élève", "6E 1", (level,) * 16)]
    return merge(read_lsu("bilans.xml", whole_file()), pupils, Wish(("6E 1",))).content


def test_a_merged_file_that_the_schema_takes_passes() -> None:
    check_against("bilans.xml", merged(2), SUBSET)


def test_what_the_schema_refuses_is_said_with_its_place() -> None:
    """The schema of the test is stricter than LSU: it knows no 3."""
    with pytest.raises(LsuRefused) as refused:
        check_against("bilans.xml", merged(3), SUBSET)
    assert refused.value.count == 16
    problem = refused.value.problems[0]
    assert problem.fault is Fault.AGAINST_SCHEMA
    assert "competence-num" in str(problem.field)
    assert "Le schéma XSD refuse" in problem.message(str)


def including(where: str) -> bytes:
    head = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="{where}"/>'
    return f'{head}<xs:element name="a" type="xs:string"/></xs:schema>'.encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.xsd", None),
        ("empty.xsd", b""),
        ("other.xsd", b"<html/>"),
        ("entity.xsd", b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'),
        ("outside.xsd", including("../elsewhere.xsd")),
        ("remote.xsd", including("http://127.0.0.1:9/b.xsd")),
        ("torn.xsd", including("not-there.xsd")),
    ],
)
@pytest.mark.filterwarnings("ignore:Include schema failed")
def test_a_schema_that_cannot_be_used_says_so(tmp_path: Path, name: str, content: bytes | None) -> None:
    (tmp_path / "elsewhere.xsd").write_bytes(b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>')
    folder = tmp_path / "schemas"
    folder.mkdir()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(BadSchema, match=name):
        check_against("bilans.xml", merged(1), folder / name)
