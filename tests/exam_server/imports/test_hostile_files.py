"""Whatever the bytes, an import answers, soon, with rows or with problems: it never raises."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam_server.imports.profiles import read_profiles
from exam_server.imports.pupils import read_pupils
from exam_server.imports.report import Import
from question_bank.framework import COMPETENCE_CODES
from tests.exam_server.imports.samples import (
    INES,
    UAI,
    in_class,
    profile_cells,
    profile_table,
    pupil,
    siecle,
    zipped,
)

XML = siecle(
    pupil("1", 'ELENOET="1"', NOM_USAGE="Démo-Œillet") + pupil("2", ID_NATIONAL=INES[1], DATE_SORTIE=""),
    in_class("1", groups=("G1",)) + in_class("2", "3B"),
)
ARCHIVE = zipped(("ElevesSansAdresses.xml", XML))
CSV = profile_table(profile_cells(), profile_cells(INES[1]))
JSON = json.dumps(
    {
        "profiles": [
            {
                "ine": INES[0],
                "levels": dict.fromkeys(COMPETENCE_CODES, 3),
                "pix": dict.fromkeys(COMPETENCE_CODES, 27),
            }
        ]
    }
).encode()

hostile = settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])


def answers(result: Import[object]) -> None:
    """The promises that every outcome keeps."""
    assert result.rows or result.problems
    assert result.ok is (result.problem_count == 0)
    assert len(result.problems) == min(result.problem_count, 1_000)
    for problem in (*result.problems, *result.warnings):
        assert problem.message().replace("\u00a0", " ").isprintable()
        assert problem.line is None or problem.line >= 1
    for skipped in result.skipped:
        assert skipped.message()


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """The file after a few cuts, insertions, repeats and flipped bytes."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        end = draw(st.integers(at, min(len(content), at + 60)))
        match draw(st.sampled_from(["cut", "insert", "repeat", "flip", "truncate"])):
            case "cut":
                del content[at:end]
            case "insert":
                content[at:at] = draw(st.binary(max_size=12))
            case "repeat":
                content[at:at] = content[at:end]
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
            case "truncate" if at > len(content) // 2:
                del content[at:]
    return bytes(content)


@hostile
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_answered(content: bytes) -> None:
    answers(read_pupils("x", content, UAI))
    answers(read_profiles("x", content))


@hostile
@given(st.text(max_size=400), st.sampled_from(["utf-8", "utf-16", "cp1252", "iso-8859-15"]))
def test_arbitrary_text_is_answered(text: str, encoding: str) -> None:
    content = text.encode(encoding, "replace")
    answers(read_pupils("x.xml", content, None))
    answers(read_profiles("x.csv", content))
    answers(read_profiles("x.json", content))


@hostile
@given(damaged(XML))
def test_a_damaged_export_is_answered(content: bytes) -> None:
    answers(read_pupils("x.xml", content, UAI))


@hostile
@given(damaged(ARCHIVE))
def test_a_damaged_archive_is_answered(content: bytes) -> None:
    answers(read_pupils("x.zip", content, UAI))


@hostile
@given(damaged(CSV))
def test_a_damaged_table_is_answered(content: bytes) -> None:
    answers(read_profiles("x.csv", content))


@hostile
@given(damaged(JSON))
def test_a_damaged_document_is_answered(content: bytes) -> None:
    answers(read_profiles("x.json", content))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["profiles", "ine", "levels", "pix", "1.1", "date", "x"]), inner, max_size=4
        )
    ),
    max_leaves=25,
)


@hostile
@given(JSON_VALUES)
def test_any_json_is_answered(document: object) -> None:
    answers(read_profiles("x.json", json.dumps(document).encode()))
    answers(read_profiles("x.json", json.dumps({"profiles": [document]}).encode()))


CELL = st.text(st.sampled_from("0123456789aé\"';,\t \n-"), max_size=8)


@hostile
@given(st.lists(st.lists(CELL, max_size=36), max_size=6))
def test_any_rows_under_a_right_header_are_answered(rows: list[list[str]]) -> None:
    body = "\n".join(";".join(row) for row in rows)
    answers(read_profiles("x.csv", CSV + body.encode()))


@given(
    st.lists(
        st.tuples(st.integers(0, 10**10 - 1), st.lists(st.integers(0, 64), min_size=16, max_size=16)),
        unique_by=lambda pair: pair[0],
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_what_is_written_is_what_is_read(
    people: list[tuple[int, list[int]]], separator: str, encoding: str
) -> None:
    rows = []
    for number, pix in people:
        levels = [value // 8 for value in pix]
        rows.append((f"{number:010d}Z", *(str(v) for pair in zip(levels, pix, strict=True) for v in pair)))
    text = "\n".join(separator.join(row) for row in (CSV.decode().split("\r\n")[0].split(";"), *rows))
    result = read_profiles("x.csv", text.encode(encoding))
    assert result.ok
    assert result.warnings == ()
    assert [(row.identifier, list(row.pix)) for row in result.rows] == [(f"{n:010d}Z", p) for n, p in people]


@given(st.integers(0, len(XML) - 1))
def test_a_truncated_export_never_keeps_part_of_the_pupils(length: int) -> None:
    result = read_pupils("x.xml", XML[:length], UAI)
    assert result.rows == () or len(result.rows) == 2
