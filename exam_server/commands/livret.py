"""`passation livret client`: the programs that may pull published certifications."""

from datetime import datetime
from functools import partial
from gettext import gettext as _
from typing import Any

import click

from exam_server.acts.livret_clients import Client, Scope, add_client, client_rows, disable_client
from exam_server.commands.failing import DONE, CommandFailed
from exam_server.commands.french import Group, Option
from exam_server.commands.saying import notice, say, warn, working
from exam_server.commands.store_access import with_store
from exam_server.imports.identifiers import has_right_check_letter, without_blanks
from exam_server.settings import load_settings
from exam_server.storage.store import Store

SHORTEST_UAI = 8

CLIENT_HELP = _("""Les programmes qui peuvent venir chercher les certifications publiées.

Chacun a un identifiant et un secret, qui lui donnent pour un quart d’heure un jeton d’accès ; docs/livret.md
dit comment il s’en sert.""")

ADD_HELP = _("""Ajoute un programme, et écrit son identifiant et son secret.

Le secret n’est montré que cette fois : le serveur n’en garde qu’une empreinte. Sans --centre, le programme
peut consulter tous les établissements de ce serveur.

\b
Droits :
  organizations-certifications-result   les certifications d’un établissement (LSU, LSL)
  orientation-certification-search      la certification d’un élève (plateforme d’orientation)

\b
Exemples :
  passation livret client add --name "LSU" --scope organizations-certifications-result
  passation livret client add --name "Essai" --scope organizations-certifications-result \\
    --centre 0990001N

\b
Codes de sortie : 0 le programme est ajouté ; 1 refusé, la raison est écrite ; 2 commande mal écrite.""")

LIST_HELP = _("""Montre les programmes, le plus ancien d’abord ; jamais leur secret.

\b
Exemple :
  passation livret client list

\b
Codes de sortie : 0 ; 1 si la base de données ne répond pas.""")

DISABLE_HELP = _("""Retire tout accès à un programme, tout de suite, jetons en cours compris.

\b
Exemple :
  passation livret client disable 3f0c9d…

\b
Codes de sortie : 0 c’est fait, ou l’était déjà ; 1 aucun programme n’a cet identifiant.""")


class ScopeName(click.ParamType[Scope]):
    """Something that a program may ask for."""

    name = "DROIT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Scope:
        try:
            return Scope(value)
        except ValueError:
            known = ", ".join(Scope)
            text = _("« {value} » n’est pas un droit : {known}")
            self.fail(text.format(value=value, known=known), param, ctx)


@click.group("livret", cls=Group, help=_("Ce que le livret scolaire vient chercher."))
def livret() -> None:
    """The commands about the livret."""


@livret.group("client", cls=Group, help=CLIENT_HELP, short_help=_("Les programmes qui ont accès."))
def client() -> None:
    """The commands about programs."""


@client.command("add", help=ADD_HELP, short_help=_("Ajoute un programme ; son secret est montré une fois."))
@click.option("--name", cls=Option, required=True, help=_("Le nom qui sera affiché."))
@click.option(
    "--scope",
    "scopes",
    cls=Option,
    required=True,
    multiple=True,
    type=ScopeName(),
    help=_("Un droit ; peut se répéter."),
)
@click.option(
    "--centre",
    "centres",
    multiple=True,
    metavar="UAI",
    help=_("Un établissement qu’il peut consulter ; peut se répéter."),
)
def add(name: str, scopes: tuple[Scope, ...], centres: tuple[str, ...]) -> int:
    """The program's identifier and secret, each on a line of the result."""
    uais = [_uai(text) for text in centres]
    with working(_("Ajout du programme…")):
        client_id, secret = with_store(load_settings(), partial(_keep, name=name, scopes=scopes, uais=uais))
    say(f"client_id={client_id}")
    say(f"client_secret={secret}")
    notice(_("Ce secret ne sera plus jamais montré : transmettez-le par une voie sûre."))
    if not uais:
        warn(_("sans --centre, ce programme peut consulter tous les établissements de ce serveur."))
    return DONE


async def _keep(store: Store, name: str, scopes: tuple[Scope, ...], uais: list[str]) -> tuple[str, str]:
    return await store.run(add_client, name, scopes, uais)


def _uai(text: str) -> str:
    uai = without_blanks(text)
    if len(uai) != SHORTEST_UAI or not uai.isascii() or not uai.isalnum():
        raise CommandFailed(_("« {text} » n’est pas un UAI : sept chiffres et une lettre").format(text=text))
    if not has_right_check_letter(uai):
        warn(_("la lettre de l’UAI {uai} n’est pas celle que donnent ses chiffres").format(uai=uai))
    return uai


@client.command("list", help=LIST_HELP, short_help=_("Montre les programmes."))
def show() -> int:
    """No secret is kept that could be shown."""
    found = with_store(load_settings(), _rows)
    if not found:
        notice(_("Aucun programme : lancez « passation livret client add »."))
        return DONE
    for one in found:
        say(f"{one.id}  {one.name}")
        say("  " + _("droits : {all}").format(all=", ".join(sorted(one.scopes))))
        say("  " + _("établissements : {all}").format(all=", ".join(sorted(one.centres)) or _("tous")))
        dates = _("ajouté le {added} (UTC), venu le {used}")
        say("  " + dates.format(added=_instant(one.added_at), used=_instant(one.used_at)))
        if one.disabled_at is not None:
            say("  " + _("accès retiré le {day} (UTC)").format(day=_instant(one.disabled_at)))
    return DONE


async def _rows(store: Store) -> list[Client]:
    return await store.read(client_rows)


def _instant(at: datetime | None) -> str:
    return "—" if at is None else f"{at:%d/%m/%Y %H:%M}"


@client.command("disable", help=DISABLE_HELP, short_help=_("Retire tout accès à un programme."))
@click.argument("client_id", metavar="IDENTIFIANT")
def disable(client_id: str) -> int:
    """Twice does no harm."""
    name = with_store(load_settings(), partial(_disable, client_id=client_id))
    notice(_("Accès retiré : {name}.").format(name=name))
    return DONE


async def _disable(store: Store, client_id: str) -> str:
    return await store.run(disable_client, client_id)
