"""How a text becomes octets: the encodings that a school's programs meet."""

from collections.abc import Iterable
from enum import StrEnum

from question_bank.item_types.authored import Fields
from question_bank.typography import Phrase


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    UTF_8_SIG = "utf-8-sig"
    LATIN_1 = "latin-1"


def note_what_cannot_be_written(fields: Fields, encoding: Encoding, texts: Iterable[str]) -> None:
    """Latin-1 has no typographic apostrophe and no euro: said while it can still be changed."""
    for text in texts:
        try:
            text.encode(encoding)
        except UnicodeEncodeError as error:
            problem = Phrase(
                "« {char} » n’existe pas en {encoding}", char=text[error.start], encoding=encoding.value
            )
            fields.note("encoding", problem, Phrase("choisissez utf-8, ou changez ce caractère"))
            return
