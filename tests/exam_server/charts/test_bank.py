"""The figures of a bank: drawn as whole SVG with letters in it, the same every time, and said in words."""

import re

import pytest
from defusedxml.ElementTree import fromstring

from exam_server.charts import bank as charts
from exam_server.charts.drawing import Chart
from question_bank.assembly import PublishedBank
from question_bank.calibration import Calibration, Estimate
from question_bank.year import Year, simulate_year
from tests.support.house import shipped_bank


@pytest.fixture(scope="module")
def published() -> PublishedBank:
    return shipped_bank().published


@pytest.fixture(scope="module")
def year(published: PublishedBank) -> Year:
    return simulate_year(published, 48)


def estimate(item: str, **changes: float) -> Estimate:
    values = {
        "responses": 900,
        "a": 1.2,
        "b": 0.3,
        "a_error": 0.1,
        "b_error": 0.1,
        "before_a": 1.2,
        "before_b": 0.3,
        "infit": 1.0,
        "infit_z": 0.2,
        "free_b": 0.3,
    }
    return Estimate(item=item, anchor=False, **{**values, **changes})  # type: ignore[arg-type]


def all_charts(published: PublishedBank, year: Year) -> list[Chart]:
    found = Calibration((estimate("a"), estimate("b", infit=1.4, infit_z=9.0)), 5, True, 100, 1800)
    return [
        charts.information(published.facts),
        charts.exposure(year),
        charts.seconds(published.facts),
        charts.fit(found),
    ]


def test_every_chart_is_whole_svg_that_a_page_can_hold(published: PublishedBank, year: Year) -> None:
    for chart in all_charts(published, year):
        assert chart.svg.startswith("<svg ")
        assert "<script" not in chart.svg
        assert "<text" in chart.svg
        fromstring(chart.svg)
        assert re.search(r"\d", chart.words)
        assert not re.search(r"\d\.\d", re.sub(r"compétence \d\.\d", "", chart.words))


def test_the_same_figures_give_the_same_drawing(published: PublishedBank, year: Year) -> None:
    assert all_charts(published, year) == all_charts(published, year)


def test_the_words_say_what_is_to_be_looked_at(published: PublishedBank, year: Year) -> None:
    assert all_charts(published, year)[3].words == "2 questions ont assez de réponses ; 1 sont à regarder."
    most = f"{100 * year.exposure[0][1]:.1f}".replace(".", ",")
    assert most in charts.exposure(year).words
