"""How staff come in, and how tries are limited."""

import asyncio
from datetime import timedelta

import pytest

from exam_server.acts import staff
from exam_server.acts.staff import Limit
from exam_server.domain.errors import Forbidden, InvalidInput, NotFound, TooManyTries
from exam_server.domain.roles import Person, Role
from exam_server.storage.store import Store
from exam_server.storage.tables import Account, Throttle
from exam_server.storage.transaction import Transaction
from exam_server.storage.tries import kept_key
from tests.support.clock import ManualClock

HEAD = frozenset({Role.HEAD, Role.INVIGILATOR})
PASSWORD = "twelve letters"
LIMIT = Limit(3, timedelta(minutes=5))


async def an_account(
    store: Store, email: str = "Garance@Ecole.example", password: str | None = PASSWORD
) -> str:
    centre_id = await store.run(staff.add_centre, "0990001X", "Collège des Vergers")
    return await store.run(staff.add_account, centre_id, email, "Garance", HEAD, password)


async def test_a_centre_is_created_once(store: Store) -> None:
    ids = {await store.run(staff.add_centre, "0990001X", "Collège") for _ in range(2)}
    assert len(ids) == 1


async def test_a_password_is_verified_and_never_kept(store: Store) -> None:
    account_id = await an_account(store)
    found, hashed = await store.read(staff.password_facts, " garance@ecole.EXAMPLE ")
    assert found == account_id
    assert PASSWORD not in hashed
    assert staff.is_password(hashed, PASSWORD)
    assert not staff.is_password(hashed, PASSWORD + " ")


async def test_an_unknown_address_costs_as_much_as_a_known_one(store: Store) -> None:
    found, hashed = await store.read(staff.password_facts, "nobody@ecole.example")
    assert found is None
    assert hashed.startswith("$argon2id$")
    assert not staff.is_password(hashed, "")


async def test_an_account_without_a_password_has_none_that_fits(store: Store) -> None:
    await an_account(store, password=None)
    assert (await store.read(staff.password_facts, "garance@ecole.example"))[0] is None


async def test_an_address_has_one_account_and_a_password_enough_letters(store: Store) -> None:
    await an_account(store)
    with pytest.raises(InvalidInput, match="email_taken"):
        await an_account(store, "garance@ecole.example")
    with pytest.raises(InvalidInput, match="password_too_short"):
        await an_account(store, "other@ecole.example", "eleven char")


async def test_a_login_ends_by_itself_and_by_signing_out(store: Store, clock: ManualClock) -> None:
    account_id = await an_account(store)
    token, person = await store.run(staff.sign_in, account_id)
    assert await store.read(staff.person_of, token) == person
    assert (person.id, person.name, person.roles) == (account_id, "Garance", HEAD)
    clock.advance(hours=12, microseconds=-1)
    assert await store.read(staff.person_of, token) == person
    clock.advance(microseconds=1)
    assert await store.read(staff.person_of, token) is None
    token, _ = await store.run(staff.sign_in, account_id)
    await store.run(staff.sign_out, token)
    await store.run(staff.sign_out, token)
    assert await store.read(staff.person_of, token) is None


async def test_a_disabled_account_is_out_at_once(store: Store) -> None:
    account_id = await an_account(store)
    token, _ = await store.run(staff.sign_in, account_id)

    def disable(tx: Transaction) -> None:
        tx.get(Account, account_id).disabled = True

    await store.run(disable)
    assert await store.read(staff.person_of, token) is None
    assert (await store.read(staff.password_facts, "garance@ecole.example"))[0] is None
    with pytest.raises(Forbidden):
        await store.run(staff.sign_in, account_id)


async def test_a_link_signs_in_once(store: Store, clock: ManualClock) -> None:
    account_id = await an_account(store)
    token = await store.run(staff.new_link, account_id)
    said = await asyncio.gather(*(store.run(staff.use_link, token) for _ in range(6)), return_exceptions=True)
    persons = [one[1] for one in said if isinstance(one, tuple)]
    assert [person.id for person in persons if isinstance(person, Person)] == [account_id]
    assert sum(isinstance(one, Forbidden) for one in said) == 5
    facts = await store.read(staff.link_facts, token)
    assert facts is not None
    assert facts[1] is False


async def test_a_link_does_not_last_for_ever(store: Store, clock: ManualClock) -> None:
    token = await store.run(staff.new_link, await an_account(store))
    clock.advance(hours=12)
    with pytest.raises(Forbidden, match="link_used"):
        await store.run(staff.use_link, token)
    with pytest.raises(NotFound):
        await store.run(staff.use_link, "no link")


async def test_tries_are_limited_in_a_window(store: Store, clock: ManualClock) -> None:
    waits = [await store.run(staff.count_try, "code", LIMIT) for _ in range(4)]
    assert waits == [None, None, None, timedelta(minutes=5)]
    clock.advance(minutes=4)
    assert await store.run(staff.count_try, "code", LIMIT) == timedelta(minutes=1)
    assert await store.run(staff.count_try, "another code", LIMIT) is None
    clock.advance(minutes=1)
    assert await store.run(staff.count_try, "code", LIMIT) is None
    with pytest.raises(TooManyTries):
        staff.check_tries(timedelta(seconds=1))


async def test_of_tries_that_come_at_once_no_more_than_the_limit_pass(store: Store) -> None:
    waits = await asyncio.gather(*(store.run(staff.count_try, "code", LIMIT) for _ in range(40)))
    assert sum(wait is None for wait in waits) == LIMIT.tries


async def test_a_try_that_one_limit_refuses_counts_on_no_other(store: Store) -> None:
    wide = Limit(5, timedelta(minutes=5))
    for _ in range(9):
        await store.run(staff.charge, ("device", LIMIT), ("address", wide))
    waits = [await store.run(staff.count_try, "address", wide) for _ in range(3)]
    assert waits == [None, None, timedelta(minutes=5)]


async def test_a_try_that_is_given_back_never_was(store: Store) -> None:
    for _ in range(20):
        assert await store.run(staff.charge, ("code", LIMIT), ("address", LIMIT)) is None
        await store.run(staff.give_back, "code", "address", "never charged")
    assert [await store.run(staff.count_try, "code", LIMIT) for _ in range(4)][:3] == [None] * 3


async def test_the_same_key_is_kept_differently_by_another_server(store: Store) -> None:
    """Without the server's secret nobody finds out which e-mail address or code a row is about."""
    kept = {kept_key(secret, "account:garance@ecole.example") for secret in (b"one", b"another")}
    assert len(kept) == 2
    assert {key.partition(":")[0] for key in kept} == {"account"}


async def test_old_tries_are_swept_and_those_that_a_limit_looks_at_are_kept(
    store: Store, clock: ManualClock
) -> None:
    await store.run(staff.count_try, "long ago", LIMIT)
    clock.advance(minutes=61)
    await store.run(staff.count_try, "just now", LIMIT)
    assert await store.run(staff.forget_old_tries) == 1
    (left,) = await store.read(lambda r: r.orm.query(Throttle).all())
    assert left.key == kept_key(store.house.secret, "just now")
