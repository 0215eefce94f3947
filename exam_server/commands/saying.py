"""What the commands print: results on standard output; notices, progress and refusals on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _

from rich.console import Console
from rich.table import Table
from rich.text import Text

_OUT = Console(highlight=False)
_ERR = Console(highlight=False, stderr=True)


def say(text: str = "", style: str = "") -> None:
    """One line of the result; never wrapped, so that it can be searched in a file."""
    _OUT.print(Text(text, style=style), soft_wrap=True)


def say_table(table: Table) -> None:
    """A table of the result."""
    _OUT.print(table)


def notice(text: str, style: str = "") -> None:
    """Something to know that is not the result."""
    _ERR.print(Text(text, style=style), soft_wrap=True)


def warn(text: str) -> None:
    """Something to look at: the command goes on."""
    notice(_("Attention : {text}").format(text=text), "yellow")


def refuse(text: str) -> None:
    """Why the command stops."""
    notice(_("Erreur : {text}").format(text=text), "bold red")


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Shows, on a terminal, that work goes on; what it yields changes the text."""
    with _ERR.status(Text(text)) as status:
        yield lambda now: status.update(Text(now))


def plain_table(*columns: str, right: tuple[int, ...] = ()) -> Table:
    """A table without frames; the columns numbered in `right` hold figures."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in right else "left", overflow="fold")
    return table
