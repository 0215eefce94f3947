"""The session report in words: from the log's facts to the lines of the paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import CandidateState
from exam_server.domain.duty import Turn
from exam_server.domain.events import SYSTEM
from exam_server.domain.finalisation import End, Record, SessionRecord
from exam_server.domain.report import Course, Extended, Stop
from exam_server.domain.rules import ExamRules
from exam_server.papers.forms import Ended, Minutes, OnDuty, Told
from exam_server.storage.incident_rows import IncidentRow
from exam_server.storage.queries import CandidateRow, SessionRow
from exam_server.web.language import _, ngettext
from exam_server.web.minutes_incidents import reported, withdrawn
from exam_server.web.pages import NARROW, minutes_hm
from exam_server.web.paper_words import length_exact, moment
from exam_server.web.sentences import END_REASONS

_FEW = 3
"""So many names stand in a line of the report; more are counted."""


@dataclass(frozen=True)
class Gathered:
    """All that the report is made of; `staff` are names by account, `head` the log's number, hash, root."""

    session: SessionRow
    rows: list[CandidateRow]
    rules: ExamRules
    record: SessionRecord
    went: Course
    staff: Mapping[str, str]
    head: tuple[int, str, str]
    invigilators: list[str]
    incidents: list[IncidentRow]

    def name(self, actor: str) -> str:
        """Who that is: of the staff, a candidate, or the server itself."""
        if actor == SYSTEM:
            return _("le serveur")
        return self.staff.get(actor) or self.candidate(actor)

    def candidate(self, candidate_id: str) -> str:
        """A candidate's name."""
        return next((f"{r.family_name} {r.given_name}" for r in self.rows if r.id == candidate_id), "—")

    def of(self, row: CandidateRow) -> Record:
        """What the log says about a candidate."""
        return self.record.candidates.get(row.id) or Record(row.id, {})


def minutes_of(gathered: Gathered, zone: ZoneInfo) -> Minutes:
    """The lines of the report."""
    number, digest, root = gathered.head
    signers = [_("Surveillance : {name}").format(name=name) for name in gathered.invigilators]
    return Minutes(
        facts=_facts(gathered, zone),
        duty=[_on_duty(gathered, turn, zone) for turn in gathered.went.duty],
        stops=[_stop(gathered, one, zone) for one in gathered.went.stops],
        extensions=[_extension(gathered, one, zone) for one in gathered.went.extensions],
        candidates=[_ended(gathered, row, zone) for row in gathered.rows],
        incidents=reported(gathered.incidents, gathered.session, zone),
        withdrawn=withdrawn(gathered.incidents),
        log_number=f"{number:,}".replace(",", NARROW),
        log_hash=digest,
        log_root=root,
        signers=[*signers, _("La direction de l’établissement")],
    )


