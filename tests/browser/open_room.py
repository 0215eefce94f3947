"""A session that is open, for journeys that each take a candidate of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from playwright.sync_api import Page

from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import QUESTIONS, CandidatePage


def _seats() -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(1, 7) for column in range(1, 9))


@dataclass
class OpenRoom:
    """A room of two classes; whoever is taken is gone."""

    backstage: Backstage
    session: str
    waiting: list[Card]
    seats: Iterator[tuple[int, int]] = field(default_factory=_seats)

    @classmethod
    def opened(cls, backstage: Backstage, school: Path) -> Self:
        """Imports the school, plans and opens."""
        backstage.import_school(school)
        session = backstage.plan("Salle A1", "3E A", "3E B")
        backstage.open(session)
        return cls(backstage, session, backstage.cards(session))

    def admitted(self) -> Card:
        """The next candidate, checked in."""
        card = self.waiting.pop()
        self.backstage.check_in(card.id, *next(self.seats))
        return card

    def responses(self, card: Card) -> int:
        """How many responses the server has counted for a candidate."""
        return int(self.backstage.row(self.session, card.id)["attempt"]["answered"])

    def met_with(self, window: Callable[..., Page], kind: str) -> tuple[CandidatePage, Card]:
        """Somebody who has a question of this type in hand, whoever that is: a test need not hold one."""
        while True:
            card, page = self.admitted(), CandidatePage(window())
            page.enter(card.code)
            page.start()
            while page.position < QUESTIONS and page.kind != kind:
                page.skip()
            if page.position < QUESTIONS:
                return page, card
            page.page.close()
