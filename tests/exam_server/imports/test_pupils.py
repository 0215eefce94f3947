"""Rules of the pupils' import."""

from datetime import date

import pytest

from exam_server.imports.pupils import PupilRow, read_pupils
from exam_server.imports.report import Import, ImportCode, SkipReason
from tests.exam_server.imports.samples import INES, UAI, in_class, pupil, siecle, siecle_text


def read(pupils: str | None = None, structures: str | None = None) -> Import[PupilRow]:
    return read_pupils("eleves.xml", siecle(pupils, structures), UAI)


def codes(result: Import[PupilRow]) -> list[ImportCode]:
    return [problem.code for problem in result.problems]


def test_a_pupil_in_a_class_is_read_with_every_field() -> None:
    fields = {"NOM_USAGE": "Démo-Indigo", "PRENOM2": "Cerise", "PRENOM3": "Œillette"}
    result = read(pupil("1", 'ELENOET="77"', **fields), in_class("1", "3 A", groups=("3AGR1",)))
    assert result.ok
    assert result.rows == (
        PupilRow(
            ine=INES[0],
            siecle_id="1",
            local_id="77",
            family_name="Démo-Garance",
            usual_name="Démo-Indigo",
            given_names=("Prunelle", "Cerise", "Œillette"),
            birth_date=date(2011, 3, 5),
            sex="F",
            class_name="3 A",
            mef="10310019110",
            birth_commune="33063",
            birth_country="100",
            line=4,
        ),
    )


def test_the_optional_fields_may_be_absent() -> None:
    row = read(pupil(CODE_MEF=None, CODE_PAYS=None, CODE_COMMUNE_INSEE_NAISS=None)).rows[0]
    assert (row.mef, row.birth_country, row.birth_commune) == (None, None, None)
    assert (row.local_id, row.usual_name, row.given_names) == (None, None, ("Prunelle",))


def test_the_mef_of_last_year_is_not_taken_for_this_year_s() -> None:
    last_year = "<SCOLARITE_AN_DERNIER><CODE_MEF>LASTYEAR</CODE_MEF><NOM>X</NOM></SCOLARITE_AN_DERNIER>\n"
    assert read(pupil("1", "", last_year)).rows[0].mef == "10310019110"
    assert read(pupil("1", "", last_year, CODE_MEF=None)).rows[0].mef is None


@pytest.mark.parametrize("element", ["ID_NATIONAL", "INE_RNIE", "INE_BEA"])
def test_the_ine_may_stand_in_an_older_element(element: str) -> None:
    result = read(pupil(**{"ID_NATIONAL": None, element: INES[1]}))
    assert result.rows[0].ine == INES[1]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [(" 1234567890 a ", "1234567890A"), ("123456789ab", "123456789AB"), ("2019a12345b", "2019A12345B")],
)
def test_the_three_forms_of_ine_are_read_without_blanks_in_upper_case(written: str, read_as: str) -> None:
    assert read(pupil(ID_NATIONAL=written)).rows[0].ine == read_as


@pytest.mark.parametrize("wrong", ["123", "12345678901", "1234567890AB", "ABCDEFGHIJK", "١٢٣٤٥٦٧٨٩٠A"])
def test_an_ine_of_another_form_is_refused(wrong: str) -> None:
    content = siecle_text(pupil(ID_NATIONAL=wrong), in_class(), encoding="utf-8").encode()
    result = read_pupils("eleves.xml", content, UAI)
    assert codes(result) == [ImportCode.INE_FORMAT]
    assert result.problems[0].line == 5


def test_the_old_element_of_the_name_is_read() -> None:
    assert read(pupil(NOM_DE_FAMILLE=None, NOM="Démo-Safran")).rows[0].family_name == "Démo-Safran"


def test_a_usual_name_that_says_the_same_is_left_out() -> None:
    assert read(pupil(NOM_USAGE="DÉMO-GARANCE")).rows[0].usual_name is None


def test_the_local_number_may_be_an_element() -> None:
    assert read(pupil(ID_ELEVE_ETAB="E 12")).rows[0].local_id == "E12"
    assert read(pupil(ID_ELEVE_ETAB="E 12", ELENOET="45")).rows[0].local_id == "45"


def test_who_was_born_abroad_needs_no_commune() -> None:
    row = read(pupil(CODE_PAYS="134", CODE_COMMUNE_INSEE_NAISS=None, VILLE_NAISS="Mûreville")).rows[0]
    assert (row.birth_country, row.birth_commune) == ("134", "Mûreville")


def test_who_was_born_in_france_needs_a_commune() -> None:
    result = read(pupil(CODE_COMMUNE_INSEE_NAISS=None))
    assert codes(result) == [ImportCode.BIRTH_CITY_CODE_REQUIRED_FOR_FR_STUDENT]


@pytest.mark.parametrize("code", ["2A004", "2B033", "01001"])
def test_a_commune_of_any_department_has_the_right_shape(code: str) -> None:
    assert read(pupil(CODE_COMMUNE_INSEE_NAISS=code)).warnings == ()


