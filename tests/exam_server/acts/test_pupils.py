"""Imported pupils and profiles: matched within the centre, nobody deleted, nobody taken for another."""

from dataclasses import replace

import orjson
import pytest
from sqlmodel import select

from exam_server.acts.pupils import ImportOutcome, save_profiles, save_pupils, unknown_pupils
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


async def test_a_profile_is_matched_by_national_or_local_identifier(store: Store, school: School) -> None:
    await store.run(save_pupils, school.head, ROWS, complete=True)
    rows = [
        profile_row(0),
        replace(profile_row(1), identifier="L1", identifier_kind="local"),
        replace(profile_row(2), identifier="1002", identifier_kind="local"),
        profile_row(9),
    ]
    assert await store.run(save_profiles, school.head, rows) == ImportOutcome(3, 0, 0, 0, (10,))
    assert await store.run(unknown_pupils, school.head, rows) == (rows[3],)
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
