"""The incident categories as data: complete, in words, and each refused without what it needs."""

import re

import pytest

from exam_server.domain.errors import InvalidInput
from exam_server.domain.incidents import (
    CATEGORIES,
    About,
    Category,
    Group,
    Outcome,
    Report,
    Settlement,
    check_report,
    check_settlement,
)
from exam_server.domain.roles import Role
from exam_server.web import incident_words

HEAD, INVIGILATOR = frozenset({Role.HEAD}), frozenset({Role.INVIGILATOR})
EVERY = pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda one: one.code)
ACCUSING = re.compile(r"fraud|trich|coupable|faut(e|if)|menti|vol(é|er)|suspect|plagi", re.IGNORECASE)


def whole(category: Category) -> Report:
    """A report of this category that lacks nothing."""
    someone = None if category.about == {About.ROOM} else "c"
    position = 3 if category.needs_position else None
    settlement = Settlement(Outcome.WENT_ON, "poste échangé") if category.resolved else None
    return Report(category.code, someone, position, "constaté" if category.described else "", settlement)


def problems_of(report: Report, roles: frozenset[Role] = HEAD) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput, match="invalid_incident") as refusal:
        check_report(report, roles)
    problems = refusal.value.facts["problems"]
    assert isinstance(problems, list)
    return problems


def test_every_category_and_every_group_has_words_and_there_are_no_others() -> None:
    assert incident_words.CATEGORIES.keys() == CATEGORIES.keys()
    assert incident_words.GROUPS.keys() == {str(group) for group in Group}
    assert {category.group for category in CATEGORIES.values()} == set(Group)


def test_no_two_categories_are_said_alike() -> None:
    assert len(set(incident_words.CATEGORIES.values())) == len(CATEGORIES)


@EVERY
def test_no_category_accuses_anybody(category: Category) -> None:
    assert not ACCUSING.search(incident_words.CATEGORIES[category.code])


@EVERY
def test_a_whole_report_is_taken_from_the_head(category: Category) -> None:
    assert check_report(whole(category), HEAD) is category


@EVERY
def test_who_may_not_report_a_category_does_not_know_it(category: Category) -> None:
    for role in Role:
        if role not in category.reporters:
            assert problems_of(whole(category), frozenset({role})) == [("category", "category_unknown")]


@EVERY
def test_what_a_category_needs_is_asked_at_once_and_all_of_it(category: Category) -> None:
    expected = []
    if category.needs_candidate:
        expected.append(("candidate", "candidate_required"))
    if category.needs_position:
        expected.append(("position", "position_required"))
    if category.described:
        expected.append(("description", "description_required"))
    if category.resolved:
        expected.append(("outcome", "outcome_required"))
    if expected:
        assert problems_of(Report(category.code)) == expected
    else:
        check_report(Report(category.code), HEAD)


def test_every_outcome_has_words() -> None:
    assert incident_words.OUTCOMES.keys() == {str(outcome) for outcome in Outcome}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_but_the_head_s_decision_says_what_was_done(outcome: Outcome) -> None:
    check_settlement(Settlement(outcome, "rien à faire"))
    report = Report("room_noise", settlement=Settlement(outcome))
    if outcome is Outcome.UNDECIDED:
        check_settlement(Settlement(outcome))
        check_report(report, HEAD)
    else:
        with pytest.raises(InvalidInput, match="invalid_incident") as refusal:
            check_settlement(Settlement(outcome))
        assert refusal.value.facts["problems"] == [("done", "done_required")] == problems_of(report)


def test_what_may_bear_on_how_a_test_ended_says_at_once_what_came_of_it() -> None:
    asked = {code for code, category in CATEGORIES.items() if category.resolved}
    assert asked == {
        *("machine_network", "machine_power", "machine_computer", "candidate_illness", "room_evacuation"),
        *(code for code in CATEGORIES if code.startswith("rules_")),
    }


def test_what_concerns_the_whole_room_is_nobody_s_in_particular() -> None:
    assert problems_of(Report("room_noise", "c")) == [("candidate", "room_alone")]


def test_a_position_is_somebody_s() -> None:
    assert problems_of(Report("machine_minor", None, 3, "lenteur")) == [("position", "position_of_nobody")]


@pytest.mark.parametrize("code", ["", "fraud", "room", "room_noise "])
def test_a_category_that_is_not_listed_is_refused(code: str) -> None:
    assert problems_of(Report(code), INVIGILATOR) == [("category", "category_unknown")]
