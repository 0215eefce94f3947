"""`passation bank preview`: a local page with every item as a candidate sees it."""

from gettext import gettext as _
from pathlib import Path

import click
import uvicorn

from exam_server.commands.bank.check import SHIPPED
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import PORT, Command
from exam_server.commands.saying import refuse, say, working
from exam_server.preview.app import preview_app
from exam_server.preview.shelf import Shelf
from question_bank.loading import BankErrors, load_items

HELP = _("""Montre chaque question d’un dossier (FOLDER) comme un candidat la voit, sur une page locale.

Pour chacune : ses variantes, sa réponse juste et pourquoi, qui peut y répondre, et ce que vaut une réponse
que vous essayez. On filtre par compétence, par niveau et par type. Sans FOLDER, la banque fournie.

\b
Exemples :
  passation bank preview
  passation bank preview mes-questions/ --port 8100

\b
Codes de sortie : 0 arrêté par Ctrl-C ; 1 la banque ne peut pas être lue ; 2 commande mal écrite.""")


@click.command("preview", cls=Command, help=HELP)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=PORT, default=8100, help=_("Port de la page locale ; par défaut 8100."))
def preview(folder: Path | None, port: int) -> int:
    """On this machine alone: the keys of the bank are on these pages."""
    try:
        with working(_("Lecture des questions…")):
            loaded = load_items(SHIPPED if folder is None else folder)
    except BankErrors as errors:
        for error in errors.errors:
            say(str(error))
        refuse(_("cette banque ne peut pas être lue ; défauts : {count}").format(count=len(errors.errors)))
        return FAILED
    url = f"http://127.0.0.1:{port}"
    text = _("{count} questions sur {url} ; Ctrl-C pour arrêter.")
    say(text.format(count=len(loaded.bank.items), url=url), "bold green")
    uvicorn.run(preview_app(Shelf(loaded)), host="127.0.0.1", port=port, log_level="warning")
    return DONE
