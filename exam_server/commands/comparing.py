"""`passation verify-diff`: two bundles of one session, and whether the newer is what the older became."""

from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import click

from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command
from exam_server.commands.saying import refuse, say
from exam_server.commands.trusting import UNKNOWN, with_anchors
from exam_server.commands.verifying import say_verdict, verified
from exam_server.domain.finalisation import Status
from exam_server.exports.bundle_changes import CandidateChange, Comparison, DoesNotContinue, Result, compare
from exam_server.exports.verification import Anchors
from exam_server.web.result_words import STATUSES, reason_words, ruling_words

HELP = _("""Compare deux lots d’une même session : OLD, l’ancien, et NEW, le nouveau, hors ligne.

Les deux sont d’abord vérifiés, comme par « passation verify ». Le nouveau doit continuer l’ancien : même
journal au début, entrée par entrée et par sa racine signée, et la version suivante nomme celle qu’elle
remplace. Alors ce qui a changé est dit, candidat par candidat. Sinon deux histoires ont été signées pour la
même session, et la commande le refuse : gardez les deux lots.

\b
Exemples :
  passation verify-diff lot-v1.zip lot-v2.zip
  passation verify-diff lot-v1.zip lot-v2.zip --authority 4f:1c:…

\b
Codes de sortie : 0 le nouveau continue l’ancien, tous deux valables ; 1 l’un est refusé, ou l’un réécrit
l’autre ; 2 commande mal écrite ; 3 le nouveau continue l’ancien, mais l’un d’eux est inconnu.""")

_SAID = frozenset({"status", "reason", "scores", "rulings"})


@click.command("verify-diff", cls=Command, help=HELP)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@with_anchors
def verify_diff(old: Path, new: Path, anchors: Anchors) -> int:
    """What changed for whom; exit code 1 where one bundle rewrites the other."""
    older, newer = verified(old, anchors), verified(new, anchors)
    if older is None or newer is None:
        return FAILED
    for file, found in ((old, older), (new, newer)):
        say_verdict(file, found)
    try:
        comparison = compare(older, newer)
    except DoesNotContinue as error:
        refuse(str(error))
        say(_("REFUSÉ : {new} ne continue pas {old}.").format(new=new.name, old=old.name), "bold red")
        return FAILED
    text = _("{new} (version {newer}) continue {old} (version {older}).")
    versions = {"newer": newer.version, "older": older.version}
    say(text.format(new=new.name, old=old.name, **versions), "bold green")
    _say_comparison(comparison)
    return UNKNOWN if older.doubts or newer.doubts else DONE


def _say_comparison(comparison: Comparison) -> None:
    added = comparison.entries_added
    if added:
        say(
            ngettext(
                "{count} entrée de plus dans le journal.", "{count} entrées de plus dans le journal.", added
            ).format(count=added)
        )
    if comparison.erased:
        numbers = ", ".join(map(str, comparison.erased))
        say(_("Contenus effacés depuis, entrées : {numbers}.").format(numbers=numbers))
    if comparison.is_direct:
        say(_("La nouvelle version nomme celle qu’elle remplace."))
    if not comparison.candidates:
        say(_("Aucun résultat n’a changé."))
    for change in comparison.candidates:
        _say_change(change)


def _say_change(change: CandidateChange) -> None:
    shown = change.shown
    name = f"{shown.get('given_name')} {shown.get('family_name')}"
    if change.older is None or change.newer is None:
        text = _("{name} : n’était pas dans l’ancien") if change.older is None else _("{name} : n’y est plus")
        say(text.format(name=name), "bold")
        return
    say(f"{name} :", "bold")
    for what, of in (
        (_("statut"), _status),
        (_("score"), _score),
        (_("décisions"), _rulings),
    ):
        before, after = of(change.older), of(change.newer)
        if before != after:
            say(_("  {what} : {before} → {after}").format(what=what, before=before, after=after))
    if "scores" in change.members and _score(change.older) == _score(change.newer):
        say(_("  les niveaux ont changé, le score est le même"))
    if others := sorted(change.members - _SAID):
        say(_("  autres champs : {names}").format(names=", ".join(others)))


def _status(result: Result) -> str:
    words = STATUSES[Status(result["status"])]
    reason = reason_words(result)
    return words if reason is None else f"{words} ({reason})"


def _score(result: Result) -> str:
    scores = result["scores"]
    return "—" if scores is None else str(scores["score"])


def _rulings(result: Result) -> str:
    return " ; ".join(ruling_words(result)) or _("aucune")
