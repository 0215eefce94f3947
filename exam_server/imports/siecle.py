"""Reads SIECLE's XML as a stream: pupils' records and divisions, each with its line; DTDs are refused."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, InputSource, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings

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

# Expat's own words for a document that ends too soon.
_ENDS_TOO_SOON = ("no element found", "unclosed token", "partial character", "unclosed CDATA section")

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


class _Stop(SAXException):
    """Nothing more is worth reading; the reason is already in the findings."""


class _Reader(ContentHandler):
    def __init__(self, document: Document, findings: Findings) -> None:
        super().__init__()
        self.document = document
        self.findings = findings
        self.locator: Locator | None = None
        self.path: tuple[str, ...] = ()
        self.elements = 0
        self.record: Record | None = None
        self.structure_owner = ""
        self.structure: dict[str, str] = {}
        self.collected: list[str] | None = None
        self.collected_size = 0
        self.collected_line = 0

    def line(self) -> int:
        return 1 if self.locator is None else self.locator.getLineNumber() or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- SAX calls it so
        self.locator = locator

    def stop(self, code: ImportCode, given: str = "", expected: str = "") -> _Stop:
        self.findings.refuse(code, self.line(), given=given, expected=expected)
        return _Stop(code.value)

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
    reader = _Reader(document, findings)
    # A big buffer, because expat reads an unfinished token again with each buffer.
    parser = DefusedExpatParser(bufsize=1 << 20, forbid_dtd=True)
    parser.setContentHandler(reader)
    source = InputSource("siecle")
    source.setByteStream(BytesIO(content))
    if content.startswith(b"\xef\xbb\xbf"):
        source.setEncoding("utf-8")  # the mark says more than a declaration that an editor left behind
    try:
        parser.parse(source)
    except _Stop:
        return None
    except DefusedXmlException:
        findings.refuse(ImportCode.XML_DTD_FORBIDDEN, reader.line())
        return None
    except SAXParseException as error:
        findings.refuse(_code_of(error), error.getLineNumber())
        return None
    except (LookupError, ValueError) as error:  # pyexpat, on an encoding that it cannot map
        findings.refuse(ImportCode.ENCODING_NOT_SUPPORTED, 1, given=str(error))
        return None
    return document


def _code_of(error: SAXParseException) -> ImportCode:
    words = error.getMessage()
    if "encoding" in words:
        return ImportCode.ENCODING_NOT_SUPPORTED
    return ImportCode.XML_TRUNCATED if words.startswith(_ENDS_TOO_SOON) else ImportCode.XML_MALFORMED
