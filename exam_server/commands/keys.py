"""`passation keys`: the keys that sign results."""

from datetime import UTC, datetime
from gettext import gettext as _

import click
import orjson

from exam_server.commands.failing import DONE
from exam_server.commands.french import Group
from exam_server.commands.saying import notice, plain_table, say, say_table, warn, working
from exam_server.settings import Settings, load_settings
from exam_server.signing.keys import KeyStore, Purpose

NEW_HELP = _("""Crée une clé ; elle devient celle qui signe. Les clés précédentes restent, pour vérifier.

La clé est protégée par PASSATION_KEY_PASSPHRASE (ou PASSATION_KEY_PASSPHRASE_FILE) si cette phrase est
donnée ; sinon le fichier n’est protégé que par ses droits d’accès.

\b
Exemple :
  PASSATION_KEY_PASSPHRASE_FILE=/run/secrets/phrase passation keys new

\b
Codes de sortie : 0 la clé est créée ; 1 impossible, la raison est écrite.""")

LIST_HELP = _("""Montre les clés du dossier PASSATION_FOLDER/keys, la plus ancienne d’abord.

Avec --jwks, écrit les clés publiques au format JWKS : c’est le fichier à donner à qui vérifiera vos lots.

\b
Exemples :
  passation keys list
  passation keys list --jwks > jwks.json

\b
Codes de sortie : 0 ; 1 si le dossier des clés est illisible ou abîmé.""")


@click.group("keys", cls=Group, help=_("Les clés qui signent les résultats."))
def keys() -> None:
    """The commands about keys."""


def key_store(settings: Settings) -> KeyStore:
    """The keys of this server."""
    return KeyStore(settings.folder / "keys", settings.key_passphrase)


@keys.command("new", help=NEW_HELP, short_help=_("Crée une clé, qui devient celle qui signe."))
def new() -> int:
    """The new key is the active one from now on."""
    settings = load_settings()
    with working(_("Création de la clé…")):
        key = key_store(settings).create(Purpose.RESULTS, datetime.now(UTC))
    say(_("Clé créée : {kid}").format(kid=key.kid))
    notice(_("Dossier : {folder}. Sauvegardez-le.").format(folder=settings.folder / "keys"))
    if settings.key_passphrase is None:
        warn(_("sans PASSATION_KEY_PASSPHRASE, qui lit ce dossier peut signer à votre place."))
    return DONE


@keys.command("list", help=LIST_HELP, short_help=_("Montre les clés, ou leurs parties publiques."))
@click.option("--jwks", is_flag=True, help=_("Écrit les clés publiques (JWKS) et rien d’autre."))
def show(jwks: bool) -> int:
    """No passphrase is needed."""
    store = key_store(load_settings())
    if jwks:
        say(orjson.dumps(store.jwks(), option=orjson.OPT_INDENT_2).decode())
        return DONE
    facts = store.list()
    if not facts:
        notice(_("Aucune clé : lancez « passation keys new »."))
        return DONE
    table = plain_table(_("Clé"), _("Usage"), _("Créée le (UTC)"), _("Phrase secrète"), _("Signe"))
    for key in facts:
        table.add_row(
            key.kid,
            str(key.purpose),
            f"{key.created:%d/%m/%Y %H:%M:%S}",
            _("oui") if key.protected else _("non"),
            _("oui") if key.active else _("non"),
        )
    say_table(table)
    return DONE
