"""The code that stands on a certificate: 65 random bits that people can copy, and a letter that finds slips.

The letters are numbers of the field of 32 elements. The check letter makes a weighted sum zero whose weights
all differ: one wrong letter, or any two letters that changed places, always show. Weights modulo 32 could
find one of the two but never both.
"""

import secrets
import unicodedata
from typing import Final

from exam_server.signing.errors import MistypedCode
from exam_server.signing.receipts import LETTERS
from exam_server.signing.wording import N_, shown

RANDOM_BITS: Final = 65
LENGTH: Final = 14
"""13 letters of 5 bits, and the check letter."""

MOST_TYPED: Final = 64
_BITS = 5
_BREAKS = (5, 10)
_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1: the powers of x are all the elements of the field but zero."""

_LETTERS_OF_CODES = frozenset(LETTERS)
_AS_MEANT = str.maketrans("ILOU", "110V")


def new_code() -> str:
    """One that nobody can guess."""
    return code_of(secrets.randbits(RANDOM_BITS))


def code_of(number: int) -> str:
    """The code of 65 bits, without dashes: as it is kept and signed."""
    if not 0 <= number < 1 << RANDOM_BITS:
        raise ValueError(f"not a number of {RANDOM_BITS} bits")
    shifts = range(RANDOM_BITS - _BITS, -1, -_BITS)
    values = [number >> shift & 31 for shift in shifts]
    return "".join(LETTERS[value] for value in (*values, _check_value(values)))


def written(code: str) -> str:
    """As it is shown and printed: "7Q4M2-KX9TB-0FZ3"."""
    first, second = _BREAKS
    return f"{code[:first]}-{code[first:second]}-{code[second:]}"


def read_code(typed: str) -> str:
    """The code that somebody meant: small letters, spaces, dashes, and letters that look like figures.

    Raises MistypedCode where it cannot be a code.
    """
    if len(typed) > MOST_TYPED:
        raise _wrong_length()
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(one for one in plain if unicodedata.category(one) not in {"Pd", "Zs", "Cf", "Cc"})
    code = kept.translate(_AS_MEANT)
    strange = next((one for one in code if one not in _LETTERS_OF_CODES), None)
    if strange is not None:
        raise MistypedCode(
            N_(
                "le signe « {sign} » n’est jamais dans un code : vérifiez ce que vous avez saisi",
                sign=shown(strange),
            )
        )
    if len(code) != LENGTH:
        raise _wrong_length()
    if not is_code(code):
        raise MistypedCode(
            N_("ce code contient une faute de frappe : comparez-le signe par signe avec le certificat")
        )
    return code


def is_code(text: str) -> bool:
    """True for a code as it is kept: the right letters, and the check letter that belongs to them."""
    if len(text) != LENGTH or not _LETTERS_OF_CODES.issuperset(text):
        return False
    values = [LETTERS.index(one) for one in text]
    return _check_value(values[:-1]) == values[-1]


def _powers() -> tuple[int, ...]:
    """x^0 to x^30."""
    found = [1]
    for _turn in range(30):
        double = found[-1] << 1
        found.append(double ^ _POLYNOMIAL if double > 31 else double)
    return tuple(found)


_POWERS = 2 * _powers()
_LOGARITHMS = {value: power for power, value in enumerate(_POWERS[:31])}


def _check_value(values: list[int]) -> int:
    """The sum of each value times its own power of x; the check letter's own weight is 1."""
    total = 0
    for place, value in enumerate(values, start=1):
        if value:
            total ^= _POWERS[_LOGARITHMS[value] + place]
    return total


def _wrong_length() -> MistypedCode:
    return MistypedCode(
        N_("un code de vérification a {length} signes, sans compter les tirets", length=LENGTH)
    )