def _facts(gathered: Gathered, zone: ZoneInfo) -> list[tuple[str, str]]:
    went, session = gathered.went, gathered.session
    started = sum(1 for row in gathered.rows if row.started_at is not None)
    absent = sum(1 for row in gathered.rows if _is_absent(row, gathered.of(row)))
    duration = -(-int(gathered.rules.duration.total_seconds()) // 60)
    return [
        (_("Surveillance"), ", ".join(gathered.invigilators) or "—"),
        (_("Durée du test"), minutes_hm(duration)),
        (_("Session ouverte"), _by(gathered, moment(went.opened_ms, session, zone), went.opened_by)),
        (_("Premier test commencé"), moment(went.first_start_ms, session, zone)),
        (_("Dernier test terminé"), moment(went.last_end_ms, session, zone)),
        (_("Session clôturée"), _by(gathered, moment(went.closed_ms, session, zone), went.closed_by)),
        (_("Inscrits"), str(len(gathered.rows))),
        (_("Tests commencés"), str(started)),
        (_("Absents"), str(absent)),
    ]


def _by(gathered: Gathered, at: str, actor: str | None) -> str:
    return at if actor is None else _("{at}, par {name}").format(at=at, name=gathered.name(actor))


def _is_absent(row: CandidateRow, record: Record) -> bool:
    """Marked so in the room, or given as the reason at closing."""
    absent = row.state == CandidateState.ABSENT or record.reason is EndReason.ABSENT
    return row.started_at is None and absent


def _on_duty(gathered: Gathered, turn: Turn, zone: ZoneInfo) -> OnDuty:
    parts = [turn.reason]
    if turn.given_to is not None:
        parts.insert(0, _("relais passé à {name}").format(name=gathered.name(turn.given_to)))
    if turn.taken_from is not None:
        parts.insert(0, _("relais pris de {name}").format(name=gathered.name(turn.taken_from)))
    return OnDuty(
        name=gathered.name(turn.invigilator),
        since=moment(turn.from_ms, gathered.session, zone),
        until=_("en cours") if turn.to_ms is None else moment(turn.to_ms, gathered.session, zone),
        remark=", ".join(part for part in parts if part),
    )


def _stop(gathered: Gathered, stop: Stop, zone: ZoneInfo) -> Told:
    length, by = stop.length_ms, gathered.name(stop.stopped_by)
    if stop.resumed_by is not None and stop.resumed_by != stop.stopped_by:
        by = _("{name}, repris par {other}").format(name=by, other=gathered.name(stop.resumed_by))
    return Told(
        at=moment(stop.from_ms, gathered.session, zone),
        length=_("en cours") if length is None else length_exact(length),
        about=_("Toute la salle") if stop.candidate is None else gathered.candidate(stop.candidate),
        reason=stop.reason,
        by=by,
    )


def _extension(gathered: Gathered, one: Extended, zone: ZoneInfo) -> Told:
    count = len(one.candidates)
    names = ", ".join(sorted(gathered.candidate(candidate) for candidate in one.candidates))
    many = ngettext("{count} candidat", "{count} candidats", count).format(count=count)
    return Told(
        at=moment(one.at_ms, gathered.session, zone),
        length=minutes_hm(one.minutes),
        about=names if count <= _FEW else many,
        reason=one.reason,
        by=gathered.name(one.by),
    )


def _ended(gathered: Gathered, row: CandidateRow, zone: ZoneInfo) -> Ended:
    record = gathered.of(row)
    status = _status(row, record)
    has_started = record.started_ms is not None
    given = _("{count} sur {of}").format(count=record.responses_given, of=gathered.rules.items)
    return Ended(
        name=f"{row.family_name} {row.given_name}",
        class_name=row.class_name,
        status=status,
        detail=_detail(gathered, record, status),
        started=moment(record.started_ms, gathered.session, zone, exact=False),
        ended=moment(record.ended_ms, gathered.session, zone, exact=False),
        allowed=minutes_hm(row.allowed_minutes + gathered.went.added_minutes(row.id)),
        responses=given if has_started else "—",
    )


def _status(row: CandidateRow, record: Record) -> str:
    if record.end is not End.NOT_STARTED:
        return {
            End.COMPLETED: _("A terminé"),
            End.TIMED_OUT: _("Temps écoulé"),
            End.TERMINATED: _("Test arrêté"),
        }[record.end]
    if record.started_ms is not None:
        return _("Suspendu") if row.attempt_state == "paused" else _("Test en cours")
    return _("Absent") if _is_absent(row, record) else _("N’a pas commencé")


def _detail(gathered: Gathered, record: Record, status: str) -> str:
    """Why it ended early or never began, the note beside it, and who ended it."""
    reason = "" if record.reason is None else _(END_REASONS[record.reason])
    parts = [reason if reason != status else "", gathered.went.notes.get(record.id, "")]
    two = record.confirmed
    if two is not None:
        asked, agreed = gathered.name(two.requested_by), gathered.name(two.confirmed_by)
        parts.append(_("demandé par {name}, confirmé par {other}").format(name=asked, other=agreed))
    elif record.end is End.TERMINATED:
        parts.append(
            _("par {name}").format(name=gathered.name(gathered.went.ended_by.get(record.id, SYSTEM)))
        )
    return ", ".join(part for part in parts if part)
