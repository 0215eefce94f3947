"""`passation user`: accounts of the staff."""

import sys
from dataclasses import dataclass, field
from functools import partial
from gettext import gettext as _

import click

from exam_server.acts.staff import SHORTEST_PASSWORD, add_account, add_centre, new_link
from exam_server.commands.failing import DONE, CommandFailed
from exam_server.commands.french import Group, Option, RoleName
from exam_server.commands.saying import notice, say, working
from exam_server.commands.store_access import with_store
from exam_server.domain.roles import Role
from exam_server.settings import load_settings
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction

HELP = _("""Ajoute un compte du personnel, et son établissement s’il est nouveau.

Rôles : head (chef d’établissement), invigilator (surveillant), accommodations (aménagements), author (auteur
de questions) ; une personne peut en avoir plusieurs.

Le mot de passe est demandé deux fois. Avec --link, aucun mot de passe : un lien de connexion à usage unique
est écrit, valable 12 heures.

\b
Exemples :
  passation user add --email chef@ecole.example --name "Camille Exemple" --role head \\
    --centre 0990001N --centre-name "Collège Exemple"
  passation user add --email surv@ecole.example --name "Dominique Exemple" --role invigilator \\
    --centre 0990001N --link

\b
Codes de sortie : 0 le compte est créé ; 1 refusé, la raison est écrite ; 2 commande mal écrite.""")


@click.group("user", cls=Group, help=_("Les comptes du personnel."))
def user() -> None:
    """The commands about accounts."""


@user.command("add", help=HELP, short_help=_("Ajoute un compte du personnel."))
@click.option("--email", cls=Option, required=True, help=_("Adresse électronique, qui sert à se connecter."))
@click.option("--name", cls=Option, required=True, help=_("Le nom qui sera affiché."))
@click.option(
    "--role",
    "roles",
    cls=Option,
    required=True,
    multiple=True,
    type=RoleName(),
    help=_("Un rôle ; peut se répéter."),
)
@click.option("--centre", cls=Option, required=True, metavar="UAI", help=_("L’établissement (UAI)."))
@click.option("--centre-name", default="", help=_("Le nom de l’établissement, s’il est nouveau."))
@click.option("--link", is_flag=True, help=_("Écrit un lien de connexion, sans demander de mot de passe."))
def add(email: str, name: str, roles: tuple[Role, ...], centre: str, centre_name: str, link: bool) -> int:
    """The account, with its password or a link."""
    if email.count("@") != 1 or not email.isprintable() or " " in email:
        raise CommandFailed(_("« {email} » n’est pas une adresse électronique").format(email=email))
    new = NewAccount(
        uai=centre.strip().upper(),
        centre_name=centre_name,
        email=email,
        name=name,
        roles=frozenset(roles),
        password=None if link else _asked_password(),
    )
    settings = load_settings()
    with working(_("Création du compte…")):
        token = with_store(settings, partial(_keep, new=new))
    notice(_("Compte créé : {email}.").format(email=email))
    if token is not None:
        say(f"{settings.base_url}/staff/link/{token}")
        notice(_("Ce lien ne sert qu’une fois, dans les 12 heures : ne le donnez qu’à cette personne."))
    return DONE


@dataclass(frozen=True)
class NewAccount:
    """What was typed."""

    uai: str
    centre_name: str
    email: str
    name: str
    roles: frozenset[Role]
    password: str | None = field(repr=False)


async def _keep(store: Store, new: NewAccount) -> str | None:
    return await store.run(_add_account, new)


def _add_account(tx: Transaction, new: NewAccount) -> str | None:
    """The token of a link, when there is no password. One act: a refusal leaves no empty centre behind."""
    centre_id = add_centre(tx, new.uai, new.centre_name or new.uai)
    account_id = add_account(tx, centre_id, new.email, new.name, new.roles, new.password)
    return new_link(tx, account_id) if new.password is None else None


def _asked_password() -> str:
    least = _("au moins {least} caractères").format(least=SHORTEST_PASSWORD)
    if not sys.stdin.isatty():
        raise CommandFailed(_("aucun terminal pour demander le mot de passe : utilisez --link"))
    first: str = click.prompt(_("Mot de passe ({least})").format(least=least), hide_input=True, err=True)
    if len(first) < SHORTEST_PASSWORD:
        raise CommandFailed(_("mot de passe trop court : {least}").format(least=least))
    again: str = click.prompt(_("Encore une fois"), hide_input=True, err=True)
    if first != again:
        raise CommandFailed(_("les deux mots de passe diffèrent"))
    return first
