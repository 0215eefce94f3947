"""The invented school's files are what the imports take."""

from pathlib import Path

import pytest

from exam_server.demo.school import PROFILES_FILE, PUPILS_ARCHIVE, PUPILS_FILE, UAI, write_school
from exam_server.imports.identifiers import has_right_check_letter, uai_check_letter
from exam_server.imports.profiles import read_profiles
from exam_server.imports.pupils import read_pupils
from exam_server.imports.report import SkipReason


@pytest.mark.parametrize("name", [PUPILS_FILE, PUPILS_ARCHIVE])
def test_the_invented_pupils_are_imported(tmp_path: Path, name: str) -> None:
    write_school(tmp_path)
    result = read_pupils(name, (tmp_path / name).read_bytes(), UAI)
    assert result.ok
    assert result.warnings == ()
    assert len(result.rows) == 64
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.LEFT_SCHOOL]
    assert {row.class_name for row in result.rows} == {"3E A", "3E B", "3E C", "TG 1"}
    assert all(row.family_name.startswith("Démo-") for row in result.rows)
    assert any("Œ" in row.given_names[0] for row in result.rows)


def test_all_but_one_have_a_profile_and_most_are_certifiable(tmp_path: Path) -> None:
    write_school(tmp_path)
    pupils = read_pupils(PUPILS_FILE, (tmp_path / PUPILS_FILE).read_bytes(), UAI)
    profiles = read_profiles(PROFILES_FILE, (tmp_path / PROFILES_FILE).read_bytes())
    assert profiles.ok
    assert profiles.warnings == ()
    assert len({row.ine for row in pupils.rows} - {row.identifier for row in profiles.rows}) == 1
    certifiable = [sum(level >= 1 for level in row.levels) for row in profiles.rows]
    assert sum(count < 5 for count in certifiable) == 4
    assert {count for count in certifiable if count < 5} == {4}


@pytest.mark.parametrize("pupils", [1, 30, 500])
def test_a_school_of_any_size_is_in_order(tmp_path: Path, pupils: int) -> None:
    write_school(tmp_path, pupils)
    result = read_pupils(PUPILS_FILE, (tmp_path / PUPILS_FILE).read_bytes(), UAI)
    assert result.ok
    assert len({(row.family_name, row.given_names) for row in result.rows}) == pupils


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_school(tmp_path / name, 8, seed)
    for name in (PUPILS_FILE, PUPILS_ARCHIVE, PROFILES_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / PROFILES_FILE).read_bytes() != (tmp_path / "c" / PROFILES_FILE).read_bytes()


@pytest.mark.parametrize("uai", ["0750655E", "0750654D", "0690026D", "6200001G", UAI])
def test_the_check_letter_of_a_uai_follows_from_its_digits(uai: str) -> None:
    assert uai_check_letter(uai[:7]) == uai[7]
    assert has_right_check_letter(uai)
    assert not has_right_check_letter(uai[:7] + ("A" if uai[7] != "A" else "B"))
