"""The page about accessibility says what docs/accessibility.md says, and every page leads to it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import exam_server
from exam_server.web.accessibility import CANDIDATE, STAFF, TOGETHER, Part
from tests.exam_server.web.site import Site
from tests.support.school import found_school

(PACKAGE,) = exam_server.__path__
DECLARATION = (Path(PACKAGE).parent / "docs" / "accessibility.md").read_text(encoding="utf-8")
CRITERION = re.compile(r"^\| (\d+\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
STATES = {
    number: (ours.strip(" *"), staff.strip(" *")) for number, ours, staff in CRITERION.findall(DECLARATION)
}
TOLD = re.compile(r"^- \*\*([\d., ]+)\*\*", re.MULTILINE)
HOLDS, FAILS, HAS_NO_PLACE = "conforme", "non conforme", "n. a."


def counted(states: list[str]) -> tuple[int, int, int]:
    return states.count(HOLDS), states.count(FAILS), states.count(HAS_NO_PLACE)


def of_both(candidates: str, staff: str) -> str:
    """A criterion holds for both only where it holds wherever it applies."""
    return FAILS if FAILS in (candidates, staff) else HOLDS if HOLDS in (candidates, staff) else HAS_NO_PLACE


def columns() -> Iterator[list[str]]:
    yield [candidates for candidates, _staff in STATES.values()]
    yield [staff for _candidates, staff in STATES.values()]
    yield [of_both(*states) for states in STATES.values()]


def rate_of(states: list[str]) -> Decimal:
    held, failed, _none = counted(states)
    return (Decimal(100 * held) / (held + failed)).quantize(Decimal("0.1"))


def told_in(heading: str) -> set[str]:
    """The criteria under a heading of the declaration."""
    text = DECLARATION.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    return {number for numbers in TOLD.findall(text) for number in numbers.split(", ")}


def test_the_declaration_counts_what_its_table_says() -> None:
    assert len(STATES) == 106
    counts = zip(*(counted(states) for states in columns()), strict=True)
    for name, numbers in zip(("conformes", "non conformes", "non applicables"), counts, strict=True):
        assert f"| {name} | {' | '.join(map(str, numbers))} |" in DECLARATION
    rates = [f"{rate_of(states)}\N{NO-BREAK SPACE}%".replace(".", ",") for states in columns()]
    assert f"| taux de conformité | {' | '.join(rates)} |" in DECLARATION


def test_the_page_has_the_rates_of_the_declaration() -> None:
    assert [CANDIDATE.rate, STAFF.rate, TOGETHER] == [rate_of(states) for states in columns()]


@pytest.mark.parametrize(
    ("part", "column", "heading"),
    [
        (CANDIDATE, 0, "Non-conformités, pages du candidat"),
        (STAFF, 1, "Non-conformités, pages du personnel"),
    ],
    ids=["candidate", "staff"],
)
def test_every_criterion_that_fails_is_told_in_both_places(part: Part, column: int, heading: str) -> None:
    failing = {number for number, states in STATES.items() if states[column] == FAILS}
    assert told_in(heading) == failing
    assert {number for fault in part.faults for number in fault.criteria} == failing


async def test_the_mention_stands_where_people_come_in_and_on_the_staff_s_pages(site: Site) -> None:
    school = await site.store.run(found_school)
    head = await site.signed_in(school.head)
    mention = '<a href="/accessibility">Accessibilité\N{NO-BREAK SPACE}: non conforme</a>'
    for browser, path in (
        (site.browser(), "/"),
        (site.browser(), "/staff"),
        (head, "/head"),
        (head, "/pupils"),
    ):
        assert mention in (await browser.get(path)).text, path
    page = await site.browser().get("/accessibility")
    assert page.status_code == 200
    assert "Défenseur des droits" in page.text
