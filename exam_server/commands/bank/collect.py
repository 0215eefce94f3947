"""`passation bank collect`: what was approved in the console, as files for the bank's folder."""

from gettext import gettext as _
from pathlib import Path

import click

from exam_server.app import BANK_FOLDER
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command, Option
from exam_server.commands.saying import refuse, say, working
from exam_server.commands.store_access import with_store
from exam_server.settings import load_settings
from exam_server.storage.proposal_rows import approved_changes
from exam_server.storage.store import Store
from question_bank.changes import BankFiles, Change
from question_bank.items import Bank

HELP = _("""Écrit comme fichiers ce que les auteurs ont approuvé dans la console.

Le serveur se sert déjà de ces questions : cette commande sert à les joindre aux fichiers de la banque, d’où
elles partent avec la prochaine version de Passation. Un fichier qui existe dans OUT n’est remplacé que s’il
est celui sur lequel la proposition a été écrite.

\b
Exemple :
  passation bank collect --out question_bank/items

\b
Codes de sortie : 0 les fichiers sont écrits ; 1 un fichier a été changé autrement, rien n’est écrit ;
2 commande mal écrite.""")


@click.command("collect", cls=Command, help=HELP)
@click.option(
    "--out", cls=Option, required=True, type=click.Path(path_type=Path), help=_("Le dossier à compléter.")
)
def collect(out: Path) -> int:
    """All or nothing: two versions of one file are for a person to bring together."""
    settings = load_settings()
    with working(_("Lecture des propositions…")):
        changes = with_store(settings, _approved)
    standing = BankFiles(BANK_FOLDER, Bank(())).standing(changes)
    target = BankFiles(out, Bank(()))
    texts = {change.name: change for change in standing}
    others = [change for change in texts.values() if not _may_write(target, standing, change)]
    for change in others:
        text = _("{file} : ce fichier a été changé autrement ; comparez-le à la proposition approuvée")
        refuse(text.format(file=out / change.name))
    if others:
        return FAILED
    for name, change in texts.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change.text, encoding="utf-8")
        say(str(path))
    say(_("Fichiers écrits : {count}.").format(count=len(texts)), "bold green")
    return DONE


def _may_write(target: BankFiles, standing: tuple[Change, ...], change: Change) -> bool:
    """Where there is no such file, or the one that the approved changes lead from, or to."""
    present = target.text_of(change.competence, change.skill)
    leads = target.text_with(standing, change.competence, change.skill)
    return present is None or change.text in (present, leads)


async def _approved(store: Store) -> tuple[Change, ...]:
    return await store.read(lambda reading: approved_changes(reading.connection))
