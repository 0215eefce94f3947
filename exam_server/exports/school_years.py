"""What the published results of a centre come to by school year and class; small groups are not told. Pure.

Where fewer than five sat, or fewer than five have a level, a number would be about somebody in particular:
then it is left out. Nor can it be found by taking the other classes from the whole centre: where the small
classes of a year are fewer than five together, the whole is told without them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Any

from exam_server.domain.finalisation import Status
from exam_server.exports.livret import school_year_start
from question_bank.framework import COMPETENCES, DOMAINS

FEWEST = 5


@dataclass(frozen=True)
class Certified:
    """One certification, without whose it is; by domain the levels of what was asked about."""

    class_name: str
    status: Status
    score: int | None
    levels: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PublishedSession:
    """The certifications of a session whose results are published."""

    date: date
    certified: tuple[Certified, ...]


@dataclass(frozen=True)
class Group:
    """The certifications of a school year, of one class or of the whole centre (`class_name` None).

    Nothing but how many there are is told of a small group. A median is missing where too few have one.
    `is_partial` where the small classes are not in the whole.
    """

    year: int
    class_name: str | None
    sessions: int
    size: int
    counts: Mapping[Status, int] | None
    score: float | None
    levels: tuple[float | None, ...]
    is_partial: bool = False

    @property
    def is_small(self) -> bool:
        """Too few to be told about."""
        return self.counts is None


def published_session(payload: Mapping[str, Any]) -> PublishedSession:
    """What a results document whose signature holds says, without the names."""
    certified = tuple(_certified(one) for one in payload["candidates"])
    return PublishedSession(date.fromisoformat(payload["session"]["date"]), certified)


def _certified(result: Mapping[str, Any]) -> Certified:
    status, scores = Status(result["status"]), result["scores"]
    if status is not Status.VALIDATED:
        scores = None
    competences = [] if scores is None else scores["competences"]
    return Certified(
        class_name=result["class_name"],
        status=status,
        score=None if scores is None else scores["score"],
        levels=tuple(
            tuple(
                one["certified"]
                for one in competences
                if one["declared"] > 0 and COMPETENCES[one["competence"]].domain is domain
            )
            for domain in DOMAINS
        ),
    )


def groups_of(sessions: Iterable[PublishedSession]) -> list[Group]:
    """The newest year first; in each, the whole centre, then its classes by name."""
    by_year: dict[int, list[PublishedSession]] = {}
    for session in sessions:
        by_year.setdefault(school_year_start(session.date).year, []).append(session)
    return [group for year in sorted(by_year, reverse=True) for group in _groups(year, by_year[year])]


def _groups(year: int, sessions: Sequence[PublishedSession]) -> list[Group]:
    classes: dict[str, list[Certified]] = {}
    held: Counter[str] = Counter()
    for session in sessions:
        for one in session.certified:
            classes.setdefault(one.class_name, []).append(one)
        held.update({one.class_name for one in session.certified})
    whole = [one for name in sorted(classes) for one in classes[name]]
    told = [one for one in whole if len(classes[one.class_name]) >= FEWEST]
    is_partial = bool(told) and 0 < len(whole) - len(told) < FEWEST
    return [
        replace(_group(year, None, len(sessions), told if is_partial else whole), is_partial=is_partial),
        *(_group(year, name, held[name], classes[name]) for name in sorted(classes)),
    ]


def _group(year: int, class_name: str | None, sessions: int, certified: list[Certified]) -> Group:
    is_small = len(certified) < FEWEST
    scores = [one.score for one in certified if one.score is not None]
    levels = []
    for place in range(len(DOMAINS)):
        known = [one.levels[place] for one in certified if one.levels[place]]
        told = [level for levels_of_one in known for level in levels_of_one]
        levels.append(None if is_small or len(known) < FEWEST else float(median(told)))
    return Group(
        year=year,
        class_name=class_name,
        sessions=sessions,
        size=len(certified),
        counts=None if is_small else Counter(one.status for one in certified),
        score=None if is_small or len(scores) < FEWEST else float(median(scores)),
        levels=tuple(levels),
    )
