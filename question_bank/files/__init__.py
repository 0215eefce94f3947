"""Files that an item carries: authored as a short description, generated when a candidate asks for them."""

from question_bank.files.archive import TooLarge
from question_bank.files.kinds import FileKind
from question_bank.files.spec import MAX_BYTES, MAX_FILES, FileSpec, read_files

__all__ = ["MAX_BYTES", "MAX_FILES", "FileKind", "FileSpec", "TooLarge", "read_files"]
