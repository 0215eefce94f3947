"""What is written at a figure: whoever asks for it says it in the reader's language."""

from dataclasses import dataclass
from textwrap import fill

_LINE = 18


@dataclass(frozen=True)
class Said:
    """The title, the figure in a sentence or two, and the names of its axes."""

    title: str
    words: str
    across: str = ""
    up: str = ""


def folded(label: str, line: int = _LINE) -> str:
    """A label of several words, on lines that leave the figure its room."""
    return fill(label, line, break_long_words=False)
