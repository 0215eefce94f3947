"""The one XML file of an upload, plain or zipped; an archive that SIECLE would not make is refused."""

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings

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
class XmlFile:
    """The name to show in messages, and the bytes of the XML document."""

    name: str
    content: bytes


def is_zip(content: bytes) -> bool:
    """True when the bytes begin as an archive does, whatever the file is called."""
    return content.startswith(_ZIP_SIGNATURES)


def xml_of(content: bytes, findings: Findings) -> XmlFile | None:
    """The XML document of the upload, or None with the reason in the findings."""
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        findings.refuse(ImportCode.FILE_EMPTY)
        return None
    limit = MAX_ZIP if is_zip(content) else MAX_XML
    if len(content) > limit:
        findings.refuse(ImportCode.FILE_TOO_LARGE, given=mebibytes(len(content)), expected=mebibytes(limit))
        return None
    return _unzipped(content, findings) if is_zip(content) else XmlFile(findings.file, content)


def mebibytes(size: int) -> str:
    """A size as people read it, rounded up."""
    return f"{-(-size // MIB)} Mo"


def _unzipped(content: bytes, findings: Findings) -> XmlFile | None:
    # Each entry of the directory carries this mark: counting is cheaper than listing a million.
    if content.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        findings.refuse(ImportCode.ZIP_BOMB, given=f"> {MAX_ENTRIES}")
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            entry = _only_xml(archive.infolist(), findings)
            return None if entry is None else _extracted(archive, entry, findings)
    except _DAMAGED:
        findings.refuse(ImportCode.ZIP_DAMAGED)
        return None


def _only_xml(entries: list[ZipInfo], findings: Findings) -> ZipInfo | None:
    for entry in entries:
        if _unsafe(entry.filename):
            findings.refuse(ImportCode.ZIP_UNSAFE_NAME, given=entry.filename)
            return None
    documents = [entry for entry in entries if _counts(entry)]
    if len(documents) != 1:
        findings.refuse(ImportCode.ZIP_NOT_ONE_XML, given=str(len(documents)))
        return None
    return documents[0]


def _unsafe(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or _DRIVE.match(name) is not None


def _counts(entry: ZipInfo) -> bool:
    """An XML document, not one of the shadows that macOS adds (`__MACOSX/._x.xml`)."""
    parts = entry.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return entry.filename.lower().endswith(".xml") and not hidden


def _extracted(archive: ZipFile, entry: ZipInfo, findings: Findings) -> XmlFile | None:
    if entry.flag_bits & _ENCRYPTED:
        findings.refuse(ImportCode.ZIP_ENCRYPTED)
        return None
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        findings.refuse(ImportCode.ZIP_DAMAGED)
        return None
    if entry.file_size > MAX_XML or entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        findings.refuse(ImportCode.ZIP_BOMB, given=mebibytes(entry.file_size))
        return None
    # The announced size may lie: zipfile stops there, and the checksum then tells.
    document = archive.read(entry)
    if not document.strip():
        findings.refuse(ImportCode.FILE_EMPTY)
        return None
    return XmlFile(f"{findings.file} › {entry.filename}", document)
