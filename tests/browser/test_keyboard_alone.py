"""A whole test by keyboard alone: every type of item answered right, nothing ever pressed by a mouse."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, ViewportSize, expect

from exam_server.demo.school import PROFILES_FILE, write_school
from exam_server.simulation.answers import AnswerBook
from question_bank.framework import COMPETENCE_CODES
from question_bank.item_types.table import ItemType
from question_bank.items import ACTED
from tests.browser.backstage import Backstage
from tests.browser.candidate_page import QUESTIONS
from tests.browser.conftest import ARTIFACTS, LAPTOP, Window
from tests.browser.keyboard_candidate import KeyboardCandidate
from tests.browser.server import Server
from tests.support.every_type import COMPETENCES, bank_of_every_type, questions

GIVEN = """SELECT given_item.item_id, response.content, response.final, response.correct
FROM given_item LEFT JOIN response USING (attempt_id, position) WHERE attempt_id = ?"""
SKIPPED = '{"skip":true}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two or three questions of every type for whoever has the right competences."""
    running = Server(tmp_path_factory.mktemp("server"), program="tests.browser.serving_every_type")
    running.invite_staff()
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log


@pytest.fixture
def backstage(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Backstage]:
    """The head of a school whose pupils have just the competences that hold every type."""
    write_school(tmp_path, pupils=8)
    file = tmp_path / PROFILES_FILE
    head, *rows = csv.reader(StringIO(file.read_text(encoding="cp1252")), delimiter=";")
    known = [
        cell for code in COMPETENCE_CODES for cell in (["4", "32"] if code in COMPETENCES else ["0", "0"])
    ]
    lines = [";".join(line) for line in (head, *([*row[:4], *known] for row in rows))]
    file.write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))
    office = Backstage(playwright, server)
    office.import_school(tmp_path)
    yield office
    office.leave()


@pytest.fixture(scope="module")
def book() -> AnswerBook:
    """Who has it knows the whole bank."""
    return AnswerBook(bank_of_every_type())


FOUR_TIMES: ViewportSize = {"width": 320, "height": 256}
"""What WCAG 1.4.10 calls 400 %: 1280 x 1024 at that size, in CSS pixels."""
SIZES = [LAPTOP, FOUR_TIMES] if os.environ.get("PASSATION_EVERY_STATE") else [FOUR_TIMES]
"""At 400 % everything is there that is there on a laptop, and more to go through."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']} px")
def test_a_whole_test_is_taken_by_keyboard_alone(
    backstage: Backstage, window: Window, book: AnswerBook, server: Server, size: ViewportSize
) -> None:
    """From the card's code to the end, every type answered right; one question is passed over on purpose."""
    session = backstage.plan("Salle A1", "3E A")
    backstage.open(session)
    card = backstage.cards(session)[0]
    candidate = KeyboardCandidate(window(viewport=size), book)
    candidate.enter(card.code)
    expect(candidate.page.get_by_role("heading", level=1)).to_be_focused()
    backstage.check_in(card.id, 1, 1)
    candidate.start()
    for number in range(1, QUESTIONS + 1):
        candidate.at_question(number)
        if candidate.met.count(ItemType.SINGLE_CHOICE) == 3 and candidate.kind == ItemType.SINGLE_CHOICE:
            candidate.skip()
        else:
            answer(candidate, first=candidate.met.count(candidate.kind) == 1)
    expect(candidate.page.get_by_role("heading", level=1, name="Vous avez terminé")).to_be_focused()
    tell(candidate)
    assert types_answered_right(server, attempt=card.id) == set(ItemType)


def answer(candidate: KeyboardCandidate, *, first: bool) -> None:
    """At the first of a type, what else its keyboard needs is tried before the answer counts."""
    if first:
        candidate.stays()
        if candidate.kind != ItemType.ORDERING:  # an order is an answer as it stands
            candidate.is_refused()
        if candidate.kind in ACTED:
            candidate.answer()
            candidate.begins_again()
            candidate.empties_the_answer()
            candidate.is_refused()
        candidate.keys.pressed[candidate.kind] = 0
    candidate.answer()
    candidate.validate()


def types_answered_right(server: Server, attempt: str) -> set[ItemType]:
    """All was sent and marked right, but the one that was passed over; the types that were answered."""
    rows = server.rows(GIVEN, attempt)
    asked = questions()
    assert sorted(item for item, *_ in rows) == sorted(asked)
    passed = [item for item, content, *_ in rows if content == SKIPPED]
    assert [asked[item].type for item in passed] == [ItemType.SINGLE_CHOICE]
    wrong = [row for row in rows if not (row[2] and row[3]) and row[0] not in passed]
    assert wrong == []
    return {asked[item].type for item, *_ in rows if item not in passed}


def tell(candidate: KeyboardCandidate) -> None:
    """Keeps how many presses an answer took, by type, for people to look at."""
    met = Counter(candidate.met)
    lines = [
        f"{kind}: {presses / met[kind]:.0f}" for kind, presses in candidate.keys.pressed.items() if met[kind]
    ]
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "keyboard-presses.txt").write_text("\n".join([*lines, ""]))
