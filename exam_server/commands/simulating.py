"""`passation simulate`: fills a running session with simulated candidates and says what they measured."""

import asyncio
from collections.abc import Callable
from gettext import gettext as _
from urllib.parse import urlsplit

import click

from exam_server.commands.failing import DONE, FAILED, CommandFailed
from exam_server.commands.french import Command, Option, Positive, Whole
from exam_server.commands.saying import plain_table, refuse, say, say_table, working
from exam_server.simulation.browser import ServerSaidNo, Unreachable
from exam_server.simulation.report import Report
from exam_server.simulation.room import MOST_CANDIDATES, PASSWORD_VARIABLE, CannotSimulate, Progress
from exam_server.simulation.room import simulate as simulate_room

MOST_FAILURES_SHOWN = 20

HELP = _("""Remplit une session ouverte de candidats simulés, sur le serveur qui répond à URL.

Ils utilisent les mêmes pages et la même connexion que de vrais candidats : carte, attente, admission,
réponses. Il faut une personne qui voit les cartes et admet les candidats : un lien de connexion à usage
unique d’un chef d’établissement ou d’un surveillant (« passation user add --link » en écrit un).

Ne visez que votre propre serveur, et jamais une session où de vrais candidats composent.

\b
Exemple :
  passation simulate http://127.0.0.1:8000 --session K4T7QX --candidates 30 --speed 20 \\
    --sign-in http://127.0.0.1:8000/staff/link/…

\b
Codes de sortie : 0 tous sont allés au bout ; 1 non, les raisons sont écrites ; 2 commande mal écrite.""")


@click.command("simulate", cls=Command, help=HELP)
@click.argument("url", metavar="URL")
@click.option("--session", "code", cls=Option, required=True, metavar="CODE", help=_("Code de la session."))
@click.option(
    "--candidates",
    type=Whole(1, MOST_CANDIDATES),
    cls=Option,
    required=True,
    help=_("Nombre de candidats."),
)
@click.option(
    "--speed",
    type=Positive(),
    default=1.0,
    help=_("Combien de fois plus vite ils réfléchissent ; 1 par défaut."),
)
@click.option(
    "--sign-in",
    metavar="LINK",
    cls=Option,
    required=True,
    help=_("Lien de connexion à usage unique, ou adresse d’un compte (mot de passe : {variable}).").format(
        variable=PASSWORD_VARIABLE
    ),
)
def simulate(url: str, code: str, candidates: int, speed: float, sign_in: str) -> int:
    """Bounded: each candidate takes one test, and the whole has a limit of time."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CommandFailed(_("« {url} » n’est pas une adresse http:// ou https://").format(url=url))
    try:
        with working(_("Accueil de {count} candidats simulés…").format(count=candidates)) as now:
            report = asyncio.run(
                simulate_room(url.rstrip("/"), code, candidates, speed, sign_in, progress=_shown(now))
            )
    except (CannotSimulate, ServerSaidNo, Unreachable) as error:
        raise CommandFailed(str(error)) from error
    say_report(report)
    return DONE if report.ok else FAILED


def _shown(now: Callable[[str], None]) -> Progress:
    """The room's progress as a line on the terminal."""
    text = _("{ended} candidats sur {all} ont terminé ; réponses enregistrées : {acknowledged}")
    return lambda ended, everyone, acknowledged: now(
        text.format(ended=ended, all=everyone, acknowledged=acknowledged)
    )


def say_report(report: Report) -> None:
    """The table of latencies, then how the tests ended and what went wrong."""
    table = plain_table(
        _("Demande"), _("Nombre"), _("p50"), _("p95"), _("p99"), _("max"), right=(1, 2, 3, 4, 5)
    )
    for kind, figures in report.figures.items():
        times = (figures.p50, figures.p95, figures.p99, figures.most)
        table.add_row(kind, str(figures.count), *(_("{ms} ms").format(ms=_figure(each)) for each in times))
    say_table(table)
    text = _(
        "Candidats : {started} commencés sur {asked} ; réponses enregistrées : {acknowledged} "
        "en {seconds} s, soit {rate} par seconde."
    )
    say(
        text.format(
            started=report.started,
            asked=report.asked,
            acknowledged=report.acknowledged,
            seconds=_figure(report.seconds),
            rate=_figure(report.responses_per_second),
        )
    )
    for title, counts in (
        (_("Fins"), report.ends),
        (_("Refus"), report.refusals),
        (_("Réseau"), report.network),
    ):
        if counts:
            listed = ", ".join(f"{name} : {count}" for name, count in sorted(counts.items()))
            say(_("{title} : {listed}").format(title=title, listed=listed))
    for failure in report.failures[:MOST_FAILURES_SHOWN]:
        refuse(failure)


def _figure(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
