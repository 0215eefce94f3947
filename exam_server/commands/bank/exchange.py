"""`passation bank export` and `passation bank import`: items to and from other programs."""

from collections.abc import Iterable
from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.bank.check import SHIPPED
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command, Option, Whole
from exam_server.commands.saying import refuse, say, warn, working
from question_bank.exchange.archive import BadPackage
from question_bank.exchange.drafts import Found, Unmapped
from question_bank.exchange.gift import read_gift
from question_bank.exchange.item_files import write_drafts
from question_bank.exchange.markup import parse_xml
from question_bank.exchange.moodle import read_moodle
from question_bank.exchange.qti_package import OwnFiles, read_package, write_own, write_package
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL
from question_bank.loading import BankErrors, load_items

EXPORT_HELP = _("""Écrit les questions d’un dossier (FOLDER) dans un paquet QTI 3.0.

Les autres programmes y lisent toutes les questions que QTI sait dire ; les questions paramétrées y sont
dans leur première variante. Les fichiers d’origine y sont aussi : Passation les reprend sans rien perdre.
Ce que QTI ne sait pas dire est nommé. Sans FOLDER, la banque fournie.

\b
Exemple :
  passation bank export --out banque.zip

\b
Codes de sortie : 0 paquet écrit ; 1 impossible, la raison est écrite ; 2 commande mal écrite.""")

IMPORT_HELP = _("""Lit des questions faites ailleurs (FILE) et les écrit comme fichiers d’items dans OUT.

Formats, reconnus d’eux-mêmes : paquet QTI 3.0, 2.2 ou 2.1 (.zip), Moodle XML (.xml), GIFT (.gift, .txt).
Chaque question sans équivalent est nommée avec la raison. Rien de ce qui est déjà dans OUT n’est changé. Les
questions d’ailleurs reçoivent la compétence et le niveau donnés : relisez-les avant de les proposer.

\b
Exemples :
  passation bank import quiz.gift --competence 1.1 --level 3 --out a-relire
  passation bank import banque.zip --out copie

\b
Codes de sortie : 0 des questions sont écrites ; 1 aucune ne l’est ; 2 commande mal écrite.""")


@click.command("export", cls=Command, help=EXPORT_HELP)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--out", cls=Option, required=True, type=click.Path(path_type=Path), help=_("Le fichier .zip à écrire.")
)
def export(folder: Path | None, out: Path) -> int:
    """Everything that has no counterpart is said."""
    place = SHIPPED if folder is None else folder
    try:
        with working(_("Écriture du paquet…")):
            loaded = load_items(place)
            octets, unmapped = write_package(loaded)
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("cette banque ne peut pas être lue ; défauts : {count}").format(count=len(errors.errors)))
        return FAILED
    out.write_bytes(octets)
    _say_unmapped(unmapped)
    text = _("{count} questions dans {file}, dont {said} lisibles par d’autres programmes.")
    count = len(loaded.bank.items)
    say(text.format(count=count, file=out, said=count - len(unmapped)), "bold green")
    return DONE


@click.command("import", cls=Command, help=IMPORT_HELP)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--competence", type=click.Choice(COMPETENCE_CODES), help=_("Compétence des questions d’ailleurs.")
)
@click.option("--level", type=Whole(1, MAX_LEVEL), help=_("Niveau des questions d’ailleurs."))
@click.option(
    "--skill", default="", help=_("Savoir-faire des questions d’ailleurs ; sinon, le nom du fichier.")
)
@click.option(
    "--out",
    cls=Option,
    required=True,
    type=click.Path(path_type=Path),
    help=_("Dossier où écrire les items."),
)
def import_command(file: Path, competence: str | None, level: int | None, skill: str, out: Path) -> int:
    """A file that cannot be read at all stops here; single questions are told and left out."""
    try:
        found = _found(file)
    except BadPackage as bad:
        refuse(f"{file}: {bad.reason.said(_)}")
        return FAILED
    except OSError as error:
        refuse(f"{file}: {error.strerror}")
        return FAILED
    if isinstance(found, OwnFiles):
        return _take_own(found, out)
    if competence is None or level is None:
        refuse(_("dites la compétence et le niveau de ces questions : --competence 1.1 --level 3"))
        return FAILED
    paths, refused = write_drafts(found.drafts, out, competence, level, skill or file.stem)
    _say_unmapped([*found.unmapped, *refused])
    written = len(found.drafts) - len(refused)
    for path in paths:
        say(str(path))
    text = _("{written} questions écrites, {left} laissées.")
    say(text.format(written=written, left=len(found.unmapped) + len(refused)), "bold green")
    return DONE if written else FAILED


def _found(file: Path) -> OwnFiles | Found:
    """By what the file holds, whatever it is called."""
    octets = file.read_bytes()
    if octets.startswith(b"PK"):
        return read_package(octets)
    if octets.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        parse_xml(octets)
        return read_moodle(octets)
    return read_gift(octets)


def _take_own(files: OwnFiles, out: Path) -> int:
    try:
        count = write_own(files, out)
    except FileExistsError as taken:
        refuse(_("{file} existe déjà : choisissez un autre dossier").format(file=taken.args[0]))
        return FAILED
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("les fichiers de ce paquet ne font pas une banque"))
        return FAILED
    say(_("{count} questions reprises dans {folder}.").format(count=count, folder=out), "bold green")
    return DONE


def _say_unmapped(unmapped: Iterable[Unmapped]) -> None:
    for one in unmapped:
        warn(f"{one.source} « {one.title} » : {one.reason.said(_)}")
