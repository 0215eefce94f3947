"""Words without case, accents and signs: what searching and comparing agree on, here and in the browser."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_WORD = re.compile(r"[a-z0-9]+")


def folded(text: str) -> str:
    """In small letters without accents. Only marks of the first block are taken off, as the script does."""
    apart = unicodedata.normalize("NFD", text.translate(_LIGATURES))
    return "".join(char for char in apart if not "\u0300" <= char <= "\u036f").lower()


def words_of(text: str) -> tuple[str, ...]:
    """The runs of plain letters and digits."""
    return tuple(_WORD.findall(folded(text)))


def singular(word: str) -> str:
    """Without a final s or x: enough for a plural to find its singular."""
    return word[:-1] if len(word) >= 4 and word[-1] in "sx" else word
