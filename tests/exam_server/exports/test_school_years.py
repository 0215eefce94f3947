"""Results over the years: added up by school year and class; nothing that is about somebody in particular."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.finalisation import Status
from exam_server.exports.school_years import (
    FEWEST,
    Certified,
    Group,
    PublishedSession,
    groups_of,
    published_session,
)
from question_bank.framework import DOMAINS
from tests.exam_server.exports.test_tables import document, result

NOTHING = ((),) * len(DOMAINS)


def sat(class_name: str, status: Status = Status.VALIDATED, score: int = 320) -> Certified:
    if status is not Status.VALIDATED:
        return Certified(class_name, status, None, NOTHING)
    return Certified(class_name, status, score, ((2, 4), (3,), (), (1, 1), (5,)))


def session(day: date, *certified: Certified) -> PublishedSession:
    return PublishedSession(day, certified)


def by_name(groups: list[Group]) -> dict[tuple[int, str | None], Group]:
    return {(one.year, one.class_name): one for one in groups}


def test_a_school_year_begins_in_september_and_the_newest_comes_first() -> None:
    days = (date(2026, 8, 31), date(2026, 9, 1), date(2024, 12, 1))
    groups = groups_of(session(day, *[sat("3E A")] * 5) for day in days)
    assert [(one.year, one.class_name) for one in groups] == [
        (2026, None),
        (2026, "3E A"),
        (2025, None),
        (2025, "3E A"),
        (2024, None),
        (2024, "3E A"),
    ]


def test_sittings_of_a_year_are_added_up_by_class_and_for_the_centre() -> None:
    spring, summer = date(2026, 3, 2), date(2026, 6, 2)
    groups = by_name(
        groups_of(
            [
                session(spring, *[sat("3E A", score=100)] * 3, *[sat("3E B", Status.REJECTED)] * 5),
                session(summer, *[sat("3E A", score=200)] * 4, sat("3E A", Status.CANCELLED)),
            ]
        )
    )
    whole, first, second = groups[2025, None], groups[2025, "3E A"], groups[2025, "3E B"]
    assert (whole.sessions, whole.size, dict(whole.counts or {})) == (
        2,
        13,
        {Status.VALIDATED: 7, Status.REJECTED: 5, Status.CANCELLED: 1},
    )
    assert (first.sessions, first.size, first.score) == (2, 8, 200)
    assert first.levels == (3, 3, None, 1, 5)
    assert (second.sessions, second.score, second.levels) == (1, None, (None,) * 5)


def test_a_median_needs_five_and_is_the_middle() -> None:
    scores = [80, 160, 240, 320, 400, 480]
    (whole, _one) = groups_of([session(date(2026, 3, 2), *(sat("3E A", score=score) for score in scores))])
    assert whole.score == 280
    few = [sat("3E A")] * 4 + [sat("3E A", Status.REJECTED)] * 4
    (whole, _one) = groups_of([session(date(2026, 3, 2), *few)])
    assert whole.counts == {Status.VALIDATED: 4, Status.REJECTED: 4}
    assert (whole.score, whole.levels) == (None, (None,) * 5)


def test_of_a_small_group_nothing_is_told_but_how_many_there_are() -> None:
    (whole, small) = groups_of([session(date(2026, 3, 2), *[sat("3E A")] * 4)])
    for one in (whole, small):
        assert one.is_small
        assert (one.size, one.counts, one.score, one.levels) == (4, None, None, (None,) * 5)


def test_a_small_class_cannot_be_found_by_subtraction() -> None:
    groups = by_name(groups_of([session(date(2026, 3, 2), *[sat("3E A")] * 9, *[sat("ULIS")] * 3)]))
    whole = groups[2025, None]
    assert (whole.is_partial, whole.size, whole.counts) == (True, 9, groups[2025, "3E A"].counts)


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(Status)), max_size=40))
def test_whatever_the_classes_what_is_told_and_what_is_left_are_both_groups(
    sat_by: list[tuple[str, Status]],
) -> None:
    groups = groups_of([session(date(2026, 3, 2), *(sat(name, status) for name, status in sat_by))])
    (whole, *classes) = groups
    for one in groups:
        assert one.is_small or one.size >= FEWEST
    if not whole.is_small:
        left = whole.size - sum(one.size for one in classes if not one.is_small)
        assert left == 0 or left >= FEWEST


def test_a_signed_document_is_read_without_names_and_only_what_was_asked_counts() -> None:
    read = published_session(document(result("=1+1"), result(status="rejected", scores=None)))
    assert read.date == date(2026, 5, 12)
    validated, rejected = read.certified
    assert validated.levels[0] == (2, 0)  # of 1.2 nothing was declared
    assert (rejected.score, rejected.levels) == (None, NOTHING)
    assert "=1+1" not in repr(read)
