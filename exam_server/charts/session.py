"""The figures of one session: levels by domain, what is said of the profiles, the time that was used."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from exam_server.charts.drawing import ACCENT, INK, Chart, draw
from exam_server.charts.number_grid import draw_grid
from exam_server.charts.said import Said, folded

WIDTH = 6.0
"""In inches: two of these figures stand side by side."""

_MOST_TICKS = 5
_LINE = 24
_PERCENT = "\N{NARROW NO-BREAK SPACE}%"


def levels_by_domain(
    said: Said, domains: Sequence[str], levels: Sequence[str], counts: Sequence[Sequence[int]]
) -> Chart:
    """How many competences were certified at each level: a row a domain, a column a level."""

    def plot(axes: Axes) -> None:
        draw_grid(axes, domains, levels, counts)
        axes.set_xlabel(said.across)

    return draw(said.title, said.words, plot, WIDTH, 5.8)


def verdicts(said: Said, counts: Sequence[tuple[str, int]]) -> Chart:
    """How many profiles each verdict was given of: a bar each, under its name, with its number."""
    numbers = [count for _label, count in counts]

    def plot(axes: Axes) -> None:
        labels = [folded(label, _LINE) for label, _count in counts]
        bars = axes.barh(labels, numbers, height=0.55, color=ACCENT)
        axes.bar_label(bars, padding=4, color=INK)
        axes.invert_yaxis()
        axes.set_xlabel(said.across)
        axes.set_xlim(0, 1.1 * max(*numbers, 1))
        axes.xaxis.set_major_locator(MaxNLocator(_MOST_TICKS, integer=True))
        axes.grid(visible=False, axis="y")

    return draw(said.title, said.words, plot, WIDTH, 0.8 + 0.35 * len(counts))


def time_used(said: Said, counts: Sequence[int]) -> Chart:
    """How many used so many tenths of the time that each of them was allowed: a bar a tenth."""
    tenth = 100 // len(counts)

    def plot(axes: Axes) -> None:
        places = [tenth * place for place in range(len(counts))]
        bars = axes.bar(places, counts, width=tenth, align="edge", color=ACCENT, edgecolor="white")
        axes.bar_label(bars, [str(count) if count else "" for count in counts], padding=2, color=INK)
        axes.set_xticks(range(0, 101, 20), [f"{share}{_PERCENT}" for share in range(0, 101, 20)])
        axes.set_xlabel(said.across)
        axes.set_ylabel(said.up)
        axes.set_ylim(0, 1.15 * max(*counts, 1))
        axes.yaxis.set_major_locator(MaxNLocator(_MOST_TICKS, integer=True))
        axes.grid(visible=False, axis="x")

    return draw(said.title, said.words, plot, WIDTH, 2.5)
