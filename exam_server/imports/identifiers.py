"""Shapes of the identifiers that French schools use: UAI, INE, INSEE commune codes, dates."""

import re
from datetime import date
from typing import Final

UAI_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The 23 check letters: the alphabet without I, O and Q, which look like digits."""

_UAI = re.compile(r"[0-9]{7}[A-Z]")
_INE = re.compile(r"[0-9]{9}[A-Z]{2}|[0-9]{10}[A-Z]|[0-9]{4}A[0-9]{5}[A-Z]")
_COMMUNE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BLANKS = re.compile(r"\s+")


def without_blanks(text: str) -> str:
    """Upper case, no space of any kind: how an identifier is compared."""
    return _BLANKS.sub("", text).upper()


def single_spaced(text: str) -> str:
    """Trimmed, with single ordinary spaces: how a name or a class is kept."""
    return " ".join(text.split())


def is_ine(text: str) -> bool:
    """True for the three forms in use (RNIE, BEA, apprentices); there is no public check-letter rule."""
    return _INE.fullmatch(text) is not None


def is_commune(text: str) -> bool:
    """True for the shape of an INSEE commune code, Corsica included."""
    return _COMMUNE.fullmatch(text) is not None


def uai_check_letter(digits: str) -> str:
    """The letter that ends the UAI of these seven digits."""
    return UAI_LETTERS[int(digits) % len(UAI_LETTERS)]


def has_right_check_letter(uai: str) -> bool:
    """True when the UAI has its shape and its letter follows from its digits."""
    return _UAI.fullmatch(uai) is not None and uai_check_letter(uai[:7]) == uai[7]


class DateShapeError(ValueError):
    """The text does not have the shape of a date; a plain ValueError means a day that does not exist."""


def french_date(text: str) -> date:
    """Reads dd/mm/yyyy, strictly."""
    found = _FRENCH_DATE.fullmatch(text)
    if found is None:
        raise DateShapeError(text)
    return date(int(found[3]), int(found[2]), int(found[1]))


def any_date(text: str) -> date:
    """Reads dd/mm/yyyy or yyyy-mm-dd, leaving out a time of day that follows."""
    first = re.split(r"[ T]", text.strip(), maxsplit=1)[0]
    found = _ISO_DATE.fullmatch(first)
    return french_date(first) if found is None else date(int(found[1]), int(found[2]), int(found[3]))
