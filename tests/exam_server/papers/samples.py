"""Papers of an invented session, with as many candidates as a test asks for, under its names."""

import io
from collections.abc import Callable, Mapping, Sequence

from pypdf import PdfReader

from exam_server.papers import typesetting
from exam_server.papers.forms import (
    Attending,
    Awareness,
    Card,
    Convocation,
    Ended,
    Issued,
    Minutes,
    OnDuty,
    Placed,
    ReadinessSheet,
    Reported,
    Sitting,
    Told,
    Tried,
    Trouble,
)
from exam_server.papers.timeline_forms import (
    Asked,
    CandidateTimeline,
    Drawn,
    Happened,
    Sat,
    SessionTimeline,
    Shape,
)

COLUMNS = 7
ADDRESS = "https://passation.college.example"


_NAMES = """
page nobody sitting heading subject invitation day hour room allowed bring happens absent signed code used how
qr screen row unplaced number name class seat identity reader arrival leaving help invigilator provisional
duty no_duty who since until remark
stops no_stops extensions no_extensions candidates status started ended responses at length about reason by
incidents no_incidents observations observations_how log log_number log_hash log_root log_how signatures
overview legend brief account moves moments nothing items what deadline competence question mark since until
left drafts ran stopped total
year states sentence reference date nothing
troubles no_troubles measured none_measured untried readiness check found advice how technician
"""
WORDS = {name: name for name in _NAMES.split()}
"""Each says its own name."""


def a_sitting(room: str = "Salle B12", words: Mapping[str, str] = WORDS) -> Sitting:
    """What the papers share."""
    return Sitting(
        language="fr",
        title="Papier",
        centre="Collège des Vergers",
        uai="0990001X",
        room=room,
        day="mardi 12 mai 2026",
        hour="9 h 00",
        footer=f"{room}, mardi 12 mai 2026",
        words=words,
    )


def convocations(names: Sequence[str]) -> bytes:
    pages = [Convocation(name, "3E A", "Né(e) le 03/04/2012", "1 h 45") for name in names]
    return typesetting.convocations(a_sitting(), pages, {"bring": ["Rien."], "happens": ["Tout."]})


def cards(names: Sequence[str]) -> bytes:
    deck = [Card(name, "3E A", f"BCDF-{place:04d}", place % 5 == 1) for place, name in enumerate(names)]
    return typesetting.cards(a_sitting(), deck, ADDRESS)


def seat_plan(names: Sequence[str]) -> bytes:
    """All but the last two have a seat."""
    seated = names[: max(0, len(names) - 2)]
    placed = [
        Placed(1 + place // COLUMNS, 1 + place % COLUMNS, name, "3E A") for place, name in enumerate(seated)
    ]
    return typesetting.seat_plan(a_sitting(), 7, COLUMNS, placed, names[len(seated) :])


def attendance_sheet(names: Sequence[str]) -> bytes:
    lines = [Attending(name, "3E A", "Né(e) le 03/04/2012", "Rang 1, place 2", "1 h 45") for name in names]
    return typesetting.attendance_sheet(a_sitting(), lines, ["Indigo"])


def session_report(names: Sequence[str]) -> bytes:
    told = [Told("9 h 40 min 00 s", "3 min 12,480 s", name, name, "Indigo") for name in names[:5]]
    ended = [
        Ended(name, "3E A", "Arrêté", name, "9 h 12", "10 h 40", "1 h 45", "20 sur 32") for name in names
    ]
    duty = [
        OnDuty(name, "9 h 02 min 00 s", "10 h 40 min 00 s", f"relais passé à {name}") for name in names[:3]
    ]
    reported = [
        Reported("Panne du poste", name, "9 h 40", "Indigo", name, [("Déclaration.", name)]) for name in names
    ]
    facts, seal = [("Surveillance", "Indigo")], ("1 234", "b" * 64, "c" * 44)
    minutes = Minutes(facts, duty, told, told, ended, reported, "Un retiré.", *seal, ["Indigo"])
    return typesetting.session_report(a_sitting(), minutes)


LOOKS = ("before", "running", "stop", "lost", "call", "item", "item-even", "pause", "waiting", "cut", "away")
MARKS = ("mark", "end")


def drawn(names: Sequence[str]) -> Drawn | None:
    """Every kind of shape on each lane; nothing before anybody has started."""
    shapes = [Shape(look, 7.0 * place, 6.5, str(place)) for place, look in enumerate((*LOOKS, *MARKS))]
    lanes = [(name, shapes) for name in names]
    return Drawn([(0.0, "9 h 00"), (50.0, "10 h 00"), (100.0, "11 h 00")], lanes) if names else None


def session_timeline(names: Sequence[str]) -> bytes:
    candidates = [Sat(name, name, "9 h 00", "10 h 00", "32") for name in names]
    moments = [Happened("9 h 00 min 00 s", name, name, "Indigo") for name in names]
    timeline = SessionTimeline(drawn(names), candidates, moments, "1 234", "b" * 64)
    return typesetting.session_timeline(a_sitting(), timeline)


def candidate_timeline(names: Sequence[str]) -> bytes:
    """One candidate's, in which all the names are said: by somebody, or in a message."""
    at, length = "10 h 00 min 00 s", "1 min 05 s"
    asked = [
        Asked(str(place), "1.1", name, "juste", at, at, "Validée", "2", length, length)
        for place, name in enumerate(names, 1)
    ]
    timeline = CandidateTimeline(
        name=names[0] if names else "nobody",
        class_name="3E A",
        drawing=drawn(names[:8]),
        facts=[("Début", at)],
        account=[("Durée du test", "1 h 45")],
        formula="1 h 45 × (1 + 1/3) = 2 h 20",
        moves=[(at, "Test commencé", at), (at, "Reprise", at)],
        items=asked,
        total=(length, length),
        with_marks=True,
        moments=[Happened(at, "", name, name) for name in names],
        log_number="1 234",
        log_hash="b" * 64,
    )
    return typesetting.candidate_timeline(a_sitting(), timeline)


def readiness_sheet(names: Sequence[str]) -> bytes:
    """Every seat is called by a name; every third has two things to put right."""
    troubles = [
        Trouble(name, "À voir", [("Horloge", name, name), ("Débit", name, "")]) for name in names[::3]
    ]
    seats = [Tried(name, "Prêt", "9 h 12", [name] * 8) for name in names]
    sheet = ReadinessSheet([("Salle", "B12")], troubles, ["Navigateur"] * 8, seats, names[:2])
    return typesetting.readiness_sheet(a_sitting(), sheet)


def awareness(names: Sequence[str]) -> bytes:
    sitting = a_sitting()
    issued = Issued("fr", sitting.title, sitting.centre, sitting.uai, "2025-2026", "", WORDS)
    pages = [Awareness(name, "6E 1", "Né(e) le 03/04/2014") for name in names]
    return typesetting.awareness(issued, pages)


PAPERS: Mapping[str, Callable[[Sequence[str]], bytes]] = {
    "convocations": convocations,
    "cards": cards,
    "seat plan": seat_plan,
    "attendance sheet": attendance_sheet,
    "readiness sheet": readiness_sheet,
    "session report": session_report,
    "session timeline": session_timeline,
    "candidate timeline": candidate_timeline,
    "awareness": awareness,
}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, its white space made one."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def letters_of(text: str) -> str:
    """A text without white space: a line may be broken anywhere."""
    return "".join(text.replace("\u200b", "").split())
