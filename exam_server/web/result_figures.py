"""The figures of results: what is counted, the sentence that says it, the drawing, the same as a table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from exam_server.charts import candidate, school, session
from exam_server.charts.drawing import Chart
from exam_server.charts.said import Said
from exam_server.domain.finalisation import Status
from exam_server.domain.sitting import Replay
from exam_server.exports.school_years import Group
from exam_server.web.language import _, language, ngettext
from exam_server.web.result_words import VERDICTS, Result
from question_bank.framework import COMPETENCES, DOMAINS, LEVELS

TENTHS = 10
_ALL_LEVELS = (0, *LEVELS)
_NARROW = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Figure:
    """A drawing, and what it shows as a table: titles, then lines whose first cell names them."""

    chart: Chart
    titles: Sequence[str]
    rows: Sequence[Sequence[str | int]]


def decimal(value: float) -> str:
    """A whole number, or one decimal, as the reader's language writes it."""
    written = f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return written if language.get() == "en" else written.replace(".", ",")


def domain_names() -> list[str]:
    """The five domains with their numbers; the framework's own words, in French."""
    return [f"{one.code}. {one.label}" for one in DOMAINS]


def year_name(year: int) -> str:
    """A school year by the year in which it begins."""
    return f"{year}-{year + 1}"


# -- one session ---------------------------------------------------------------------------------------------


def session_figures(results: Sequence[Result], replays: Iterable[Replay]) -> list[Figure]:
    """What one session's results show; a figure of nothing is not drawn."""
    scored = [one["scores"] for one in results if one["scores"] is not None]
    shares = shares_used(replays)
    figures = []
    if scored:
        figures += [_levels(scored), _verdicts(scored)]
    if shares:
        figures.append(_time(shares))
    return figures


def _levels(scored: Sequence[Any]) -> Figure:
    counts = [Counter[int]() for _domain in DOMAINS]
    for scores in scored:
        for one in scores["competences"]:
            if one["declared"] > 0:
                counts[DOMAINS.index(COMPETENCES[one["competence"]].domain)][one["certified"]] += 1
    told = [level for of_domain in counts for level in of_domain.elements()]
    words = _(
        "Compétences évaluées : {asked}, dont {certified} avec un niveau certifié. Niveau médian : {median}."
    ).format(asked=len(told), certified=sum(level > 0 for level in told), median=decimal(median(told or [0])))
    rows = [[of_domain[level] for level in _ALL_LEVELS] for of_domain in counts]
    levels = [str(level) for level in _ALL_LEVELS]
    said = Said(_("Niveaux certifiés par domaine"), words, across=_("Niveau"))
    chart = session.levels_by_domain(said, domain_names(), levels, rows)
    named: list[list[str | int]] = [[name, *row] for name, row in zip(domain_names(), rows, strict=True)]
    titles = [_("Domaine"), *(_("Niveau {level}").format(level=level) for level in levels)]
    return Figure(chart, titles, named)


def _verdicts(scored: Sequence[Any]) -> Figure:
    bands = Counter(scores["evidence"]["band"] for scores in scored)
    counts = [(_(name), bands[band]) for band, (name, _about) in VERDICTS.items()]
    words = _("S’accordent avec les réponses : {calm} sur {total}. Pour le jury : {jury}.").format(
        calm=bands["consistent"], total=len(scored), jury=len(scored) - bands["consistent"]
    )
    said = Said(_("Avis sur les profils"), words, across=_("Candidats"))
    return Figure(session.verdicts(said, counts), [_("Avis"), _("Candidats")], counts)


def shares_used(replays: Iterable[Replay]) -> list[float]:
    """Of each test that was sat, the part of its own time that was used: nobody's extra time shows in it."""
    accounts = [one.account for one in replays if one.ended_ms is not None and one.account is not None]
    return [min(max(1 - one.left_ms / one.allowed_ms, 0), 1) for one in accounts if one.allowed_ms]


