"""The certificate: one page that a person reads, and inside it the record that a machine reads.

It is PDF/UA-1 and PDF/A-3a at once, or is not made at all. It is always in French: what is official is not in
the reader's language. The same values give the same octets.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from babel.dates import get_month_names

from exam_server.papers.qr_codes import signed_qr_of
from exam_server.papers.typesetting import typeset

STANDARDS: Final = ("ua-1", "a-3a")
RECORD_NAME: Final = "certificate.jws"
NOT_CERTIFIED: Final = -1
WHOLE_LETTERS: Final = frozenset(
    "ĀāĂăĄąĆćĊċČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįıĶķĻļĽľŁłŃńŅņŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŸŹźŻżŽžȘșȚț"
)
"""The letters beyond Latin-1 that the house's font has in one piece.

It puts others together from a letter and an accent, which look right and are read aloud twice: a name with
one of them is set in another font.
"""

_SIGNS_OF_NAMES = frozenset("–—‘’“”…")
_MONTHS = get_month_names(locale="fr")
"""1 to 12; the first of a month is written "1er", which the library does not do: see day_of."""


@dataclass(frozen=True)
class CertifiedLevel:
    """A competence and its level, 0 to 8; NOT_CERTIFIED where a level was declared and not confirmed."""

    code: str
    label: str
    level: int


@dataclass(frozen=True)
class CertifiedDomain:
    """A domain of the framework with its competences."""

    code: str
    label: str
    levels: Sequence[CertifiedLevel]


@dataclass(frozen=True)
class CertificateFacts:
    """What the page says. `code` is the verification code as it is shown.

    With `self_made_key`, the page says that the seal shows integrity and is no qualified seal; leave it out
    only where the chain comes from an authority that others trust.
    """

    family_name: str
    given_names: str
    birth_date: date
    centre: str
    uai: str
    session_date: date
    score: int
    domains: Sequence[CertifiedDomain]
    code: str
    version: int = 1
    self_made_key: bool = True


def certificate_pdf(
    facts: CertificateFacts, record_jws: str, qr_text: str, address: str, now: datetime
) -> bytes:
    """The certificate, not yet sealed. `address` is where its code is checked; `now`, when it is issued."""
    if now.tzinfo is None:
        raise ValueError("an instant without its time zone")
    written = {
        **asdict(facts),
        "birth_date": day_of(facts.birth_date),
        "session_date": day_of(facts.session_date),
        "issued": day_of(now.date()),
        "address": address,
        "score": _grouped(facts.score),
        "whole_letters": _has_whole_letters(facts.given_names + facts.family_name),
    }
    utc = now.astimezone(UTC)
    carried: Mapping[str, Any] = {
        "record": record_jws,
        "record_name": RECORD_NAME,
        "qr": signed_qr_of(qr_text),
        "issued_at": [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second],
    }
    return typeset("certificate", written, carried, STANDARDS)


def day_of(day: date) -> str:
    """ "1er mai 2026", as people write it."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS[day.month]}\u00a0{day.year}"


def _has_whole_letters(names: str) -> bool:
    return all(
        ord(one) < 0x100 or one in WHOLE_LETTERS or one in _SIGNS_OF_NAMES
        for one in unicodedata.normalize("NFC", names)
    )


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
