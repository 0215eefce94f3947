"""Items with files: what must be stated, what a browser gets, what is stored; other items are untouched."""

import json
from pathlib import Path

import pytest

from question_bank.checks import FindingCode, check_every_variant
from question_bank.files import FileKind
from question_bank.item_types.table import is_correct, render_item, right_content
from question_bank.items import Bank, ItemVersion
from question_bank.loading import BankErrors, load_bank
from tests.question_bank.files.authored import read

SKILL = """\
competence: "1.3"
skill: filtrer
title: Filtrer
items:
  - id: 1.3-filtrer-a
    level: 4
    type: numeric
    time: 150
    stem: Quelle est la plus haute température de Brest ?
    files:
      - name: relevé.csv
        csv:
          columns: [Ville, {name: Température, kind: decimal}]
          rows:
            - [Brest, "12.5"]
            - [Lyon, "19.0"]
            - [Brest, "14.25"]
      - name: archive.zip
        archive:
          files:
            - name: cours/notes.ods
              modified: "2024-03-05 08:30"
              ods: {sheets: [{name: a, columns: [n], rows: [[1], [{formula: "=A2"}]]}]}
            - name: lettre.odt
              modified: "2024-03-05 08:30"
              document: {paragraphs: [{runs: [{text: x, comment: {by: Lina, at: "2024-03-05", text: y}}]}]}
            - {name: vue.png, modified: "2024-03-05", image: {width: 9, height: 9, metadata: {author: Inès}}}
    answer: {value: "14.25", unit: °C}
    rationale: Un filtre, puis un tri.
    accessibility: {needs: [download]}
"""


def bank_of(tmp_path: Path, text: str) -> Bank:
    folder = tmp_path / "1.3"
    folder.mkdir()
    (folder / "filtrer.yaml").write_text(text, encoding="utf-8")
    return load_bank(tmp_path)


@pytest.fixture
def item(tmp_path: Path) -> ItemVersion:
    (found,) = bank_of(tmp_path, SKILL).items
    return found


def test_a_browser_gets_the_names_and_kinds_of_the_files_and_nothing_of_what_is_in_them(
    item: ItemVersion,
) -> None:
    shown = render_item(item, 7)
    assert shown["files"] == [
        {"id": item.files[0].id, "name": "relevé.csv", "kind": "csv"},
        {"id": item.files[1].id, "name": "archive.zip", "kind": "archive"},
    ]
    assert "14.25" not in json.dumps(shown)


def test_an_item_with_files_comes_back_the_same_from_what_is_stored(item: ItemVersion) -> None:
    bank = Bank((item,))
    again = Bank.from_json(json.loads(json.dumps(bank.to_json())))
    assert again == bank
    assert [file.generate() for file in again.items[0].files] == [file.generate() for file in item.files]
    assert [file.kind for file in again.items[0].files] == [FileKind.CSV, FileKind.ARCHIVE]


def test_nothing_that_is_stored_is_a_fraction(item: ItemVersion) -> None:
    def refuse(written: str) -> float:
        raise AssertionError(written)

    json.loads(json.dumps(item.to_json()["files"]), parse_float=refuse)


def test_marking_does_not_look_at_the_files(item: ItemVersion) -> None:
    assert is_correct(item, 7, right_content(item, 7))
    assert not is_correct(item, 7, {"skip": True})


def test_a_changed_file_is_another_version_of_the_item(item: ItemVersion, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (changed,) = bank_of(other, SKILL.replace("19.0", "19.5")).items
    assert changed.version != item.version
    assert changed.files[0].id != item.files[0].id
    assert changed.files[1].id == item.files[1].id


def test_an_item_without_files_is_stored_and_shown_as_it_always_was(tmp_path: Path) -> None:
    start, end = SKILL.index("    files:"), SKILL.index("    answer:")
    (plain,) = bank_of(tmp_path, SKILL[:start] + SKILL[end:]).items
    assert "files" not in plain.to_json()
    assert "files" not in render_item(plain, 7)


def test_an_item_with_files_must_say_that_something_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(BankErrors) as refused:
        bank_of(tmp_path, SKILL.replace("{needs: [download]}", "{}"))
    (error,) = refused.value.errors
    assert error.field == "items[1].files"
    assert "accessibility: {needs: [download]}" in str(error)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a.exe",
        "a.csv.exe",
        "../a.csv",
        "a/b.csv",
        ".a.csv",
        "con.csv",
        "a\tb.csv",
        "a" * 77 + ".csv",
        "a\u202egpj.csv",
        'a".csv',
        "a;b.csv",
        "a\u0301\u202e.csv",
        "nul.csv",
        "a:b.csv",
        "-a.csv",
        "a..",
        "é?.csv",
    ],
)
def test_a_name_that_some_computer_could_not_save_is_refused(name: str) -> None:
    written = json.dumps(
        {"files": [{"name": name, "csv": {"columns": ["a"], "rows": [["b"]]}}]}, ensure_ascii=False
    )
    _found, problems = read(written)
    assert "files[1].name" in [problem.field for problem in problems]


@pytest.mark.parametrize("name", ["a.csv", "Relevé d’été (2).csv", "été_2024-03.CSV", "a.b.csv", "1.csv"])
def test_a_name_that_people_give_is_kept(name: str) -> None:
    written = json.dumps(
        {"files": [{"name": name, "csv": {"columns": ["a"], "rows": [["b"]]}}]}, ensure_ascii=False
    )
    (found,), problems = read(written)
    assert (found.name, found.media_type, problems) == (name, "text/csv", [])


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ([], "files"),
        ([{"name": "a.csv"}], "files[1]"),
        (
            [{"name": "a.txt", "text": {"content": "x"}, "csv": {"columns": ["a"], "rows": [["b"]]}}],
            "files[1]",
        ),
        ([{"name": "a.txt", "text": {"content": "x"}}] * 4, "files"),
        ([{"name": "a.txt", "text": {"content": "x"}}, {"name": "A.txt", "text": {"content": "y"}}], "files"),
        ([{"name": "a.txt", "text": {"content": "x"}, "size": 3}], "files[1].size"),
        ([{"name": "a.txt", "text": "x"}], "files[1].text"),
        ("a.txt", "files"),
    ],
)
def test_files_that_cannot_be_are_told(files: object, field: str) -> None:
    _found, problems = read(json.dumps({"files": files}))
    assert field in [problem.field.rstrip(".") for problem in problems]


def test_a_bank_with_a_file_that_is_too_large_is_not_published(tmp_path: Path) -> None:
    start, end = SKILL.index("            - name: cours"), SKILL.index("    answer:")
    large = "".join(
        f"            - {{name: {n}.txt, modified: '2024-03-05', text: {{content: x, size: 500000}}}}\n"
        for n in range(13)
    )
    bank = bank_of(tmp_path, SKILL[:start] + large + SKILL[end:])
    (error,) = check_every_variant(bank.items, range(1))
    assert (error.code, error.subject) == (FindingCode.LARGE_FILE, "1.3-filtrer-a")
