"""`passation import`: pupils and profiles from files, all or nothing unless the valid rows are asked for."""

from collections.abc import Callable, Sequence
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TypeVar

import click

from exam_server.acts.pupils import ImportOutcome, save_profiles, save_pupils
from exam_server.commands.failing import DONE, FAILED, CommandFailed
from exam_server.commands.french import Group, Option
from exam_server.commands.saying import notice, refuse, say, warn, working
from exam_server.commands.store_access import with_store
from exam_server.domain.roles import Person, Role
from exam_server.imports.profiles import ProfileRow, read_profiles
from exam_server.imports.pupils import PupilRow, read_pupils
from exam_server.imports.report import Import
from exam_server.settings import load_settings
from exam_server.storage.store import Store
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading

LARGEST_FILE = 64 << 20
MOST_SHOWN = 50

Row = TypeVar("Row")

PUPILS_HELP = _("""Importe les élèves depuis SIECLE (FILE : ElevesSansAdresses.xml ou .zip).

Si une ligne est fausse, rien n’est enregistré et chaque défaut est dit avec sa ligne et son remède ; avec
--keep-valid, les lignes justes sont gardées. Un élève qui n’est plus dans un fichier entièrement juste
devient inactif ; aucun élève n’est effacé. S’ils sont plus de 5 et plus de 10 %, rien n’est
enregistré sans --confirm-left : le fichier d’une seule classe rendrait inactifs tous les autres.

\b
Exemple :
  passation import pupils ElevesSansAdresses.zip --centre 0990001N

\b
Codes de sortie : 0 enregistré ; 1 rien n’est enregistré, la raison est écrite ; 2 commande mal écrite.""")

PROFILES_HELP = _("""Importe les profils d’une campagne (FILE : CSV ou JSON).

Chaque élève y est reconnu par son INE ou son numéro local, et doit déjà être importé. Si une ligne est
fausse, rien n’est enregistré ; avec --keep-valid, les lignes justes sont gardées. Les formats sont décrits
dans docs/import-formats.md.

\b
Exemple :
  passation import profiles profils.csv --centre 0990001N --keep-valid

\b
Codes de sortie : 0 enregistré ; 1 rien n’est enregistré, la raison est écrite ; 2 commande mal écrite.""")

_file = click.argument("file", type=click.Path(path_type=Path))
_centre = click.option("--centre", cls=Option, required=True, metavar="UAI", help=_("L’établissement (UAI)."))
_keep_valid = click.option(
    "--keep-valid", is_flag=True, help=_("Garde les lignes justes et laisse les autres de côté.")
)


@click.group("import", cls=Group, help=_("Importe les élèves et leurs profils."))
def imports() -> None:
    """The commands about files of the school."""


@imports.command("pupils", help=PUPILS_HELP, short_help=_("Importe les élèves (SIECLE)."))
@_file
@_centre
@_keep_valid
@click.option(
    "--confirm-left",
    is_flag=True,
    help=_("Confirme que beaucoup d’élèves ont quitté l’établissement."),
)
def pupils(file: Path, centre: str, keep_valid: bool, confirm_left: bool) -> int:
    """The pupils of one export."""
    uai = _cleaned(centre)
    with working(_("Lecture de {file}…").format(file=file.name)):
        read = read_pupils(file.name, _content(file), uai)
    if not _may_be_kept(read, keep_valid):
        return FAILED
    with working(_("Enregistrement…")):
        outcome = with_store(
            load_settings(), partial(_keep_pupils, uai=uai, read=read, confirm_left=confirm_left)
        )
    _say_outcome(read, outcome)
    return DONE


@imports.command("profiles", help=PROFILES_HELP, short_help=_("Importe les profils (CSV ou JSON)."))
@_file
@_centre
@_keep_valid
def profiles(file: Path, centre: str, keep_valid: bool) -> int:
    """The profiles of one campaign."""
    uai = _cleaned(centre)
    with working(_("Lecture de {file}…").format(file=file.name)):
        read = read_profiles(file.name, _content(file))
    if not _may_be_kept(read, keep_valid):
        return FAILED
    with working(_("Enregistrement…")):
        outcome = with_store(
            load_settings(), partial(_keep_profiles, uai=uai, read=read, keep_valid=keep_valid)
        )
    _say_outcome(read, outcome)
    return DONE


