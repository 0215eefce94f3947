"""Rules of the profiles' import from JSON."""

import json
from datetime import date
from typing import Any

import pytest

from exam_server.imports.profiles import read_profiles
from exam_server.imports.report import ImportCode, SkipReason
from question_bank.framework import COMPETENCE_CODES
from tests.exam_server.imports.samples import INES

LEVELS = dict.fromkeys(COMPETENCE_CODES, 3)
PIX = dict.fromkeys(COMPETENCE_CODES, 27)


def profile(**changes: object) -> dict[str, object]:
    return {"ine": INES[0], "levels": LEVELS, "pix": PIX, **changes}


def written(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"version": {"a": [1]}, "profiles": rows, "x": []}]
)
def test_the_list_may_be_bare_or_under_profiles(wrap: Any) -> None:
    result = read_profiles("p.json", written(wrap([profile(), profile(ine=INES[1])])))
    assert result.ok
    assert [row.identifier for row in result.rows] == [INES[0], INES[1]]
    assert result.rows[0].levels == (3,) * 16
    assert result.rows[0].pix == (27,) * 16


def test_json_is_recognised_by_its_content() -> None:
    assert read_profiles("profils.txt", b"\xef\xbb\xbf \n" + written([profile()])).ok


def test_each_profile_has_the_line_where_it_begins() -> None:
    content = b'{\n"profiles": [\n\n' + written(profile()).replace(b"\n", b" ") + b",\n\n"
    content += written(profile(ine=INES[1])) + b"]}"
    assert [row.line for row in read_profiles("p.json", content).rows] == [4, 6]


def test_a_pupil_may_be_named_by_a_local_number() -> None:
    rows = [profile(ine=None, local_id="E77"), {**profile(ine=None), "identifier": INES[1]}]
    result = read_profiles("p.json", written(rows))
    assert [(row.identifier, row.identifier_kind) for row in result.rows] == [
        ("E77", "local"),
        (INES[1], "ine"),
    ]


@pytest.mark.parametrize("name", ["as_of", "date"])
def test_the_date_of_the_profile_is_read(name: str) -> None:
    result = read_profiles("p.json", written([profile(**{name: "2026-09-10T08:00:00Z"})]))
    assert result.rows[0].as_of == date(2026, 9, 10)


def test_problems_name_the_path_and_the_line() -> None:
    wrong = profile(ine=INES[1], levels={**LEVELS, "2.3": 9})
    result = read_profiles("p.json", written({"profiles": [profile(), wrong]}))
    problem = result.problems[0]
    assert (problem.code, problem.field) == (ImportCode.LEVEL_INVALID, 'profiles[1].levels["2.3"]')
    assert problem.subject == INES[1]
    assert problem.line is not None
    assert problem.line > 30
    assert [row.identifier for row in result.rows] == [INES[0]]


@pytest.mark.parametrize("value", [9, -1, 3.5, True, [3], {"a": 3}, "trois", 10**30, 1e400, float("nan")])
def test_a_level_is_a_whole_number_from_0_to_8(value: object) -> None:
    result = read_profiles("p.json", written([profile(levels={**LEVELS, "1.1": value})]))
    assert [(p.code, p.field) for p in result.problems] == [(ImportCode.LEVEL_INVALID, '[0].levels["1.1"]')]


