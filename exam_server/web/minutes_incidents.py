"""The incident reports as the session report has them: what, about whom, when, and what came of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from exam_server.papers.forms import Reported
from exam_server.storage.columns import to_millis
from exam_server.storage.incident_rows import IncidentRow
from exam_server.storage.queries import SessionRow
from exam_server.web.incident_words import CATEGORIES, OUTCOMES
from exam_server.web.language import _, ngettext
from exam_server.web.paper_words import moment


def reported(rows: Sequence[IncidentRow], session: SessionRow, zone: ZoneInfo) -> list[Reported]:
    """The reports that stand, in the order in which they were made."""
    standing = sorted((row for row in rows if row.standing), key=lambda row: row.number)
    return [
        Reported(
            title=_(CATEGORIES[row.category]),
            about=_about(row),
            at=_at(row.at, session, zone),
            by=row.by,
            description=row.description,
            more=[*(_note(note, session, zone) for note in row.notes), *_statement(row, session, zone)],
        )
        for row in standing
    ]


def withdrawn(rows: Sequence[IncidentRow]) -> str:
    """How many were taken back; the log has them, and why."""
    count = sum(not row.standing for row in rows)
    if not count:
        return ""
    return ngettext(
        "{count} signalement fait par erreur a été retiré ; le journal le garde, avec le motif.",
        "{count} signalements faits par erreur ont été retirés ; le journal les garde, avec le motif.",
        count,
    ).format(count=count)


def _about(row: IncidentRow) -> str:
    parts = [row.name or _("Toute la salle")]
    if row.position is not None:
        parts.append(_("question {n}").format(n=row.position))
    return ", ".join(parts)


def _at(instant: datetime, session: SessionRow, zone: ZoneInfo) -> str:
    return moment(to_millis(instant), session, zone)


def _note(note: Mapping[str, Any], session: SessionRow, zone: ZoneInfo) -> tuple[str, str]:
    words = OUTCOMES.get(note.get("outcome", ""), "")
    at = _at(note["at"], session, zone)
    return _("{what} ({at}, {name}).").format(
        what=_(words) if words else _("Note"), at=at, name=note["by"]
    ), note["text"]


def _statement(row: IncidentRow, session: SessionRow, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The candidate's own words, or that they were asked for and there were none, or that nobody asked."""
    if row.statement is not None and row.statement_at is not None:
        at = _at(row.statement_at, session, zone)
        said = _("« {text} »").format(text=row.statement)
        return [(_("Déclaration du candidat ({at}).").format(at=at), said)]
    if row.statement_declined:
        return [(_("Le candidat, invité à s’exprimer, n’a pas souhaité faire de déclaration."), "")]
    if row.name is not None:
        return [(_("La déclaration du candidat n’a pas été recueillie."), "")]
    return []
