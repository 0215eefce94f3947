"""`passation bank calibrate`: item parameters from responses, written as a new version of the bank."""

from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.bank.check import SHIPPED
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command, Option
from exam_server.commands.saying import plain_table, refuse, say, say_table, warn, working
from question_bank.assembly import facts_of_items
from question_bank.calibration import Calibration, calibrate
from question_bank.calibration.fit import FEWEST_RESPONSES
from question_bank.calibration.reading import BadResponses, read_responses
from question_bank.calibration.writing import WouldOverwrite, write_version
from question_bank.loading import BankErrors, load_items

MOST_SHOWN = 30

HELP = _("""Estime de nouveau les paramètres des questions à partir de réponses (RESPONSES, un fichier CSV).

Colonnes : candidate (un numéro quelconque), item, declared (niveau déclaré dans la compétence de la question,
1 à 8), right (1 juste, 0 faux). Méthode : maximum de vraisemblance marginale avec a priori (Bock et Aitkin
1981, Mislevy 1986). Le dossier OUT reçoit une nouvelle version de la banque ; l’ancienne n’est pas touchée,
et les sessions déjà passées gardent la leur.

\b
Exemples :
  passation bank calibrate reponses.csv --out banque-2027
  passation bank calibrate reponses.csv --folder banque-2026 --out banque-2027 --anchors calibrated

\b
Codes de sortie : 0 nouvelle version écrite ; 1 impossible, la raison est écrite ; 2 commande mal écrite.""")


@click.command("calibrate", cls=Command, help=HELP)
@click.argument("responses", type=click.Path(path_type=Path))
@click.option(
    "--folder", type=click.Path(path_type=Path), help=_("Dossier de questions ; sinon, la banque fournie.")
)
@click.option(
    "--out",
    cls=Option,
    required=True,
    type=click.Path(path_type=Path),
    help=_("Dossier vide de la nouvelle version."),
)
@click.option(
    "--anchors",
    type=click.Choice(["none", "calibrated"]),
    default="none",
    help=_(
        "Questions qui gardent leurs paramètres et tiennent l’échelle : aucune, ou celles déjà calibrées."
    ),
)
def calibrate_command(responses: Path, folder: Path | None, out: Path, anchors: str) -> int:
    """Nothing is written unless everything could be read."""
    place = SHIPPED if folder is None else folder
    try:
        loaded = load_items(place)
        given = read_responses(responses, loaded.bank)
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("cette banque ne peut pas être lue ; défauts : {count}").format(count=len(errors.errors)))
        return FAILED
    except BadResponses as bad:
        for line in bad.errors:
            text = _("{file}:{line}: {field} : {problem}")
            say(text.format(file=responses, line=line.line, field=line.field, problem=line.problem.said(_)))
        refuse(_("ces réponses ne peuvent pas être lues"))
        return FAILED
    kept = frozenset(item.id for item in loaded.bank.items if item.parameters.calibrated)
    with working(_("Estimation…")) as say_now:
        found = calibrate(
            facts_of_items(loaded.bank.items),
            given,
            kept if anchors == "calibrated" else frozenset(),
            progress=lambda rounds, moved: say_now(_progress(rounds, moved)),
        )
    enough = {one.item: one for one in found.estimates if one.enough and not one.anchor}
    try:
        written = write_version(place, out, loaded, enough)
    except WouldOverwrite:
        refuse(_("{folder} n’est pas vide : choisissez un autre dossier").format(folder=out))
        return FAILED
    _say(found, len(enough))
    say(
        _("Nouvelle version {version} dans {folder}.").format(version=written.bank.version, folder=out),
        "bold green",
    )
    return DONE


def _progress(rounds: int, moved: float) -> str:
    return _("Estimation, tour {rounds} : au plus {moved} logit de changement…").format(
        rounds=rounds, moved=f"{moved:.4f}"
    )


def _say(found: Calibration, enough: int) -> None:
    text = _(
        "{responses} réponses de {candidates} candidats ; {enough} questions estimées, "
        "{few} avec moins de {least} réponses laissées."
    )
    few = sum(not one.enough for one in found.estimates)
    say(
        text.format(
            responses=found.responses,
            candidates=found.candidates,
            enough=enough,
            few=few,
            least=FEWEST_RESPONSES,
        )
    )
    if not found.converged:
        warn(_("l’estimation ne s’est pas stabilisée en {rounds} tours").format(rounds=found.rounds))
    flagged = [one for one in found.estimates if one.drifts or one.misfits]
    if not flagged:
        return
    table = plain_table(
        _("Question"), _("Réponses"), "a", "b", "±", _("Adéquation"), _("À regarder"), right=(1, 2, 3, 4, 5)
    )
    for one in flagged[:MOST_SHOWN]:
        said = [_("dérive")] * one.drifts + [_("ne suit pas le modèle")] * one.misfits
        figures = (f"{one.a:.2f}", f"{one.b:.2f}", f"{one.b_error:.2f}", f"{one.infit:.2f}")
        table.add_row(one.item, str(one.responses), *figures, ", ".join(said))
    say_table(table)
    if len(flagged) > MOST_SHOWN:
        warn(_("et {count} autres à regarder").format(count=len(flagged) - MOST_SHOWN))
