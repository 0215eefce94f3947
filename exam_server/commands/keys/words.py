"""Uses, reasons and instants as they are typed, and keys as they are shown."""

import sys
from datetime import UTC, datetime, tzinfo
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from exam_server.commands.failing import CommandFailed
from exam_server.signing.keys import SEALING, KeyFacts, Purpose
from exam_server.signing.standing import Reason, Standing

REASONS = {
    Reason.SUPERSEDED: _("remplacée"),
    Reason.COMPROMISED: _("compromise"),
    Reason.CEASED: _("hors d’usage"),
}

KID_CONTEXT = {"ignore_unknown_options": True}
"""A key's name may begin with a dash; no option of these commands has one letter."""


class Use(click.ParamType[Purpose]):
    """A use for which a key can be made."""

    name = "USAGE"

    def __init__(self, *uses: Purpose) -> None:
        self.uses = uses or SEALING

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Purpose:
        if value not in self.uses:
            known = ", ".join(self.uses)
            self.fail(
                _("« {value} » n’est pas un usage : {known}").format(value=value, known=known), param, ctx
            )
        return Purpose(value)


class ReasonName(click.ParamType[Reason]):
    """Why a key is revoked."""

    name = "RAISON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Reason:
        if value not in set(Reason):
            known = ", ".join(Reason)
            self.fail(
                _("« {value} » n’est pas une raison : {known}").format(value=value, known=known), param, ctx
            )
        return Reason(value)


class Instant(click.ParamType[datetime]):
    """A day and an hour; without an offset, the schools' own, which the caller knows."""

    name = "INSTANT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            text = _("« {value} » n’est pas un instant comme 2026-05-12T10:30 ou 2026-05-12T10:30+02:00")
            self.fail(text.format(value=value), param, ctx)


class HexBytes(click.ParamType[bytes]):
    """Bytes in hexadecimal."""

    name = "HEX"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        try:
            return bytes.fromhex(str(value))
        except ValueError:
            self.fail(_("« {value} » n’est pas de l’hexadécimal").format(value=value), param, ctx)


def placed(instant: datetime, zone: tzinfo) -> datetime:
    """The instant that was meant by an hour without an offset."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def state_of(key: KeyFacts, now: datetime) -> str:
    """What a key does at this instant, in a few words."""
    revocation = key.validity.revocation
    if revocation is not None:
        text = _("révoquée le {instant} UTC ({reason})")
        reason = REASONS[revocation.reason]
        return text.format(instant=f"{revocation.at:%d/%m/%Y %H:%M:%S}", reason=reason)
    match key.validity.standing(now):
        case Standing.EXPIRED:
            return _("expirée")
        case Standing.NOT_YET:
            return _("pas encore valable")
        case _other:
            return _("signe") if key.active else _("vérifie")


def span_of(key: KeyFacts) -> str:
    """From when to when a key is good, by its certificate."""
    since, until = key.validity.since, key.validity.until
    if until is None:
        return _("depuis le {since}").format(since=f"{since:%d/%m/%Y}")
    return _("du {since} au {until}").format(since=f"{since:%d/%m/%Y}", until=f"{until:%d/%m/%Y}")


def protection_of(key: KeyFacts) -> str:
    """What keeps the private part."""
    if key.place is not None:
        return _("jeton {token}").format(token=key.place.token)
    return _("phrase secrète") if key.protected else _("droits du fichier")


def asked_passphrase(file: Path | None, *, twice: bool) -> bytes:
    """The passphrase of a PKCS#12 file, from a file's first line or from whoever types."""
    if file is not None:
        lines = file.read_text(encoding="utf-8").splitlines()
        return lines[0].encode() if lines else b""
    if not sys.stdin.isatty():
        raise CommandFailed(_("aucun terminal pour demander la phrase secrète : donnez --passphrase-file"))
    first: str = click.prompt(_("Phrase secrète du fichier"), hide_input=True, err=True)
    if twice and first != click.prompt(_("Encore une fois"), hide_input=True, err=True):
        raise CommandFailed(_("les deux phrases diffèrent"))
    return first.encode()


def is_confirmed(question: str) -> bool:
    """A whole word is typed: what follows cannot be undone."""
    if not sys.stdin.isatty():
        raise CommandFailed(_("aucun terminal pour confirmer : ajoutez --yes"))
    answer: str = click.prompt(question, default=_("non"), show_default=False, err=True)
    return answer.strip().lower() == _("oui")
