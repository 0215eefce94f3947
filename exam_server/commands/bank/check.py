"""`passation bank check`: what is wrong or poor in a folder of items, before a server publishes it."""

from collections.abc import Iterable, Iterator
from gettext import gettext as _
from pathlib import Path

import click

import question_bank
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command
from exam_server.commands.saying import plain_table, refuse, say, say_table, warn, working
from question_bank.assembly import BankCannotCarry, PublishedBank, facts_of, publish
from question_bank.checks import Finding, FindingCode, Report, check_bank, check_every_variant
from question_bank.framework import COMPETENCES, LEVELS
from question_bank.items import Bank, ItemType
from question_bank.loading import BankErrors, LoadedBank, load_items
from question_bank.variants import VARIANTS

SHIPPED = Path(question_bank.__file__).parent / "items"
SOME_VARIANTS = 20

HELP = _("""Contrôle un dossier de questions (FOLDER) ; sans FOLDER, celui que Passation fournit.

Chaque fichier est lu, chaque question contrôlée, quelques variantes de chaque question paramétrée sont
fabriquées, et le moteur vérifie que la banque peut porter tous les profils certifiables. Ce qui ne va pas
est dit avec son fichier, sa ligne et ce qu’il faut faire.

\b
Exemples :
  passation bank check
  passation bank check mes-questions/
  passation bank check --every-variant mes-questions/

\b
Codes de sortie : 0 la banque peut être publiée ; 1 non, les raisons sont écrites ; 2 commande mal écrite.""")


@click.command("check", cls=Command, help=HELP)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--every-variant",
    is_flag=True,
    help=_("Fabrique toutes les variantes de chaque question paramétrée (plusieurs minutes)."),
)
def check(folder: Path | None, every_variant: bool) -> int:
    """Errors stop a publication; warnings are for an author to read."""
    place = SHIPPED if folder is None else folder
    try:
        with working(_("Lecture des questions…")):
            loaded = load_items(place)
            report = check_bank(loaded.bank)
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("cette banque ne peut pas être lue ; défauts : {count}").format(count=len(errors.errors)))
        return FAILED
    made = tuple(_of_variants(loaded.bank, VARIANTS if every_variant else SOME_VARIANTS))
    alike = [finding for finding in made if finding.code is FindingCode.SAME_ANSWER]
    errors_found = [*report.errors, *(finding for finding in made if finding not in alike)]
    _say_counts(report)
    _say_types(report)
    for line in _placed((*report.warnings, *alike), loaded):
        warn(line)
    for line in _placed(errors_found, loaded):
        refuse(line)
    published = _published(loaded.bank)
    if errors_found or published is None:
        refuse(_("cette banque ne peut pas être publiée"))
        return FAILED
    _say_verdict(loaded.bank, report, published, len(report.warnings) + len(alike))
    return DONE


def _of_variants(bank: Bank, count: int) -> Iterator[Finding]:
    """What the variants show, with progress: all of them take minutes."""
    parametric = sum(item.variants is not None for item in bank.items)
    with working(_("Fabrication des variantes…")) as say_now:
        for place, item in enumerate(bank.items):
            text = _("Variantes de {item} ({place} sur {all}, {parametric} questions paramétrées)…")
            say_now(text.format(item=item.id, place=place + 1, all=len(bank.items), parametric=parametric))
            yield from check_every_variant([item], range(count))


def _placed(findings: Iterable[Finding], loaded: LoadedBank) -> Iterator[str]:
    """Each finding with the file and line of its item; those about a skill or a competence have none."""
    for finding in findings:
        place = loaded.places.get(finding.subject)
        said = _("{subject} : {text}").format(subject=finding.subject, text=finding.text.said(_))
        yield said if place is None else f"{place.file}:{place.line}: {said}"


def _published(items: Bank) -> PublishedBank | None:
    try:
        with working(_("Le moteur essaie la banque…")):
            return publish(facts_of(items), items.version)
    except BankCannotCarry as lack:
        for shortage in lack.shortages:
            text = _("compétence {code} : {have} savoir-faire, il en faut {need}{accessible}")
            only = _(" pour qui a besoin de questions accessibles") if shortage.accessible_only else ""
            code = COMPETENCES[shortage.competence].code
            refuse(text.format(code=code, have=shortage.have, need=shortage.need, accessible=only))
        return None


def _say_counts(report: Report) -> None:
    levels = [str(level) for level in LEVELS]
    by_level = plain_table(_("Niveau"), *levels, _("Total"), right=tuple(range(1, len(levels) + 2)))
    for code, counts in report.by_level.items():
        by_level.add_row(code, *map(str, (*counts, sum(counts))))
    totals = [sum(counts[place] for counts in report.by_level.values()) for place in range(len(levels))]
    by_level.add_row(_("Total"), *map(str, (*totals, report.items)))
    say_table(by_level)
    say()
    heads = (_("Savoir-faire"), _("Avec variantes"), _("En situation"), _("Accessibles"))
    by_kind = plain_table(_("Compétence"), *heads, right=tuple(range(1, len(heads) + 1)))
    kinds = (report.skills, report.parametric, report.situations, report.accessible)
    for code in report.by_level:
        by_kind.add_row(code, *(str(kind[code]) for kind in kinds))
    by_kind.add_row(_("Total"), *(str(sum(kind.values())) for kind in kinds))
    say_table(by_kind)


def _say_types(report: Report) -> None:
    table = plain_table(_("Type"), _("Questions"), right=(1,))
    for kind in ItemType:
        count = sum(counts[kind] for counts in report.by_type.values())
        if count:
            table.add_row(kind.value, str(count))
    say()
    say_table(table)
    say()


def _say_verdict(items: Bank, report: Report, published: PublishedBank, warnings: int) -> None:
    text = _(
        "Banque {version} : {items} questions, {colours} jeux pour des places voisines, "
        "avertissements : {warnings}. Elle peut être publiée."
    )
    say(
        text.format(
            version=items.version,
            items=report.items,
            colours=published.colours,
            warnings=warnings,
        ),
        "bold green",
    )
