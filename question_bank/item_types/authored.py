"""One mapping of an item file: typed reads that note every problem with its line instead of stopping."""

import difflib
import math
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

import yaml

from question_bank.item_types.jsonvalues import Json
from question_bank.typography import Phrase

Word = TypeVar("Word", bound=StrEnum)
Row: TypeAlias = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
# A plain 12 or 1.10 or 2024-05-01 is a text where a text is wanted: the node keeps it as it was written.
_TEXT_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "timestamp"))
_MAX_DIGITS = 15
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Problem:
    line: int
    field: str
    problem: Phrase
    remedy: Phrase


class DecimalNode(yaml.ScalarNode):
    """A decimal that an expression gave: numbers keep its point, texts show it with a comma."""


class DateNode(yaml.ScalarNode):
    """A date that an expression gave: texts say it in full; `day` is for who needs the day itself."""

    def __init__(self, tag: str, value: str, mark: yaml.Mark | None, day: date) -> None:
        super().__init__(tag, value, mark)
        self.day = day


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 1


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

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are written here, where their names are the author's own."""
        return tuple(self._nodes)

    @property
    def noted(self) -> int:
        """How many problems the whole file has so far."""
        return len(self._problems)

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

    def word(self, name: str, words: type[Word], default: Word | None = None) -> Word | None:
        node = self._take(name, required=default is None)
        if node is None:
            return default
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

    def texts(self, name: str, low: int, high: int, longest: int, required: bool = True) -> tuple[str, ...]:
        nodes = self._list(name, low, high, required)
        return tuple(
            self._element_of(f"{name}[{place}]", node, longest) for place, node in enumerate(nodes, 1)
        )

    def text_or_texts(self, name: str, high: int, longest: int) -> tuple[str, ...]:
        """One text, or a list of them."""
        if isinstance(self._nodes.get(name), yaml.SequenceNode):
            return self.texts(name, 1, high, longest)
        return (self.text(name, longest),)

    def rows(self, name: str, low: int, high: int, widest: int, longest: int) -> tuple[Row, ...]:
        """A list of short lists of texts and whole numbers, as the acts of a solution are."""
        return tuple(
            self._row_of(f"{name}[{place}]", node, widest, longest)
            for place, node in enumerate(self._list(name, low, high), 1)
        )

    def parts(self, name: str, longest: int) -> Row:
        """One text or whole number, or a list of them."""
        node = self._take(name, required=True)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            return (self._part_of(name, node, longest),)
        return tuple(
            self._part_of(f"{name}[{place}]", one, longest) for place, one in enumerate(node.value, 1)
        )

    def holds_fields(self, name: str) -> bool:
        """Whether fields stand under this name, and no plain value."""
        return isinstance(self._nodes.get(name), yaml.MappingNode)

    def _row_of(self, name: str, node: yaml.Node, widest: int, longest: int) -> Row:
        if not isinstance(node, yaml.SequenceNode) or not 1 <= len(node.value) <= widest:
            self._wrong(
                name, node, Phrase("écrivez une liste de {low} à {high} éléments", low=1, high=widest)
            )
            return ("",)
        return tuple(self._part_of(name, part, longest) for part in node.value)

    def _part_of(self, name: str, node: yaml.Node, longest: int) -> str | int:
        """A plain number is a number, an empty text in quotes is one; on and off stay what was written."""
        if isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "bool":
            return str(node.value)
        if isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "int" and _WHOLE.fullmatch(node.value):
            return int(node.value)
        if isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "str" and node.value == "":
            return ""
        return self._text_of(name, node, longest)

    def plain(self, name: str, required: bool = True) -> Json:
        """Whatever stands there, as JSON: lists and mappings of texts, whole numbers, true and false."""
        node = self._take(name, required)
        return None if node is None else self._plain_of(name, node)

    def _plain_of(self, name: str, node: yaml.Node) -> Json:
        if isinstance(node, yaml.SequenceNode):
            return [self._plain_of(f"{name}[{place}]", each) for place, each in enumerate(node.value, 1)]
        if isinstance(node, yaml.MappingNode):
            names = [str(key.value) for key, _ in node.value]
            for key in {key for key in names if names.count(key) > 1}:
                self.note(
                    f"{name}.{key}", Phrase("ce champ est écrit deux fois"), Phrase("gardez-en un seul")
                )
            return {str(key.value): self._plain_of(f"{name}.{key.value}", each) for key, each in node.value}
        written = str(node.value)
        if node.tag == _TAG + "int" and _WHOLE.fullmatch(written):
            return int(written)
        if node.tag == _TAG + "bool" and written in {"true", "false"}:
            return written == "true"
        if node.tag not in {_TAG + "str", _TAG + "timestamp"}:
            self._wrong(name, node, Phrase("écrivez un texte, entre guillemets si besoin"))
        return written

    def _element_of(self, name: str, node: yaml.Node, longest: int) -> str:
        """A text of a list, also when it stands under `text:` as the options of other types do."""
        if not isinstance(node, yaml.MappingNode):
            return self._text_of(name, node, longest)
        section = Fields(node, f"{self.path}.{name}" if self.path else name, self._problems)
        found = section.text("text", longest)
        section.close()
        return found

    def node(self, name: str, required: bool = True) -> yaml.Node | None:
        """The value as it was parsed, for what has a shape of its own."""
        return self._take(name, required)

    def refuse(self, name: str, node: yaml.Node, remedy: Phrase) -> None:
        """Note that the value at a node does not do."""
        self._wrong(name, node, remedy)

    def section_at(self, name: str, node: yaml.Node) -> "Fields | None":
        """The fields of a mapping that stands inside such a value."""
        return self._section_of(name, node)

    def mapping(self, name: str, required: bool = True) -> yaml.MappingNode | None:
        """A mapping as it was written, for who reads it in a way of its own."""
        node = self._take(name, required)
        if node is not None and not isinstance(node, yaml.MappingNode):
            self._wrong(name, node, Phrase("écrivez des champs « nom: valeur » en retrait"))
            return None
        return node

    def section(self, name: str, required: bool = True) -> "Fields | None":
        node = self._take(name, required)
        if node is None:
            return None
        return self._section_of(name, node)

    def sections(self, name: str, low: int, high: int, required: bool = True) -> list["Fields"]:
        found = []
        for place, node in enumerate(self._list(name, low, high, required), 1):
            section = self._section_of(f"{name}[{place}]", node)
            if section is not None:
                found.append(section)
        return found

    def rest(self, names: Set[str]) -> yaml.MappingNode:
        """All fields but these, as one mapping for somebody else to read."""
        pairs = []
        for name, node in self._nodes.items():
            if name not in names:
                self._asked[name] = None
                pairs.append((yaml.ScalarNode(_TAG + "str", name, node.start_mark), node))
        mark = pairs[0][1].start_mark if pairs else None
        return yaml.MappingNode(_TAG + "map", pairs, mark)

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
        if isinstance(node, DecimalNode):
            written = written.replace(".", ",")
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
