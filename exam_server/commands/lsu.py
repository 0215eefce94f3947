"""`passation lsu`: checks an LSU file of another editor, and merges digital skills of CM2 and 6e into it."""

import os
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from exam_server.commands.failing import DONE, FAILED, CommandFailed
from exam_server.commands.french import Command, Group, Option, Whole
from exam_server.commands.saying import notice, refuse, say, warn, working
from exam_server.commands.store_access import with_store
from exam_server.exports.lsu.document import LsuFile
from exam_server.exports.lsu.faults import LsuRefused
from exam_server.exports.lsu.mapping import BadMapping, LevelMapping, mapping_from
from exam_server.exports.lsu.merge import Merged, OwnPupil, Wish, merge, refuse_other_school
from exam_server.exports.lsu.reading import LARGEST, read_lsu
from exam_server.exports.lsu.report import LEFT_OUT, MERGED, REMEDIES, TITLES, Report
from exam_server.exports.lsu.schema import BadSchema, check_against
from exam_server.exports.lsu.writing import BadAppreciation, appreciation_from
from exam_server.imports.livret_levels import read_level_table
from exam_server.settings import load_settings, lsu_versions
from exam_server.storage.roster import RosterRow, roster_rows
from exam_server.storage.store import Store
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading

MOST_SHOWN = 50

CHECK_HELP = _("""Contrôle un fichier de bilans LSU (FILE) produit par un logiciel de notes, hors ligne.

Tout ce qui ne va pas est dit avec sa ligne, son champ et son remède. Avec --xsd, le fichier est aussi comparé
à votre propre copie du schéma du ministère.

\b
Exemple :
  passation lsu check bilans.xml

\b
Codes de sortie : 0 le fichier est en ordre ; 1 il est refusé ; 2 commande mal écrite.""")

MERGE_HELP = _("""Ajoute les compétences numériques de CM2 et de 6e à un fichier de bilans LSU (FILE).

Seul le dernier bilan périodique de chaque élève des classes nommées reçoit ses niveaux, de 1 à 3 ; tout le
reste du fichier est gardé à l’octet près, et recommencer ne change rien. Les niveaux viennent d’un tableau
(--levels) ou des profils importés ici (--centre). Le compte rendu dit pour chaque élève ce qui a été fait.

\b
Exemples :
  passation lsu merge bilans.xml --class "6E 1" --class "6E 2" --levels niveaux.csv --out bilans-numerique.xml
  passation lsu merge bilans.xml --class "6E 1" --centre 0990001N --mapping 1,3,5 --out bilans-numerique.xml

\b
Codes de sortie : 0 fichier écrit ; 1 refusé, ou aucun élève à compléter : rien n’est écrit ; 2 commande mal
écrite.""")


class Thresholds(click.ParamType[LevelMapping]):
    """Three levels that rise."""

    name = "N,N,N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> LevelMapping:
        if isinstance(value, LevelMapping):
            return value
        try:
            return mapping_from(str(value))
        except BadMapping:
            text = _("« {value} » : donnez trois niveaux croissants de 1 à 8, par exemple 1,2,3")
            self.fail(text.format(value=value), param, ctx)


class Appreciation(click.ParamType[str]):
    """A text that the livret takes."""

    name = _("TEXTE")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return appreciation_from(str(value))
        except BadAppreciation:
            self.fail(_("600 caractères au plus, sans caractère de contrôle"), param, ctx)


_file = click.argument("file", type=click.Path(path_type=Path))
_versions = click.option(
    "--schema-version",
    "versions",
    multiple=True,
    metavar="X.Y",
    help=_("Version admise du format, au lieu de celles de PASSATION_LSU_VERSIONS ; peut être répétée."),
)
_xsd = click.option(
    "--xsd",
    envvar="PASSATION_LSU_XSD",
    type=click.Path(path_type=Path),
    help=_("Votre copie du schéma, à laquelle comparer le fichier."),
)


@click.group("lsu", cls=Group, help=_("Complète un fichier de bilans LSU pour le CM2 et la 6e."))
def lsu() -> None:
    """The commands about LSU's file."""


@lsu.command("check", cls=Command, help=CHECK_HELP, short_help=_("Contrôle un fichier de bilans LSU."))
@_file
@_versions
@_xsd
def check(file: Path, versions: tuple[str, ...], xsd: Path | None) -> int:
    """Everything that is wrong, or what is in it."""
    try:
        found = _read(file, versions)
        _check_schema(found.name, found.content, xsd)
    except LsuRefused as refusal:
        return _say_refused(refusal, file)
    text = _("EN ORDRE : {file}, version {version}, élèves : {pupils}, bilans périodiques : {bilans}.")
    counts = {"pupils": len(found.pupils), "bilans": len(found.bilans)}
    say(text.format(file=file.name, version=found.version, **counts), "bold green")
    return DONE


