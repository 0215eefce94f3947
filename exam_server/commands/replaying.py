"""`passation replay`: tells a session, or one candidate's sitting, out of its bundle, offline."""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from exam_server.commands.failing import DONE, CommandFailed
from exam_server.commands.french import Command
from exam_server.commands.saying import plain_table, say, say_table
from exam_server.domain.moments import Moment, moments_of, of_candidate, of_session
from exam_server.domain.replay import replays_of
from exam_server.domain.rules import ExamRules
from exam_server.domain.sitting import Replay
from exam_server.exports.bundle import LARGEST_BUNDLE, Bundle
from exam_server.exports.bundle_facts import actors_in, facts_in, people_in
from exam_server.exports.verification import verify_bundle
from exam_server.settings import DEFAULT_ZONE
from exam_server.web.timeline_rows import account_lines, facts_of, formula, item_lines_of, lines_of, total_of
from exam_server.web.timeline_words import Telling

HELP = _("""Raconte une session depuis son lot (BUNDLE), hors ligne : ce qui s’est passé, quand, par qui.

Avec --candidate, le test d’un seul candidat : question par question, les suspensions, et le calcul de
son heure de fin. Le lot est d’abord vérifié avec les clés qu’il contient ;
« passation verify » dit de qui il vient.

\b
Exemples :
  passation replay session-B12.zip
  passation replay session-B12.zip --candidate Verger

\b
Codes de sortie : 0 tout va bien ; 1 le lot est refusé, ou le candidat introuvable ;
2 commande mal écrite.""")

CANDIDATE_HELP = _("Le nom du candidat, une partie de ce nom, ou son identifiant.")


@click.command("replay", cls=Command, help=HELP)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--candidate", metavar=_("NOM"), help=CANDIDATE_HELP)
def replay(bundle: Path, candidate: str | None) -> int:
    """Prints the timeline; exit code 1 for a bundle that does not hold."""
    found = verify_bundle(_read(bundle), None, None).bundle
    people = people_in(found)
    telling = Telling(people, ZoneInfo(DEFAULT_ZONE), _day(found.results))
    moments = moments_of(facts_in(found), actors_in(found))
    if candidate is None:
        _tell_moments(of_session(moments), telling)
    else:
        _tell_candidate(found, _chosen(candidate, found, people), moments, telling)
    return DONE


def _tell_candidate(bundle: Bundle, candidate: str, moments: list[Moment], telling: Telling) -> None:
    sitting = replays_of(facts_in(bundle), ExamRules(), bundle.entries[-1].at_ms)[candidate]
    say(telling.name(candidate), "bold")
    _tell_facts(sitting, telling)
    if sitting.items:
        table = plain_table(
            _("N°"), _("Comp."), _("De"), _("À"), _("Issue"), _("Temps compté"), _("Suspendu"), right=(0,)
        )
        lines = item_lines_of(sitting, telling)
        for one in lines:
            table.add_row(
                str(one.position), one.competence, one.since, one.until, one.left, one.ran, one.stopped
            )
        table.add_row("", "", "", "", _("Ensemble"), *total_of(lines))
        say()
        say_table(table)
    _tell_moments(of_candidate(moments, candidate), telling)


def _tell_facts(sitting: Replay, telling: Telling) -> None:
    facts = facts_of(sitting, telling)
    if sitting.account is not None:
        facts += account_lines(sitting.account, telling)
    for name, value in facts:
        say(_("{name} : {value}").format(name=name, value=value))
    if sitting.account is not None:
        say(formula(sitting.account, telling))


def _tell_moments(moments: list[Moment], telling: Telling) -> None:
    say()
    for line in lines_of(moments, telling):
        say(f"{line.number:>6}  {line.at}  {line.about}  {line.what}  ({line.by})")


def _chosen(wanted: str, bundle: Bundle, people: Mapping[str, str]) -> str:
    """The one candidate who is meant; raises CommandFailed where there is none, or more than one."""
    candidates = {entry.candidate for entry in bundle.entries if entry.candidate is not None}
    if wanted in candidates:
        return wanted
    meant = sorted(one for one in candidates if wanted.casefold() in people.get(one, "").casefold())
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise CommandFailed(_("aucun candidat de ce lot ne s’appelle ainsi : {name}").format(name=wanted))
    names = ", ".join(f"{people[one]} ({one})" for one in meant)
    raise CommandFailed(_("plusieurs candidats s’appellent ainsi : {names}").format(names=names))


def _day(results: Mapping[str, object]) -> date | None:
    session = results.get("session")
    written = session.get("date") if isinstance(session, Mapping) else None
    return date.fromisoformat(written) if isinstance(written, str) else None


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        octets = stream.read(LARGEST_BUNDLE + 1)
    if len(octets) > LARGEST_BUNDLE:
        raise CommandFailed(
            _("{file} est trop gros : {most} octets au plus").format(file=path, most=LARGEST_BUNDLE)
        )
    return octets