def test_a_commune_of_another_shape_is_only_a_warning() -> None:
    result = read(pupil(CODE_COMMUNE_INSEE_NAISS="1053"))
    assert result.ok
    assert [warning.code for warning in result.warnings] == [ImportCode.INSEE_CODE_INVALID]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"DATE_SORTIE": "10/09/2026"}, SkipReason.LEFT_SCHOOL),
        ({"ID_NATIONAL": None}, SkipReason.NO_INE),
        ({"ID_NATIONAL": "  "}, SkipReason.NO_INE),
    ],
)
def test_who_left_or_has_not_arrived_is_left_aside_without_an_error(
    fields: dict[str, str | None], reason: SkipReason
) -> None:
    result = read(pupil("1", **fields) + pupil("2", ID_NATIONAL=INES[1]), in_class("1") + in_class("2"))
    assert result.ok
    assert [row.siecle_id for row in result.rows] == ["2"]
    assert [(skipped.reason, skipped.line) for skipped in result.skipped] == [(reason, 4)]
    assert result.skipped[0].message()


@pytest.mark.parametrize(
    "structures",
    [
        "",
        in_class("1", "Inactifs"),
        in_class("1", "INACTIFS"),
        '<STRUCTURES_ELEVE ELEVE_ID="1"/>',
        in_class("9"),
    ],
)
def test_who_is_in_no_class_is_left_aside(structures: str) -> None:
    result = read(pupil("1") + pupil("2", ID_NATIONAL=INES[1]), structures + in_class("2"))
    assert result.ok
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.NO_DIVISION]


def test_a_group_is_not_a_class() -> None:
    only_group = in_class("1", groups=("3AGR1",)).replace(
        "<STRUCTURE><CODE_STRUCTURE>3A</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>", ""
    )
    assert [skipped.reason for skipped in read(pupil(), only_group).skipped] == [SkipReason.NO_DIVISION]


def test_a_file_of_which_everyone_is_left_aside_is_not_ok() -> None:
    result = read(pupil(DATE_SORTIE="10/09/2026"))
    assert codes(result) == [ImportCode.NO_ROWS]
    assert len(result.skipped) == 1


def test_a_real_class_beats_the_inactive_one() -> None:
    result = read(pupil(), in_class("1", "Inactifs", "3  B"))
    assert (result.rows[0].class_name, result.warnings) == ("3 B", ())


def test_two_classes_are_a_warning_and_the_first_is_kept() -> None:
    result = read(pupil(), in_class("1", "3A", "3B"))
    assert result.rows[0].class_name == "3A"
    assert [warning.code for warning in result.warnings] == [ImportCode.DIVISION_AMBIGUOUS]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"NOM_DE_FAMILLE": None}, ImportCode.FAMILY_NAME_REQUIRED),
        ({"PRENOM": " "}, ImportCode.GIVEN_NAME_REQUIRED),
        ({"CODE_SEXE": None}, ImportCode.SEX_CODE_REQUIRED),
        ({"CODE_SEXE": "3"}, ImportCode.SEX_CODE_INVALID),
        ({"DATE_NAISS": None}, ImportCode.BIRTHDATE_REQUIRED),
        ({"DATE_NAISS": "2011-03-05"}, ImportCode.INVALID_BIRTHDATE_FORMAT),
        ({"DATE_NAISS": "5/3/2011"}, ImportCode.INVALID_BIRTHDATE_FORMAT),
        ({"DATE_NAISS": "05/03/11"}, ImportCode.INVALID_BIRTHDATE_FORMAT),
        ({"DATE_NAISS": "31/02/2011"}, ImportCode.BIRTHDATE_IMPOSSIBLE),
        ({"DATE_NAISS": "29/02/2011"}, ImportCode.BIRTHDATE_IMPOSSIBLE),
        ({"DATE_NAISS": "00/00/0000"}, ImportCode.BIRTHDATE_IMPOSSIBLE),
        ({"DATE_NAISS": "05/03/1911"}, ImportCode.BIRTHDATE_IMPLAUSIBLE),
        ({"DATE_NAISS": "05/03/2021"}, ImportCode.BIRTHDATE_IMPLAUSIBLE),
        ({"PRENOM": "P" * 256}, ImportCode.TEXT_TOO_LONG),
        ({"CODE_MEF": "1" * 256}, ImportCode.TEXT_TOO_LONG),
    ],
)
def test_a_pupil_with_a_problem_is_left_out_and_the_others_stay(
    fields: dict[str, str | None], code: ImportCode
) -> None:
    result = read(pupil("1", **fields) + pupil("2", ID_NATIONAL=INES[1]), in_class("1") + in_class("2"))
    assert codes(result) == [code]
    assert [row.ine for row in result.rows] == [INES[1]]
    problem = result.problems[0]
    assert problem.file == "eleves.xml"
    assert problem.subject == INES[0]
    assert problem.field == next(iter(fields))
    assert problem.line is not None
    assert 4 <= problem.line <= 12


