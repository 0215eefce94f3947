"""Passkeys and one-time codes: whose they are, how they come and go, what one proves again before."""

from datetime import timedelta

import pyotp
import pytest

from exam_server.acts import one_time_codes, passkeys, passwords, staff
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound, Refusal
from exam_server.domain.roles import Person
from exam_server.storage.credential_tables import OneTimeSecret, Passkey
from exam_server.storage.store import Store
from exam_server.storage.transaction import Reading, Transaction
from tests.support.authenticator import ORIGIN, RP_ID, Authenticator
from tests.support.clock import ManualClock
from tests.support.credentials import asked, by_code, confirm, registered, with_code
from tests.support.school import School, found_school


@pytest.fixture
async def school(store: Store) -> School:
    return await store.run(found_school)


@pytest.fixture
def head(school: School) -> Person:
    return school.head


async def test_a_passkey_is_the_person_s_own_and_a_removed_one_leaves_its_row(
    store: Store, school: School, clock: ManualClock
) -> None:
    first = await registered(store, school.head, Authenticator(), "Bureau")
    clock.advance(minutes=1)
    second = await registered(store, school.head, Authenticator("EdDSA"), "Téléphone")
    with pytest.raises(NotFound):
        await store.run(passkeys.remove_passkey, school.officer, first)
    for _ in range(2):
        await store.run(passkeys.remove_passkey, school.head, first)
        clock.advance(minutes=1)
    assert [one.credential for one in await store.read(passkeys.own_passkeys, school.head)] == [second]
    row = await store.read(lambda reading: reading.get(Passkey, first))
    assert row.removed_at == clock() - timedelta(minutes=2)
    assert await store.read(passkeys.own_passkeys, school.officer) == []


async def test_a_known_passkey_is_not_taken_twice_also_from_somebody_else(
    store: Store, school: School
) -> None:
    key = Authenticator()
    first = await registered(store, school.head, key)
    for by in (school.head, school.officer):
        with pytest.raises(NotAllowed, match="passkey_known"):
            await registered(store, by, key)
    await store.run(passkeys.remove_passkey, school.head, first)
    with pytest.raises(NotAllowed, match="passkey_known"):
        await registered(store, school.officer, key)


async def test_a_new_passkey_answers_a_challenge_of_its_own(store: Store, school: School) -> None:
    begun = await store.run(passkeys.begin_passkey, school.head, RP_ID)
    assert begun.options["rp"] == {"id": RP_ID, "name": "Passation"}
    made = Authenticator().make(begun.options)

    async def add(by: Person, challenge: str, name: str = "Bureau") -> str:
        return await store.run(passkeys.add_passkey, by, challenge, name, made, RP_ID, ORIGIN)

    for name in ("", "x" * 61):
        with pytest.raises(InvalidInput, match="bad_passkey_name"):
            await add(school.head, begun.challenge_id, name)
    with pytest.raises(NotAllowed, match="challenge_over"):
        await add(school.officer, begun.challenge_id)
    with pytest.raises(NotAllowed, match="challenge_over"):
        await add(school.head, (await asked(store, school.head)).challenge_id)
    other = await store.run(passkeys.begin_passkey, school.head, RP_ID)
    with pytest.raises(InvalidInput, match="passkey_not_added"):
        await add(school.head, other.challenge_id)
    await add(school.head, begun.challenge_id)
    with pytest.raises(NotAllowed, match="challenge_over"):
        await confirm(store, school.head, begun.challenge_id, {}, passkeys.ADDING)


async def test_ten_passkeys_are_enough(store: Store, head: Person) -> None:
    begun = await store.run(passkeys.begin_passkey, head, RP_ID)
    for _ in range(10):
        await registered(store, head, Authenticator("EdDSA"))
    with pytest.raises(NotAllowed, match="too_many_passkeys"):
        await store.run(passkeys.begin_passkey, head, RP_ID)
    made = Authenticator().make(begun.options)
    with pytest.raises(NotAllowed, match="too_many_passkeys"):
        await store.run(passkeys.add_passkey, head, begun.challenge_id, "x", made, RP_ID, ORIGIN)