def test_an_integer_too_long_for_python_is_only_a_wrong_level() -> None:
    content = written([profile()]).replace(b'"1.1": 3', b'"1.1": ' + b"9" * 6_000)
    assert [p.code for p in read_profiles("p.json", content).problems] == [ImportCode.LEVEL_INVALID]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"ine": None}, ImportCode.IDENTIFIER_REQUIRED, "[0].ine"),
        ({"ine": "12"}, ImportCode.INE_FORMAT, "[0].ine"),
        ({"levels": None}, ImportCode.JSON_SHAPE, "[0].levels"),
        ({"pix": [27] * 16}, ImportCode.JSON_SHAPE, "[0].pix"),
        ({"pix": {**PIX, "6.1": 3}}, ImportCode.COMPETENCE_UNKNOWN, "[0].pix[6.1]"),
        ({"pix": {**PIX, "1.1": None}}, ImportCode.VALUE_REQUIRED, '[0].pix["1.1"]'),
        ({"pix": {**PIX, "1.1": 65}}, ImportCode.PIX_INVALID, '[0].pix["1.1"]'),
        ({"as_of": "hier"}, ImportCode.DATE_INVALID, "[0].as_of"),
    ],
)
def test_a_wrong_profile_is_left_out_and_the_others_stay(
    changes: dict[str, object], code: ImportCode, field: str
) -> None:
    result = read_profiles("p.json", written([profile(**changes), profile(ine=INES[1])]))
    assert [(p.code, p.field) for p in result.problems] == [(code, field)]
    assert [row.identifier for row in result.rows] == [INES[1]]


def test_a_pupil_without_levels_and_pix_is_left_aside() -> None:
    result = read_profiles("p.json", written([profile(), {"ine": INES[1]}]))
    assert result.ok
    assert [(skipped.subject, skipped.reason) for skipped in result.skipped] == [
        (INES[1], SkipReason.NO_PROFILE)
    ]


def test_a_doubled_pupil_keeps_neither_profile() -> None:
    result = read_profiles("p.json", written([profile(), profile()]))
    assert [p.code for p in result.problems] == [ImportCode.IDENTIFIER_UNIQUE] * 2
    assert result.rows == ()


def test_a_doubled_key_is_refused_because_either_value_may_be_meant() -> None:
    content = written([profile()]).replace(b'"1.1": 3', b'"1.1": 3, "1.1": 4')
    result = read_profiles("p.json", content)
    assert [(p.code, p.given) for p in result.problems] == [(ImportCode.JSON_KEY_DUPLICATED, "1.1")]


@pytest.mark.parametrize(
    "content", [b"3", b'"a"', b"null", b"{}", b'{"rows": []}', b'{"profiles": {}}', b'{"profiles": 3}']
)
def test_another_document_is_told_the_expected_shape(content: bytes) -> None:
    assert [p.code for p in read_profiles("p.json", content).problems] == [ImportCode.JSON_SHAPE]


@pytest.mark.parametrize("element", ["3", '"a"', "null", "[]"])
def test_an_element_that_is_no_object_is_told_the_expected_shape(element: str) -> None:
    result = read_profiles("p.json", f"[{element}]".encode())
    assert [(p.code, p.field) for p in result.problems] == [(ImportCode.JSON_SHAPE, "[0]")]


@pytest.mark.parametrize("content", [b"[]", b'{"profiles": []}'])
def test_an_empty_list_holds_nobody(content: bytes) -> None:
    assert [p.code for p in read_profiles("p.json", content).problems] == [ImportCode.NO_ROWS]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[\n{", 2),
        (b"[\n1,\n]", 3),
        (b"[1 2]", 1),
        (b"[]\n]", 2),
        (b"{\n\n3: 4}", 3),
        (b'{"a" 4}', 1),
        (b'{"a": 4,}', 1),
        (b'{"profiles": [],\n"profiles": []}', 2),
        (b'["\n"]', 1),
        (b"[" * 200_000, 1),
    ],
)
def test_malformed_json_says_on_which_line(content: bytes, line: int) -> None:
    result = read_profiles("p.json", content)
    assert [p.line for p in result.problems if p.code == ImportCode.JSON_MALFORMED] == [line]
    assert result.rows == ()


def test_a_truncated_document_keeps_nobody() -> None:
    content = written([profile(), profile(ine=INES[1])])
    assert read_profiles("p.json", content[:-2]).rows == ()


def test_more_profiles_than_any_school_has_are_refused() -> None:
    result = read_profiles("p.json", b"[" + b"0," * 50_001 + b"0]")
    assert result.problems[-1].line == 1
    assert result.problem_count == 50_001
    assert result.rows == ()
