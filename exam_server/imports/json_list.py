"""The elements of a JSON list with the line where each begins, numbers kept as they are written."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Json = str | bool | None | list["Json"] | dict[str, "Json"]

_BLANKS: Final = re.compile(r"[ \t\n\r]*")


class MalformedError(ValueError):
    """The text is not JSON from this line on."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class NoListError(ValueError):
    """The document is JSON, but neither a list nor an object that holds it."""


@dataclass(frozen=True)
class Element:
    """One element of the list: its path, its line, its value, and the keys that it says twice."""

    path: str
    line: int
    value: Json
    doubled: tuple[str, ...]


@dataclass
class ListReader:
    """Walks the document once; only the list's elements are turned into values, one after the other."""

    text: str
    key: str
    at: int = 0
    counted: int = 0
    line: int = 1
    doubled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.decoder = json.JSONDecoder(
            parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=self.with_doubled
        )

    def elements(self) -> Iterator[Element]:
        """The elements of the list, bare or under the key; raises MalformedError or NoListError."""
        self.skip_blanks()
        if self.peek() == "[":
            yield from self.list_elements("")
        elif self.peek() == "{":
            yield from self.object_elements()
        else:
            self.value()
            raise NoListError
        self.skip_blanks()
        if self.at < len(self.text):
            raise self.malformed()

    def object_elements(self) -> Iterator[Element]:
        seen = False
        self.at += 1
        self.skip_blanks()
        while self.peek() != "}":
            if self.peek() != '"':
                raise self.malformed()
            name = self.value()
            self.expect(":")
            if name == self.key and seen:
                raise self.malformed()  # two lists of profiles: nothing says which one is meant
            if name == self.key and self.peek() == "[":
                seen = True
                yield from self.list_elements(self.key)
            else:
                self.value()
            self.next_member("}")
        self.at += 1
        if not seen:
            raise NoListError

    def list_elements(self, path: str) -> Iterator[Element]:
        index = 0
        self.at += 1
        self.skip_blanks()
        while self.peek() != "]":
            line = self.current_line()
            value = self.value()
            yield Element(f"{path}[{index}]", line, value, tuple(self.doubled))
            index += 1
            self.next_member("]")
        self.at += 1

    def value(self) -> Json:
        self.doubled.clear()
        try:
            found, self.at = self.decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise MalformedError(error.lineno) from None
        except RecursionError:
            raise self.malformed() from None
        kept: Json = found
        return kept

    def next_member(self, closing: str) -> None:
        """Past the comma, which must not stand before the closing bracket; or up to the bracket."""
        self.skip_blanks()
        if self.peek() == closing:
            return
        self.expect(",")
        if self.peek() == closing:
            raise self.malformed()

    def expect(self, mark: str) -> None:
        self.skip_blanks()
        if self.peek() != mark:
            raise self.malformed()
        self.at += 1
        self.skip_blanks()

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_blanks(self) -> None:
        found = _BLANKS.match(self.text, self.at)
        self.at = found.end() if found is not None else self.at

    def current_line(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def malformed(self) -> MalformedError:
        return MalformedError(self.current_line())

    def with_doubled(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    self.doubled.append(name)
                seen.add(name)
        return found
