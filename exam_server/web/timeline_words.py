"""The words of a timeline that stand for codes, and how names and instants are written in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from exam_server.domain.events import ROOM, SYSTEM
from exam_server.domain.json import JSON
from exam_server.web.language import _, language, marked
from exam_server.web.pages import NARROW, date_short
from exam_server.web.paper_words import time_exact

SORTS: Mapping[str, str] = MappingProxyType(
    {
        "session": marked("La session"),
        "rehearsal": marked("La répétition de la salle"),
        "staff": marked("La surveillance"),
        "desk": marked("L’émargement"),
        "test": marked("Débuts et fins"),
        "items": marked("Les questions"),
        "time": marked("Temps et arrêts"),
        "help": marked("Les appels"),
        "messages": marked("Les messages"),
        "connection": marked("La connexion"),
        "incidents": marked("Les signalements"),
    }
)
"""What moments are about, as a reader picks them out."""

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "carte_identite": marked("carte d’identité"),
        "passeport": marked("passeport"),
        "carte_scolaire": marked("carte scolaire"),
        "connu_personnellement": marked("connu personnellement"),
        "autre": marked("autre pièce"),
    }
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "no_document": marked("sans pièce"),
        "identity_not_established": marked("identité non établie"),
        "too_late": marked("arrivée après la limite"),
        "rules_not_accepted": marked("consignes non acceptées"),
        "other": marked("autre raison"),
    }
)
CALLS: Mapping[str, str] = MappingProxyType(
    {"technical": marked("technique"), "question": marked("question"), "personal": marked("personnel")}
)
CALL_ENDS: Mapping[str, str] = MappingProxyType(
    {
        "dismissed": marked("Appel classé"),
        "time_given": marked("Appel classé, du temps est redonné"),
        "item_replaced": marked("Appel classé, la question est remplacée"),
        "attempt_ended": marked("Appel clos avec le test"),
    }
)
LEFT: Mapping[str, str] = MappingProxyType(
    {
        "validated": marked("Validée"),
        "passed": marked("Passée"),
        "replaced": marked("Remplacée"),
        "draft": marked("Brouillon compté à la fin"),
        "nothing": marked("Sans réponse à la fin"),
        "in_hand": marked("En cours"),
    }
)
"""How a question left the candidate's hand."""


@dataclass(frozen=True)
class Telling:
    """For whom it is told: names by identifier, the place's time, the session's day, which needs no date."""

    people: Mapping[str, str]
    zone: ZoneInfo
    day: date | None

    def name(self, actor: str) -> str:
        """Who that is; somebody whose name nobody knows here keeps the beginning of the identifier."""
        if actor == SYSTEM:
            return _("le serveur")
        if actor == ROOM:
            return _("un ordinateur de la salle")
        return self.people.get(actor) or (f"{actor[:8]}…" if actor else "—")

    def at(self, at_ms: JSON) -> str:
        """An instant to the second; with its date where that is not the session's own."""
        if not isinstance(at_ms, int):
            return "—"
        instant = datetime.fromtimestamp(at_ms / 1000, UTC)
        day = instant.astimezone(self.zone).date()
        written = time_exact(instant, self.zone)
        return written if day == self.day else f"{date_short(day)}, {written}"

    def exactly(self, at_ms: int) -> str:
        """The same with its thousandths where there are any: a sum must come out."""
        written, thousandths = self.at(at_ms), at_ms % 1000
        if not thousandths:
            return written
        if language.get() == "fr":
            return f"{written.removesuffix(f'{NARROW}s')},{thousandths:03d}{NARROW}s"
        return f"{written}.{thousandths:03d}"
