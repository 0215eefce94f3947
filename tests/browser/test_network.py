"""However often the network is cut and the page lost, nothing that a candidate validated is lost or doubled.

`PASSATION_CUTS=500 PASSATION_CUTS_SPEED=10 pytest tests/browser/test_network.py` is the long run of a night.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import window_options
from tests.browser.rough_line import RoughLine
from tests.browser.rough_sitting import RoughSitting
from tests.browser.server import Server
from tests.browser.watch import Watch

pytestmark = pytest.mark.alone

CUTS = int(os.environ.get("PASSATION_CUTS", "40"))
SPEED = int(os.environ.get("PASSATION_CUTS_SPEED", "60"))
SEED = int(os.environ.get("PASSATION_CUTS_SEED", "1"))
BETWEEN = (0.1, 0.9)
"""Real seconds in which the line works, between two cuts."""

CUT_OFF = (r"ERR_", r"^5\d\d ", "WebSocket", "409 POST /exam/responses", "FetchEvent", "interrupted")
"""What a browser writes on its console about a cut."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a fast clock, and time enough for every cut."""
    running = Server(tmp_path_factory.mktemp("rough"))
    running.invite_staff()
    running.start(
        PASSATION_DEMO_SPEED=str(SPEED),
        PASSATION_DURATION_MINUTES="600",
        PASSATION_ADMISSION_MINUTES="0",
        PASSATION_LATE_LIMIT_MINUTES="0",
    )
    yield running
    running.stop()
    assert "Traceback" not in running.log and " ERROR " not in running.log, running.log[-4000:]


@pytest.fixture(scope="module")
def cards(playwright: Playwright, server: Server, school: Path) -> list[Card]:
    """Candidates who may start."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    session = backstage.plan("Salle A1", "3E A", "3E B")
    backstage.open(session)
    found = backstage.cards(session)
    for number, card in enumerate(found):
        backstage.check_in(card.id, number // 8 + 1, number % 8 + 1)
    backstage.leave()
    return found


@pytest.fixture
def line(server: Server) -> Iterator[RoughLine]:
    """A line that works until it is told otherwise."""
    laid = RoughLine(server.port, Random(SEED))
    laid.start()
    yield laid
    laid.stop()


KEPT = """() => new Promise((done, fail) => {
  const asked = indexedDB.open("passation");
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const found = asked.result.transaction("kept").objectStore("kept").getAll();
    found.onsuccess = () => {
      asked.result.close();
      done(found.result.map(({ sealed }) => String.fromCharCode(...new Uint8Array(sealed))));
    };
  };
})"""
"""The bytes that lie in the browser's database."""

CACHED = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""


def test_what_is_kept_is_sealed_comes_back_after_a_reload_in_a_cut_and_goes(
    browser: Browser, server: Server, cards: list[Card], line: RoughLine
) -> None:
    """The page loaded again without a network shows itself, no error; with one, the response as it was."""
    context = browser.new_context(**window_options(server, base_url=line.url))  # type: ignore[arg-type]
    sitting = RoughSitting(context, cards.pop(), Random(SEED), server.url)
    sitting.begin()
    candidate = CandidatePage(sitting.page)
    while candidate.page.locator("input.answer__text").count() == 0:
        candidate.skip()
    name, position = candidate.state()["candidate"]["family_name"], candidate.position
    context.set_offline(True)
    candidate.answer.get_by_role("textbox").fill("une réponse que personne ne lit")
    expect(candidate.page.get_by_text(re.compile("^Connexion interrompue")).first).to_be_visible()
    expect(candidate.page.locator("body")).to_have_attribute("data-kept", "true")
    (sealed,) = candidate.page.evaluate(KEPT)
    assert "personne" not in sealed
    assert "content" not in sealed
    assert (
        candidate.page.evaluate("Object.keys(sessionStorage).filter((key) => key !== 'passation.entry')")
        == []
    )
    candidate.page.reload()
    expect(candidate.page.get_by_text("Connexion coupée")).to_be_visible()
    assert name not in candidate.page.content()
    context.set_offline(False)
    expect(candidate.heading(f"Question {position} sur 32")).to_be_visible()
    expect(candidate.page.locator("input.answer__text")).to_have_value("une réponse que personne ne lit")
    expect(candidate.saved()).to_be_visible()
    assert candidate.state()["draft"]["content"] == {"text": "une réponse que personne ne lit"}
    assert candidate.page.evaluate(KEPT) == []
    cached = candidate.page.evaluate(CACHED)
    assert len(cached) > 50
    assert {path for path in cached if not path.startswith("/static/")} == {"/exam/shell"}
    context.close()


def report(line: RoughLine, sittings: list[RoughSitting]) -> str:
    """The figures of a run, for people."""
    events: Counter[str] = sum((sitting.events for sitting in sittings), Counter())
    return (
        f"{line.cuts} cuts ({', '.join(f'{kind} {n}' for kind, n in sorted(line.made.items()))}), "
        f"{line.torn} connections torn; {len(sittings)} whole tests, "
        f"{sum(len(one.validated) for one in sittings)} responses validated, "
        f"{sum(len(one.acknowledged) for one in sittings)} acknowledgements heard; "
        f"{', '.join(f'{what} {n}' for what, n in sorted(events.items()))}"
    )


@pytest.mark.timeout(3600)
def test_no_cut_costs_a_response(
    browser: Browser, server: Server, cards: list[Card], line: RoughLine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole tests over a line that is cut again and again, in a browser that is reloaded and crashes."""
    chance = Random(SEED)
    watch = Watch(line.url)
    sittings: list[RoughSitting] = []
    with watch.allowing(*CUT_OFF):
        while not sittings or line.cuts < CUTS:
            context = browser.new_context(**window_options(server, base_url=line.url))  # type: ignore[arg-type]
            watch.over(context)
            sitting = RoughSitting(context, cards.pop(), chance, server.url)
            sittings.append(sitting)
            sitting.begin()
            line.misbehave(CUTS - line.cuts, SPEED, BETWEEN)
            sitting.sit()
            line.behave()
            context.close()
            sitting.compare(server.folder / "passation.sqlite")
    assert watch.faults == []
    with capsys.disabled():
        sys.stdout.write(f"\n{report(line, sittings)}\n")
