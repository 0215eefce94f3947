"""One figure: the house's looks, and an SVG without anything that changes from one drawing to the next."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r' width="[\d.]+pt" height="[\d.]+pt"', re.ASCII)


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
    with mpl.rc_context(_LOOKS):
        figure = Figure(figsize=(width, height), layout="constrained")
        plot(figure.add_subplot())
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return Chart(title, _in_a_page(written.getvalue()), words)


def _in_a_page(svg: str) -> str:
    """Without the XML prologue, as wide as there is room, and hidden from who hears the words instead."""
    svg = _METADATA.sub("", _PROLOGUE.sub("", svg, count=1))
    return _SIZE.sub("", svg, count=1).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
