"""The figures of a bank's report: information, exposure, time, and how items fit their responses."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np
from matplotlib.axes import Axes

from exam_server.charts.drawing import ACCENT, INK, LINE, WARM, Chart, draw
from question_bank.assembly import DEFAULT, ItemFacts
from question_bank.calibration import Calibration
from question_bank.calibration.curves import Curves, Floats
from question_bank.framework import COMPETENCE_CODES, LEVEL_CUT_POINTS, LEVELS
from question_bank.year import CAP, Year


def information(facts: Sequence[ItemFacts]) -> Chart:
    """By competence and ability: how much all of its items together would tell."""
    points = np.linspace(LEVEL_CUT_POINTS[0] - 0.9, LEVEL_CUT_POINTS[-1] + 0.9, 91)
    rows = np.array([_information(facts, place, points) for place in range(len(COMPETENCE_CODES))])
    inside = rows[:, (points >= LEVEL_CUT_POINTS[0]) & (points <= LEVEL_CUT_POINTS[-1])]
    poorest = int(inside.min(axis=1).argmin())

    def plot(axes: Axes) -> None:
        image = axes.pcolormesh(points, np.arange(len(rows)), rows, cmap="cividis", shading="nearest")
        axes.set_yticks(range(len(rows)), COMPETENCE_CODES)
        axes.invert_yaxis()
        _name_levels(axes)
        axes.set_ylabel(_("Compétence"))
        axes.grid(visible=False)
        axes.figure.colorbar(image, ax=axes, label=_("information"))

    words = _(
        "L’information la plus faible entre les niveaux 1 et 8 est de {least} (compétence {code}) ; "
        "la plus forte, de {most}."
    ).format(least=_said(inside.min()), code=COMPETENCE_CODES[poorest], most=_said(rows.max()))
    return draw(_("Information par compétence et par niveau"), words, plot, height=4.8)


def _said(value: float) -> str:
    """One decimal, with a comma."""
    return f"{value:.1f}".replace(".", ",")


def _information(facts: Sequence[ItemFacts], competence: int, points: Floats) -> Floats:
    """Fisher information of all items of a competence."""
    mine = [fact for fact in facts if fact.competence_index == competence]
    curves = Curves.of(np.array([f.a for f in mine]), np.array([f.b for f in mine]), DEFAULT)
    p, _by_log_a, by_b = curves.slopes(points)
    total: Floats = (by_b**2 / (p * (1 - p))).sum(axis=0)
    return total


def _name_levels(axes: Axes) -> None:
    """The cut-points as lines, the levels between them."""
    for cut in LEVEL_CUT_POINTS:
        axes.axvline(cut, color=LINE, linewidth=0.8)
    middles = [cut + 0.45 for cut in LEVEL_CUT_POINTS]
    axes.set_xticks(middles, [str(level) for level in LEVELS])
    axes.set_xlabel(_("Niveau"))


def exposure(year: Year) -> Chart:
    """All items, most often met first, by the share of the tests that they were in."""
    shares = [100 * share for _item, share in year.exposure]

    def plot(axes: Axes) -> None:
        axes.fill_between(range(1, len(shares) + 1), shares, step="mid", color=ACCENT)
        axes.axhline(100 * CAP, color=WARM, linestyle="--", label=_("plafond visé"))
        axes.set_xlabel(_("Questions, de la plus vue à la moins vue"))
        axes.set_ylabel(_("% des tests"))
        axes.set_xlim(0, len(shares))
        axes.legend(frameon=False)

    words = _(
        "La question la plus vue est dans {most} % des tests ; la moitié des questions sont dans {half} % "
        "au plus ; {unused} ne sont jamais vues."
    ).format(most=_said(shares[0]), half=_said(float(np.median(shares))), unused=len(year.unused))
    return draw(_("Exposition en une année simulée"), words, plot)


def seconds(facts: Sequence[ItemFacts]) -> Chart:
    """The expected times."""
    times = [fact.expected_seconds for fact in facts]

    def plot(axes: Axes) -> None:
        axes.hist(times, bins=range(15, max(times) + 30, 15), color=ACCENT, edgecolor="white")
        axes.set_xlabel(_("Temps attendu, en secondes"))
        axes.set_ylabel(_("Questions"))

    words = _("La moitié des questions demandent {half} secondes au plus ; la plus longue, {most}.")
    return draw(_("Temps attendu"), words.format(half=round(float(np.median(times))), most=max(times)), plot)


def fit(found: Calibration) -> Chart:
    """Difficulty and fit of every item with enough responses; those to look at stand out by shape too."""
    enough = [one for one in found.estimates if one.enough]
    flagged = [one for one in enough if one.drifts or one.misfits]
    calm = [one for one in enough if one not in flagged]

    def plot(axes: Axes) -> None:
        axes.axhline(1, color=INK, linewidth=0.8)
        axes.plot([e.b for e in calm], [e.infit for e in calm], "o", color=ACCENT, alpha=0.6, markersize=4)
        axes.plot([e.b for e in flagged], [e.infit for e in flagged], "D", color=WARM, label=_("à regarder"))
        axes.set_xlabel(_("Difficulté"))
        axes.set_ylabel(_("Écart au modèle (1 : aucun)"))
        if flagged:
            axes.legend(frameon=False)

    words = _("{enough} questions ont assez de réponses ; {flagged} sont à regarder.")
    return draw(
        _("Adéquation des réponses au modèle"), words.format(enough=len(enough), flagged=len(flagged)), plot
    )
