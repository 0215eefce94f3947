"""The figure of one candidate: sixteen levels with their error bands, the declared profile beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from exam_server.charts.drawing import ACCENT, INK, LINE, SOFT, Chart, draw
from exam_server.charts.said import Said
from question_bank.framework import COMPETENCES, MAX_LEVEL

_THINNEST = 0.16
"""Of a level: a band that has no width must still be seen."""


@dataclass(frozen=True)
class Shown:
    """A competence that was asked about: what was declared, what is certified, the band around it."""

    declared: int
    certified: int
    low: float
    high: float


@dataclass(frozen=True)
class Signs:
    """The words of the legend, and what stands where nothing was asked."""

    declared: str
    certified: str
    band: str
    not_asked: str


def levels(said: Said, signs: Signs, shown: Sequence[Shown | None]) -> Chart:
    """One line a competence, in the framework's order; None where it was not asked about."""

    def plot(axes: Axes) -> None:
        asked = [(row, one) for row, one in enumerate(shown) if one is not None]
        rows = [row for row, _one in asked]
        widths = [max(one.high - one.low, _THINNEST) for _row, one in asked]
        starts = [(one.low + one.high - width) / 2 for (_row, one), width in zip(asked, widths, strict=True)]
        band = {"height": 0.5, "color": ACCENT, "alpha": 0.25, "linewidth": 0}
        axes.barh(rows, widths, left=starts, label=signs.band, **band)  # type: ignore[arg-type]
        declared, certified = [one.declared for _row, one in asked], [one.certified for _row, one in asked]
        square = {"markersize": 10, "markerfacecolor": "none", "markeredgewidth": 1.6, "color": INK}
        axes.plot(declared, rows, "s", label=signs.declared, **square)  # type: ignore[arg-type]
        axes.plot(certified, rows, "o", markersize=6, color=ACCENT, label=signs.certified)
        for row in set(range(len(shown))) - set(rows):
            axes.text(0, row, signs.not_asked, va="center", color=SOFT, style="italic")
        _scale(axes)
        axes.set_xlabel(said.across)
        handles, names = axes.get_legend_handles_labels()
        order = [names.index(name) for name in (signs.certified, signs.declared, signs.band)]
        axes.figure.legend(
            [handles[at] for at in order],
            [names[at] for at in order],
            loc="outside upper right",
            ncols=3,
            frameon=False,
        )

    return draw(said.title, said.words, plot, 9.0, 6.4)


def _scale(axes: Axes) -> None:
    """The levels across, the competences down, a line between two domains."""
    axes.set_xticks(range(MAX_LEVEL + 1))
    axes.set_xlim(-0.4, MAX_LEVEL + 0.4)
    axes.set_yticks(range(len(COMPETENCES)), [f"{one.code}  {one.label}" for one in COMPETENCES])
    axes.set_ylim(len(COMPETENCES) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    for row, (one, following) in enumerate(pairwise(COMPETENCES)):
        if one.domain is not following.domain:
            axes.axhline(row + 0.5, color=LINE, linewidth=1)
