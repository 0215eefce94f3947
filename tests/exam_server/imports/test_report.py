"""What an import says, in words."""

import re
import string

import pytest

from exam_server.imports.profiles import read_profiles
from exam_server.imports.pupils import read_pupils
from exam_server.imports.report import Findings, Import, ImportCode, ImportProblem, SkipReason, quoted
from exam_server.imports.wording import (
    FILE_PROBLEMS,
    MESSAGE,
    PLACE,
    PROBLEMS,
    PROFILE_PROBLEMS,
    PUPIL_PROBLEMS,
    SHEET_PROBLEMS,
    SKIPS,
)
from tests.exam_server.imports.samples import UAI, pupil, siecle

TEXTS = [MESSAGE, *PLACE.values(), *SKIPS.values(), *(text for pair in PROBLEMS.values() for text in pair)]


@pytest.mark.parametrize("code", ImportCode)
def test_every_code_has_a_problem_and_a_remedy(code: ImportCode) -> None:
    problem, remedy = PROBLEMS[code]
    assert problem.endswith(".")
    assert remedy.endswith(".")


def test_no_code_is_worded_twice() -> None:
    parts = (FILE_PROBLEMS, SHEET_PROBLEMS, PUPIL_PROBLEMS, PROFILE_PROBLEMS)
    assert len(PROBLEMS) == sum(map(len, parts))


@pytest.mark.parametrize("reason", SkipReason)
def test_every_reason_to_leave_aside_is_worded(reason: SkipReason) -> None:
    assert SKIPS[reason].endswith(".")


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_names_only_known_values(text: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert names <= {"given", "expected", "field", "place", "problem", "remedy", "line", "subject"}


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_typeset_in_french(text: str) -> None:
    assert not re.search(r"[^\u00a0][:;?!»]|«[^\u00a0]|'", text)


def test_a_message_says_file_line_field_row_problem_and_remedy() -> None:
    problem = read_pupils("eleves.xml", siecle(pupil(DATE_NAISS="31/02/2011")), UAI).problems[0]
    assert problem.message().replace("\u00a0", " ") == (
        "eleves.xml, ligne 8, champ « DATE_NAISS », élève 1234567890A : "
        "La date de naissance « 31/02/2011 » n’existe pas dans le calendrier. "
        "Corrigez la fiche de l’élève dans SIECLE, puis exportez à nouveau."
    )


def test_a_message_is_translated_before_it_is_filled() -> None:
    english = {
        PROBLEMS[ImportCode.LEVEL_INVALID][0]: "“{given}” is not a level.",
        PROBLEMS[ImportCode.LEVEL_INVALID][1]: "Correct it.",
        MESSAGE: "{place}: {problem} {remedy}",
        PLACE["line"]: "line {line}",
    }
    problem = ImportProblem("p.csv", 3, None, ImportCode.LEVEL_INVALID, given="{9}")
    assert problem.message(lambda text: english[text]) == "p.csv, line 3: “{9}” is not a level. Correct it."


def test_a_wrong_value_is_shown_short_and_without_invisible_characters() -> None:
    assert quoted("a\x00\x1b[31m\u202eb") == "a\ufffd\ufffd[31m\ufffdb"
    assert quoted("x" * 60) == "x" * 60
    assert quoted("x" * 61) == "x" * 59 + "…"


def test_problems_come_in_the_order_of_the_file() -> None:
    findings = Findings("f")
    for line in (9, 3, 5):
        findings.refuse(ImportCode.LEVEL_INVALID, line)
        findings.warn(ImportCode.LEVEL_PIX_DISAGREE, line)
    result: Import[str] = findings.outcome(())
    assert [problem.line for problem in result.problems] == [3, 5, 9]
    assert [warning.line for warning in result.warnings] == [3, 5, 9]


def test_an_import_with_warnings_alone_is_ok() -> None:
    findings = Findings("f")
    findings.warn(ImportCode.LEVEL_PIX_DISAGREE, 3)
    assert findings.outcome(("a row",)).ok


def test_every_field_title_that_the_messages_ask_for_is_understood() -> None:
    asked = read_profiles("p.csv", b"INE\n1\n")
    titles = [problem.field or "" for problem in asked.problems]
    assert len(titles) == 32
    content = ";".join(["INE", *titles]).encode()
    assert [problem.code for problem in read_profiles("p.csv", content).problems] == [ImportCode.NO_ROWS]
