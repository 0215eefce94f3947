"""What the livret takes of certifications: the rules as such, over whatever pupils and sittings there are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.finalisation import Status
from exam_server.exports.livret import (
    LivretStatus,
    PupilFacts,
    Signed,
    Sitting,
    global_level,
    has_name,
    latest,
    level_of,
    livret_json,
    number_of,
    plain_name,
    school_year_start,
)
from exam_server.signing.canonical import MAX_INTEGER, canonical
from question_bank.framework import COMPETENCES

PARIS = ZoneInfo("Europe/Paris")
MORNING = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
PRUNE = PupilFacts(
    "p", "123456789AA", "1", "Verger", "Autre", "Prune", ("Cerise",), date(2011, 3, 4), "3E A", active=True
)
SIGNED = Signed(Status.VALIDATED, PRUNE.ine, "2011-03-04", 256, (2,) * 16)
SAT = Sitting("c", "s", "0990001N", "Collège Exemple", PRUNE, MORNING, signed=SIGNED, published_at=MORNING)

pupils = st.builds(
    PupilFacts,
    id=st.sampled_from("abcd"),
    ine=st.just(PRUNE.ine),
    siecle_id=st.just("1"),
    family_name=st.sampled_from(["Verger", "Abri", "Éclat"]),
    usual_name=st.none(),
    given_name=st.sampled_from(["Prune", "Ana"]),
    other_given_names=st.just(()),
    birth_date=st.just(date(2011, 3, 4)),
    class_name=st.just("3E A"),
    active=st.booleans(),
)
signed = st.none() | st.builds(
    Signed,
    status=st.sampled_from([Status.VALIDATED, Status.REJECTED]),
    ine=st.sampled_from([PRUNE.ine, PRUNE.ine, "999999999ZZ"]),
    birth_date=st.just("2011-03-04"),
    score=st.integers(0, 1024),
    levels=st.tuples(*[st.integers(-1, 8)] * 16),
)
sittings = st.lists(
    st.builds(
        Sitting,
        candidate=st.text("0123456789abcdef", min_size=8, max_size=8),
        session=st.just("s"),
        centre_uai=st.just("0990001N"),
        centre_name=st.just("Collège Exemple"),
        pupil=pupils,
        sat_at=st.integers(-200, 100).map(lambda hours: MORNING + timedelta(hours=hours)),
        is_cancelled=st.booleans(),
        signed=signed,
    ),
    max_size=12,
    unique_by=lambda one: one.candidate,
)


def listed(found: Sequence[Sitting]) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", livret_json(found)["certifications"])


@given(sittings)
def test_whatever_was_sat_the_list_keeps_its_rules(found: list[Sitting]) -> None:
    body = livret_json(found)
    canonical(body)  # it is plain JSON, and every number has one spelling
    told = cast("list[dict[str, Any]]", body["certifications"])
    kept = {one.id: one for one in found if not one.is_cancelled}
    assert len(told) <= len({one.pupil.id for one in found})
    keys = [(one["lastName"], one["firstName"], one["id"]) for one in told]
    assert keys == sorted(keys)
    for one in told:
        sitting = kept[one["id"]]
        assert sitting.pupil.active
        others = [other for other in kept.values() if other.pupil.id == sitting.pupil.id]
        assert sitting.sat_at == max(other.sat_at for other in others)
        assert (one["status"] == "pending") == (sitting.signed is None)
        if one["status"] != "validated":
            assert (one["pixScore"], one["competenceResults"]) == (0, [])
        else:
            assert [c["competenceId"] for c in one["competenceResults"]] == [c.code for c in COMPETENCES]


@given(sittings)
def test_in_whatever_order_they_are_found_the_list_is_the_same(found: list[Sitting]) -> None:
    assert livret_json(found) == livret_json(found[::-1])


@given(st.integers(0, 8), st.integers(0, 8))
def test_minus_1_says_that_something_was_declared_and_nothing_certified(
    declared: int, certified: int
) -> None:
    certified = min(declared, certified)
    level = level_of(declared, certified)
    assert (level == -1) == (declared > 0 and certified == 0)
    assert level in {certified, -1}
    assert level_of(0, 0) == 0


@given(st.text(max_size=40))
def test_an_identifier_is_a_positive_number_that_every_reader_keeps(candidate: str) -> None:
    assert 1 <= number_of(candidate) <= MAX_INTEGER
    assert number_of(candidate) == number_of(candidate)


def test_the_identifier_of_a_candidate_never_changes() -> None:
    """A livret has kept it: another number would be another certification."""
    assert number_of("0123456789abcdef0123456789abcdef") == 2205859374639357


@pytest.mark.parametrize("count", range(4))
def test_there_are_two_places_for_further_given_names(count: int) -> None:
    names = ("Un", "Deux", "Trois")[:count]
    (one,) = listed([replace(SAT, pupil=replace(PRUNE, other_given_names=names))])
    assert (one["middleName"], one["thirdName"]) == (*names, None, None)[:2]


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (date(2026, 8, 31), date(2025, 9, 1)),
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2027, 1, 1), date(2026, 9, 1)),
    ],
)
def test_a_school_year_begins_on_the_first_of_september(today: date, begins: date) -> None:
    assert school_year_start(today) == begins


def test_a_certification_of_the_first_evening_of_the_year_is_of_that_year_where_the_school_is() -> None:
    """31 August, 22:30 UTC is 1 September in Paris."""
    sat = replace(SAT, sat_at=datetime(2025, 8, 31, 22, 30, tzinfo=UTC))
    assert latest([sat], date(2025, 9, 1), PARIS) == sat
    assert latest([sat], date(2025, 9, 1), ZoneInfo("UTC")) is None


def test_the_latest_of_a_person_is_the_one_that_was_sat_last_and_not_cancelled() -> None:
    older = replace(SAT, candidate="a", sat_at=MORNING - timedelta(days=1))
    cancelled = replace(SAT, candidate="b", sat_at=MORNING + timedelta(days=1), is_cancelled=True)
    assert latest([older, cancelled, SAT], date(2025, 9, 1), PARIS) == SAT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éloïse", "ELOISE"),
        ("Le Goff", "le-goff"),
        ("D’Œuvre", "D'OEUVRE"),
        ("Strauß", "STRAUSS"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("José", "Jose\u0301"),
    ],
)
def test_these_names_are_the_same(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other) != ""


@given(st.text(max_size=30))
def test_a_name_is_the_same_as_itself_however_it_is_written(name: str) -> None:
    assert plain_name(name) == plain_name(f" {name.upper()}- ".lower()) or not name.isascii()
    assert plain_name(plain_name(name)) == plain_name(name)


def test_a_pupil_is_known_by_the_family_name_or_the_usual_name() -> None:
    assert has_name(PRUNE, "VERGER", "prune")
    assert has_name(PRUNE, "autre", "Prune")
    assert not has_name(PRUNE, "verger", "Cerise")
    assert not has_name(replace(PRUNE, usual_name=None), "autre", "prune")


@pytest.mark.parametrize(("score", "level"), [(0, 0), (127, 0), (128, 1), (1023, 7), (1024, 8)])
def test_the_global_level_is_the_mean_rounded_down(score: int, level: int) -> None:
    assert global_level(score) == level


def test_nothing_of_the_test_or_of_its_conditions_is_told() -> None:
    """No extra time, no reason, no class, no evidence on the profile."""
    (one,) = listed([SAT])
    assert one.keys() == {
        *("id", "firstName", "middleName", "thirdName", "lastName", "birthdate", "nationalStudentId"),
        *("status", "pixScore", "verificationCode", "date", "deliveredAt", "certificationCenter"),
        "competenceResults",
    }
    assert one["status"] == LivretStatus.VALIDATED
