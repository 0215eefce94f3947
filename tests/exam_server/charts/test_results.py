"""The figures of results: fit for a page with a strict policy, the same every time, no colour alone."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from defusedxml.ElementTree import fromstring

from exam_server.charts import candidate, school, session
from exam_server.charts.drawing import Chart, draw
from exam_server.charts.page_svg import in_a_page
from exam_server.charts.said import Said
from question_bank.framework import COMPETENCES, DOMAINS

DOMAIN_NAMES = [one.label for one in DOMAINS]
SAID = Said("Un titre", "Une phrase.", "En travers", "En hauteur")
SIGNS = candidate.Signs("déclaré", "certifié", "marge", "non évaluée")
ASKED = candidate.Shown(4, 3, 2, 5)


def counted() -> Chart:
    counts = [[(row * column) % 5 for column in range(9)] for row in range(len(DOMAINS))]
    return session.levels_by_domain(SAID, DOMAIN_NAMES, [str(level) for level in range(9)], counts)


def of_one(*missing: int) -> Chart:
    shown = [None if place in missing else ASKED for place in range(len(COMPETENCES))]
    return candidate.levels(SAID, SIGNS, shown)


CHARTS: dict[str, Callable[[], Chart]] = {
    "levels": counted,
    "no levels": lambda: session.levels_by_domain(SAID, DOMAIN_NAMES, ["0", "1"], [[0, 0]] * len(DOMAINS)),
    "verdicts": lambda: session.verdicts(SAID, [("Cohérent", 21), ("À regarder", 2), ("À transmettre", 0)]),
    "no verdicts": lambda: session.verdicts(SAID, [("Cohérent", 0)]),
    "time": lambda: session.time_used(SAID, [0, 0, 1, 4, 9, 12, 3, 0, 0, 1]),
    "one candidate": lambda: of_one(1, 5),
    "nothing asked": lambda: of_one(*range(len(COMPETENCES))),
    "outcomes": lambda: school.outcomes_by_year(
        SAID, ("validées", "non validées", "annulées"), [school.Outcomes("2025-2026", (20, 3, 1))]
    ),
    "medians": lambda: school.levels_by_year(
        SAID, DOMAIN_NAMES, ["2025-2026"], [[3.5], [None], [4], [0], [8]], "{:.1f}".format
    ),
}


@cache
def drawn(name: str) -> str:
    return CHARTS[name]().svg


@pytest.mark.parametrize("name", CHARTS)
def test_a_figure_is_whole_svg_that_a_strict_policy_lets_through(name: str) -> None:
    svg = drawn(name)
    assert svg.startswith('<svg aria-hidden="true"')
    fromstring(svg)
    assert not re.search(r"<(?:style|script|foreignObject|image)|\sstyle=|\son\w+=|font-family", svg)
    assert {"En travers", "En hauteur"} & set(re.findall(r">([^<]+)</text>", svg)) or name == "medians"


def test_no_name_inside_a_figure_is_used_by_another_and_each_reference_finds_its_own() -> None:
    seen: set[str] = set()
    for name in CHARTS:
        svg = drawn(name)
        named = re.findall(r'\bid="([^"]+)"', svg)
        assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', svg)) == set(named)
        assert not seen & set(named)
        seen.update(named)


def test_every_number_of_a_grid_is_written_in_it() -> None:
    written = re.findall(r">([^<]+)</text>", drawn("levels"))
    assert written.count("4") == 1 + sum((row * column) % 5 == 4 for row in range(5) for column in range(9))


def test_what_was_not_asked_is_said_in_words_and_has_no_band() -> None:
    assert drawn("one candidate").count(">non évaluée<") == 2
    assert drawn("nothing asked").count(">non évaluée<") == len(COMPETENCES)
    assert drawn("nothing asked").count("<path") < drawn("one candidate").count("<path")


def test_three_outcomes_differ_by_more_than_their_colour() -> None:
    svg = drawn("outcomes")
    assert svg.count("<pattern") == 1  # hatched; the others are dark, and light with an edge
    assert {"20", "3"} <= set(re.findall(r">([^<]+)</text>", svg))


def test_the_same_figures_give_the_same_octets_also_where_threads_draw_at_once() -> None:
    alone = [drawn(name) for name in CHARTS]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda make: make().svg, CHARTS.values())) == alone


@pytest.mark.parametrize(
    "text", ["$\\frac{", '</svg><script>alert("x")</script>', 'a style="b" id="c"', "&#0;"]
)
def test_a_label_is_text_whatever_is_written_in_it(text: str) -> None:
    svg = draw("", "", lambda axes: axes.set_xlabel(text) and None).svg
    fromstring(svg)
    label = [one for one in fromstring(svg).iter() if one.text and one.text.strip() == text.strip()]
    assert len(label) == 1


def test_what_is_in_a_tag_alone_is_rewritten() -> None:
    svg = '<?xml?>\n<svg a="1"><g id="x" style="fill: red"><text> id="x" style="y"</text></g></svg>'
    assert in_a_page(svg).endswith('a="1"><g fill="red"><text> id="x" style="y"</text></g></svg>')
