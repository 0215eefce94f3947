"""Reads SIECLE's XML as a stream: pupils' records and divisions, each with its line; DTDs are refused."""

from dataclasses import dataclass, field
from typing import Final
from xml.sax.xmlreader import AttributesImpl

from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings
from exam_server.imports.xml_stream import Fault, Stop, StreamReader, stream

MAX_DEPTH: Final = 24
MAX_ELEMENTS: Final = 3_000_000
MAX_PUPILS: Final = 20_000
MAX_TEXT: Final = 4_000

ROOTS: Final = frozenset({"BEE_ELEVES", "BEE_EPHC_ELEVES"})

_ELEVE = ("DONNEES", "ELEVES", "ELEVE")
_STRUCTURES = ("DONNEES", "STRUCTURES", "STRUCTURES_ELEVE")
_STRUCTURE = (*_STRUCTURES, "STRUCTURE")
_PARAMETRES = ("PARAMETRES",)

_PUPIL_FIELDS = frozenset(
    {"ID_NATIONAL", "INE_RNIE", "INE_BEA", "ID_ELEVE_ETAB", "ELENOET"}
    | {"NOM_DE_FAMILLE", "NOM", "NOM_USAGE", "PRENOM", "PRENOM2", "PRENOM3", "DATE_NAISS", "CODE_SEXE"}
    | {"CODE_PAYS", "CODE_COMMUNE_INSEE_NAISS", "VILLE_NAISS", "CODE_MEF", "DATE_SORTIE"}
)
_WANTED: Final[dict[tuple[str, ...], frozenset[str]]] = {
    _PARAMETRES: frozenset({"UAJ", "ANNEE_SCOLAIRE"}),
    _ELEVE: _PUPIL_FIELDS,
    _STRUCTURE: frozenset({"CODE_STRUCTURE", "TYPE_STRUCTURE"}),
}

# Software that announces ISO-8859-1 often writes Windows-1252: its letters then arrive as control characters.
_MISDECLARED: Final = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True)
class Text:
    """The text of one element, and the line where the element begins."""

    value: str
    line: int


ABSENT: Final = Text("", 0)


@dataclass
class Record:
    """One ELEVE: its attributes and its direct children, as they are written."""

    line: int
    siecle_id: str
    fields: dict[str, Text] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.fields.get(name, ABSENT).value

    def line_of(self, name: str) -> int:
        return self.fields.get(name, ABSENT).line or self.line


@dataclass
class Document:
    """What the file says, before any rule about pupils."""

    uai: Text = ABSENT
    school_year: str = ""
    records: list[Record] = field(default_factory=list)
    divisions: dict[str, list[str]] = field(default_factory=dict)


class _Reader(StreamReader):
    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.path: tuple[str, ...] = ()
        self.elements = 0
        self.record: Record | None = None
        self.structure_owner = ""
        self.structure: dict[str, str] = {}
        self.collected: list[str] | None = None
        self.collected_size = 0
        self.collected_line = 0

    def stop(self, code: ImportCode, given: str = "", expected: str = "") -> Stop:
        return Stop(Fault(code, self.line(), given, expected))

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 -- SAX calls it so
        self.elements += 1
        if self.elements == 1 and name not in ROOTS:
            raise self.stop(ImportCode.NOT_SIECLE, given=name)
        if self.elements > MAX_ELEMENTS or len(self.path) >= MAX_DEPTH:
            raise self.stop(ImportCode.XML_TOO_COMPLEX)
        parent = self.path[1:]
        self.path = (*self.path, name)
        self.collected = None
        if name in _WANTED.get(parent, ()):
            self.collected, self.collected_size, self.collected_line = [], 0, self.line()
        elif self.path[1:] == _ELEVE:
            self.begin_pupil(attrs)
        elif self.path[1:] == _STRUCTURES:
            self.structure_owner = attrs.get("ELEVE_ID", "").strip()
        elif self.path[1:] == _STRUCTURE:
            self.structure = {}

    def endElement(self, name: str) -> None:  # noqa: N802 -- SAX calls it so
        inner, self.path = self.path[1:], self.path[:-1]
        if self.collected is not None:
            text = Text("".join(self.collected).translate(_MISDECLARED).strip(), self.collected_line)
            self.collected = None
            self.keep(inner[:-1], name, text)
        elif inner == _STRUCTURE:
            self.end_structure()

    def characters(self, content: str) -> None:
        if self.collected is not None and self.collected_size < MAX_TEXT:
            self.collected.append(content)
            self.collected_size += len(content)

    def begin_pupil(self, attrs: AttributesImpl) -> None:
        if len(self.document.records) >= MAX_PUPILS:
            raise self.stop(ImportCode.TOO_MANY_ROWS, expected=str(MAX_PUPILS))
        self.record = Record(self.line(), attrs.get("ELEVE_ID", "").strip())
        if "ELENOET" in attrs:
            self.record.fields["ELENOET"] = Text(attrs["ELENOET"].strip(), self.record.line)
        self.document.records.append(self.record)

    def end_structure(self) -> None:
        code = " ".join(self.structure.get("CODE_STRUCTURE", "").split())
        is_division = self.structure.get("TYPE_STRUCTURE", "").upper() == "D"
        if is_division and code and code.casefold() != "inactifs":
            divisions = self.document.divisions.setdefault(self.structure_owner, [])
            if code not in divisions:
                divisions.append(code)

    def keep(self, parent: tuple[str, ...], name: str, text: Text) -> None:
        if parent == _STRUCTURE:
            self.structure[name] = text.value
        elif parent == _ELEVE and self.record is not None:
            if text.value:
                self.record.fields[name] = text
        elif name == "UAJ":
            self.document.uai = text
        else:
            self.document.school_year = text.value


def read_document(content: bytes, findings: Findings) -> Document | None:
    """The pupils and divisions of the file, or None with the reason in the findings."""
    document = Document()
    fault = stream(content, _Reader(document))
    if fault is None:
        return document
    findings.refuse(fault.code, fault.line, given=fault.given, expected=fault.expected)
    return None
