"""Reads an LSU file with expat, hardened: checks each rule, and finds what the merge touches to the byte."""

import re
from collections.abc import Sequence
from typing import Final
from xml.parsers import expat

from exam_server.exports.lsu.document import Bilan, FilePupil, LsuFile, Period, Skills, Span
from exam_server.exports.lsu.faults import Fault, Faults
from exam_server.exports.lsu.format import BLANKS, DOCUMENTED_VERSIONS, NAMESPACE, ROOT
from exam_server.exports.lsu.rules import Attributes, Opened, Rules
from exam_server.signing.wording import N_

MIB: Final = 1024 * 1024
LARGEST: Final = 64 * MIB
DEEPEST: Final = 24
MOST_ELEMENTS: Final = 600_000
UAI_LENGTH: Final = 8
LONGEST_TAG: Final = MIB
"""Bytes without a "<": a tag of more attributes than that would be taken apart in one piece."""

ENCODINGS: Final = ("utf-8", "iso-8859-15", "iso-8859-1", "us-ascii")
"""In all of them the signs of a tag are the same single bytes."""

_SEPARATOR: Final = "\x1f"  # no XML document can hold it, so no namespace can
_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x3c", b"\x3c\x00")
_BLANK: Final = (b" ", b"\t", b"\r", b"\n")
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
_TAG = re.compile(rb"""<(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")
_ENDS_TOO_SOON: Final = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


def read_lsu(name: str, content: bytes, versions: Sequence[str] = DOCUMENTED_VERSIONS) -> LsuFile:
    """The file, or LsuRefused with everything that is wrong with it."""
    faults = Faults(name)
    _refuse_at_once(content, faults)
    faults.raise_any()
    reader = _Reader(LsuFile(faults.file, content), versions, faults)
    try:
        reader.parse()
    except _Stop:
        pass
    except expat.ExpatError as error:
        fault = Fault.TRUNCATED if error.code in _ENDS_TOO_SOON else Fault.MALFORMED
        faults.refuse(fault, error.lineno)
    faults.raise_any()
    return reader.file


class _Stop(Exception):
    """Nothing more is worth reading: the fault is noted."""


def _refuse_at_once(content: bytes, faults: Faults) -> None:
    """What is seen before any of it is read as XML."""
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        faults.refuse(Fault.FILE_EMPTY)
    elif content.startswith(_ARCHIVES):
        faults.refuse(Fault.ARCHIVE)
    elif len(content) > LARGEST:
        faults.refuse(Fault.FILE_TOO_LARGE, expected=str(LARGEST // MIB))
    elif content.startswith(_OTHER_MARKS):
        faults.refuse(Fault.ENCODING, 1, given="UTF-16", expected=", ".join(ENCODINGS))
    elif not content.removeprefix(_MARK).lstrip(b" \t\r\n").startswith(b"<"):
        faults.refuse(Fault.NOT_XML)
    elif _has_long_stretch(content):
        faults.refuse(Fault.TOO_COMPLEX)


def _has_long_stretch(content: bytes) -> bool:
    at = content.find(b"<")
    while 0 <= at < len(content) - LONGEST_TAG:
        following = content.rfind(b"<", at + 1, at + LONGEST_TAG + 1)
        if following < 0:
            return True
        at = following
    return False


class _Reader:
    """The handlers of one reading; `_opened` are the elements around the place where it is."""

    def __init__(self, file: LsuFile, versions: Sequence[str], faults: Faults) -> None:
        self.file = file
        self._versions = versions
        self._faults = faults
        self._rules: Rules | None = None
        self._opened: list[Opened] = []
        self._elements = 0
        self._tag_end = 0
        self._bilan: Bilan | None = None
        self._niveaux: dict[str, int] = {}
        self._skills: tuple[int, str, bytes] | None = None
        self._appreciation = (0, b"")
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.namespace_prefixes = True
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def parse(self) -> None:
        """The whole file; raises _Stop or expat's own error."""
        self._parser.Parse(self.file.content, True)
        if self._rules is not None:
            self._rules.finish()

    # -- handlers -------------------------------------------------------------------------------------------

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """An encoding that is not known by name is not guessed at; a mark and a declaration must agree."""
        if encoding is None:
            return
        self.file.encoding = encoding.lower()
        is_marked = self.file.content.startswith(_MARK)
        if self.file.encoding not in ENCODINGS or (is_marked and self.file.encoding != "utf-8"):
            self._faults.refuse(Fault.ENCODING, 1, None, encoding, ", ".join(ENCODINGS))
            raise _Stop

    def _doctype(self, *_declaration: object) -> None:
        self._faults.refuse(Fault.DTD_FORBIDDEN, self._parser.CurrentLineNumber)
        raise _Stop

    def _begin(self, written: str, attributes: Attributes) -> None:
        line, at = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
        self._elements += 1
        if len(self._opened) >= DEEPEST or self._elements > MOST_ELEMENTS:
            self._faults.refuse(Fault.TOO_COMPLEX, line)
            raise _Stop
        namespace, name, prefix = _parts_of(written)
        parent = self._opened[-1] if self._opened else None
        if namespace != NAMESPACE:
            self._faults.refuse(Fault.WRONG_NAMESPACE, line, name, namespace or "—", NAMESPACE)
            if parent is None:
                raise _Stop
            self._opened.append(Opened("", line))
            return
        rules = self._rules or self._begin_file(name, attributes, line)
        opened = rules.begin(name, attributes, parent, line)
        self._opened.append(opened)
        if parent is not None:
            self._take(parent.name, opened, attributes, at, prefix)

    def _begin_file(self, name: str, attributes: Attributes, line: int) -> Rules:
        """Of another file nothing more is said: its every line would be wrong."""
        version = attributes.get("schemaVersion")
        if name != ROOT:
            self._faults.refuse(Fault.WRONG_ROOT, line, name, name, ROOT)
        elif version is None:
            self._faults.refuse(Fault.VERSION_MISSING, line, f"{ROOT}/@schemaVersion")
        elif version not in self._versions:
            field = f"{ROOT}/@schemaVersion"
            self._faults.refuse(Fault.VERSION_UNKNOWN, line, field, version, ", ".join(self._versions))
        else:
            self.file.version = version
            self._rules = Rules(version, self._faults)
            return self._rules
        raise _Stop

    def _text(self, text: str) -> None:
        if self._opened and (self._opened[-1].rules.most or self._opened[-1].name == "etablissement"):
            self._opened[-1].texts.append(text)

    def _end(self, _written: str) -> None:
        opened = self._opened.pop()
        if self._rules is not None:
            self._rules.end(opened)
        match (self._opened[-1].name if self._opened else ""), opened.name:
            case "entete", "etablissement":
                self._end_school(opened)
            case "bilan-periodique", "liste-acquis" if self._bilan is not None:
                self._bilan.after_acquis = self._end_of_element()
            case "competences-numeriques", "appreciation-num":
                start = self._appreciation[0]
                self._appreciation = (start, self.file.content[start : self._end_of_element()])
            case "bilan-periodique", "competences-numeriques" if self._bilan is not None:
                self._end_skills(self._bilan)
            case "bilans-periodiques", "bilan-periodique":
                self._bilan = None

    # -- what is taken --------------------------------------------------------------------------------------

    def _take(self, parent: str, opened: Opened, attributes: Attributes, at: int, prefix: str) -> None:
        """Keeps what the merge will need of an element that begins."""

        def word(name: str) -> str:
            return attributes.get(name, "").strip(BLANKS)

        match parent, opened.name:
            case "eleves", "eleve":
                self._take_pupil(opened.line, attributes)
            case "periodes", "periode" if _are_numbers(word("indice"), word("nb-periodes")):
                numbers = int(word("indice")), int(word("nb-periodes"))
                self.file.periods[word("id")] = Period(word("id"), word("millesime"), *numbers)
            case "bilans-periodiques", "bilan-periodique":
                self._bilan = Bilan(opened.line, word("eleve-ref"), word("periode-ref"), prefix)
                self.file.bilans.append(self._bilan)
            case "bilan-periodique", "liste-acquis" if self._bilan is not None:
                self._bilan.indent = self._blanks_before(at)
                self._begin_element(at)
            case "bilan-periodique", "competences-numeriques":
                self._skills = (at, prefix, self._begin_element(at))
                self._niveaux, self._appreciation = {}, (0, b"")
            case "competences-numeriques", "appreciation-num":
                self._begin_element(at)
                self._appreciation = (at, b"")
            case "competences-numeriques", "competence-num" if _are_numbers(word("niveau")):
                self._niveaux[attributes.get("code", "")] = int(word("niveau"))

    def _take_pupil(self, line: int, attributes: Attributes) -> None:
        pupil = FilePupil(
            line,
            attributes.get("id", "").strip(BLANKS),
            attributes.get("id-be", "").strip(BLANKS),
            attributes.get("nom", ""),
            attributes.get("prenom", ""),
            attributes.get("code-division", ""),
        )
        self.file.pupils.append(pupil)

    def _end_school(self, opened: Opened) -> None:
        self.file.uai = opened.text.strip(BLANKS)
        if len(opened.text) != UAI_LENGTH:
            said = N_("{count} caractères", count=UAI_LENGTH)
            self._faults.refuse(Fault.VALUE, opened.line, opened.name, opened.text, said)

    def _end_skills(self, bilan: Bilan) -> None:
        if self._skills is not None:
            at, prefix, head = self._skills
            span = Span(at, self._end_of_element())
            bilan.skills = Skills(span, prefix, head, self._appreciation[1], self._niveaux)
            self._skills = None

    # -- places in the bytes --------------------------------------------------------------------------------

    def _begin_element(self, at: int) -> bytes:
        """The start tag, which is kept in mind: an element without content ends with it."""
        found = _TAG.match(self.file.content, at)
        if found is None:
            raise AssertionError("expat has read a tag here")
        self._tag_end = found.end()
        return found[0]

    def _end_of_element(self) -> int:
        """Where the element ends that expat is about to leave.

        Of `<x/>` expat says that it ends behind itself; of `<x>…</x>`, where the end tag begins.
        """
        at = self._parser.CurrentByteIndex
        is_without_content = at == self._tag_end and self.file.content[at - 2 : at] == b"/>"
        self._tag_end = -1
        return at if is_without_content else self.file.content.index(b">", at) + 1

    def _blanks_before(self, at: int) -> bytes:
        start = at
        while self.file.content[start - 1 : start] in _BLANK:
            start -= 1
        return self.file.content[start:at]


def _parts_of(written: str) -> tuple[str, str, str]:
    """Namespace, name and prefix of a name as expat gives it."""
    parts = written.split(_SEPARATOR)
    if len(parts) == 1:
        return "", written, ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _are_numbers(*words: str) -> bool:
    """False for what the rules have refused already."""
    return all(word.lstrip("+-").isdecimal() and len(word) < 12 for word in words)