async def _keep_pupils(store: Store, uai: str, read: Import[PupilRow], confirm_left: bool) -> ImportOutcome:
    by = await store.read(_person_at, uai)
    outcome = await store.run(save_pupils, by, read.rows, complete=read.ok, confirm_left=confirm_left)
    if not outcome.saved:
        text = _(
            "rien n’est enregistré : {count} élèves ne sont pas dans ce fichier et deviendraient inactifs ; "
            "s’il est bien celui de tout l’établissement, ajoutez --confirm-left"
        )
        raise CommandFailed(text.format(count=outcome.left))
    return outcome


async def _keep_profiles(store: Store, uai: str, read: Import[ProfileRow], keep_valid: bool) -> ImportOutcome:
    by = await store.read(_person_at, uai)
    outcome = await store.run(save_profiles, by, read.rows, known_alone=keep_valid)
    text = _("{file}, ligne {line} : l’identifiant {identifier} n’est celui d’aucun élève de l’établissement")
    strangers = set(outcome.unknown)
    unknown = [row for row in read.rows if row.line in strangers]
    _say_all(
        [text.format(file=read.file, line=row.line, identifier=row.identifier) for row in unknown], notice
    )
    if not outcome.saved:
        text = _("rien n’est enregistré ; élèves inconnus : {count} (importez-les, ou ajoutez --keep-valid)")
        raise CommandFailed(text.format(count=len(unknown)))
    return outcome


def _person_at(reading: Reading, uai: str) -> Person:
    """Whoever types the command acts for the centre’s head."""
    found = reading.orm.query(Centre).filter_by(uai=uai).one_or_none()
    if found is None:
        text = _(
            "aucun établissement {uai} ici : créez-le avec son premier compte, « passation user add --centre "
            "{uai} … »"
        )
        raise CommandFailed(text.format(uai=uai))
    return Person("command", found.id, _("Ligne de commande"), frozenset({Role.HEAD}))


def _cleaned(uai: str) -> str:
    return uai.strip().upper()


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise CommandFailed(_("{file} dépasse 64 Mo").format(file=file))
    return content


def _may_be_kept(read: Import[Row], keep_valid: bool) -> bool:
    """Says everything that the reading found; False when nothing may be saved."""
    _say_all([warning.message() for warning in read.warnings], warn)
    _say_all([problem.message() for problem in read.problems], notice, read.problem_count)
    if not read.rows:
        refuse(_("rien n’est enregistré : aucune ligne juste dans {file}").format(file=read.file))
        return False
    if not read.ok and not keep_valid:
        text = _(
            "rien n’est enregistré ; défauts : {count} (corrigez-les, ou ajoutez --keep-valid pour garder "
            "les {rows} lignes justes)"
        )
        refuse(text.format(count=read.problem_count, rows=len(read.rows)))
        return False
    return True


def _say_all(lines: Sequence[str], how: Callable[[str], None], total: int | None = None) -> None:
    for line in lines[:MOST_SHOWN]:
        how(line)
    more = (total or len(lines)) - len(lines[:MOST_SHOWN])
    if more > 0:
        notice(_("… et {more} autres.").format(more=more))


def _say_outcome(read: Import[Row], outcome: ImportOutcome) -> None:
    text = _(
        "Enregistré : {added} ajoutés, {updated} modifiés, {unchanged} inchangés, {left} devenus inactifs ; "
        "laissés de côté : {skipped} ; défauts : {problems} ; identifiants inconnus : {unknown}."
    )
    say(
        text.format(
            added=outcome.added,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            left=outcome.left,
            skipped=len(read.skipped),
            problems=read.problem_count,
            unknown=len(outcome.unknown),
        )
    )
    for reason in dict.fromkeys(skipped.message() for skipped in read.skipped):
        count = sum(skipped.message() == reason for skipped in read.skipped)
        say(_("  laissés de côté, {count} : {reason}").format(count=count, reason=reason))
