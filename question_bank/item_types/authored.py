"""One mapping of an item file: typed reads that note every problem with its line instead of stopping."""

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

import yaml

from question_bank.typography import Phrase

Word = TypeVar("Word", bound=StrEnum)

_TAG = "tag:yaml.org,2002:"
# A plain 12 or 1.10 or 2024-05-01 is a text where a text is wanted: the node keeps it as it was written.
_TEXT_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "timestamp"))
_MAX_DIGITS = 15
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Problem:
    line: int
    field: str
    problem: Phrase
    remedy: Phrase


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class Fields:
    """The fields of one mapping. A wrong field is noted and read as empty; `close` notes unknown ones."""

    def __init__(self, node: yaml.MappingNode, path: str, problems: list[Problem]) -> None:
        self.line = line_of(node)
        self.path = path
        self._problems = problems
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: dict[str, None] = {}
        for key, value in node.value:
            self._add(key, value)

    def _add(self, key: yaml.Node, value: yaml.Node) -> None:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name in self._nodes:
            self.note(name, Phrase("ce champ est écrit deux fois"), Phrase("gardez-en un seul"), line_of(key))
            return
        self._nodes[name] = value
        self._lines[name] = line_of(key)

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def note(self, name: str, problem: Phrase, remedy: Phrase, line: int | None = None) -> None:
        field = ".".join(part for part in (self.path, name) if part)
        self._problems.append(Problem(line or self._lines.get(name, self.line), field, problem, remedy))

    def text(self, name: str, longest: int, default: str | None = None) -> str:
        node = self._take(name, required=default is None)
        if node is None:
            return default or ""
        return self._text_of(name, node, longest)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        node = self._take(name, required=default is None)
        if node is None:
            return default or 0
        written = str(node.value) if isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "int" else ""
        if not written.isascii() or not written.isdigit() or not low <= int(written[:9]) <= high:
            self._wrong(name, node, Phrase("écrivez un nombre entier de {low} à {high}", low=low, high=high))
            return default or low
        return int(written)

    def number(self, name: str, low: float, high: float) -> float:
        node = self._take(name, required=True)
        try:
            value = float(str(node.value)) if isinstance(node, yaml.ScalarNode) else math.nan
        except ValueError:
            value = math.nan
        if node is not None and not low <= value <= high:
            self._wrong(name, node, Phrase("écrivez un nombre de {low} à {high}", low=low, high=high))
            return low
        return value

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """An exact decimal number with at most fifteen digits."""
        node = self._take(name, required=default is None)
        if node is None:
            return default or Decimal(0)
        written = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if not _DECIMAL.fullmatch(written) or sum(char.isdigit() for char in written) > _MAX_DIGITS:
            remedy = Phrase('écrivez un nombre décimal entre guillemets, avec un point : "12.5"')
            self._wrong(name, node, remedy)
            return Decimal(0)
        return Decimal(written)

    def flag(self, name: str, default: bool) -> bool:
        node = self._take(name, required=False)
        if node is None:
            return default
        if not isinstance(node, yaml.ScalarNode) or node.value not in {"true", "false"}:
            self._wrong(name, node, Phrase("écrivez true ou false"))
            return default
        return str(node.value) == "true"

    def word(self, name: str, words: type[Word]) -> Word | None:
        node = self._take(name, required=True)
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and node.value in [word.value for word in words]:
            return words(str(node.value))
        self._wrong(name, node, _one_of(words))
        return None

    def words(self, name: str, words: type[Word]) -> frozenset[Word]:
        known = [word.value for word in words]
        nodes = self._list(name, 0, len(known), required=False)
        wrong = [node for node in nodes if not isinstance(node, yaml.ScalarNode) or node.value not in known]
        for node in wrong:
            self._wrong(name, node, _one_of(words))
        return frozenset() if wrong else frozenset(words(str(node.value)) for node in nodes)

    def texts(self, name: str, low: int, high: int, longest: int) -> tuple[str, ...]:
        nodes = self._list(name, low, high)
        return tuple(
            self._element_of(f"{name}[{place}]", node, longest) for place, node in enumerate(nodes, 1)
        )

    def _element_of(self, name: str, node: yaml.Node, longest: int) -> str:
        """A text of a list, also when it stands under `text:` as the options of other types do."""
        if not isinstance(node, yaml.MappingNode):
            return self._text_of(name, node, longest)
        section = Fields(node, f"{self.path}.{name}" if self.path else name, self._problems)
        found = section.text("text", longest)
        section.close()
        return found

    def section(self, name: str, required: bool = True) -> "Fields | None":
        node = self._take(name, required)
        if node is None:
            return None
        return self._section_of(name, node)

    def sections(self, name: str, low: int, high: int) -> list["Fields"]:
        found = []
        for place, node in enumerate(self._list(name, low, high), 1):
            section = self._section_of(f"{name}[{place}]", node)
            if section is not None:
                found.append(section)
        return found

    def close(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._nodes:
            if name not in self._asked:
                near = difflib.get_close_matches(
                    name, [ask for ask in self._asked if ask not in self._nodes], 1
                )
                remedy = (
                    Phrase("vouliez-vous écrire « {near} » ?", near=near[0]) if near else Phrase("retirez-le")
                )
                self.note(name, Phrase("ce champ n’existe pas ici"), remedy)

    def _take(self, name: str, required: bool) -> yaml.Node | None:
        self._asked[name] = None
        node = self._nodes.get(name)
        if node is None and required:
            self.note(name, Phrase("ce champ manque"), Phrase("ajoutez-le"))
        return node

    def _list(self, name: str, low: int, high: int, required: bool = True) -> list[yaml.Node]:
        node = self._take(name, required)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not low <= len(node.value) <= high:
            self._wrong(
                name, node, Phrase("écrivez une liste de {low} à {high} éléments", low=low, high=high)
            )
            return []
        for place, element in enumerate(node.value, 1):
            self._lines[f"{name}[{place}]"] = line_of(element)
        return list(node.value)

    def _section_of(self, name: str, node: yaml.Node) -> "Fields | None":
        if isinstance(node, yaml.MappingNode):
            path = f"{self.path}.{name}" if self.path else name
            return Fields(node, path, self._problems)
        self._wrong(name, node, Phrase("écrivez des champs « nom: valeur » en retrait"))
        return None

    def _text_of(self, name: str, node: yaml.Node, longest: int) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _TEXT_TAGS:
            self._wrong(name, node, Phrase("écrivez un texte, entre guillemets si besoin"))
            return ""
        written = str(node.value).strip()
        if not written:
            self._wrong(name, node, Phrase("écrivez un texte, entre guillemets si besoin"))
        elif len(written) > longest:
            problem = Phrase("ce texte compte {length} caractères", length=len(written))
            self.note(name, problem, Phrase("restez sous {longest}", longest=longest + 1), line_of(node))
        return written

    def _wrong(self, name: str, node: yaml.Node, remedy: Phrase) -> None:
        self.note(name, Phrase("cette valeur ne convient pas"), remedy, line_of(node))


def _one_of(words: Iterable[StrEnum]) -> Phrase:
    return Phrase("choisissez parmi : {words}", words=", ".join(word.value for word in words))
