"""The readiness sheet in words: from the seats that were measured to the lines of the paper."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from exam_server.domain.rehearsal import Check, Readiness
from exam_server.papers.forms import ReadinessSheet, Tried, Trouble, Words
from exam_server.storage.columns import to_millis
from exam_server.storage.queries import SessionRow
from exam_server.storage.rehearsal_rows import SeatRow
from exam_server.web.language import _
from exam_server.web.paper_words import moment
from exam_server.web.rehearsal_words import CHECKS, READINESS, lines_of


def readiness_words() -> Words:
    """The words of the readiness sheet."""
    return {
        "troubles": _("À régler avant la session"),
        "no_troubles": _("Rien à régler aux postes essayés."),
        "measured": _("Ce qui a été mesuré"),
        "none_measured": _("Aucun poste n’a encore été essayé."),
        "untried": _("Postes pas encore essayés"),
        "seat": _("Place"),
        "readiness": _("État"),
        "at": _("Mesuré le"),
        "check": _("Quoi"),
        "found": _("Constaté"),
        "advice": _("Que faire"),
        "how": _("Chaque poste garde sa dernière mesure, faite au navigateur par la page « Répétition »."),
        "invigilator": _("Surveillance"),
        "technician": _("Suivi informatique"),
    }


def readiness_of(session: SessionRow, seats: Sequence[SeatRow], zone: ZoneInfo) -> ReadinessSheet:
    """The lines of the sheet; the seats that are worst come first among what is to be put right."""
    tried = {(one.row, one.column) for one in seats}
    plan = [(row, column) for row in range(1, session.rows + 1) for column in range(1, session.columns + 1)]
    uneasy = [one for one in seats if one.readiness is not Readiness.READY]
    worst_first = sorted(uneasy, key=lambda one: one.readiness is not Readiness.NOT_READY)
    return ReadinessSheet(
        facts=_facts(session, seats, len(plan), zone),
        troubles=[_trouble(one) for one in worst_first],
        heads=[_(CHECKS[check]) for check in Check],
        seats=[_tried(one, session, zone) for one in seats],
        untried=[_seat(*place) for place in plan if place not in tried] if seats else [],
    )


def _facts(
    session: SessionRow, seats: Sequence[SeatRow], places: int, zone: ZoneInfo
) -> list[tuple[str, str]]:
    counted = Counter(one.readiness for one in seats)
    last = max((to_millis(one.at) for one in seats), default=None)
    return [
        (_("Salle"), session.room),
        *((_(READINESS[readiness]), str(counted[readiness])) for readiness in Readiness),
        (_("Pas essayé"), str(places - len(seats))),
        (_("Dernière mesure"), moment(last, session, zone, exact=False)),
    ]


def _trouble(seat: SeatRow) -> Trouble:
    lines = [one for one in lines_of(seat.checks, seat.measures) if one.readiness is not Readiness.READY]
    return Trouble(
        _seat(seat.row, seat.column),
        _(READINESS[seat.readiness]),
        [(one.label, one.value, one.advice) for one in lines],
    )


def _tried(seat: SeatRow, session: SessionRow, zone: ZoneInfo) -> Tried:
    values = [one.value for one in lines_of(seat.checks, seat.measures)]
    at = moment(to_millis(seat.at), session, zone, exact=False)
    return Tried(_seat(seat.row, seat.column), _(READINESS[seat.readiness]), at, values)


def _seat(row: int, column: int) -> str:
    return f"{row}-{column}"
