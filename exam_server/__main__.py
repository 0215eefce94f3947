"""The command `passation`: finds the command, and turns every failure into a sentence and an exit code."""

import sys
from collections.abc import Sequence
from gettext import gettext as _

import click

from exam_server.commands.failing import DONE, FAILED, INTERRUPTED, MISUSED, sentence_of
from exam_server.commands.french import Group, usage_sentence
from exam_server.commands.saying import notice, refuse

HELP = _("""Passation organise la certification des compétences numériques dans un établissement.

Les réglages se donnent par des variables d’environnement PASSATION_… ; elles sont décrites dans
docs/operations.md. Sans aucun réglage, tout vit dans le dossier ./passation-data.

\b
Pour commencer :
  passation demo                                     une démonstration complète, rien à préparer
  passation user add --email … --role head …         le premier compte d’un établissement
  passation serve                                    le serveur, sur http://127.0.0.1:8000

\b
Codes de sortie : 0 tout va bien ; 1 refusé ou impossible, la raison est écrite ;
2 commande mal écrite ; 130 interrompue.""")

COMMANDS = {
    "serve": ("exam_server.commands.serving:serve", _("Lance le serveur.")),
    "demo": ("exam_server.commands.demo:demo", _("Montre une session de certification, sans rien préparer.")),
    "simulate": (
        "exam_server.commands.simulating:simulate",
        _("Remplit une session ouverte de candidats simulés et mesure les temps de réponse."),
    ),
    "verify": ("exam_server.commands.verifying:verify", _("Vérifie un lot de résultats, hors ligne.")),
    "verify-diff": (
        "exam_server.commands.comparing:verify_diff",
        _("Compare deux lots d’une session : le second continue-t-il le premier ?"),
    ),
    "replay": (
        "exam_server.commands.replaying:replay",
        _("Raconte une session ou un test depuis son lot, hors ligne."),
    ),
    "bank": ("exam_server.commands.bank:bank", _("Contrôle les questions.")),
    "import": ("exam_server.commands.importing:imports", _("Importe les élèves et leurs profils.")),
    "lsu": ("exam_server.commands.lsu:lsu", _("Complète un fichier de bilans LSU pour le CM2 et la 6e.")),
    "keys": (
        "exam_server.commands.keys:keys",
        _("Les clés qui signent : faites, reprises, révoquées, publiées."),
    ),
    "livret": (
        "exam_server.commands.livret:livret",
        _("Laisse des programmes prendre les certifications publiées."),
    ),
    "user": ("exam_server.commands.users:user", _("Ajoute les comptes du personnel.")),
}


@click.group("passation", cls=Group, lazy=COMMANDS, help=HELP)
@click.option("--trace", is_flag=True, help=_("Montre la trace complète d’une erreur imprévue."))
def passation(trace: bool) -> None:
    """The group itself does nothing; `trace` is read by `run`."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; nothing but the end of the process escapes."""
    try:
        code = passation.main(args=list(arguments), prog_name="passation", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        notice(error.format_message())
        return MISUSED
    except click.UsageError as error:
        refuse(usage_sentence(error))
        path = error.ctx.command_path if error.ctx else "passation"
        notice(_("L’aide : {path} --help").format(path=path))
        return MISUSED
    except (click.Abort, KeyboardInterrupt, EOFError):
        notice(_("Interrompu."))
        return INTERRUPTED
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None and "--trace" in arguments[:1]:
            raise
        refuse(sentence or _unforeseen(error))
        return FAILED
    return code if isinstance(code, int) else DONE


def _unforeseen(error: Exception) -> str:
    text = _("imprévue ({kind} : {what}) ; « passation --trace … » montre où elle s’est produite")
    return text.format(kind=type(error).__name__, what=str(error) or "?")


def main() -> None:
    """The entry point of the installed command."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
