"""Archives of an upload, opened under limits: the one XML file of an export, the parts of a spreadsheet."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final, TypeVar
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings

T = TypeVar("T")

MIB: Final = 1024 * 1024
MAX_XML: Final = 60 * MIB
MAX_ZIP: Final = 20 * MIB
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 200

_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_CENTRAL_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")

# Everything that zipfile raises on a damaged archive, as found by feeding it damaged archives.
_DAMAGED = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)


@dataclass(frozen=True)
class Refusals:
    """Under which codes an archive of one kind is refused."""

    damaged: ImportCode
    encrypted: ImportCode
    unsafe_name: ImportCode
    bomb: ImportCode


_EXPORT: Final = Refusals(
    ImportCode.ZIP_DAMAGED, ImportCode.ZIP_ENCRYPTED, ImportCode.ZIP_UNSAFE_NAME, ImportCode.ZIP_BOMB
)


@dataclass(frozen=True)
class XmlFile:
    """The name to show in messages, and the bytes of the XML document."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Archive:
    """An open archive whose names are safe; its entries are read within the limits only."""

    file: ZipFile
    findings: Findings
    codes: Refusals
    ratio: int

    @property
    def entries(self) -> list[ZipInfo]:
        return self.file.infolist()

    def octets(self, entry: ZipInfo, most: int = MAX_XML) -> bytes | None:
        """What the entry holds, or None with the reason in the findings."""
        if entry.flag_bits & _ENCRYPTED:
            self.findings.refuse(self.codes.encrypted)
            return None
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            self.findings.refuse(self.codes.damaged)
            return None
        if entry.file_size > most or entry.file_size > self.ratio * max(entry.compress_size, 1):
            self.findings.refuse(self.codes.bomb, given=mebibytes(entry.file_size))
            return None
        # The announced size may lie: zipfile stops there, and the checksum then tells.
        return self.file.read(entry)


def is_zip(content: bytes) -> bool:
    """True when the bytes begin as an archive does, whatever the file is called."""
    return content.startswith(_ZIP_SIGNATURES)


def mebibytes(size: int) -> str:
    """A size as people read it, rounded up."""
    return f"{-(-size // MIB)} Mo"


def is_too_large(content: bytes, limit: int, findings: Findings) -> bool:
    """True, with the reason in the findings, for more bytes than are read."""
    if len(content) <= limit:
        return False
    findings.refuse(ImportCode.FILE_TOO_LARGE, given=mebibytes(len(content)), expected=mebibytes(limit))
    return True


def look_into(
    content: bytes,
    findings: Findings,
    codes: Refusals,
    look: Callable[[Archive], T | None],
    ratio: int = MAX_RATIO,
) -> T | None:
    """What `look` takes from the archive, or None with the reason in the findings."""
    # Each entry of the directory carries this mark: counting is cheaper than listing a million.
    if content.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        findings.refuse(codes.bomb, given=f"> {MAX_ENTRIES}")
        return None
    try:
        with ZipFile(BytesIO(content)) as file:
            for entry in file.infolist():
                if _unsafe(entry.filename):
                    findings.refuse(codes.unsafe_name, given=entry.filename)
                    return None
            return look(Archive(file, findings, codes, ratio))
    except _DAMAGED:
        findings.refuse(codes.damaged)
        return None


def xml_of(content: bytes, findings: Findings) -> XmlFile | None:
    """The XML document of the upload, or None with the reason in the findings."""
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        findings.refuse(ImportCode.FILE_EMPTY)
        return None
    if is_too_large(content, MAX_ZIP if is_zip(content) else MAX_XML, findings):
        return None
    if is_zip(content):
        return look_into(content, findings, _EXPORT, _only_xml)
    return XmlFile(findings.file, content)


def _unsafe(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or _DRIVE.match(name) is not None


def _only_xml(archive: Archive) -> XmlFile | None:
    """An archive that SIECLE would not make is refused."""
    documents = [entry for entry in archive.entries if _counts(entry)]
    if len(documents) != 1:
        archive.findings.refuse(ImportCode.ZIP_NOT_ONE_XML, given=str(len(documents)))
        return None
    document = archive.octets(documents[0])
    if document is None:
        return None
    if not document.strip():
        archive.findings.refuse(ImportCode.FILE_EMPTY)
        return None
    return XmlFile(f"{archive.findings.file} › {documents[0].filename}", document)


def _counts(entry: ZipInfo) -> bool:
    """An XML document, not one of the shadows that macOS adds (`__MACOSX/._x.xml`)."""
    parts = entry.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return entry.filename.lower().endswith(".xml") and not hidden
