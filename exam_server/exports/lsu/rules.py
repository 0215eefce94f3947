"""Whether each element of an LSU file is where and what it may be, and each reference leads somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exam_server.exports.lsu.faults import Fault, Faults
from exam_server.exports.lsu.format import BLANKS, DATED_IN, ELEMENT_OF, Element, elements_of

Attributes = Mapping[str, str]
_NO_RULES = Element()


@dataclass
class Opened:
    """An element that has begun: which children it has had so far, and what each is called by."""

    name: str
    line: int
    rules: Element = _NO_RULES
    place: int = -1
    children: set[str] = field(default_factory=set)
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Rules:
    """Follows the file from end to end, and notes what is against the rules of its version."""

    def __init__(self, version: str, faults: Faults) -> None:
        self._elements = elements_of(version)
        self._dated = DATED_IN.get(version)
        self._faults = faults
        self._ids: dict[str, tuple[str, int]] = {}
        self._references: dict[tuple[str, str], tuple[int, str]] = {}

    def begin(self, name: str, attributes: Attributes, parent: Opened | None, line: int) -> Opened:
        """An element begins."""
        rules = self._elements.get(("" if parent is None else parent.name, name), _NO_RULES)
        opened = Opened(name, line, rules)
        if parent is not None:
            self._place(opened, parent)
        values = self._values(opened, attributes)
        if parent is not None and rules.key:
            self._name(opened, parent, values)
        self._note_references(opened, attributes)
        return opened

    def end(self, opened: Opened) -> None:
        """An element is complete."""
        for name in opened.rules.needed - opened.children:
            self._faults.refuse(Fault.CHILD_MISSING, opened.line, opened.name, expected=name)
        most = opened.rules.most
        if most is None:
            return
        text = opened.text
        if not text.strip(BLANKS):
            self._faults.refuse(Fault.TEXT_BLANK, opened.line, opened.name)
        elif len(text) > most:
            self._faults.refuse(Fault.TEXT_TOO_LONG, opened.line, opened.name, str(len(text)), str(most))

    def finish(self) -> None:
        """The file is complete: every reference leads somewhere."""
        for (target, kind), (line, name) in self._references.items():
            found = self._ids.get(target)
            if found is None:
                self._faults.refuse(Fault.TARGET_MISSING, line, name, target)
            elif kind and found[0] != kind:
                self._faults.refuse(Fault.TARGET_WRONG, line, name, target, kind)

    def _place(self, opened: Opened, parent: Opened) -> None:
        """Among its neighbours: known there, in order, and not twice."""
        rules = parent.rules
        if rules.children is None:
            return
        place = rules.places.get(opened.name)
        if place is None:
            if not rules.others:
                self._faults.refuse(Fault.CHILD_UNKNOWN, opened.line, opened.name, opened.name, parent.name)
            return
        if opened.name in parent.children and opened.name not in rules.repeated:
            self._faults.refuse(Fault.CHILD_REPEATED, opened.line, opened.name, opened.name, parent.name)
        elif place < parent.place and rules.ordered:
            later = rules.children[parent.place].rstrip("!+")
            self._faults.refuse(Fault.CHILD_ORDER, opened.line, opened.name, opened.name, later)
        parent.place = max(parent.place, place)
        parent.children.add(opened.name)

    def _values(self, opened: Opened, attributes: Attributes) -> dict[str, str]:
        """The attributes that are in order, each in its one form."""
        values = {}
        for written, value in opened.rules.attributes.items():
            name = written.rstrip("!")
            given = attributes.get(name)
            if given is None:
                if written != name or self._dated == (opened.name, name):
                    self._faults.refuse(Fault.ATTRIBUTE_MISSING, opened.line, opened.name, expected=name)
                continue
            read = value.read(given)
            if read is None:
                self._faults.refuse(Fault.VALUE, opened.line, f"{opened.name}/@{name}", given, value.said)
            else:
                values[name] = read
        return values

    def _name(self, opened: Opened, parent: Opened, values: Mapping[str, str]) -> None:
        """What names the element, where all of it is there, names no other."""
        if not all(name in values for name in opened.rules.key):
            return
        key = (opened.name, *(values[name] for name in opened.rules.key))
        if key in parent.keys:
            field = f"{opened.name}/@{', @'.join(opened.rules.key)}"
            given, other = ", ".join(key[1:]), str(parent.keys[key])
            self._faults.refuse(Fault.KEY_REPEATED, opened.line, field, given, other)
        else:
            parent.keys[key] = opened.line

    def _note_references(self, opened: Opened, attributes: Attributes) -> None:
        """Every identifier is new; every reference is looked up at the end, where the file is whole."""
        for name, given in attributes.items():
            if name == "id":
                self._note_id(opened, given.strip(BLANKS))
            elif name == "id-lv" or name.endswith(("-ref", "-refs")):
                kind = ELEMENT_OF.get(name, "")
                for target in given.split():
                    self._references.setdefault((target, kind), (opened.line, f"{opened.name}/@{name}"))

    def _note_id(self, opened: Opened, given: str) -> None:
        if given in self._ids:
            other = str(self._ids[given][1])
            self._faults.refuse(Fault.ID_REPEATED, opened.line, f"{opened.name}/@id", given, other)
        else:
            self._ids[given] = (opened.name, opened.line)
