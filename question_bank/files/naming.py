"""Names of files: which are allowed, and what their extension says of them."""

import re
from types import MappingProxyType

from question_bank.item_types.authored import Fields
from question_bank.typography import Phrase

LONGEST_NAME = 80
MOST_PARTS = 6

_LETTERS = r"[^\W_]"
_NAME = re.compile(rf"\.?{_LETTERS}(?:[\w\-. ()’]*[\w\-)])?")
# Windows keeps these names for itself, whatever extension follows them.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

MEDIA_TYPES = MappingProxyType(
    {
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "txt": "text/plain",
        "log": "text/plain",
        "md": "text/markdown",
        "ics": "text/calendar",
        "vcf": "text/vcard",
        "html": "text/html",
        "css": "text/css",
        "json": "application/json",
        "xml": "application/xml",
        "eml": "message/rfc822",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "zip": "application/zip",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odt": "application/vnd.oasis.opendocument.text",
    }
)


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def media_type_of(name: str) -> str:
    return MEDIA_TYPES[extension_of(name)]


def is_good_name(name: str) -> bool:
    """A name that every computer of a school can save."""
    is_allowed = _NAME.fullmatch(name) is not None and not _RESERVED.fullmatch(name)
    return is_allowed and len(name) <= LONGEST_NAME and name.isprintable()


def is_good_path(path: str) -> bool:
    parts = path.removesuffix("/").split("/")
    return 1 <= len(parts) <= MOST_PARTS and all(is_good_name(part) for part in parts)


def note_bad_name(fields: Fields, name: str, *, in_archive: bool) -> None:
    if name and not (is_good_path(name) if in_archive else is_good_name(name) and name[0] != "."):
        problem = Phrase("« {name} » ne convient pas comme nom de fichier", name=name)
        fields.note("name", problem, Phrase("lettres, chiffres, espaces et - _ . ( ), 80 au plus"))
