"""French as a person reads it: typography of plain text, stems cut into blocks, and phrases with values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
FENCE = "```"

# Addresses and text between backticks are code: never touched.
_CODE = re.compile(r"((?:https?://|www\.)\S+|`[^`\n]*`)")
_NARROW = re.compile(r"(?<!«) (?=[;!?])")
# A number stays with its unit.
_UNITS = "%|€|[kMGT]?o|[kMG]bit/s|[kMGT]o/s|[km]?g|t|[cmk]?m|s|min|h|ms|k?Wh?|V|px|dpi|ppp|fois|euros"
_WIDE = re.compile(rf" (?=[:»])|(?<=«) |(?<=\d) (?=(?:{_UNITS})(?![\w’']))")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_LIST_LINE = re.compile(r"(?:[-–•]|\d{1,2}[.)]) ")


class Phrase:
    """A French sentence with its values kept apart, so that it can be looked up in another language."""

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.said(lambda text: text)

    def __repr__(self) -> str:
        return f"Phrase({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash(self.text)

    def said(self, gettext: Callable[[str], str]) -> str:
        values = {
            name: value.said(gettext) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return gettext(self.text).format(**values)


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    PREFORMATTED = "preformatted"


@dataclass(frozen=True)
class Block:
    kind: BlockKind
    text: str


@lru_cache(maxsize=8192)
def french_typography(text: str) -> str:
    """No-break spaces where French wants them and typographic apostrophes; code and addresses as they are."""
    parts = _CODE.split(text)
    return "".join(part if index % 2 else _prose(part) for index, part in enumerate(parts))


def _prose(text: str) -> str:
    text = _NARROW.sub(NARROW_NO_BREAK, text)
    text = _WIDE.sub(NO_BREAK, text)
    return _APOSTROPHE.sub("’", text)


def fences_are_closed(text: str) -> bool:
    return sum(line.strip() == FENCE for line in text.splitlines()) % 2 == 0


@lru_cache(maxsize=4096)
def blocks(text: str) -> tuple[Block, ...]:
    """Cut a stem: a blank line ends a paragraph, a line of a list stands alone, fences hold text as it is."""
    found: list[Block] = []
    prose: list[str] = []
    fenced: list[str] | None = None
    for line in text.splitlines():
        if line.strip() == FENCE:
            if fenced is None:
                _end_paragraph(found, prose)
                fenced = []
            else:
                found.append(Block(BlockKind.PREFORMATTED, "\n".join(fenced)))
                fenced = None
        elif fenced is not None:
            fenced.append(line.rstrip())
        else:
            _add_line(found, prose, line.strip())
    if fenced:
        found.append(Block(BlockKind.PREFORMATTED, "\n".join(fenced)))
    _end_paragraph(found, prose)
    return tuple(found)


def is_list_line(line: str) -> bool:
    """Whether this line of prose stands alone, as one of a list."""
    return _LIST_LINE.match(line) is not None


def _add_line(found: list[Block], prose: list[str], line: str) -> None:
    if not line or is_list_line(line):
        _end_paragraph(found, prose)
    if line:
        prose.append(line)


def _end_paragraph(found: list[Block], prose: list[str]) -> None:
    if prose:
        found.append(Block(BlockKind.PARAGRAPH, french_typography(" ".join(prose))))
        prose.clear()
