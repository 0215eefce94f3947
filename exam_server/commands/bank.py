"""`passation bank`: checks a folder of items before a server publishes it."""

from gettext import gettext as _
from pathlib import Path

import click

import question_bank
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Group
from exam_server.commands.saying import plain_table, refuse, say, say_table, warn, working
from question_bank.assembly import BankCannotCarry, PublishedBank, facts_of, publish
from question_bank.checks import Report, check_bank
from question_bank.framework import COMPETENCES, LEVELS
from question_bank.items import Bank
from question_bank.loading import BankErrors, load_bank

SHIPPED = Path(question_bank.__file__).parent / "items"

HELP = _("""Contrôle un dossier de questions (FOLDER) ; sans FOLDER, celui que Passation fournit.

Chaque fichier est lu, chaque question contrôlée, et le moteur vérifie que la banque peut porter tous les
profils certifiables. Ce qui ne va pas est dit avec son fichier, sa ligne et ce qu’il faut faire.

\b
Exemples :
  passation bank check
  passation bank check mes-questions/

\b
Codes de sortie : 0 la banque peut être publiée ; 1 non, les raisons sont écrites ; 2 commande mal écrite.""")


@click.group("bank", cls=Group, help=_("Contrôle les questions avant qu’un serveur ne les publie."))
def bank() -> None:
    """The commands about items."""


@bank.command("check", help=HELP, short_help=_("Contrôle un dossier de questions."))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> int:
    """Errors stop a publication; warnings are for an author to read."""
    place = SHIPPED if folder is None else folder
    try:
        with working(_("Lecture des questions…")):
            items = load_bank(place)
            report = check_bank(items)
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("cette banque ne peut pas être lue ; défauts : {count}").format(count=len(errors.errors)))
        return FAILED
    _say_counts(report)
    for finding in report.warnings:
        warn(str(finding))
    for finding in report.errors:
        refuse(str(finding))
    published = _published(items)
    if report.errors or published is None:
        refuse(_("cette banque ne peut pas être publiée"))
        return FAILED
    _say_verdict(items, report, published)
    return DONE


def _published(items: Bank) -> PublishedBank | None:
    try:
        with working(_("Le moteur essaie la banque…")):
            return publish(facts_of(items), items.version)
    except BankCannotCarry as lack:
        for shortage in lack.shortages:
            text = _("compétence {code} : {have} savoir-faire, il en faut {need}{accessible}")
            only = _(" pour qui a besoin de questions accessibles") if shortage.accessible_only else ""
            code = COMPETENCES[shortage.competence].code
            refuse(text.format(code=code, have=shortage.have, need=shortage.need, accessible=only))
        return None


def _say_counts(report: Report) -> None:
    levels = [str(level) for level in LEVELS]
    table = plain_table(
        _("Niveau"), *levels, _("Total"), _("Accessibles"), right=tuple(range(1, len(levels) + 3))
    )
    for code, counts in report.by_level.items():
        figures = (str(figure) for figure in (*counts, sum(counts), report.accessible[code]))
        table.add_row(code, *figures)
    say_table(table)


def _say_verdict(items: Bank, report: Report, published: PublishedBank) -> None:
    text = _(
        "Banque {version} : {items} questions, {colours} jeux pour des places voisines, "
        "avertissements : {warnings}. Elle peut être publiée."
    )
    say(
        text.format(
            version=items.version,
            items=report.items,
            colours=published.colours,
            warnings=len(report.warnings),
        ),
        "bold green",
    )
