"""A package somebody else made: a ZIP of bounded size whose names stay inside it."""

import re
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from question_bank.typography import Phrase

MOST_FILES = 5_000
LARGEST_PACKAGE = 64 * 1024 * 1024
LARGEST_UNPACKED = 128 * 1024 * 1024
LARGEST_FILE = 16 * 1024 * 1024
MOST_RATIO = 200

_CENTRAL_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_LINK = 0o120000
# Everything that zipfile raises on a damaged archive.
_DAMAGED = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    *(OverflowError, NotImplementedError, RuntimeError, MemoryError),
)


class BadPackage(ValueError):
    """The file is no package, or one that nobody honest would make."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read_archive(octets: bytes) -> Mapping[str, bytes]:
    """Every file by its name, with forward slashes; raises BadPackage."""
    if len(octets) > LARGEST_PACKAGE or octets.count(_CENTRAL_ENTRY) > MOST_FILES:
        raise BadPackage(Phrase("ce paquet est trop gros"))
    try:
        with ZipFile(BytesIO(octets)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            for entry in entries:
                _refuse_hostile(entry)
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise BadPackage(Phrase("ce paquet est trop gros une fois ouvert"))
            return {entry.filename.replace("\\", "/"): archive.read(entry) for entry in entries}
    except BadPackage:
        raise
    except _DAMAGED:
        raise BadPackage(Phrase("ce n’est pas une archive ZIP, ou elle est abîmée")) from None


def _refuse_hostile(entry: ZipInfo) -> None:
    parts = entry.filename.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or _DRIVE.match(entry.filename) or "\0" in entry.filename:
        raise BadPackage(Phrase("un nom de fichier sort du paquet"))
    if (entry.external_attr >> 16) & 0o170000 == _LINK:
        raise BadPackage(Phrase("un fichier est un lien vers un autre endroit"))
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadPackage(Phrase("un fichier est chiffré, ou compressé d’une façon inconnue"))
    if entry.file_size > LARGEST_FILE or entry.file_size > MOST_RATIO * max(entry.compress_size, 64):
        raise BadPackage(Phrase("un fichier est trop gros une fois ouvert"))


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same files, whenever they are packed."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return written.getvalue()
