"""`passation keys revoke`: a key signs no more, and everybody can know since when."""

from datetime import UTC, datetime
from gettext import gettext as _

import click

from exam_server.commands.failing import DONE, CommandFailed
from exam_server.commands.french import Command, Option
from exam_server.commands.keys.folder import key_store
from exam_server.commands.keys.words import KID_CONTEXT, REASONS, Instant, ReasonName, is_confirmed, placed
from exam_server.commands.saying import notice, say, warn, working
from exam_server.settings import load_settings
from exam_server.signing.standing import Reason

HELP = _("""Révoque une clé : elle ne signera plus jamais. Une révocation ne se retire pas.

KID est le nom de la clé, tel que « passation keys list » le montre. --at dit depuis quand il ne faut plus la
croire, si c’est avant maintenant (clé volée hier) ; une seconde révocation ne peut qu’avancer cet instant.

\b
Raisons :
  superseded    une autre clé la remplace
  compromised   quelqu’un d’autre l’a, ou peut l’avoir
  ceased        elle ne sert plus

\b
Pour qui vérifie :
  signé avant cet instant, avec une preuve de date    valable
  signé après cet instant, avec une preuve de date    refusé
  sans preuve de date                                 on ne sait pas

\b
Exemples :
  passation keys revoke KID --reason superseded
  passation keys revoke KID --reason compromised --at 2026-05-12T18:00

\b
Codes de sortie : 0 la clé est révoquée ; 1 refusé ou abandonné ; 2 commande mal écrite.""")

AT_HELP = _("Depuis quand ; par défaut maintenant. Sans décalage, à l’heure de PASSATION_ZONE.")


@click.command("revoke", cls=Command, help=HELP, context_settings=KID_CONTEXT)
@click.argument("kid", metavar="KID")
@click.option("--reason", cls=Option, required=True, type=ReasonName(), help=_("Pourquoi."))
@click.option("--at", type=Instant(), help=AT_HELP)
@click.option("--yes", is_flag=True, help=_("Ne demande pas de confirmation."))
def revoke(kid: str, reason: Reason, at: datetime | None, yes: bool) -> int:
    """The next version of the key set says so."""
    settings, now = load_settings(), datetime.now(UTC)
    store = key_store(settings)
    store.public(kid)
    if not yes and not is_confirmed(
        _("La clé {kid} ne signera plus jamais ({reason}). Tapez oui pour la révoquer").format(
            kid=kid, reason=REASONS[reason]
        )
    ):
        raise CommandFailed(_("abandonné : la clé n’est pas révoquée"))
    with working(_("Révocation…")):
        since = now if at is None else placed(at, settings.zone)
        revocation = store.revoke(kid, reason, since, now)
    text = _("Clé révoquée : {kid}, depuis le {instant} (UTC)")
    say(text.format(kid=kid, instant=f"{revocation.at:%d/%m/%Y %H:%M:%S}"))
    notice(_("Publiez-le : la dernière version du jeu de clés le dit (« passation keys set »)."))
    known = store.list(now)
    use = next(key.purpose for key in known if key.kid == kid)
    if not any(key.active for key in known if key.purpose is use):
        text = _("plus aucune clé ne signe pour l’usage {use} : lancez « passation keys new --use {use} »")
        warn(text.format(use=use))
    return DONE
