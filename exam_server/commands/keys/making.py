"""`passation keys new`: one more key, or the first ones."""

from datetime import UTC, datetime
from gettext import gettext as _

import click

from exam_server.commands.failing import DONE
from exam_server.commands.french import Command
from exam_server.commands.keys.folder import key_store, notice_worth
from exam_server.commands.keys.words import Use
from exam_server.commands.saying import notice, say, warn, working
from exam_server.settings import load_settings
from exam_server.signing.keys import SEALING, KeyStore, Purpose

HELP = _("""Crée une clé ; elle devient celle qui signe. Les clés précédentes restent, pour vérifier.

Sans --use, crée une clé pour chaque usage qui n’en a pas ; s’il n’en manque aucune, une clé pour documents.
Usages : documents (résultats, certificats, exports), qr (codes imprimés), log (journal des sessions). Les
clés des usages documents et qr reçoivent un certificat de l’autorité du dossier, créée au premier besoin.

La clé est protégée par PASSATION_KEY_PASSPHRASE (ou PASSATION_KEY_PASSPHRASE_FILE) si cette phrase est
donnée ; sinon le fichier n’est protégé que par ses droits d’accès.

Une clé faite ici garantit l’intégrité ; ce n’est ni un cachet avancé ni un cachet qualifié (eIDAS).

\b
Exemples :
  passation keys new --organisation "Collège Exemple"
  PASSATION_KEY_PASSPHRASE_FILE=/run/secrets/phrase passation keys new --use documents

\b
Codes de sortie : 0 la clé est créée ; 1 impossible, la raison est écrite ; 2 commande mal écrite.""")

ORGANISATION_HELP = _(
    "Le nom qui figure dans les certificats ; par défaut celui de l’autorité, ou Passation."
)


@click.command("new", cls=Command, help=HELP)
@click.option("--use", type=Use(), help=_("documents, qr ou log."))
@click.option("--organisation", metavar=_("NOM"), help=ORGANISATION_HELP)
def new(use: Purpose | None, organisation: str | None) -> int:
    """The new key is the active one of its use from now on."""
    settings, now = load_settings(), datetime.now(UTC)
    store = key_store(settings)
    for purpose in [use] if use else _missing(store, now) or [Purpose.DOCUMENTS]:
        with working(_("Création de la clé…")):
            key = store.create(purpose, now, organisation)
        say(_("Clé créée ({use}) : {kid}").format(use=purpose, kid=key.kid))
    notice(_("Dossier : {folder}. Sauvegardez-le.").format(folder=settings.folder / "keys"))
    notice_worth(store)
    if settings.key_passphrase is None:
        warn(_("sans PASSATION_KEY_PASSPHRASE, qui lit ce dossier peut signer à votre place."))
    return DONE


def _missing(store: KeyStore, now: datetime) -> list[Purpose]:
    """The uses for which nothing signs at the moment."""
    present = {key.purpose for key in store.list(now) if key.active}
    return [purpose for purpose in SEALING if purpose not in present]
