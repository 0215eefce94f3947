"""One cell of a sheet while it is read: its words as they are shown, and the text that an import takes."""

import re
from dataclasses import dataclass, field
from typing import Final

MAX_KEPT: Final = 5_000
"""Characters of a cell that are kept: more than any import takes, so that too long stays too long."""

_BLANKS = re.compile(r"[ \t\r\n]+")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FAILED = ("#", "Err:")
_YES, _NO = "oui", "non"


@dataclass
class Cell:
    """A cell of `kind` (office:value-type), its value as it is stored, and the words that show it."""

    kind: str
    value: str
    paragraphs: list[list[str]] = field(default_factory=list)
    size: int = 0
    after_blank: bool = True

    def begin_paragraph(self) -> None:
        self.paragraphs.append([])
        self.size += 1
        self.after_blank = True

    def add_words(self, words: str) -> None:
        """Blanks in a row are one, as OpenDocument has it; none begins a paragraph."""
        single = _BLANKS.sub(" ", words)
        if self.after_blank:
            single = single.removeprefix(" ")
        if single:
            self.after_blank = single.endswith(" ")
            self._add(single)

    def add_blanks(self, count: int) -> None:
        self.add_mark(" " * min(count, MAX_KEPT))

    def add_mark(self, mark: str) -> None:
        """What is an element of its own, so that it counts whatever is before it."""
        self.after_blank = False
        self._add(mark)

    def _add(self, words: str) -> None:
        if self.size < MAX_KEPT:
            self.paragraphs[-1].append(words[: MAX_KEPT - self.size])
            self.size += len(words)

    def text(self) -> str:
        """As near to what was typed as the cell tells: whole numbers, days, yes and no by their value."""
        shown = "\n".join("".join(words) for words in self.paragraphs)
        if self.size > MAX_KEPT:
            return shown  # not all of it: as it is, it is too long for every import
        shown = shown.strip()
        value = self.value
        if self.kind == "float" and _WHOLE.fullmatch(value) and not shown.startswith(_FAILED):
            return shown if _is_with_zeros(shown, value) else value
        if self.kind == "date" and (day := _DAY.match(value)):
            return day[0]
        if self.kind == "boolean" and value in ("true", "false"):
            return _YES if value == "true" else _NO
        if self.kind == "percentage" and not shown and value:
            return f"{value} × 100 %"  # a quarter is stored as 0.25, which would be read as 0.25 %
        return shown or value


def _is_with_zeros(shown: str, value: str) -> bool:
    """A local number kept as 12 and shown as 0012 is meant as it is shown."""
    return shown.isascii() and shown.isdecimal() and shown.lstrip("0") == value.lstrip("0")