def test_without_a_school_year_only_absurd_birth_dates_are_refused() -> None:
    both = pupil("1", DATE_NAISS="05/03/1929") + pupil("2", DATE_NAISS="05/03/1930", ID_NATIONAL=INES[1])
    content = siecle(both, in_class("1") + in_class("2"))
    result = read_pupils("e.xml", content.replace(b"<ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE>", b""), UAI)
    assert codes(result) == [ImportCode.BIRTHDATE_IMPLAUSIBLE]
    assert [row.ine for row in result.rows] == [INES[1]]


def test_the_29th_of_february_of_a_leap_year_exists() -> None:
    assert read(pupil(DATE_NAISS="29/02/2012")).rows[0].birth_date == date(2012, 2, 29)


def test_a_wrong_value_is_reported_on_its_own_line() -> None:
    result = read(pupil(DATE_NAISS="31/02/2011", CODE_SEXE="7"))
    assert [(problem.line, problem.field) for problem in result.problems] == [
        (8, "DATE_NAISS"),
        (11, "CODE_SEXE"),
    ]


def test_all_problems_of_all_pupils_are_reported_at_once() -> None:
    wrong = [pupil(str(n), ID_NATIONAL=f"{n:010d}A", CODE_SEXE="9", DATE_NAISS="x") for n in range(600)]
    result = read("".join(wrong), "".join(in_class(str(n)) for n in range(600)))
    assert result.problem_count == 1_200
    assert len(result.problems) == 1_000
    assert not result.rows


def test_a_shared_ine_keeps_neither_pupil_and_names_both_lines() -> None:
    twins = (
        pupil("1") + pupil("2", PRENOM="Cerise", ID_NATIONAL=" 1234567890a") + pupil("3", ID_NATIONAL=INES[1])
    )
    result = read(twins, in_class("1") + in_class("2") + in_class("3"))
    assert codes(result) == [ImportCode.INE_UNIQUE, ImportCode.INE_UNIQUE]
    assert [(problem.line, problem.expected) for problem in result.problems] == [(5, "14"), (15, "4")]
    assert [row.siecle_id for row in result.rows] == ["3"]


def test_a_pupil_who_left_and_came_back_is_not_a_double() -> None:
    result = read(pupil("1", DATE_SORTIE="10/09/2026") + pupil("2"), in_class("2"))
    assert result.ok
    assert [row.siecle_id for row in result.rows] == ["2"]


def test_a_shared_siecle_number_keeps_neither_pupil() -> None:
    result = read(pupil("1") + pupil("1", ID_NATIONAL=INES[1]))
    assert codes(result)[:2] == [ImportCode.SIECLE_ID_UNIQUE, ImportCode.SIECLE_ID_UNIQUE]
    assert not result.rows


def test_a_pupil_without_a_siecle_number_is_refused() -> None:
    result = read(pupil("") + pupil("2", ID_NATIONAL=INES[1]), in_class("2"))
    assert codes(result) == [ImportCode.SIECLE_ID_REQUIRED]


def test_a_shared_local_number_attaches_nothing_to_anyone() -> None:
    both = pupil("1", 'ELENOET="5"') + pupil("2", 'ELENOET="5"', ID_NATIONAL=INES[1])
    result = read(both, in_class("1") + in_class("2"))
    assert result.ok
    assert [row.local_id for row in result.rows] == [None, None]
    assert {warning.code for warning in result.warnings} == {ImportCode.LOCAL_ID_UNIQUE}


@pytest.mark.parametrize("uai", [None, "", "0990002P"])
def test_the_file_of_another_school_gives_nobody(uai: str | None) -> None:
    result = read_pupils("eleves.xml", siecle(uai=uai), UAI)
    assert codes(result) == [ImportCode.UAI_MISMATCHED]
    assert not result.rows


def test_the_uai_is_compared_without_case_and_blanks() -> None:
    assert read_pupils("eleves.xml", siecle(uai=" 0990001n "), "0990001N ").ok


def test_any_school_s_file_is_taken_when_none_is_expected() -> None:
    assert read_pupils("eleves.xml", siecle(uai=None), None).ok


def test_a_wrong_check_letter_of_the_uai_is_only_a_warning() -> None:
    result = read_pupils("eleves.xml", siecle(uai="1237457A"), "1237457A")
    assert result.ok
    assert [warning.code for warning in result.warnings] == [ImportCode.UAI_CHECK_LETTER]


def test_structures_may_come_before_the_pupils() -> None:
    text = siecle_text(pupil(), in_class())
    eleves = text[text.index("<ELEVES>") : text.index("<STRUCTURES>")]
    swapped = text.replace(eleves, "").replace("</STRUCTURES>", "</STRUCTURES>" + eleves)
    assert len(read_pupils("eleves.xml", swapped.encode("iso-8859-15"), UAI).rows) == 1


def test_more_pupils_than_any_school_has_are_refused() -> None:
    content = siecle("<ELEVE/>" * 20_001, "")
    assert codes(read_pupils("eleves.xml", content, UAI)) == [ImportCode.TOO_MANY_ROWS]
