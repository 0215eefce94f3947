"""French first, English second: which language a reader gets, and the catalogues behind `_`."""

import io
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

LOCALES = Path(__file__).parent.parent / "locale"
LANGUAGES = ("fr", "en")

language: ContextVar[str] = ContextVar("language", default="fr")


def chosen_language(connection: HTTPConnection) -> str:
    """The reader's own choice (a cookie), else what the browser asks for, else French."""
    chosen = connection.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen
    for part in connection.headers.get("accept-language", "").split(",")[:10]:
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "fr"


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
