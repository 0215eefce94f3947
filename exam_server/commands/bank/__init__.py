"""`passation bank`: what authors do with a folder of items."""

from gettext import gettext as _

import click

from exam_server.commands.french import Group

_HERE = "exam_server.commands.bank"
_COMMANDS = {
    "check": (f"{_HERE}.check:check", _("Contrôle un dossier de questions.")),
    "calibrate": (
        f"{_HERE}.calibrate:calibrate_command",
        _("Estime les paramètres des questions à partir de réponses."),
    ),
    "collect": (
        f"{_HERE}.collect:collect",
        _("Écrit comme fichiers ce qui a été approuvé dans la console."),
    ),
    "export": (f"{_HERE}.exchange:export", _("Écrit un paquet QTI 3.0.")),
    "import": (f"{_HERE}.exchange:import_command", _("Lit des questions QTI, Moodle XML ou GIFT.")),
    "report": (f"{_HERE}.report:report", _("Écrit un rapport avec des figures.")),
    "preview": (f"{_HERE}.preview:preview", _("Montre chaque question comme un candidat la voit.")),
}


@click.group(
    "bank", cls=Group, lazy=_COMMANDS, help=_("Contrôle les questions avant qu’un serveur ne les publie.")
)
def bank() -> None:
    """The commands about items."""
