"""French first, English second: which language a reader gets, and the catalogues behind `_`."""

import io
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection, cookie_parser

LOCALES = Path(__file__).parent.parent / "locale"
LANGUAGES = ("fr", "en")
COOKIE = "lang"
_OWN_NAMES = {"fr": "Français", "en": "English"}

language: ContextVar[str] = ContextVar("language", default="fr")


def chosen_language(connection: HTTPConnection) -> str:
    """The reader's own choice (a cookie), else what the browser asks for, else French."""
    return language_asked(connection.headers.get("cookie", ""), connection.headers.get("accept-language", ""))


def language_asked(cookie: str, accepted: str) -> str:
    """The same, from the two headers that say it."""
    if COOKIE + "=" in cookie:
        chosen = cookie_parser(cookie).get(COOKIE)
        if chosen in LANGUAGES:
            return chosen
    return _first_known(accepted)


@lru_cache(maxsize=1024)
def _first_known(accepted: str) -> str:
    for part in accepted.split(",")[:10]:
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "fr"


@dataclass(frozen=True)
class OtherLanguage:
    """The language that a page is not in: under its own name, with the address that chooses it."""

    code: str
    name: str
    address: str


def other_language(connection: HTTPConnection) -> OtherLanguage:
    """What the language link of a page offers; choosing it leads back to the same page."""
    code = "fr" if language.get() == "en" else "en"
    url = connection.url
    here = f"{url.path}?{url.query}" if url.query else url.path
    return OtherLanguage(code, _OWN_NAMES[code], f"/language/{code}?{urlencode({'next': here})}")


@cache
def catalogue(code: str) -> NullTranslations:
    """The translations of a language; French is the language that the texts are written in."""
    path = LOCALES / code / "LC_MESSAGES" / "passation.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(text: str) -> str:
    """A text in the reader's language."""
    return catalogue(language.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """A text with a number, in the reader's language; French counts 0 and 1 as one."""
    code = language.get()
    if code == "fr":
        return one if count < 2 else many
    return catalogue(code).ngettext(one, many, count)


def marked(text: str) -> str:
    """Marks a text for the catalogue without translating it yet."""
    return text
