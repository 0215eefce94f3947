"""`passation bank report`, `calibrate`, `export`, `import` and `collect`, as an author runs them."""

import asyncio
import shutil
from pathlib import Path

import pytest

from exam_server.acts import proposing
from exam_server.acts.proposing import Seen
from exam_server.app import open_store
from exam_server.commands.bank.check import SHIPPED
from exam_server.domain.proposals import ProposalAction
from exam_server.settings import load_settings
from exam_server.storage.transaction import Transaction
from question_bank.changes import Change, digest, retired
from question_bank.loading import load_bank
from tests.exam_server.commands.conftest import Command
from tests.support.school import found_school

GIFT = "Quelle touche copie ? {=Ctrl+C ~Ctrl+V ~Ctrl+X ~Ctrl+Z}\n\nVrai ? {TRUE}\n"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A small bank of the author's own."""
    shutil.copytree(SHIPPED / "1.1", tmp_path / "mine" / "1.1")
    return tmp_path / "mine"


def test_a_report_is_one_file_with_figures_and_loads_nothing(command: Command, tmp_path: Path) -> None:
    said = command("bank", "report", "--tests", "24", "--out", tmp_path / "report.html")
    written = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert said.code == 0
    assert written.count("<figure") == 3
    assert "http" not in written.replace("http://www.w3.org/", "")
    assert "Exposition" in written


def test_a_bank_too_poor_for_a_test_has_no_report(command: Command, bank: Path, tmp_path: Path) -> None:
    said = command("bank", "report", bank, "--out", tmp_path / "report.html")
    assert said.code == 1
    assert "ne peut pas porter un test" in said.err
    assert not (tmp_path / "report.html").exists()


def test_responses_make_a_new_version_and_leave_the_old_one(
    command: Command, bank: Path, tmp_path: Path
) -> None:
    before = load_bank(bank)
    item = before.items[0].id
    lines = [f"c{n};{item};3;{n % 2}" for n in range(250)]
    (tmp_path / "r.csv").write_text("candidate;item;declared;right\n" + "\n".join(lines))
    said = command("bank", "calibrate", tmp_path / "r.csv", "--folder", bank, "--out", tmp_path / "new")
    after = load_bank(tmp_path / "new")
    assert said.code == 0
    assert after.version in said.out
    assert [one.id for one in after.items if one.parameters.calibrated] == [item]
    assert load_bank(bank).version == before.version


def test_responses_that_cannot_be_read_are_told_by_line(command: Command, bank: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("candidate;item;declared;right\nc1;nothing;3;1\n")
    said = command("bank", "calibrate", tmp_path / "r.csv", "--folder", bank, "--out", tmp_path / "new")
    assert said.code == 1
    assert "r.csv:2: item" in said.out
    assert not (tmp_path / "new").exists()


def test_a_bank_exported_and_imported_is_the_same_bank(command: Command, bank: Path, tmp_path: Path) -> None:
    assert command("bank", "export", bank, "--out", tmp_path / "b.zip").code == 0
    assert command("bank", "import", tmp_path / "b.zip", "--out", tmp_path / "copy").code == 0
    assert load_bank(tmp_path / "copy").version == load_bank(bank).version


def test_foreign_questions_are_written_and_the_others_are_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "quiz.gift").write_text(GIFT)
    out = tmp_path / "new"
    said = command(
        "bank", "import", tmp_path / "quiz.gift", "--competence", "3.1", "--level", "2", "--out", out
    )
    (item,) = load_bank(out).items
    assert said.code == 0
    assert (item.id, item.level) == ("3.1-quiz-a", 2)
    assert "vrai ou faux" in said.err


def test_foreign_questions_need_a_competence_and_a_level(command: Command, tmp_path: Path) -> None:
    (tmp_path / "quiz.gift").write_text(GIFT)
    said = command("bank", "import", tmp_path / "quiz.gift", "--out", tmp_path / "new")
    assert said.code == 1
    assert "--competence" in said.err


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"<!DOCTYPE q SYSTEM 'x'><quiz/>", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_refused_in_words(
    command: Command, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x").write_bytes(content)
    said = command(
        "bank", "import", tmp_path / "x", "--competence", "1.1", "--level", "1", "--out", tmp_path / "o"
    )
    assert said.code == 1
    assert str(tmp_path / "x") in said.err
    assert not (tmp_path / "o").exists()


async def _approve(change: Change) -> None:
    """As two authors do in the console."""
    store = open_store(load_settings())

    def act(tx: Transaction) -> None:
        school = found_school(tx)
        proposal = proposing.begin_proposal(tx, school.head, change)
        proposing.move_proposal(tx, school.head, Seen(proposal, 1), ProposalAction.SEND)
        proposing.approve_proposal(tx, school.officer, Seen(proposal, 2), ())

    await store.run(act)
    await store.close()


def test_what_was_approved_in_the_console_is_collected_as_files(command: Command, tmp_path: Path) -> None:
    file = next(SHIPPED.glob("1.1/*.yaml"))
    before = file.read_text(encoding="utf-8")
    after = retired(before, f"1.1-{file.stem}-a")
    asyncio.run(_approve(Change("1.1", file.stem, digest(before), after)))
    out = tmp_path / "items"
    said = command("bank", "collect", "--out", out)
    assert said.code == 0, said.err
    written = out / "1.1" / file.name
    assert written.read_text(encoding="utf-8") == after
    for text, code in ((before, 0), (after, 0), (after + "# autre\n", 1)):
        written.write_text(text, encoding="utf-8")
        assert command("bank", "collect", "--out", out).code == code
        assert written.read_text(encoding="utf-8") == (after if code == 0 else text)
