"""What the demonstration prints: its progress, the summary of a session, the links for whoever watches."""

from collections.abc import Mapping
from datetime import UTC, datetime
from gettext import gettext as _

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from exam_server.demo.cast import CAST, Links
from exam_server.demo.headless import ZONE, Finished
from exam_server.demo.outcome import Row
from exam_server.simulation.report import Figures

_STATUS = {"validated": _("validée"), "rejected": _("rejetée"), "cancelled": _("annulée")}
_STYLE = {"validated": "green", "rejected": "red", "cancelled": "yellow"}
_END = {
    "completed": _("terminé"),
    "timed_out": _("temps écoulé"),
    "terminated": _("arrêté"),
    "not_started": _("absent"),
}
_REASON = {
    "absent": _("absence"),
    "technical": _("incident technique"),
    "too_few_responses": _("trop peu de réponses"),
    "no_level_certified": _("aucun niveau certifié"),
}
_REQUEST = {
    "responses": _("réponse enregistrée"),
    "enter": _("entrée par la carte"),
    "start": _("début du test"),
    "state": _("état de la page"),
    "act": _("acte du personnel"),
    "upload": _("import d’un fichier"),
}


def say_finished(console: Console, finished: Finished) -> None:
    """The summary table and the figures of a session played to its end."""
    console.print(_summary(finished))
    for line in finished.verified.strip().splitlines():
        console.print(Text(line), soft_wrap=True)
    console.print(_figures(finished))
    console.print(Text(_("Lot signé : {path}").format(path=finished.bundle), style="bold"), soft_wrap=True)
    console.print(Text(_("Clés publiques : {path}").format(path=finished.keys)), soft_wrap=True)
    text = _("Durée : {seconds} s ; {entries} entrées au journal.")
    console.print(Text(text.format(seconds=f"{finished.seconds:.0f}", entries=finished.outcome.entries)))


def say_complaints(console: Console, complaints: tuple[str, ...]) -> None:
    """Everything that is not as it was meant to be."""
    for complaint in complaints[:30]:
        console.print(Text(_("Inattendu : {what}").format(what=complaint), style="bold red"), soft_wrap=True)


def say_links(console: Console, links: Links, codes: Mapping[str, str], url: str) -> None:
    """The one-time links of the four roles, and the two candidates kept for whoever watches."""
    title = _("Chaque lien sert une fois ; ouvrez-les dans des navigateurs ou des profils différents :")
    console.print(Text(title))
    shown = [(part.name, links[role][1]) for role, part in CAST.items()]
    shown += [(name, f"{url}/#code={code.replace('-', '')}") for name, code in codes.items()]
    widest = max(len(name) for name, _link in shown)
    for name, link in shown:
        # Not in a frame and not wrapped: a link is there to be copied whole.
        console.print(Text.assemble("  ", (name.ljust(widest), "bold"), "  ", (link, "cyan")), soft_wrap=True)
    console.print(
        Text(
            _(
                "Les deux candidats vous attendent : comme surveillant, vérifiez leur identité, donnez-leur "
                "une place et admettez-les. Les autres sont simulés. Ctrl-C pour arrêter."
            )
        )
    )


def _summary(finished: Finished) -> Table:
    table = Table(
        title=_("La session, candidat par candidat"),
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
    )
    table.add_column(_("Candidat"), overflow="fold")
    table.add_column(_("Statut"), no_wrap=True)
    for name in (_("Score"), _("Réponses"), _("Temps"), _("Fin")):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(_("Comment"))
    for row in finished.outcome.rows:
        table.add_row(
            row.name,
            Text(_STATUS.get(row.status, row.status), style=_STYLE.get(row.status, "")),
            "" if row.score is None else str(row.score),
            str(row.responses),
            "" if row.allowed_ms is None else _length(row.allowed_ms),
            "" if row.ended_ms is None else _hour(row.ended_ms),
            _how(row),
        )
    return table


def _figures(finished: Finished) -> Table:
    table = Table(
        title=_("Temps de réponse, en millisecondes"),
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
    )
    table.add_column(_("Demande"))
    for name in (_("nombre"), "p50", "p95", "p99", "max"):
        table.add_column(name, justify="right")
    for kind, figures in finished.tally.figures().items():
        if kind in _REQUEST:
            table.add_row(_REQUEST[kind], *_row_of(figures))
    table.add_row(_("événement au tableau"), *_row_of(finished.board.lag.figures))
    return table


def _row_of(figures: Figures) -> tuple[str, ...]:
    times = (figures.p50, figures.p95, figures.p99, figures.most)
    return (str(figures.count), *(f"{each:.1f}".replace(".", ",") for each in times))


def _how(row: Row) -> str:
    end = _END.get(row.end, row.end)
    if row.reason is None or row.end == "not_started":
        return end
    return _("{end} ({reason})").format(end=end, reason=_REASON.get(row.reason, row.reason))


def _length(milliseconds: int) -> str:
    hours, minutes = divmod(milliseconds // 60_000, 60)
    return f"{hours}\u00a0h\u00a0{minutes:02d}"


def _hour(milliseconds: int) -> str:
    instant = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZONE)
    return f"{instant:%H}\u00a0h\u00a0{instant:%M}"
