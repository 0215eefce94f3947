"""Item files: a good folder is a bank, a bad one tells all that is wrong, with file, line and remedy."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.item_types.numeric import Numeric
from question_bank.item_types.ordering import Ordering
from question_bank.items import Need, Parameters
from question_bank.loading import BankError, BankErrors, load_bank, main

SKILL = """\
competence: "1.1"
skill: chercher
title: Chercher
items:
  - id: 1.1-chercher-a
    level: 2
    type: single_choice
    time: 60
    stem: Que faire ?
    options:
      - text: un
        key: true
      - text: deux
      - text: 3
      - text: quatre
    rationale: Parce que.
"""
NUMERIC = """\
  - id: 1.1-chercher-b
    level: 2
    type: numeric
    time: 60
    stem: Combien ?
    answer: {value: "12.5", tolerance: "0.5", unit: Mo}
    rationale: Parce que.
    accessibility: {deaf: false, needs: [sound]}
    parameters: {a: 1.2, b: -0.4}
"""
SHORT_TEXT = """\
  - id: 1.1-chercher-c
    level: 2
    type: short_text
    time: 60
    stem: Quel mot ?
    answer: {accept: [navigateur, butineur], typos: 2}
    rationale: Parce que.
"""
ORDERING = """\
  - id: 1.1-chercher-d
    level: 2
    type: ordering
    time: 60
    stem: Dans quel ordre ?
    options: [un, deux, trois]
    rationale: Parce que.
