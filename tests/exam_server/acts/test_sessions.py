"""Planning a session, registering a class, opening it on its day."""

from dataclasses import replace
from datetime import time, timedelta

import orjson
import pytest

from exam_server.acts import sessions
from exam_server.acts.closing import GivenReason
from exam_server.acts.pupils import save_profiles
from exam_server.acts.sessions import Plan
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.exposure import Exposure
from exam_server.storage.queries import candidate_rows, invigilators_of
from exam_server.storage.store import Store
from exam_server.storage.tables import GivenItem, Session
from exam_server.storage.transaction import Transaction
from question_bank.assembly import ENGINE_VERSION, AssemblySpec
from tests.support.clock import ManualClock
from tests.support.house import only, thin_bank, threefold_bank
from tests.support.room import an_exam_room
from tests.support.school import CLASS, LEVELS, School, enrol, found_school, profile_row, pupil_row


@pytest.fixture
async def school(store: Store) -> School:
    return await store.run(found_school)


@pytest.fixture
def plan(school: School, clock: ManualClock) -> Plan:
    return Plan("B12", clock().date(), time(9), 2, 3, (school.invigilator.id, school.colleague.id))


async def test_a_plan_is_recorded_as_the_first_fact(store: Store, school: School, plan: Plan) -> None:
    session_id = await store.run(sessions.plan_session, school.head, plan)
    session = await store.read(lambda r: r.get(Session, session_id))
    assert (session.state, session.room, session.rows, session.columns) == ("planned", "B12", 2, 3)
    # Nine o'clock in Paris in May is seven o'clock UTC.
    assert session.starts_at == store.clock()
    assert session.log_number == 1
    staff = await store.read(invigilators_of, session_id)
    assert [one.id for one in staff] == [school.invigilator.id, school.colleague.id]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"room": "  "}, "room"),
        ({"room": "x" * 81}, "room"),
        ({"rows": 0}, "rows"),
        ({"rows": 21}, "rows"),
        ({"columns": 0}, "columns"),
        ({"columns": 21}, "columns"),
        ({"invigilators": ()}, "invigilators"),
        ({"invigilators": ("nobody",)}, "invigilators"),
    ],
)
async def test_each_wrong_field_of_a_plan_is_named(
    store: Store, school: School, plan: Plan, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await store.run(sessions.plan_session, school.head, replace(plan, **change))  # type: ignore[arg-type]
    problems = refusal.value.facts["problems"]
    assert isinstance(problems, list)
    assert [name for name, _ in problems] == [field]


async def test_no_session_is_planned_for_yesterday_or_with_the_wrong_people(
    store: Store, school: School, plan: Plan
) -> None:
    other = await store.run(found_school, 2)
    for wrong in (
        replace(plan, day=plan.day - timedelta(days=1)),
        replace(plan, invigilators=(school.officer.id,)),
        replace(plan, invigilators=(school.invigilator.id, other.invigilator.id)),
    ):
        with pytest.raises(InvalidInput):
            await store.run(sessions.plan_session, school.head, wrong)


async def test_a_profile_is_frozen_at_registration(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    better = tuple(level + 1 for level in LEVELS)
    await store.run(save_profiles, room.school.head, [profile_row(1000, better)])
    assert orjson.loads((await room.candidate(room.candidates[0])).levels) == list(LEVELS)
    (fact,) = await room.log("CandidateRegistered")
    assert fact.facts["levels"] == list(LEVELS)
    assert (fact.facts["family_name"], fact.facts["ine"]) == ("Démo-1000", pupil_row(1000).ine)


async def test_registering_a_class_twice_registers_nobody_twice(store: Store) -> None:
    room = await an_exam_room(store, candidates=3, is_open=False)
    again = await room.do(sessions.register_class, room.school.head, room.session_id, CLASS)
    assert (again.registered, again.refused) == (0, ())
    assert len(await store.read(candidate_rows, room.session_id)) == 3


async def test_who_cannot_be_registered_is_named_with_the_reason(
    store: Store, school: School, plan: Plan
) -> None:
    def prepare(tx: Transaction) -> str:
        enrol(tx, school, 8)
        save_profiles(tx, school.head, [profile_row(0, (1, 1, 1, 1, *[0] * 12))])
        return sessions.plan_session(tx, school.head, plan)

    session_id = await store.run(prepare)
    outcome = await store.run(sessions.register_class, school.head, session_id, CLASS)
    assert outcome.registered == 6
    assert [(one.name, one.why) for one in outcome.refused] == [
        ("Démo-000 Prunelle", "not_certifiable"),
        ("Démo-007 Prunelle", "room_full"),
    ]
    with pytest.raises(NotFound, match="no_such_class"):
        await store.run(sessions.register_class, school.head, session_id, "3E Z")


async def test_opening_starts_the_check_in_and_freezes_rules_bank_and_exposure(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    assert (await room.session()).rules is None
    await room.open()
    session = await room.session()
    ends = room.clock() + timedelta(minutes=15)
    assert (session.state, session.opened_at, session.check_in_ends_at) == ("open", room.clock(), ends)
    assert session.bank_version == store.house.bank_version
    assert session.rules == canonical(store.house.rules.to_json()).decode()
    (fact,) = await room.log("SessionOpened")
    assert fact.facts == {
        "check_in_ends_at": to_millis(ends),
        "bank_version": store.house.bank_version,
        "engine": ENGINE_VERSION,
        "rules": store.house.rules.to_json(),
        "banned": [],
    }


async def test_opening_an_open_session_leads_to_its_board(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    before = await room.log()
    code = (await room.session()).code
    assert await room.open_by(room.by, f" {code.lower()} ") == room.session_id
    assert await room.log() == before


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_session_opens_on_its_day_alone(store: Store, days: int) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    room.clock.advance(hours=24 * days)
    with pytest.raises(NotAllowed, match="not_today"):
        await room.open()


async def test_the_day_is_the_day_of_paris(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    room.clock.advance(hours=14, minutes=59)  # 23 h 59 in Paris
    await room.open()
    late = await an_exam_room(store, candidates=1, is_open=False, number=2)
    room.clock.advance(minutes=1)
    with pytest.raises(NotAllowed, match="not_today"):
        await late.open()


async def test_a_session_code_is_worth_nothing_to_others(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    other = await store.run(found_school, 2)
    code = (await room.session()).code
    for person in (room.school.colleague, other.head, other.invigilator):
        with pytest.raises(NotFound, match="unknown_session_code"):
            await room.open_by(person, code)
    assert await room.open_by(room.school.head, code) == room.session_id


async def test_a_closed_session_takes_nobody_and_does_not_open_again(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    await room.close(**{room.candidates[0].id: GivenReason(EndReason.ABSENT)})
    with pytest.raises(IllegalTransition):
        await room.open()
    with pytest.raises(IllegalTransition):
        await room.do(sessions.register_class, room.school.head, room.session_id, CLASS)


async def wear_out_an_item(store: Store) -> str:
    """An item that each of twenty candidates has met."""
    first = await an_exam_room(store, candidates=20)
    await first.admit_all()
    await first.start_all()
    worn = sorted({line.facts["item_id"] for line in await first.log("ItemGiven")})[0]

    def meet(tx: Transaction) -> None:
        for c in first.candidates:
            row = GivenItem(attempt_id=c.id, position=99, item_id=worn, given_at=tx.now)
            tx.orm.add(row)

    await store.run(meet)
    return worn


async def test_no_item_rests_that_a_deck_could_not_do_without(store: Store) -> None:
    thin = thin_bank()
    store.house = replace(store.house, banks=only(thin))
    await wear_out_an_item(store)
    second = await an_exam_room(store, candidates=1, number=2)
    (opened,) = await second.log("SessionOpened")
    assert opened.facts["banned"] == []


async def test_an_item_that_too_many_have_met_rests_in_later_sessions(store: Store) -> None:
    large = threefold_bank()
    store.house = replace(store.house, banks=only(large))
    worn = await wear_out_an_item(store)
    second = await an_exam_room(store, candidates=1, number=2)
    (opened,) = await second.log("SessionOpened")
    assert opened.facts["banned"] == [worn]
    c = second.candidates[0]
    await second.admit(c)
    await second.start(c)
    spec = AssemblySpec.from_json(orjson.loads((await second.attempt(c)).spec))
    assert spec.banned == {worn}


async def test_what_rests_follows_from_what_was_counted_before_the_act(store: Store) -> None:
    large = threefold_bank()
    store.house = replace(store.house, banks=only(large))
    room = await an_exam_room(store, candidates=1, is_open=False)
    worn, code = large.items.items[0].id, (await room.session()).code
    exposure = Exposure(20, {worn: 20})
    await room.do(sessions.open_session, room.by, code, exposure)
    (opened,) = await room.log("SessionOpened")
    assert opened.facts["banned"] == [worn]
