"""Until when somebody may be admitted, and how long an admission holds. At its limit, a thing is over."""

from datetime import datetime, timedelta

from exam_server.domain.errors import NotAllowed
from exam_server.domain.rules import ExamRules


def late_after(check_in_ends: datetime, first_start: datetime | None, rules: ExamRules) -> datetime | None:
    """The instant from which nobody is admitted any more, never inside check-in; None without a limit."""
    if rules.late_limit is None:
        return None
    return max(check_in_ends, (first_start or check_in_ends) + rules.late_limit)


def lateness(
    now: datetime, check_in_ends: datetime, first_start: datetime | None, rules: ExamRules
) -> timedelta | None:
    """How late an admission at `now` is; None while check-in lasts. Raises NotAllowed after the limit."""
    limit = late_after(check_in_ends, first_start, rules)
    if limit is not None and now >= limit:
        raise NotAllowed("too_late_to_admit", limit=limit_minutes(rules))
    return now - check_in_ends if now >= check_in_ends else None


def limit_minutes(rules: ExamRules) -> int:
    """The limit for those who come late, as a sentence says it."""
    return 0 if rules.late_limit is None else rules.late_limit // timedelta(minutes=1)


def admission_end(admitted_at: datetime | None, rules: ExamRules) -> datetime | None:
    """The instant at which an admission lapses that no start has followed; None for one that does not."""
    if admitted_at is None or rules.admission_lasts is None:
        return None
    return admitted_at + rules.admission_lasts


def has_lapsed(now: datetime, admitted_at: datetime | None, rules: ExamRules) -> bool:
    """True for an admission that must be given anew before the test may start."""
    end = admission_end(admitted_at, rules)
    return end is not None and now >= end
