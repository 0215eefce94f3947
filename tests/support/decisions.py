"""Decisions on accommodations as a school takes them: the officer records, the head approves."""

from datetime import date, timedelta
from fractions import Fraction

from exam_server.acts import decisions
from exam_server.acts.decisions import Evidence, Recorded
from exam_server.domain.accommodations import Accommodations, Breaks, Measure
from exam_server.domain.decisions import Basis, Reason, Validity
from exam_server.storage.tables import Candidate
from exam_server.storage.transaction import Transaction
from tests.support.room import ExamRoom, Sitter

THIRD = Fraction(1, 3)
TWO_BREAKS = Breaks(2, timedelta(minutes=5), timedelta(minutes=10))
WHY = Reason(Basis.PAP, "PAP-2026-17", "Médecin scolaire Ocre", "dysorthographie sévère")
"""What nobody but the officers and the approver may read."""
SCAN = Evidence("bilan-orthophonique.pdf", b"%PDF-1.7 bilan de dysorthographie " * 40)


def recorded(
    extra: Fraction = THIRD,
    breaks: Breaks | None = None,
    measures: frozenset[Measure] = frozenset(),
    *,
    start: date = date(2026, 1, 1),
    end: date | None = None,
    derogation: bool = False,
    evidence: Evidence | None = None,
) -> Recorded:
    """One third more time unless said otherwise."""
    decided = Accommodations(extra, breaks, measures)
    return Recorded(decided, Validity(start, end), WHY, derogation, evidence)


async def record(room: ExamRoom, c: Sitter, what: Recorded) -> str:
    """By the officer."""

    def act(tx: Transaction) -> str:
        pupil = tx.get(Candidate, c.id).pupil_id
        return decisions.record_decision(tx, room.school.officer, pupil, what)

    return await room.do(act)


async def decide(room: ExamRoom, c: Sitter, what: Recorded) -> str:
    """Recorded, and approved by the head."""
    decision = await record(room, c, what)
    await room.do(decisions.approve_decision, room.school.head, decision)
    return decision
