"""Whatever a computer's own clock does, the time that its candidate sees, and the end, are the server's."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Playwright

from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import Server

pytestmark = pytest.mark.alone

MOST_WRONG = 1.0
"""Seconds by which the time shown, or the end, may differ from the server's."""

SETTLES = 1.0
"""Seconds after which a computer that was disturbed is right again."""

SIGN = 6.0
"""Seconds until the next sign of life from the server, where nothing in the computer tells."""

HOUR = 3_600_000
ASLEEP = 9
CLOCKS = """
const RealDate = Date;
const steady = performance.now.bind(performance);
const own = { date: 0, asleep: 0 };
window.ownClock = own;
window.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RealDate.now() + own.date]));
  }
  static now() {
    return RealDate.now() + own.date;
  }
};
performance.now = () => steady() - own.asleep;
"""
"""A date that can be set, and a steady clock that can be held as it is in a computer that sleeps."""

SHOWN = """() => ({
  phase: document.body.dataset.phase,
  left: document.querySelector("[data-slot=left]").textContent,
  end: document.querySelector("[data-slot=end]").textContent,
  validate: document.querySelector("[data-action=validate]").textContent,
})"""
LEFT = re.compile(r"^Il reste (?:(\d+)\Wmin\W)?(\d+)\Ws$")
OVER = "Le temps est écoulé"


Trouble = Callable[["Screen"], object]
Troubles = Sequence[tuple[float, Trouble]]
"""What happens to a computer, by the seconds that are left."""


@dataclass
class Screen:
    """One candidate's page on a computer with troubles of its own: (seconds left, what happens then)."""

    name: str
    page: Page
    tools: CDPSession
    troubles: list[tuple[float, Trouble]]
    deadline: float = 0.0
    trusted_from: float = 0.0
    frozen_until: float | None = None
    last: int | None = None
    over_at: float | None = None
    ends: set[str] = field(default_factory=set)
    seen: int = 0
    faults: list[str] = field(default_factory=list)

    def look(self) -> None:
        """One look at the screen: is what it says true?"""
        now = time.time()
        left = self.deadline - now
        if self.frozen_until is not None:
            if now < self.frozen_until:
                return
            self.wake()
        while self.troubles and left <= self.troubles[0][0]:
            _left, trouble = self.troubles.pop(0)
            trouble(self)
            self.trusted_from, self.last = time.time() + (SIGN if trouble is held else SETTLES), None
            return
        shown = self.page.evaluate(SHOWN)
        left = self.deadline - time.time()
        if shown["phase"] != "test" or shown["validate"] == OVER:
            self.over_at = self.over_at or time.time()
            return
        found = LEFT.match(shown["left"])
        if found is None or now < self.trusted_from:
            return
        self.ends.add(shown["end"])
        self.compare(int(found[1] or 0) * 60 + int(found[2]), left)

    def compare(self, number: int, left: float) -> None:
        """Seconds are shown rounded up; the moment of a change says more than what stands meanwhile."""
        self.seen += 1
        changed = self.last == number + 1
        least, most = (number, number) if changed else (number - 1, number)
        if not least - MOST_WRONG <= left <= most + MOST_WRONG:
            self.faults.append(f"{self.name}: {number} s shown, {left:.2f} s left")
        self.last = number

    def wake(self) -> None:
        """The lid is opened."""
        self.page.evaluate(f"ownClock.asleep += {ASLEEP * 1000}")
        self.tools.send("Page.setWebLifecycleState", {"state": "active"})
        self.frozen_until, self.trusted_from, self.last = None, time.time() + SETTLES, None


def date_by(hours: int) -> Trouble:
    """Sets the computer's date."""
    return lambda screen: screen.page.evaluate(f"ownClock.date = {hours * HOUR}")


def zone(name: str) -> Trouble:
    """Another time zone, as the switch to or from summer time is one for a computer."""
    return lambda screen: screen.tools.send("Emulation.setTimezoneOverride", {"timezoneId": name})


def sleep(screen: Screen) -> None:
    """The lid is closed: nothing runs, and the steady clock will not have moved."""
    screen.tools.send("Page.setWebLifecycleState", {"state": "frozen"})
    screen.frozen_until = time.time() + ASLEEP


def held(screen: Screen) -> None:
    """A machine that was held and let go, its date with it: nothing in it can tell."""
    screen.page.evaluate(f"ownClock.asleep += {ASLEEP * 1000}; ownClock.date -= {ASLEEP * 1000}")


TROUBLES: Mapping[str, Troubles] = {
    "right": [],
    "an hour fast from the start": [(100.0, date_by(1))],
    "an hour slow from the start": [(100.0, date_by(-1))],
    "set on and back in the middle": [
        (45.0, date_by(1)),
        (35.0, date_by(-1)),
        (20.0, date_by(0)),
        (5.0, date_by(1)),
    ],
    "summer time begins and ends": [(42.0, zone("Europe/Moscow")), (25.0, zone("America/Martinique"))],
    "asleep in the middle": [(40.0, sleep)],
    "asleep and set wrong": [(41.0, date_by(-1)), (38.0, sleep), (15.0, date_by(1))],
    "held and let go": [(50.0, held), (12.0, held)],
}
"""Name of a computer -> what happens to it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose tests last a minute."""
    running = Server(tmp_path_factory.mktemp("clock"))
    running.invite_staff()
    running.start(PASSATION_DURATION_MINUTES="1")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cards(playwright: Playwright, server: Server, school: Path) -> list[Card]:
    """Candidates who may start."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    session = backstage.plan("Salle A1", "3E A", "3E B")
    backstage.open(session)
    found = backstage.cards(session)[: len(TROUBLES)]
    for number, card in enumerate(found):
        backstage.check_in(card.id, number // 8 + 1, number % 8 + 1)
    backstage.leave()
    return found


def at(window: Window, card: Card, name: str) -> Screen:
    """A candidate who has just started, at a computer of this name."""
    # The browser's zone is left to be changed by the troubles.
    candidate = CandidatePage(window(timezone_id=None))
    troubles = list(TROUBLES.get(name, []))
    candidate.page.add_init_script(CLOCKS)
    if troubles and troubles[0][0] > 60:
        candidate.page.add_init_script(f"ownClock.date = {HOUR if 'fast' in name else -HOUR};")
        troubles = troubles[1:]
    candidate.enter(card.code)
    candidate.start()
    tools = candidate.page.context.new_cdp_session(candidate.page)
    screen = Screen(name, candidate.page, tools, troubles)
    screen.deadline = candidate.state()["time"]["deadline"] / 1000
    return screen


def test_the_time_shown_and_the_end_are_the_server_s_to_a_second(window: Window, cards: list[Card]) -> None:
    """Eight computers at once: clocks wrong by an hour, set in the middle, summer time, a closed lid."""
    screens = [at(window, cards.pop(), name) for name in TROUBLES]
    until = max(screen.deadline for screen in screens) + 4
    while time.time() < until and not all(screen.over_at for screen in screens):
        for screen in screens:
            if screen.over_at is None:
                screen.look()
        screens[0].page.wait_for_timeout(30)
    for screen in screens:
        assert screen.faults == [], screen.name
        assert screen.seen > 20, screen.name
        assert not screen.troubles, screen.name
        assert len(screen.ends) == 1, f"{screen.name}: the end is told otherwise: {screen.ends}"
        assert screen.over_at is not None, screen.name
        wrong = screen.over_at - screen.deadline
        assert abs(wrong) <= MOST_WRONG, f"{screen.name}: over {wrong:+.2f} s from the deadline"
