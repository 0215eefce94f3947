"""`passation keys list` and `passation keys set`: what there is, and what everybody may know of it."""

from datetime import UTC, datetime
from gettext import gettext as _

import click
import orjson

from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command
from exam_server.commands.keys.folder import key_store, notice_worth, warn_of_ends
from exam_server.commands.keys.words import protection_of, span_of, state_of
from exam_server.commands.saying import notice, plain_table, say, say_table
from exam_server.settings import load_settings
from exam_server.signing.keys import KeyFacts
from exam_server.signing.x509_certificates import write_chain

LIST_HELP = _("""Montre les clés du dossier PASSATION_FOLDER/keys, la plus ancienne d’abord.

Avec --jwks, écrit les clés publiques au format JWKS : c’est le fichier à donner à qui vérifiera vos lots.
Avec --authority, écrit le certificat de l’autorité : c’est avec lui que « openssl verify » et les lecteurs de
PDF reconnaissent les certificats faits ici.

\b
Exemples :
  passation keys list
  passation keys list --jwks > jwks.json
  passation keys list --authority > autorite.pem

\b
Codes de sortie : 0 ; 1 si le dossier des clés est illisible ou abîmé ; 2 commande mal écrite.""")

SET_HELP = _("""Écrit la dernière version du jeu de clés publié, signée par l’autorité.

Elle dit quelles clés signent quoi, depuis quand et jusqu’à quand, et lesquelles sont révoquées. Une version
nouvelle est signée si quelque chose a changé. Le serveur la sert à /.well-known/passation/keys.jws ; chaque
version nomme l’empreinte de la précédente, et toutes restent dans le dossier des clés.

\b
Exemple :
  passation keys set > keys.jws

\b
Codes de sortie : 0 ; 1 s’il n’y a aucune clé, ou si le dossier est illisible ou abîmé.""")


@click.command("list", cls=Command, help=LIST_HELP)
@click.option("--jwks", is_flag=True, help=_("Écrit les clés publiques (JWKS) et rien d’autre."))
@click.option("--authority", is_flag=True, help=_("Écrit le certificat de l’autorité (PEM) et rien d’autre."))
def show(jwks: bool, authority: bool) -> int:
    """No passphrase is needed."""
    store, now = key_store(load_settings()), datetime.now(UTC)
    if jwks:
        say(orjson.dumps(store.jwks(), option=orjson.OPT_INDENT_2).decode())
        return DONE
    certificate = store.authority()
    if authority and certificate is not None:
        say(write_chain((certificate,)).decode("ascii").rstrip("\n"))
        return DONE
    facts = store.list(now)
    if not facts:
        notice(_("Aucune clé : lancez « passation keys new »."))
        return DONE
    _say_keys(facts, now)
    notice_worth(store)
    warn_of_ends(store, now)
    return DONE


@click.command("set", cls=Command, help=SET_HELP)
def key_set() -> int:
    """The passphrase is needed only where something has changed."""
    store = key_store(load_settings())
    token = store.publish(datetime.now(UTC))
    if token is None:
        notice(_("Aucune clé : lancez « passation keys new »."))
        return FAILED
    say(token)
    notice(_("Version {version} du jeu de clés.").format(version=len(store.versions())))
    notice_worth(store)
    return DONE


def _say_keys(facts: tuple[KeyFacts, ...], now: datetime) -> None:
    """A key's name is copied from here: it stays on one line, however narrow the terminal."""
    table = plain_table(_("Clé"), _("Usage"), _("État"))
    table.columns[0].no_wrap = True
    for key in facts:
        told = (state_of(key, now), span_of(key), protection_of(key))
        table.add_row(key.kid, str(key.purpose), ", ".join(told))
    say_table(table)