def _time(shares: Sequence[float]) -> Figure:
    tenths = Counter(min(int(share * TENTHS), TENTHS - 1) for share in shares)
    counts = [tenths[tenth] for tenth in range(TENTHS)]
    full = sum(share == 1 for share in shares)
    words = _("Médiane : {half} du temps accordé à chacun. Jusqu’à la dernière seconde : {full}.")
    percent = f"{100 * median(shares):.0f}{_NARROW}%"
    said = Said(
        _("Temps utilisé"),
        words.format(half=percent, full=full),
        across=_("Part du temps accordé à chacun"),
        up=_("Candidats"),
    )
    spans = _("{low} à {high} %")
    rows = [
        (spans.format(low=TENTHS * tenth, high=TENTHS * (tenth + 1)), count)
        for tenth, count in enumerate(counts)
    ]
    return Figure(session.time_used(said, counts), [_("Part du temps accordé"), _("Candidats")], rows)


# -- one candidate -------------------------------------------------------------------------------------------


def candidate_chart(competences: Sequence[Any]) -> Chart:
    """The sixteen levels of a result; the table beside it says the same."""
    shown = [
        candidate.Shown(one["declared"], one["certified"], one["low"], one["high"])
        if one["declared"] > 0
        else None
        for one in competences
    ]
    asked = [one for one in shown if one is not None]
    reached = sum(one.certified >= one.declared for one in asked)
    words = ngettext(
        "{count} compétence évaluée ; au niveau déclaré : {reached}.",
        "{count} compétences évaluées ; au niveau déclaré : {reached}.",
        len(asked),
    ).format(count=len(asked), reached=reached)
    signs = candidate.Signs(
        declared=_("niveau déclaré"),
        certified=_("niveau certifié"),
        band=_("marge d’erreur"),
        not_asked=_("non évaluée"),
    )
    return candidate.levels(Said(_("Niveaux par compétence"), words, across=_("Niveau")), signs, shown)


# -- a class or the school over the years --------------------------------------------------------------------


def school_figures(groups: Sequence[Group]) -> list[Figure]:
    """One group a year, in whatever order; those that are too small are not drawn."""
    drawn = sorted((one for one in groups if not one.is_small), key=lambda one: one.year)
    if not drawn:
        return []
    figures = [_outcomes(drawn)]
    if any(level is not None for one in drawn for level in one.levels):
        figures.append(_medians(drawn))
    return figures


def _outcomes(groups: Sequence[Group]) -> Figure:
    names = (_("Validées"), _("Non validées"), _("Annulées"))
    order = (Status.VALIDATED, Status.REJECTED, Status.CANCELLED)
    counts = [(one.counts or {}) for one in groups]
    parts = [
        (of_year.get(order[0], 0), of_year.get(order[1], 0), of_year.get(order[2], 0)) for of_year in counts
    ]
    validated, sat = sum(one[0] for one in parts), sum(map(sum, parts))
    words = _("Passations : {sat}, dont {validated} certifications validées ({share}).")
    share = f"{100 * validated / sat:.0f}{_NARROW}%"
    said = Said(
        _("Ce que les passations ont donné"),
        words.format(sat=sat, validated=validated, share=share),
        up=_("Passations"),
    )
    years = [year_name(one.year) for one in groups]
    outcomes = [school.Outcomes(year, part) for year, part in zip(years, parts, strict=True)]
    rows = [(one.year, *one.counts) for one in outcomes]
    return Figure(school.outcomes_by_year(said, names, outcomes), [_("Année"), *names], rows)


def _medians(groups: Sequence[Group]) -> Figure:
    years = [year_name(one.year) for one in groups]
    medians = [[one.levels[place] for one in groups] for place in range(len(DOMAINS))]
    known = [level for of_domain in medians for level in of_domain if level is not None]
    words = _("Le niveau médian va de {low} à {high} selon le domaine et l’année.")
    said = Said(
        _("Niveau médian par domaine"),
        words.format(low=decimal(min(known)), high=decimal(max(known))),
        across=_("Année scolaire"),
    )
    rows = [
        [name, *("—" if level is None else decimal(level) for level in of_domain)]
        for name, of_domain in zip(domain_names(), medians, strict=True)
    ]
    chart = school.levels_by_year(said, domain_names(), years, medians, decimal)
    return Figure(chart, [_("Domaine"), *years], rows)
