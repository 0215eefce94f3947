"""Every way in which a command fails: one clear sentence, and the exit code that scripts rely on."""

import errno
import re
from collections.abc import Callable
from gettext import gettext as _
from urllib.parse import urlsplit

from exam_server.domain.errors import Refusal
from exam_server.exports.verification_steps import BundleRefused
from exam_server.settings import BadSettings
from exam_server.signing.errors import SigningError

DONE = 0
FAILED = 1
MISUSED = 2
INTERRUPTED = 130


_PASSWORD_IN_QUERY = re.compile(r"([?&;][^=&;]*pass(?:word|phrase)?=)[^&;]*", re.IGNORECASE)


class CommandFailed(Exception):
    """A command cannot do what was asked; the text is the sentence."""


_REFUSALS = {
    "email_taken": _("cette adresse électronique a déjà un compte"),
    "password_too_short": _("le mot de passe est trop court : {least} caractères au moins"),
    "client_name": _("un programme a besoin d’un nom, de {most} caractères au plus"),
    "no_such_client": _(
        "aucun programme n’a cet identifiant ; cherchez-le avec « passation livret client list »"
    ),
}

_SYSTEM = {
    errno.ENOENT: _("introuvable : {file}"),
    errno.EACCES: _("accès refusé : {file} (vérifiez les droits de ce fichier ou de ce dossier)"),
    errno.EISDIR: _("c’est un dossier, il faut un fichier : {file}"),
    errno.ENOTDIR: _("ce n’est pas un dossier : {file}"),
    errno.ENOSPC: _("le disque est plein"),
    errno.EROFS: _("le disque est en lecture seule : {file}"),
}


def sentence_of(error: Exception) -> str | None:
    """The sentence of an expected failure; None for one that nobody foresaw."""
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence(error)
    return next((say(error) for name, say in _DATABASE if name in _kinds(error)), None)


def _kinds(error: Exception) -> set[str]:
    return {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}


def hidden_password(url: str) -> str:
    """A database's address as it may be shown; the password may stand before the host or in the query."""
    parts = urlsplit(url)
    shown = url if not parts.password else url.replace(f":{parts.password}@", ":…@", 1)
    return _PASSWORD_IN_QUERY.sub(r"\1…", shown)


def _own_words(error: Exception) -> str:
    return str(error)


def _bad_settings(error: Exception) -> str:
    return _("réglage refusé : {what}").format(what=error)


def _refusal(error: Exception) -> str:
    if not isinstance(error, Refusal):
        raise TypeError("not a refusal")
    text = _REFUSALS.get(error.code)
    return _("refusé ({code})").format(code=error.code) if text is None else text.format(**error.facts)


def _system(error: Exception) -> str:
    if not isinstance(error, OSError):
        raise TypeError("not the system's error")
    file = error.filename or "?"
    text = _SYSTEM.get(error.errno or 0)
    return f"{file} : {error.strerror or error}" if text is None else text.format(file=file)


def _database_away(error: Exception) -> str:
    text = _("la base de données ne répond pas comme il faut ({what}) ; vérifiez PASSATION_DATABASE")
    return text.format(what=_first_line(getattr(error, "orig", error)))


def _database(error: Exception) -> str:
    text = _("la base de données refuse ({what}) ; la version du programme est-elle celle de la base ?")
    return text.format(what=_first_line(getattr(error, "orig", error)))


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


_SENTENCES: tuple[tuple[type[Exception], Callable[[Exception], str]], ...] = (
    (CommandFailed, _own_words),
    (BundleRefused, _own_words),
    (SigningError, _own_words),
    (BadSettings, _bad_settings),
    (Refusal, _refusal),
    (OSError, _system),
)
# By name: only the storage imports the library, and a command without a database need not wait for it.
_DATABASE: tuple[tuple[str, Callable[[Exception], str]], ...] = (
    ("sqlalchemy.exc.OperationalError", _database_away),
    ("sqlalchemy.exc.SQLAlchemyError", _database),
)
