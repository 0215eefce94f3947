"""One figure: the house's looks, and an SVG without anything that changes from one drawing to the next."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from exam_server.charts.page_svg import in_a_page

INK, SOFT, ACCENT, WARM, LINE = "#1b2430", "#48525f", "#0b5c6b", "#b3540a", "#d8d5cc"

_LOOKS: Any = {  # the stubs want each name as a literal type
    "svg.fonttype": "none",  # letters stay letters: they can be searched, and follow the reader's font
    "svg.hashsalt": "passation",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.grid": True,
    "grid.color": LINE,
    "axes.axisbelow": True,
    "text.parse_math": False,  # "$" in a name is a sign like any other
}
_ONE_AT_A_TIME = Lock()
"""The looks are matplotlib's own state, which two threads would change under each other."""


@dataclass(frozen=True)
class Chart:
    """A drawn figure: `svg` stands in a page as it is, `words` says the same in a sentence or two."""

    title: str
    svg: str
    words: str


def draw(
    title: str, words: str, plot: Callable[[Axes], None], width: float = 9.0, height: float = 3.6
) -> Chart:
    """Draws on one pair of axes; width and height in inches of a page some ten inches wide."""
    with _ONE_AT_A_TIME, mpl.rc_context(_LOOKS):
        figure = Figure(figsize=(width, height), layout="constrained")
        plot(figure.add_subplot())
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return Chart(title, in_a_page(written.getvalue()), words)