@pytest.mark.parametrize(("minutes", "holds"), [(14, True), (15, False)])
async def test_a_secret_is_confirmed_within_a_quarter_of_an_hour(
    store: Store, head: Person, clock: ManualClock, minutes: int, holds: bool
) -> None:
    totp = pyotp.TOTP(await store.run(one_time_codes.begin_code, head))
    clock.advance(minutes=minutes)
    if holds:
        await store.run(one_time_codes.confirm_code, head, totp.at(clock()))
        return
    with pytest.raises(NotAllowed, match="no_code_begun"):
        await store.run(one_time_codes.confirm_code, head, totp.at(clock()))


async def test_a_secret_is_replaced_only_before_it_is_in_service(
    store: Store, head: Person, clock: ManualClock
) -> None:
    async def code(secret: str) -> Refusal | None:
        try:
            await store.run(one_time_codes.confirm_code, head, pyotp.TOTP(secret).at(clock()))
        except Refusal as refusal:
            return refusal
        return None

    first = await store.run(one_time_codes.begin_code, head)
    second = await store.run(one_time_codes.begin_code, head)
    assert str(await code(first)) == "wrong_first_code"
    assert await code(second) is None
    assert str(await code(second)) == "no_code_begun"
    with pytest.raises(NotAllowed, match="code_in_use"):
        await store.run(one_time_codes.begin_code, head)


async def test_a_removed_code_leaves_its_row_and_no_secret(
    store: Store, head: Person, clock: ManualClock
) -> None:
    totp = await with_code(store, head)
    await store.run(one_time_codes.remove_code, head)
    assert await store.read(one_time_codes.code_state, head) is None
    row = await store.read(lambda reading: reading.get(OneTimeSecret, head.id))
    assert (row.sealed, row.confirmed_at) == (b"", None)
    with pytest.raises(NotAllowed, match="no_code_begun"):
        await store.run(one_time_codes.confirm_code, head, totp.at(clock()))
    again = pyotp.TOTP(await store.run(one_time_codes.begin_code, head))
    await store.run(one_time_codes.confirm_code, head, again.at(clock()))


async def test_the_database_alone_tells_no_secret_and_takes_nobody_else_s(
    store: Store, school: School, clock: ManualClock
) -> None:
    totp = await with_code(store, school.head)
    await with_code(store, school.officer)

    def swap(tx: Transaction) -> bytes:
        own, other = (tx.get(OneTimeSecret, one.id) for one in (school.head, school.officer))
        own.sealed, other.sealed = other.sealed, own.sealed
        return other.sealed

    sealed = await store.run(swap)
    assert totp.secret.encode() not in sealed
    what = await asked(store, school.head)
    with pytest.raises(NotAllowed, match="code_unreadable"):
        await by_code(store, school.head, what.challenge_id, totp.at(clock()))


@pytest.mark.parametrize(("late", "recent"), [(-1, True), (0, False)])
async def test_a_login_is_recent_for_a_quarter_of_an_hour(
    store: Store, school: School, clock: ManualClock, late: int, recent: bool
) -> None:
    from_link, _ = await store.run(_signed_in, school.head)
    clock.advance(minutes=15, microseconds=late)
    assert await store.read(passwords.is_recent, school.head, from_link) is recent
    assert not await store.read(passwords.is_recent, school.officer, from_link)
    assert not await store.read(passwords.is_recent, school.head, "of nobody")


def _signed_in(tx: Transaction, by: Person) -> tuple[str, Person]:
    return staff.sign_in(tx, by.id)


async def test_another_password_ends_the_other_logins_of_the_account_alone(
    store: Store, school: School
) -> None:
    kept, other, theirs = [
        (await store.run(_signed_in, by))[0] for by in (school.head, school.head, school.officer)
    ]
    hashed = passwords.new_hash("quatre vergers en fleurs")
    await store.run(passwords.set_password, school.head, hashed, kept)

    def still(reading: Reading) -> list[bool]:
        return [staff.person_of(reading, token) is not None for token in (kept, other, theirs)]

    assert await store.read(still) == [True, False, True]
    assert staff.is_password(hashed, "quatre vergers en fleurs")
    with pytest.raises(InvalidInput, match="password_too_short"):
        passwords.new_hash("onze lettre")