"""


def folder_with(tmp_path: Path, *texts: str) -> Path:
    """One file a text, each in the place of the sample skill."""
    for number, text in enumerate(texts):
        place = tmp_path / str(number) / "1.1"
        place.mkdir(parents=True)
        (place / "chercher.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def errors_of(folder: Path) -> tuple[BankError, ...]:
    with pytest.raises(BankErrors) as refused:
        load_bank(folder)
    return refused.value.errors


def changed(old: str, new: str, text: str = SKILL) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_good_folder_is_a_bank(tmp_path: Path) -> None:
    bank = load_bank(folder_with(tmp_path, SKILL + NUMERIC + SHORT_TEXT + ORDERING))
    choice, numeric, _, ordering = bank.items
    assert choice.body.texts() == ("un", "deux", "3", "quatre")
    assert (choice.family, choice.skill_title, choice.expected_seconds) == ("1.1/chercher", "Chercher", 60)
    assert choice.accessibility.accessible
    assert choice.shuffle
    assert not choice.parameters.calibrated
    assert numeric.body == Numeric(Decimal("12.5"), Decimal("0.5"), "Mo")
    assert numeric.parameters == Parameters(1.2, -0.4, calibrated=True)
    assert numeric.accessibility.needs == {Need.SOUND}
    assert ordering.body == Ordering(("un", "deux", "trois"))


def test_steps_may_stand_under_text_like_options(tmp_path: Path) -> None:
    text = changed(
        "options: [un, deux, trois]", "options: [{text: un}, {text: deux}, trois]", SKILL + ORDERING
    )
    assert load_bank(folder_with(tmp_path, text)).items[1].body == Ordering(("un", "deux", "trois"))


def test_a_byte_order_mark_and_hidden_files_do_no_harm(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "\ufeff" + SKILL)
    (folder / ".gitkeep").touch()
    assert len(load_bank(folder).items) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ('competence: "1.1"', 'competence: "1.9"', 1, "competence"),
        ('competence: "1.1"', 'competence: "1.2"', 1, "competence"),
        ('competence: "1.1"\n', "", 1, "competence"),
        ("skill: chercher", "skill: Chercher", 2, "skill"),
        ("skill: chercher", "skill: trouver", 2, "skill"),
        ("title: Chercher", "title: Chercher\ntitel: Chercher", 4, "titel"),
        ("title: Chercher", "title: Chercher\ntitle: Chercher", 4, "title"),
        ("title: Chercher", "title: [Chercher]", 3, "title"),
        ("1.1-chercher-a", "1.1-chercher-A", 5, "items[1].id"),
        ("1.1-chercher-a", "1.2-chercher-a", 5, "items[1].id"),
        ("level: 2", "level: 9", 6, "items[1].level"),
        ("level: 2", "level: deux", 6, "items[1].level"),
        ("level: 2", 'level: "2"', 6, "items[1].level"),
        ("level: 2", "level: true", 6, "items[1].level"),
        ("level: 2", "level: 0x2", 6, "items[1].level"),
        ("    level: 2\n", "", 5, "items[1].level"),
        ("type: single_choice", "type: choice", 7, "items[1].type"),
        ("time: 60", "time: 5", 8, "items[1].time"),
        ("stem: Que faire ?", "stem: null", 9, "items[1].stem"),
        ("stem: Que faire ?", 'stem: "  "', 9, "items[1].stem"),
        ("stem: Que faire ?", "stem: |\n      ```\n      code", 9, "items[1].stem"),
        ("key: true", "key: yes", 12, "items[1].options[1].key"),
        ("key: true", "keys: true", 12, "items[1].options[1].keys"),
        ("        key: true\n", "", 10, "items[1].options"),
        ("- text: deux", "- text: deux\n        key: true", 10, "items[1].options"),
        ("- text: deux", "- text: un", 13, "items[1].options[2]"),
        ("- text: deux", "- deux", 13, "items[1].options[2]"),
        ("      - text: quatre\n", "", 11, "items[1].options"),
        ("rationale: Parce que.", "rationale: Parce que.\n    answer: {value: 1}", 17, "items[1].answer"),
        ("rationale: Parce que.", "rationale: Parce que.\n    shuffle: 1", 17, "items[1].shuffle"),
    ],
)
def test_an_error_names_line_and_field(tmp_path: Path, old: str, new: str, line: int, field: str) -> None:
    errors = errors_of(folder_with(tmp_path, changed(old, new)))
    assert (line, field) in [(error.line, error.field) for error in errors]
    assert all(error.file.endswith("1.1/chercher.yaml") for error in errors)
    assert all(str(error.problem) and str(error.remedy) for error in errors)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('value: "12.5"', 'value: "12,5"', "answer.value"),
        ('value: "12.5"', "value: nan", "answer.value"),
        ('value: "12.5"', 'value: "1234567890123456"', "answer.value"),
        ('tolerance: "0.5"', 'tolerance: "-1"', "answer.tolerance"),
        ("unit: Mo", "unit: 3", "answer.unit"),
        ("unit: Mo", "units: Mo", "answer.units"),
        ("{deaf: false, needs: [sound]}", "{needs: [sound]}", "accessibility.deaf"),
        ("{deaf: false, needs: [sound]}", "{deaf: false, needs: [noise]}", "accessibility.needs"),
        ("a: 1.2", "a: 12", "parameters.a"),
        ("b: -0.4", "b: .nan", "parameters.b"),
        ("b: -0.4", "c: 0", "parameters.b"),
        ("accept: [navigateur, butineur]", "accept: []", "answer.accept"),
        ("typos: 2", "typos: 3", "answer.typos"),
        ("typos: 2", "typos: -1", "answer.typos"),
        ("options: [un, deux, trois]", "options: [un, deux]", "options"),
        ("options: [un, deux, trois]", "options: [un, deux, un]", "options[3]"),
        ("options: [un, deux, trois]", "options: [un, deux, {text: trois, key: true}]", "options[3].key"),
        ("options: [un, deux, trois]", "options: [un, deux, trois]\n    shuffle: false", "shuffle"),
    ],
)
def test_each_type_s_fields_are_checked(tmp_path: Path, old: str, new: str, field: str) -> None:
    text = changed(old, new, SKILL + NUMERIC + SHORT_TEXT + ORDERING)
    fields = [error.field.split(".", 1)[1] for error in errors_of(folder_with(tmp_path, text))]
    assert field in fields


def test_a_multiple_choice_needs_two_right_options_and_a_wrong_one(tmp_path: Path) -> None:
    text = changed("single_choice", "multiple_choice")
    everything = text.replace("        key: true\n", "").replace("- text:", "- key: true\n        text:")
    good = changed("- text: deux", "- text: deux\n        key: true", text)
    errors = errors_of(folder_with(tmp_path, text, everything, good.replace("-a", "-b")))
    assert [(error.file.split("/")[-3], error.field) for error in errors] == [
        ("0", "items[1].options"),
        ("1", "items[1].options"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("title: Chercher", "title: &nom Chercher", 3),
        ("title: Chercher", "title: *nom", 3),
        ("title: Chercher", "title: !!str Chercher", 3),
        ("title: Chercher", "title: !!python/object/apply:os.system [ls]", 3),
        ("title: Chercher", "title: a: b", 3),
        ("title: Chercher", "title: a\x07", 3),
        ("title: Chercher", "title: " + "[" * 50 + "]" * 50, 3),
        ("title: Chercher", "title: [", 5),
        ("title: Chercher", "---\ntitle: Chercher", 3),
        (SKILL, "- liste", 1),
        (SKILL, "", 1),
        (SKILL, "texte", 1),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    errors = errors_of(folder_with(tmp_path, changed(old, new)))
    assert [error.line for error in errors] == [line]


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, SKILL)
    next(folder.rglob("*.yaml")).write_bytes(SKILL.replace("Parce que", "Été").encode("latin-1"))
    assert [error.line for error in errors_of(folder)] == [16]


def test_a_file_that_is_too_big_is_refused(tmp_path: Path) -> None:
    assert len(errors_of(folder_with(tmp_path, SKILL + "#" * 200_000))) == 1


def test_a_stray_file_is_refused(tmp_path: Path) -> None:
    (folder_with(tmp_path, SKILL) / "notes.txt").write_text("à faire", encoding="utf-8")
    assert [error.file.endswith("notes.txt") for error in errors_of(tmp_path)] == [True]


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    assert len(errors_of(tmp_path)) == 1
    assert len(errors_of(tmp_path / "nowhere")) == 1


def test_the_second_of_two_equal_ids_is_refused(tmp_path: Path) -> None:
    (error,) = errors_of(folder_with(tmp_path, SKILL, SKILL))
    assert error.file.endswith("1/1.1/chercher.yaml")
    assert "0/1.1/chercher.yaml:5" in str(error.problem)


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bad = changed("level: 2", "level: 0", changed("time: 60", "time: 0", changed("title: Chercher\n", "")))
    errors = errors_of(folder_with(tmp_path, bad, "- liste", bad))
    assert [error.field for error in errors] == [
        "title", "items[1].level", "items[1].time", "", "title", "items[1].level", "items[1].time",
    ]  # fmt: skip


def test_a_misspelt_field_gets_its_right_name(tmp_path: Path) -> None:
    errors = errors_of(folder_with(tmp_path, changed("rationale:", "rationnale:")))
    assert "« rationale »" in " ".join(str(error.remedy) for error in errors)


def test_errors_are_printed_a_line_each_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with(tmp_path, changed("level: 2", "level: 0"))
    assert main([str(folder)]) == 1
    assert "1.1/chercher.yaml:6: items[1].level : " in capsys.readouterr().err


def test_a_good_folder_is_told_its_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(tmp_path, SKILL)
    assert main([str(folder)]) == 0
    assert load_bank(folder).version in capsys.readouterr().out


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SKILL + NUMERIC)), st.text(max_size=3), st.integers(0, 3))
def test_a_damaged_file_is_a_bank_or_a_list_of_errors(
    tmp_path_factory: pytest.TempPathFactory, place: int, inserted: str, removed: int
) -> None:
    text = SKILL + NUMERIC
    damaged = text[:place] + inserted + text[place + removed :]
    folder = tmp_path_factory.mktemp("bank") / "1.1"
    folder.mkdir()
    (folder / "chercher.yaml").write_bytes(damaged.encode("utf-8", "surrogatepass"))
    try:
        load_bank(folder)
    except BankErrors as refused:
        assert all(error.line >= 1 for error in refused.errors)
