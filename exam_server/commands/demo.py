"""`passation demo`: a whole certification session with an invented school."""

import asyncio
from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.failing import CommandFailed
from exam_server.commands.french import PORT, Command, Whole
from exam_server.demo.run import FEWEST_CANDIDATES, run_demo
from exam_server.demo.stage import MOST_CANDIDATES

DEFAULT_PORT = 8000
DEFAULT_CANDIDATES = 30

HELP = _("""Montre une session de certification avec un établissement inventé ; rien à préparer.

Le serveur est lancé sur SQLite, avec les questions fournies ; des liens de connexion sont écrits pour les
quatre rôles et pour deux candidats, et des candidats simulés remplissent la salle, jusqu’à Ctrl-C.

Avec --headless, une session entière se déroule seule, horloge accélérée, de l’accueil au lot signé, qui est
écrit dans --output et vérifié.

\b
Exemples :
  passation demo
  passation demo --headless --candidates 30

\b
Codes de sortie : 0 tout s’est passé comme prévu ; 1 non, la raison est écrite ; 2 commande mal écrite.""")


@click.command("demo", cls=Command, help=HELP)
@click.option("--headless", is_flag=True, help=_("Déroule une session entière sans personne."))
@click.option(
    "--candidates",
    type=Whole(FEWEST_CANDIDATES, MOST_CANDIDATES),
    default=DEFAULT_CANDIDATES,
    help=_("Nombre de candidats ; 30 par défaut."),
)
@click.option("--port", type=PORT, default=DEFAULT_PORT, help=_("Port du serveur ; 8000 par défaut."))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("demo-output"),
    help=_("Dossier du lot signé ; ./demo-output par défaut."),
)
def demo(headless: bool, candidates: int, port: int, output: Path) -> int:
    """Runs until Ctrl-C, or until the session is over."""
    if output.exists() and not output.is_dir():
        raise CommandFailed(_("{output} n’est pas un dossier").format(output=output))
    return asyncio.run(run_demo(port=port, candidates=candidates, headless=headless, output=output))
