"""What each paper holds, already in the reader's words. The reason for extra time is nowhere in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Words = Mapping[str, str]


@dataclass(frozen=True)
class Sitting:
    """What every paper says of its session, and the words of that paper.

    `day` and `hour` are written as people write them; `footer` is the line under each page.
    """

    language: str
    title: str
    centre: str
    uai: str
    room: str
    day: str
    hour: str
    footer: str
    words: Words


@dataclass(frozen=True)
class Issued:
    """What a paper that belongs to no session says of the school that issues it, and its words."""

    language: str
    title: str
    centre: str
    uai: str
    year: str
    footer: str
    words: Words


@dataclass(frozen=True)
class Awareness:
    """A pupil's page: who is meant, and nothing about how well anything went."""

    name: str
    class_name: str
    born: str


@dataclass(frozen=True)
class Convocation:
    """A candidate's page: who, and how much time."""

    name: str
    class_name: str
    born: str
    allowed: str


@dataclass(frozen=True)
class Card:
    """A candidate's access card; one that was used is marked, so that nobody hands it out again."""

    name: str
    class_name: str
    code: str
    used: bool


@dataclass(frozen=True)
class Placed:
    """Who sits where; rows and columns count from 1, row 1 before the screen."""

    row: int
    column: int
    name: str
    class_name: str


@dataclass(frozen=True)
class Attending:
    """A line of the attendance sheet; `reader` is who reads or writes for the candidate."""

    name: str
    class_name: str
    born: str
    seat: str
    allowed: str
    reader: str = ""


@dataclass(frozen=True)
class Ended:
    """A candidate in the report: how it went, from when to when, and why where it ended early."""

    name: str
    class_name: str
    status: str
    detail: str
    started: str
    ended: str
    allowed: str
    responses: str


@dataclass(frozen=True)
class Told:
    """A line of the report about time: when, for how long, about whom, why, and who did it."""

    at: str
    length: str
    about: str
    reason: str
    by: str


@dataclass(frozen=True)
class OnDuty:
    """A span in which somebody watched the room: from when to when, and what is said of its ends."""

    name: str
    since: str
    until: str
    remark: str


@dataclass(frozen=True)
class Reported:
    """An incident: what, about whom and which question, when, who said so, in what words.

    `more` are pairs of a name and a text: what came of it, notes, the candidate's own statement.
    """

    title: str
    about: str
    at: str
    by: str
    description: str
    more: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Minutes:
    """The report of a session.

    `facts` are pairs of a name and a value; `withdrawn` says how many reports were taken back; `log_number`
    and `log_hash` are those of the log's last entry, `log_root` is the root of its tree then.
    """

    facts: Sequence[tuple[str, str]]
    duty: Sequence[OnDuty]
    stops: Sequence[Told]
    extensions: Sequence[Told]
    candidates: Sequence[Ended]
    incidents: Sequence[Reported]
    withdrawn: str
    log_number: str
    log_hash: str
    log_root: str
    signers: Sequence[str]


@dataclass(frozen=True)
class Trouble:
    """A seat that is not ready, or to look at: each check that is the matter, what was found, what to do."""

    seat: str
    readiness: str
    points: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Tried:
    """A seat that was measured: what it comes to, when, and each check's value in the order of the heads."""

    seat: str
    readiness: str
    at: str
    values: Sequence[str]


@dataclass(frozen=True)
class ReadinessSheet:
    """The readiness sheet of a room; `heads` name the checks, `untried` are seats."""

    facts: Sequence[tuple[str, str]]
    troubles: Sequence[Trouble]
    heads: Sequence[str]
    seats: Sequence[Tried]
    untried: Sequence[str]
