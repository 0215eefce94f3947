"""Changes over a bank's files: which stand, what bank comes of them, and how an item is retired in a text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.changes import BankFiles, Change, digest, retired
from question_bank.checks.changes import check_among, check_change
from question_bank.items import Status
from question_bank.loading import load_bank
from tests.support.house import shipped_bank

ITEM = """  - id: 1.1-{skill}-{letter}
    level: {level}
    type: single_choice
    time: 60
    stem: Que faut-il faire de {letter} ?
    options:
      - {{text: La bonne chose, key: true}}
      - {{text: Une erreur}}
      - {{text: Une autre erreur}}
      - {{text: Une troisième}}
    rationale: C’est ainsi.
"""


def text(skill: str, letters: str = "a", level: int = 2) -> str:
    head = f'competence: "1.1"\nskill: {skill}\ntitle: Un essai\nitems:\n'
    return head + "".join(ITEM.format(skill=skill, letter=letter, level=level) for letter in letters)


@pytest.fixture
def files(tmp_path: Path) -> BankFiles:
    """A bank of one file."""
    folder = tmp_path / "1.1"
    folder.mkdir()
    (folder / "essai.yaml").write_text(text("essai", "ab"), encoding="utf-8")
    return BankFiles(tmp_path, load_bank(tmp_path))


def over(base: str | None, new: str, skill: str = "essai") -> Change:
    return Change("1.1", skill, digest(base), new)


OLD = text("essai", "ab")
NEWER, NEWEST = text("essai", "ab", 3), text("essai", "abc", 4)


def test_without_a_change_the_bank_is_the_files(files: BankFiles, tmp_path: Path) -> None:
    laid = files.with_changes(())
    assert (laid.bank.version, laid.standing) == (load_bank(tmp_path).version, ())
    assert files.text_with((), "1.1", "essai") == OLD


def test_the_last_of_a_chain_of_changes_is_what_stands(files: BankFiles) -> None:
    changes = (over(OLD, NEWER), over(NEWER, NEWEST))
    laid = files.with_changes(changes)
    assert laid.standing == changes
    assert [(item.id[-1], item.level) for item in laid.bank.items] == [("a", 4), ("b", 4), ("c", 4)]
    assert files.text_with(changes, "1.1", "essai") == NEWEST


def test_a_change_over_another_text_than_the_present_one_does_not_stand(files: BankFiles) -> None:
    late = over(NEWER, NEWEST)
    assert files.with_changes((late,)).standing == ()
    assert files.with_changes((over(OLD, NEWER), over(OLD, NEWEST))).standing == (over(OLD, NEWER),)


def test_a_change_that_the_files_have_taken_over_no_longer_stands(files: BankFiles, tmp_path: Path) -> None:
    change = over(OLD, NEWER)
    before = files.with_changes((change,)).bank
    (tmp_path / "1.1" / "essai.yaml").write_text(NEWER, encoding="utf-8")
    taken = BankFiles(tmp_path, load_bank(tmp_path)).with_changes((change,))
    assert (taken.standing, taken.bank.version) == ((), before.version)


def test_a_new_skill_joins_the_bank_while_no_file_has_its_name(files: BankFiles, tmp_path: Path) -> None:
    new = over(None, text("neuf"), "neuf")
    assert {item.skill for item in files.with_changes((new,)).bank.items} == {"essai", "neuf"}
    (tmp_path / "1.1" / "neuf.yaml").write_text(text("neuf", level=5), encoding="utf-8")
    again = BankFiles(tmp_path, load_bank(tmp_path)).with_changes((new,))
    assert again.standing == ()
    assert [item.level for item in again.bank.items if item.skill == "neuf"] == [5]


def test_a_change_that_no_longer_reads_leaves_the_file_as_it_is(files: BankFiles) -> None:
    broken = over(OLD, OLD.replace("level: 2", "level: 12"))
    laid = files.with_changes((broken,))
    assert laid.unreadable == (broken,)
    assert [item.level for item in laid.bank.items] == [2, 2]


@pytest.mark.parametrize("skill", ["../../secret", "essai/../essai", "/etc/passwd", "Essai", ""])
def test_no_name_leads_out_of_the_folder(files: BankFiles, skill: str) -> None:
    assert files.text_of("1.1", skill) is None
    assert files.text_of("..", "essai") is None


@given(letters=st.sampled_from(["a", "ab", "abcd"]), at=st.integers(0, 3), twice=st.booleans())
def test_only_the_named_item_is_retired(letters: str, at: int, twice: bool) -> None:
    one = f"1.1-essai-{letters[at % len(letters)]}"
    new = retired(text("essai", letters), one)
    if twice:
        new = retired(new, one)
    items = Change("1.1", "essai", "", new).read().items
    assert {item.id: item.status for item, _line in items} == {
        f"1.1-essai-{letter}": Status.RETIRED if one.endswith(letter) else Status.APPROVED
        for letter in letters
    }


def test_every_item_of_the_shipped_bank_can_be_retired_in_its_file() -> None:
    folder = Path("question_bank/items")
    for file in sorted(folder.glob("*/*.yaml"))[::23]:
        before = file.read_text(encoding="utf-8")
        items = Change(file.parent.name, file.stem, "", before).read().items
        last = items[-1][0].id
        after = Change(file.parent.name, file.stem, "", retired(before, last)).read()
        assert not after.problems
        assert [item.id for item, _line in after.items if item.status is Status.RETIRED] == [last]


def test_an_item_that_is_not_there_cannot_be_retired() -> None:
    with pytest.raises(KeyError):
        retired(OLD, "1.1-essai-z")


def test_a_retired_item_is_in_the_bank_and_in_no_new_test(files: BankFiles) -> None:
    bank = files.with_changes((over(OLD, retired(OLD, "1.1-essai-a")),)).bank
    assert (len(bank.items), [item.id for item in bank.approved]) == (2, ["1.1-essai-b"])


def test_the_check_of_a_change_names_lines(files: BankFiles) -> None:
    checked = check_change(over(OLD, OLD.replace("time: 60", "time: 6", 1)))
    ((line, field),) = [(one.line, one.field) for one in checked.errors]
    assert OLD.splitlines()[line - 1].strip() == "time: 60"
    assert field == "items[1].time"


def test_a_copy_of_another_skill_s_item_is_an_error_among_the_others(files: BankFiles) -> None:
    copy = over(None, text("copie", "a"), "copie")
    checked = check_among(copy, files, ())
    (fault,) = checked.errors
    assert {fault.field, *str(fault.text).split()} >= {"1.1-essai-a", "1.1-copie-a"}


def test_a_shipped_file_passes_its_own_check() -> None:
    files = BankFiles(Path("question_bank/items"), shipped_bank().items)
    item = shipped_bank().items.items[0]
    present = files.text_of(item.competence, item.skill)
    assert present is not None
    checked = check_among(Change(item.competence, item.skill, digest(present), present), files, ())
    assert (checked.errors, checked.warnings) == ((), ())
