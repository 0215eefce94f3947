"""Plain texts: notes, journals, calendars, pages, settings; their meaning is told by the extension alone."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import Self

from question_bank.files.encodings import Encoding, note_what_cannot_be_written
from question_bank.files.written import one_of, whole_text
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member, text, whole
from question_bank.typography import Phrase

MAX_CONTENT = 100_000
MAX_SIZE = 500_000

# Their formats say so, whatever an author prefers.
_ALWAYS_CRLF = (".ics", ".vcf", ".eml")


class LineEnd(StrEnum):
    LF = "lf"
    CRLF = "crlf"


@dataclass(frozen=True)
class PlainText:
    """`size` is the exact number of octets that the text is repeated to fill; 0 leaves it as it is."""

    content: str
    encoding: Encoding = Encoding.UTF_8
    line_end: LineEnd = LineEnd.LF
    size: int = 0

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        found = cls(
            whole_text(fields, "content", MAX_CONTENT),
            one_of(fields, "encoding", Encoding.UTF_8),
            LineEnd.CRLF if name.lower().endswith(_ALWAYS_CRLF) else one_of(fields, "line_end", LineEnd.LF),
            fields.whole("size", 0, MAX_SIZE, 0),
        )
        fields.node("line_end", required=False)
        note_what_cannot_be_written(fields, found.encoding, [found.content])
        fields.close()
        if found.size and found.size < len(found.lines.encode(found.encoding, "replace")):
            problem = Phrase("le texte est plus long que cette taille")
            fields.note("size", problem, Phrase("agrandissez size ou retirez-le"))
        return found

    @property
    def effort(self) -> int:
        return max(len(self.content), self.size) // 100

    @property
    def lines(self) -> str:
        """The text once, with its own line ends."""
        return self.content.replace("\n", "\r\n") if self.line_end is LineEnd.CRLF else self.content

    def generate(self, name: str) -> bytes:
        octets = self.lines.encode(self.encoding)
        return octets + self._filling(self.lines, self.size - len(octets))

    def _filling(self, written: str, missing: int) -> bytes:
        """So many octets of the same text again; blanks where the next character would be cut in two."""
        plain = "utf-8" if self.encoding is Encoding.UTF_8_SIG else self.encoding.value
        filling = bytearray()
        for char in cycle(written) if missing > 0 else ():
            octets = char.encode(plain)
            if len(filling) + len(octets) > missing:
                break
            filling += octets
        return bytes(filling) + b" " * (missing - len(filling))

    def to_json(self) -> JsonObject:
        return {
            "content": self.content,
            "encoding": self.encoding.value,
            "line_end": self.line_end.value,
            "size": self.size,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            text(member(value, "content")),
            Encoding(text(member(value, "encoding"))),
            LineEnd(text(member(value, "line_end"))),
            whole(member(value, "size")),
        )
