"""Imported pupils and profiles: matched within the centre, nobody deleted, nobody taken for another."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest
from sqlmodel import select

from exam_server.acts.pupils import ImportOutcome, save_profiles, save_pupils, unknown_lines
from exam_server.storage.queries import class_rows, pupil_rows
from exam_server.storage.store import Store
from exam_server.storage.tables import PupilProfile
from tests.support.school import CLASS, LEVELS, School, enrol, found_school, profile_row, pupil_row

ROWS = [pupil_row(number) for number in range(4)]


@pytest.fixture
async def school(store: Store) -> School:
    return await store.run(found_school)


async def test_an_import_adds_changes_and_leaves_the_same_alone(store: Store, school: School) -> None:
    assert await store.run(save_pupils, school.head, ROWS, complete=True) == ImportOutcome(4, 0, 0, 0)
    assert await store.run(save_pupils, school.head, ROWS, complete=True) == ImportOutcome(0, 0, 4, 0)
    moved = [replace(ROWS[0], class_name="3E B"), *ROWS[1:]]
    assert await store.run(save_pupils, school.head, moved, complete=True) == ImportOutcome(0, 1, 3, 0)
    classes = await store.read(class_rows, school.centre_id)
    assert [(one.name, one.count) for one in classes] == [(CLASS, 3), ("3E B", 1)]


async def test_who_left_becomes_inactive_and_comes_back_whole(store: Store, school: School) -> None:
    await store.run(save_pupils, school.head, ROWS, complete=True)
    assert (await store.run(save_pupils, school.head, ROWS[1:], complete=True)).left == 1
    assert len(await store.read(pupil_rows, school.centre_id)) == 3
    assert await store.run(save_pupils, school.head, ROWS, complete=True) == ImportOutcome(0, 1, 3, 0)
    assert len(await store.read(pupil_rows, school.centre_id)) == 4


async def test_after_an_incomplete_import_nobody_has_left(store: Store, school: School) -> None:
    await store.run(save_pupils, school.head, ROWS, complete=True)
    assert (await store.run(save_pupils, school.head, ROWS[:1], complete=False)).left == 0
    assert len(await store.read(pupil_rows, school.centre_id)) == 4


MANY = [pupil_row(number) for number in range(40)]


@pytest.mark.parametrize(("stay", "asked"), [(40, 0), (35, 0), (34, 6), (1, 39)])
async def test_when_many_would_leave_somebody_has_to_confirm(
    store: Store, school: School, stay: int, asked: int
) -> None:
    await store.run(save_pupils, school.head, MANY, complete=True)
    moved = [replace(row, class_name="4E C") for row in MANY[:stay]]
    outcome = await store.run(save_pupils, school.head, moved, complete=True)
    if asked:
        assert outcome == ImportOutcome(0, 0, 0, asked, saved=False)
        assert [one.name for one in await store.read(class_rows, school.centre_id)] == [CLASS]
        assert len(await store.read(pupil_rows, school.centre_id)) == 40
        outcome = await store.run(save_pupils, school.head, moved, complete=True, confirm_left=True)
    assert outcome == ImportOutcome(0, stay, 0, 40 - stay)
    assert len(await store.read(pupil_rows, school.centre_id)) == stay


async def test_a_tenth_of_a_large_school_may_leave_unasked(store: Store, school: School) -> None:
    rows = [pupil_row(number) for number in range(100)]
    await store.run(save_pupils, school.head, rows, complete=True)
    assert (await store.run(save_pupils, school.head, rows[10:], complete=True)).left == 10


async def test_imports_of_one_school_at_once_wait_for_each_other(
    store: Store, another_store: Callable[[], Store], school: School
) -> None:
    stores = [store, another_store(), store, another_store()]
    outcomes = await asyncio.gather(
        *(one.run(save_pupils, school.head, MANY, complete=False) for one in stores)
    )
    assert sorted((one.added, one.unchanged) for one in outcomes) == [(0, 40), (0, 40), (0, 40), (40, 0)]
    rows = [profile_row(number) for number in range(40)]
    outcomes = await asyncio.gather(*(one.run(save_profiles, school.head, rows) for one in stores))
    assert sorted(one.added for one in outcomes) == [0, 0, 0, 40]


async def test_with_a_stranger_nothing_is_saved_unless_the_known_are_asked_for(
    store: Store, school: School
) -> None:
    await store.run(save_pupils, school.head, ROWS, complete=True)
    rows = [profile_row(0), profile_row(9)]
    refused = await store.run(save_profiles, school.head, rows, known_alone=False)
    assert refused == ImportOutcome(0, 0, 0, 0, (10,), saved=False)
    assert await store.run(save_profiles, school.head, rows) == ImportOutcome(1, 0, 0, 0, (10,))


async def test_a_profile_is_matched_by_national_or_local_identifier(store: Store, school: School) -> None:
    await store.run(save_pupils, school.head, ROWS, complete=True)
    rows = [
        profile_row(0),
        replace(profile_row(1), identifier="L1", identifier_kind="local"),
        replace(profile_row(2), identifier="1002", identifier_kind="local"),
        profile_row(9),
    ]
    assert await store.run(save_profiles, school.head, rows) == ImportOutcome(3, 0, 0, 0, (10,))
    assert await store.read(unknown_lines, school.head, rows) == (10,)
    found = {one.family_name: one.levels for one in await store.read(pupil_rows, school.centre_id)}
    assert found == {"Démo-000": LEVELS, "Démo-001": LEVELS, "Démo-002": LEVELS, "Démo-003": None}


async def test_a_newer_profile_replaces_the_older(store: Store, school: School) -> None:
    await store.run(enrol, school, 2)
    rows = [profile_row(0, (0,) * 16), profile_row(1)]
    assert await store.run(save_profiles, school.head, rows) == ImportOutcome(0, 1, 1, 0)
    kept = await store.read(lambda r: list(r.orm.scalars(select(PupilProfile))))
    assert sorted((one.certifiable, orjson.loads(one.levels) == list(LEVELS)) for one in kept) == [
        (0, False),
        (16, True),
    ]


async def test_two_schools_do_not_see_each_other_s_pupils(store: Store, school: School) -> None:
    other = await store.run(found_school, 2)
    await store.run(save_pupils, school.head, ROWS, complete=True)
    assert (await store.run(save_profiles, other.head, [profile_row(0)])).unknown == (1,)
    await store.run(save_pupils, other.head, ROWS[:1], complete=True)
    assert len(await store.read(pupil_rows, school.centre_id)) == 4
    assert len(await store.read(pupil_rows, other.centre_id)) == 1
