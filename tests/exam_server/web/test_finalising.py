"""What the head is told when results cannot be signed; nothing is changed then."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from exam_server.acts import closing
from exam_server.domain.finalisation import Fact, Record, SessionRecord, fold
from exam_server.exports import results
from question_bank.assembly import ENGINE_VERSION
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room


@pytest.fixture
async def closed(site: Site) -> ExamRoom:
    """A closed session in which one test was sat to its end."""
    room = await a_running_room(site.store, 1)
    await room.finish(room.candidates[0])
    await room.close()
    return room


async def refused(site: Site, room: ExamRoom) -> str:
    """The code of the refusal to finalise; the session stays closed."""
    head = await site.signed_in(room.school.head)
    answer: httpx.Response = await head.post(f"/sessions/{room.session_id}/finalise", json={"ask": True})
    assert answer.status_code == 409
    assert (await room.session()).state == "closed"
    error = answer.json()["error"]
    assert error["remedy"]
    return str(error["code"])


async def test_without_a_key_nothing_is_signed(site: Site, closed: ExamRoom) -> None:
    assert await refused(site, closed) == "no_key"


async def test_a_damaged_key_is_said(site: Site, closed: ExamRoom) -> None:
    site.make_key()
    for file in (site.desk.settings.folder / "keys").glob("*.json"):
        file.write_text("{}")
    assert await refused(site, closed) == "key_problem"


async def test_a_session_of_another_engine_is_not_signed(
    site: Site, closed: ExamRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.make_key()
    monkeypatch.setattr(results, "ENGINE_VERSION", ENGINE_VERSION + 1)
    assert await refused(site, closed) == "other_engine"


def swap_two_choices(record: Record) -> None:
    record.choices[3], record.choices[4] = record.choices[4], record.choices[3]


def register_another_profile(record: Record) -> None:
    levels = record.registered["levels"]
    assert isinstance(levels, list)
    record.registered = {**record.registered, "levels": [*levels[1:], levels[0]]}


def set_extra_time_before_the_start(record: Record) -> None:
    record.extra_at_start = "1/3"


def mark_otherwise(record: Record) -> None:
    record.responses[2].correct = not record.responses[2].correct


@pytest.mark.parametrize(
    "change",
    [swap_two_choices, register_another_profile, set_extra_time_before_the_start, mark_otherwise],
)
async def test_a_log_that_contradicts_itself_is_not_signed(
    site: Site, closed: ExamRoom, monkeypatch: pytest.MonkeyPatch, change: Callable[[Record], None]
) -> None:
    site.make_key()

    def changed(facts: Iterable[Fact]) -> SessionRecord:
        session = fold(facts)
        for record in session.candidates.values():
            change(record)
        return session

    monkeypatch.setattr(closing, "fold", changed)
    assert await refused(site, closed) == "results_differ"


async def test_a_test_that_was_made_by_other_rules_is_not_signed(
    site: Site, closed: ExamRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.make_key()

    def shorter(facts: Iterable[Fact]) -> SessionRecord:
        session = fold(facts)
        assert session.rules is not None
        session.rules = replace(session.rules, duration=session.rules.duration - timedelta(minutes=1))
        return session

    monkeypatch.setattr(closing, "fold", shorter)
    assert await refused(site, closed) == "results_differ"
