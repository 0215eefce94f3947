"""A grid of numbers, each darker the larger it is: nothing is told by its shade alone."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from exam_server.charts.drawing import INK
from exam_server.charts.said import folded

_SHADES = LinearSegmentedColormap.from_list("house", ["#f4f8f8", "#6f9fa8"])
"""On the darkest of them the ink is still read well (5:1)."""


def draw_grid(
    axes: Axes,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    write: Callable[[float], str] = str,
    most: float = 1,
) -> None:
    """The first row stands at the top; where there is no number, and where it is nought, a cell is empty.

    The darkest shade stands for the largest number, and for `most` where they are all less.
    """
    shades = np.array([[float(one or 0) for one in row] for row in values])
    darkest = max(float(shades.max()), most)
    axes.pcolormesh(shades, cmap=_SHADES, edgecolors="white", linewidth=2, vmin=0, vmax=darkest)
    for up, row in enumerate(values):
        for across, one in enumerate(row):
            if one:
                axes.text(across + 0.5, up + 0.5, write(one), ha="center", va="center", color=INK)
    axes.set_xticks(np.arange(len(columns)) + 0.5, list(columns))
    axes.set_yticks(np.arange(len(rows)) + 0.5, [folded(row) for row in rows])
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
