"""What the page of rulings shows: who may be ruled on, what may be left out, what a ruling would change."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.acts.engine import bank_of
from exam_server.acts.lookups import session_of_room
from exam_server.acts.rulings import Effect
from exam_server.domain.attempts import ENDED
from exam_server.domain.errors import NotFound
from exam_server.domain.incidents import may_read
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.domain.rulings import RulingKind, RulingState
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.storage import queries
from exam_server.storage.closing_rows import asked_of, endings_of
from exam_server.storage.incident_rows import IncidentRow, incident_rows
from exam_server.storage.results_rows import RulingRow, ruling_rows
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading
from exam_server.web import incident_words
from exam_server.web.language import _
from exam_server.web.ruling_words import STATUSES
from exam_server.web.sentences import END_REASONS
from question_bank.framework import COMPETENCES, competence_index


@dataclass(frozen=True)
class AskedItem:
    """An item that may be left out: its number and competence, never its key or what was answered."""

    position: int
    shown: int
    code: str
    label: str
    is_reported: bool
    is_left_out: bool


@dataclass(frozen=True)
class Chosen:
    """The candidate that the head is about to rule on."""

    candidate: queries.CandidateRow
    reports: list[IncidentRow]
    asked: list[AskedItem]


@dataclass(frozen=True)
class RulingsView:
    """All that the page shows, as far as this person may see it."""

    session: queries.SessionRow
    can_rule: bool
    sat: list[queries.CandidateRow]
    report: IncidentRow | None
    chosen: Chosen | None
    rulings: list[RulingRow]
    shown: Mapping[tuple[str, int], int]
    endings: Mapping[int, str]
    reports: Mapping[str, IncidentRow]

    @property
    def waiting(self) -> list[RulingRow]:
        """What a second person has still to confirm."""
        return [one for one in self.rulings if one.state is RulingState.PROPOSED]

    @property
    def history(self) -> list[RulingRow]:
        """What was taken or put aside, whatever became of it."""
        return [one for one in self.rulings if one.state is not RulingState.PROPOSED]


def rulings_view(
    reading: Reading, person: Person, session_id: str, candidate: str | None, incident: str | None
) -> RulingsView:
    """The page, with a candidate or a report chosen where the address names one; raises NotFound.

    Who invigilates sees what waits for a second person, and nothing else: results are not theirs.
    """
    session = session_of_room(reading, person, session_id)
    is_head = Role.HEAD in person.roles
    rows = queries.candidate_rows(reading, session_id)
    rulings = ruling_rows(reading, session_id)
    if not is_head:
        rulings = [one for one in rulings if one.state is RulingState.PROPOSED]
    reports = {
        one.id: one for one in incident_rows(reading, session_id) if may_read(one.category, person.roles)
    }
    sat = [row for row in rows if row.attempt_state in ENDED]
    can_rule = is_head and (SessionState(session.state), SessionAction.RULE) in TRANSITIONS
    report, chosen = None, None
    if can_rule:
        report = _report_named(reports, incident)
        who = candidate or (None if report is None else report.candidate_id)
        chosen = None if who is None else _chosen(reading, session, _named(sat, who), reports, rulings)
    return RulingsView(
        session=queries.session_rows(reading, person.centre_id, session_id=session_id)[0],
        can_rule=can_rule,
        sat=sat,
        report=report,
        chosen=chosen,
        rulings=rulings,
        shown=_numbers(reading, rulings),
        endings=endings_of(reading, session_id) if is_head else {},
        reports=reports,
    )


def _report_named(reports: Mapping[str, IncidentRow], incident: str | None) -> IncidentRow | None:
    """The report from which the head comes; one that was withdrawn meanwhile is no ground for anything."""
    if not incident:
        return None
    if incident not in reports:
        raise NotFound
    return reports[incident] if reports[incident].standing else None


def _named(sat: list[queries.CandidateRow], candidate: str) -> queries.CandidateRow | None:
    """Who never sat has nothing to be ruled on: the page then asks whom it is about."""
    return next((row for row in sat if row.id == candidate), None)


def _chosen(
    reading: Reading,
    session: Session,
    candidate: queries.CandidateRow | None,
    reports: Mapping[str, IncidentRow],
    rulings: list[RulingRow],
) -> Chosen | None:
    if candidate is None:
        return None
    about = [one for one in reports.values() if one.standing and one.candidate_id in (None, candidate.id)]
    reported = {one.position for one in about if one.candidate_id is not None}
    out = {
        at
        for one in rulings
        if one.candidate_id == candidate.id and one.state is RulingState.STANDING
        for at in one.positions
    }
    bank = bank_of(reading.house, session.bank_version).items
    asked = []
    for one in asked_of(reading, candidate.id):
        competence = COMPETENCES[competence_index(bank.item(one.item_id).competence)]
        is_reported, is_out = one.shown in reported, one.position in out
        asked.append(
            AskedItem(one.position, one.shown, competence.code, competence.label, is_reported, is_out)
        )
    about.sort(key=lambda one: one.candidate_id is None)
    return Chosen(candidate, about, asked)


def _numbers(reading: Reading, rulings: list[RulingRow]) -> dict[tuple[str, int], int]:
    """The numbers under which candidates saw the items that rulings leave out."""
    people = {one.candidate_id for one in rulings if one.kind is RulingKind.LEAVE_OUT}
    return {(who, one.position): one.shown for who in people for one in asked_of(reading, who)}


def report_label(one: IncidentRow) -> str:
    """A report in a list of choices."""
    category = _(incident_words.CATEGORIES.get(one.category, "Signalement"))
    return category if one.candidate_id is not None else f"{category} ({_('toute la salle')})"


# -- what a ruling would change --------------------------------------------------------------------------


def told(effect: Effect) -> dict[str, object]:
    """Before and after in words, and the levels that change."""
    before, after = _result(effect.before), _result(effect.after)
    old, new = _levels(effect.before), _levels(effect.after)
    levels = [
        {"code": COMPETENCES[at].code, "label": COMPETENCES[at].label, "before": b, "after": a}
        for at in sorted(old.keys() | new.keys())
        if (b := old.get(at)) != (a := new.get(at))
    ]
    return {"before": before, "after": after, "levels": levels, "changes": before != after or bool(levels)}


def _result(result: Mapping[str, JSON]) -> dict[str, object]:
    reason, scores = result["reason"], result["scores"]
    return {
        "status": _(STATUSES[str(result["status"])]),
        "reason": None if reason is None else _(END_REASONS[str(reason)]),
        "score": scores["score"] if isinstance(scores, Mapping) else None,
    }


def _levels(result: Mapping[str, JSON]) -> dict[int, int]:
    """The certified levels by competence, of those that were asked about."""
    scores = result["scores"]
    listed = scores["competences"] if isinstance(scores, Mapping) else []
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {int(str(one["competence"])): int(str(one["certified"])) for one in found if one["declared"]}
