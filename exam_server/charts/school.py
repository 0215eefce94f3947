"""The figures of a class or a school over the years: what its certifications came to, and at which levels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from exam_server.charts.drawing import ACCENT, INK, WARM, Chart, draw
from exam_server.charts.number_grid import draw_grid
from exam_server.charts.said import Said
from exam_server.charts.session import WIDTH
from question_bank.framework import MAX_LEVEL

_LOOKS = ((ACCENT, "", "white"), ("#f3d9c3", "///", WARM), ("#e9e8e4", "", INK))
"""Of each outcome: its colour, its hatch, the colour of hatch and edge: dark, hatched, light with an edge."""

_LEAST_LABELLED = 0.06
"""A part of the tallest bar that is thinner bears no number; the table has it."""


@dataclass(frozen=True)
class Outcomes:
    """What the certifications of a year came to, in the order of the names that go with them."""

    year: str
    counts: tuple[int, int, int]


def outcomes_by_year(said: Said, names: tuple[str, str, str], years: Sequence[Outcomes]) -> Chart:
    """A bar a year, in three parts."""
    tallest = max((sum(one.counts) for one in years), default=1)

    def plot(axes: Axes) -> None:
        bottoms = [0] * len(years)
        for place, (name, (colour, hatch, edge)) in enumerate(zip(names, _LOOKS, strict=True)):
            parts = [one.counts[place] for one in years]
            look = {"color": colour, "hatch": hatch, "edgecolor": edge, "linewidth": 0.8, "width": 0.55}
            bars = axes.bar(range(len(years)), parts, bottom=bottoms, label=name, **look)  # type: ignore[arg-type]
            labels = [str(part) if part >= _LEAST_LABELLED * tallest else "" for part in parts]
            plate = {"facecolor": "white", "edgecolor": "none", "boxstyle": "round,pad=0.15"}
            written = axes.bar_label(bars, labels, label_type="center", color=INK)
            for text, label in zip(written, labels, strict=True):
                text.set_bbox(plate if label else None)
            bottoms = [under + part for under, part in zip(bottoms, parts, strict=True)]
        _years(axes, [one.year for one in years])
        axes.set_ylabel(said.up)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(visible=False, axis="x")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, borderaxespad=0)

    return draw(said.title, said.words, plot, WIDTH, 3.4)


def levels_by_year(
    said: Said,
    domains: Sequence[str],
    years: Sequence[str],
    medians: Sequence[Sequence[float | None]],
    write: Callable[[float], str],
) -> Chart:
    """The median level of each domain in each year: a row a domain, a column a year."""

    def plot(axes: Axes) -> None:
        draw_grid(axes, domains, years, medians, write, MAX_LEVEL)
        axes.set_xlabel(said.across)

    return draw(said.title, said.words, plot, WIDTH, 3.4)


def _years(axes: Axes, years: Sequence[str]) -> None:
    """A year alone does not fill the whole width."""
    axes.set_xticks(range(len(years)), years)
    axes.set_xlim(-0.75, max(len(years), 3) - 0.25)