@lsu.command("merge", cls=Command, help=MERGE_HELP, short_help=_("Y ajoute les compétences numériques."))
@_file
@click.option(
    "--class",
    "classes",
    cls=Option,
    required=True,
    multiple=True,
    metavar=_("CLASSE"),
    help=_("Classe de CM2 ou de 6e ; peut être répétée."),
)
@click.option("--levels", type=click.Path(path_type=Path), help=_("Tableau des niveaux (CSV ou ODS)."))
@click.option("--centre", metavar="UAI", help=_("Prend les niveaux des profils de cet établissement."))
@click.option(
    "--out", cls=Option, required=True, type=click.Path(path_type=Path), help=_("Fichier à écrire.")
)
@click.option(
    "--mapping",
    type=Thresholds(),
    default=LevelMapping(),
    help=_("Niveaux à partir desquels écrire 1, 2 et 3 ; sans cela 1,2,3."),
)
@click.option(
    "--period", type=Whole(1, 12), help=_("Numéro de la période, au lieu de la dernière de l’année.")
)
@click.option("--year", metavar=_("ANNÉE"), help=_("Année de rentrée, si le fichier en a plusieurs."))
@click.option("--appreciation", type=Appreciation(), default="", help=_("Appréciation commune, facultative."))
@_versions
@_xsd
def merge_command(
    file: Path,
    levels: Path | None,
    centre: str | None,
    out: Path,
    versions: tuple[str, ...],
    xsd: Path | None,
    **wished: Any,
) -> int:
    """The report is said whole before anything is written."""
    if (levels is None) == (centre is None):
        raise click.UsageError(_("donnez --levels, ou --centre, l’un des deux"))
    if out.exists() and out.samefile(file):
        raise click.UsageError(_("--out doit être un autre fichier que celui de départ"))
    try:
        with working(_("Lecture de {file}…").format(file=file.name)):
            found = _read(file, versions)
            pupils = _pupils_of_table(levels) if levels else _pupils_of_centre(str(centre), found)
            merged = merge(found, pupils, Wish(**wished))
            _check_schema(out.name, merged.content, xsd)
    except LsuRefused as refusal:
        return _say_refused(refusal, file)
    _say_report(merged.report)
    return _write(out, merged)


def _read(file: Path, versions: tuple[str, ...]) -> LsuFile:
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    return read_lsu(file.name, content, versions or lsu_versions())


def _check_schema(name: str, content: bytes, xsd: Path | None) -> None:
    if xsd is None:
        return
    try:
        check_against(name, content, xsd)
    except BadSchema as error:
        raise CommandFailed(error.what.translated(_)) from error


def _pupils_of_table(table: Path) -> list[OwnPupil]:
    """The operator's own table; one wrong line, and nothing is merged."""
    with table.open("rb") as stream:
        found = read_level_table(table.name, stream.read(LARGEST + 1))
    for warning in found.warnings[:MOST_SHOWN]:
        warn(warning.message())
    for problem in found.problems[:MOST_SHOWN]:
        notice(problem.message())
    if not found.ok:
        text = _("rien n’est écrit ; défauts dans {file} : {count}")
        raise CommandFailed(text.format(file=table.name, count=found.problem_count))
    try:
        return [
            OwnPupil(row.siecle_id, row.name, row.class_name, row.levels, appreciation_from(row.appreciation))
            for row in found.rows
        ]
    except BadAppreciation:
        text = _("{file} : une appréciation contient un caractère de contrôle")
        raise CommandFailed(text.format(file=table.name)) from None


def _pupils_of_centre(uai: str, file: LsuFile) -> list[OwnPupil]:
    """The profiles imported here; the file must be of the same school."""
    wanted = uai.strip().upper()
    refuse_other_school(file, wanted)

    def look(reading: Reading) -> list[RosterRow]:
        centre = reading.orm.query(Centre).filter_by(uai=wanted).one_or_none()
        if centre is None:
            raise CommandFailed(_("aucun établissement {uai} ici").format(uai=wanted))
        return roster_rows(reading, centre.id)

    async def read(store: Store) -> list[RosterRow]:
        return await store.read(look)

    rows = with_store(load_settings(), read)
    return [
        OwnPupil(row.siecle_id, f"{row.family_name} {row.given_name}", row.class_name, row.levels)
        for row in rows
    ]


def _say_refused(refusal: LsuRefused, file: Path) -> int:
    for problem in refusal.problems[:MOST_SHOWN]:
        notice(problem.message(_))
    more = refusal.count - len(refusal.problems[:MOST_SHOWN])
    if more > 0:
        notice(_("… et {more} autres.").format(more=more))
    refuse(_("{file} est refusé ; défauts : {count}").format(file=file.name, count=refusal.count))
    return FAILED


def _say_report(report: Report) -> None:
    for sentence in report.sentences:
        say(sentence.translated(_))
    for outcome in (*MERGED, *LEFT_OUT):
        lines = report.having(outcome)
        if not lines:
            continue
        say(_("{title} : {count}").format(title=TITLES[outcome].translated(_), count=len(lines)), "bold")
        if outcome in REMEDIES:
            say(f"  {REMEDIES[outcome].translated(_)}")
        for line in lines[:MOST_SHOWN]:
            text = _("  {name} (ELEVE_ID {id}), classe {group}")
            place = _(", ligne {line}").format(line=line.line) if line.line else ""
            said = text.format(name=line.name or "—", id=line.id_be, group=line.class_name or "—")
            say(said + place + _lost(line.lost))
        if len(lines) > MOST_SHOWN:
            say(_("  … et {more} autres.").format(more=len(lines) - MOST_SHOWN))


def _lost(codes: Sequence[str]) -> str:
    return _(" ; retirés du fichier : {codes}").format(codes=", ".join(codes)) if codes else ""


def _write(out: Path, merged: Merged) -> int:
    """Whole or not at all, and for its owner's eyes: these are pupils."""
    report = merged.report
    if not report.merged:
        refuse(_("aucun élève à compléter : rien n’est écrit"))
        return FAILED
    fresh = out.with_name(f"{out.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(merged.content)
    fresh.replace(out)
    say(_("Écrit : {file}, élèves complétés : {count}.").format(file=out, count=report.merged), "bold green")
    return DONE
