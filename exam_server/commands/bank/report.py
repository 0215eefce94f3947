"""`passation bank report`: the bank in figures, as one HTML file that needs nothing else."""

from dataclasses import dataclass
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from exam_server.charts import bank as charts
from exam_server.charts.drawing import Chart
from exam_server.commands.bank.check import SHIPPED
from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command, Option, Whole
from exam_server.commands.saying import refuse, say, working
from exam_server.web.pages import STATIC, page_environment
from question_bank.assembly import (
    BankCannotCarry,
    PublishedBank,
    facts_of,
    facts_of_items,
    publish,
)
from question_bank.calibration import Calibration, calibrate
from question_bank.calibration.reading import BadResponses, read_responses
from question_bank.checks import Report, check_bank
from question_bank.framework import COMPETENCES, LEVELS
from question_bank.items import ItemType
from question_bank.loading import BankErrors, LoadedBank, load_items
from question_bank.year import Year, simulate_year

ZONE = ZoneInfo("Europe/Paris")
TESTS = 5_000
MOST_SHOWN = 25

HELP = _("""Écrit un rapport sur un dossier de questions (FOLDER) dans un fichier HTML.

On y voit les questions par compétence, niveau et type, l’information par niveau, l’exposition et les
questions communes à deux candidats d’après une année simulée, le temps attendu, et, avec des réponses
(--responses, voir « passation bank calibrate »), les questions qui ne suivent pas le modèle.

\b
Exemples :
  passation bank report --out rapport.html
  passation bank report mes-questions/ --tests 100000 --out rapport.html

\b
Codes de sortie : 0 rapport écrit ; 1 impossible, la raison est écrite ; 2 commande mal écrite.""")


@dataclass(frozen=True)
class Material:
    """Everything that the report tells."""

    loaded: LoadedBank
    report: Report
    published: PublishedBank
    year: Year
    calibration: Calibration | None


@click.command("report", cls=Command, help=HELP)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--out", cls=Option, required=True, type=click.Path(path_type=Path), help=_("Le fichier HTML à écrire.")
)
@click.option(
    "--tests",
    type=Whole(24, 1_000_000),
    default=TESTS,
    help=_("Tests de l’année simulée ; par défaut 5000."),
)
@click.option("--responses", type=click.Path(path_type=Path), help=_("Fichier CSV de réponses."))
def report(folder: Path | None, out: Path, tests: int, responses: Path | None) -> int:
    """Nothing is written unless everything could be read."""
    try:
        loaded = load_items(SHIPPED if folder is None else folder)
        published = publish(facts_of(loaded.bank), loaded.bank.version)
        given = None if responses is None else read_responses(responses, loaded.bank)
    except (BankErrors, BadResponses) as bad:
        for error in bad.errors:
            say(str(error))
        refuse(_("le rapport ne peut pas être écrit"))
        return FAILED
    except BankCannotCarry as lack:
        refuse(_("cette banque ne peut pas porter un test : {reason}").format(reason=lack))
        return FAILED
    with working(_("Année simulée…")) as say_now:
        text = _("Année simulée : {done} tests sur {all}…")
        year = simulate_year(
            published, tests, progress=lambda done: say_now(text.format(done=done, all=tests))
        )
    calibration = None if given is None else calibrate(facts_of_items(loaded.bank.items), given)
    material = Material(loaded, check_bank(loaded.bank), published, year, calibration)
    today = datetime.now(ZONE).date()
    out.write_text(page_of(material, today), encoding="utf-8")
    say(_("Rapport écrit dans {file}.").format(file=out), "bold green")
    return DONE


def charts_of(material: Material) -> list[Chart]:
    facts = material.published.facts
    drawn = [charts.information(facts), charts.exposure(material.year), charts.seconds(facts)]
    return drawn if material.calibration is None else [*drawn, charts.fit(material.calibration)]


def page_of(material: Material, today: date) -> str:
    """The whole report as HTML."""
    found = material.report
    flagged = [
        one
        for one in (() if material.calibration is None else material.calibration.estimates)
        if one.drifts or one.misfits
    ]
    return (
        page_environment(ZONE)
        .get_template("console/author/report.html")
        .render(
            lang="fr",
            styles=(STATIC["console"] / "css" / "report.css").read_text(encoding="utf-8"),
            today=today,
            version=material.loaded.bank.version,
            colours=material.published.colours,
            levels=LEVELS,
            competences=COMPETENCES,
            found=found,
            types=[(kind.value, sum(counts[kind] for counts in found.by_type.values())) for kind in ItemType],
            year=material.year,
            most_met=material.year.exposure[:MOST_SHOWN],
            charts=charts_of(material),
            flagged=flagged,
        )
    )
