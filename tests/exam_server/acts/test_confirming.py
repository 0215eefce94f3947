"""Confirming a text: by a passkey that signs it or by a code, once, in five minutes, by the right person."""

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlmodel import select

from exam_server.acts import confirming, one_time_codes, passkeys, passwords
from exam_server.acts.confirming import Confirmation
from exam_server.domain.errors import Forbidden, NotAllowed
from exam_server.domain.roles import Person
from exam_server.signing.assertions import HIGHEST_COUNT, challenge_of, check_assertion
from exam_server.signing.base64url import b64u
from exam_server.storage.credential_tables import Challenge, Passkey
from exam_server.storage.store import Store
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Transaction
from tests.support.authenticator import ORIGIN, RP_ID, Authenticator
from tests.support.clock import ManualClock
from tests.support.credentials import A_HASH, CLOSE, STATEMENT, asked, by_code, confirm, registered, with_code
from tests.support.school import School, found_school


@pytest.fixture
async def school(store: Store) -> School:
    return await store.run(found_school)


@pytest.fixture
def head(school: School) -> Person:
    return school.head


async def rows_of(store: Store, table: type[Challenge] | type[Passkey]) -> int:
    return len(await store.read(lambda reading: reading.orm.scalars(select(table)).all()))


# -- a passkey ---------------------------------------------------------------------------------------------


async def test_a_passkey_confirms_a_text_and_what_is_kept_proves_it_to_anybody(
    store: Store, head: Person, clock: ManualClock
) -> None:
    key = Authenticator()
    assert await registered(store, head, key) == b64u(key.credential)
    what = await asked(store, head)
    assert (what.has_passkey, what.has_code) == (True, False)
    assert what.options["challenge"] == b64u(challenge_of(STATEMENT))
    assert what.options["userVerification"] == "required"
    assert what.options["timeout"] == 300_000
    assert what.options["allowCredentials"] == [{"type": "public-key", "id": b64u(key.credential)}]
    clock.advance(minutes=1)
    done = await confirm(store, head, what.challenge_id, key.use(what.options))
    assert (done.method, done.statement) == ("passkey", STATEMENT)
    assert done.to_json() == {"method": "passkey", "statement": STATEMENT, "facts": done.facts}
    check_assertion(done.facts, STATEMENT, RP_ID)
    (row,) = await store.read(passkeys.own_passkeys, head)
    assert row.used_at == clock()
    done.check_says(STATEMENT)
    with pytest.raises(NotAllowed, match="confirmed_something_else"):
        done.check_says(STATEMENT + "more")


async def test_a_challenge_serves_once(store: Store, head: Person) -> None:
    key = Authenticator()
    await registered(store, head, key)
    what = await asked(store, head)
    answer = key.use(what.options)
    said = await asyncio.gather(
        *(confirm(store, head, what.challenge_id, answer) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, Confirmation) for one in said) == 1
    assert [str(one) for one in said if isinstance(one, NotAllowed)] == ["challenge_over"] * 3
    assert await rows_of(store, Challenge) == 0


@pytest.mark.parametrize(("late", "holds"), [(timedelta(microseconds=-1), True), (timedelta(0), False)])
async def test_a_challenge_lasts_five_minutes(
    store: Store, head: Person, clock: ManualClock, late: timedelta, holds: bool
) -> None:
    key = Authenticator()
    await registered(store, head, key)
    what = await asked(store, head)
    clock.move_to(clock() + timedelta(minutes=5) + late)
    if holds:
        assert (await confirm(store, head, what.challenge_id, key.use(what.options))).statement == STATEMENT
        return
    with pytest.raises(NotAllowed, match="challenge_over"):
        await confirm(store, head, what.challenge_id, key.use(what.options))
    await asked(store, head)
    assert await rows_of(store, Challenge) == 1, "what is too old goes with the next one"


async def test_a_challenge_is_for_its_purpose_and_its_person(store: Store, school: School) -> None:
    key, other = Authenticator(), Authenticator()
    await registered(store, school.head, key)
    await registered(store, school.officer, other)
    what = await asked(store, school.head)
    answer = key.use(what.options)
    with pytest.raises(NotAllowed, match="challenge_over"):
        await confirm(store, school.head, what.challenge_id, answer, "publish")
    with pytest.raises(NotAllowed, match="challenge_over"):
        await confirm(store, school.officer, what.challenge_id, other.use(what.options))
    with pytest.raises(NotAllowed, match="challenge_over"):
        await confirm(store, school.head, "0" * 32, answer)
    assert (await confirm(store, school.head, what.challenge_id, answer)).method == "passkey"


async def test_what_does_not_prove_the_person_confirms_nothing_and_uses_nothing_up(
    store: Store, school: School
) -> None:
    key, removed, theirs = Authenticator(), Authenticator(), Authenticator()
    await registered(store, school.head, key)
    gone = await registered(store, school.head, removed)
    await store.run(passkeys.remove_passkey, school.head, gone)
    await registered(store, school.officer, theirs)
    what = await asked(store, school.head)
    right = key.use(what.options)
    wrong = [
        removed.use(what.options),
        theirs.use(what.options),
        Authenticator().use(what.options),
        key.use((await asked(store, school.head, "another text")).options),
        {**right, "response": {**dict(right["response"]), "signature": b64u(bytes(70))}},  # type: ignore[arg-type, call-overload]
        {**right, "response": None},
        {**right, "id": None},
        {},
    ]
    for bent in ({"flags": 1}, {"origin": "http://localhost:1"}, {"said": {"type": "webauthn.create"}}):
        twin = Authenticator(**bent)  # type: ignore[arg-type]
        twin.cose, twin.sign, twin.credential = key.cose, key.sign, key.credential
        wrong.append(twin.use(what.options))
    for answer in wrong:
        with pytest.raises(Forbidden, match="wrong_passkey"):
            await confirm(store, school.head, what.challenge_id, answer)
    assert (await confirm(store, school.head, what.challenge_id, right)).statement == STATEMENT


async def test_an_act_that_is_refused_afterwards_has_used_nothing_up(store: Store, head: Person) -> None:
    key = Authenticator(count=3)
    await registered(store, head, key)
    what = await asked(store, head)
    key.count = 4
    answer = key.use(what.options)

    def refused(tx: Transaction) -> None:
        confirming.confirm_with_passkey(tx, head, what.challenge_id, CLOSE, answer, RP_ID, ORIGIN)
        raise NotAllowed("not_now")

    with pytest.raises(NotAllowed, match="not_now"):
        await store.run(refused)
    assert (await confirm(store, head, what.challenge_id, answer)).method == "passkey"


@pytest.mark.parametrize(
    ("before", "now", "holds"),
    [
        (0, 0, True),
        (0, 1, True),
        (5, 6, True),
        (5, 5, False),
        (5, 4, False),
        (5, 0, False),
        (HIGHEST_COUNT - 1, 2**32 - 1, True),
        (2**32 - 1, 2**32 - 1, True),
    ],
)
async def test_an_authenticator_that_counts_never_counts_back(
    store: Store, head: Person, before: int, now: int, holds: bool
) -> None:
    key = Authenticator(count=before)
    await registered(store, head, key)
    key.count = now
    what = await asked(store, head)
    if holds:
        await confirm(store, head, what.challenge_id, key.use(what.options))
        return
    with pytest.raises(Forbidden, match="passkey_copied"):
        await confirm(store, head, what.challenge_id, key.use(what.options))


# -- the password and a code -----------------------------------------------------------------------------


async def test_a_code_confirms_a_text_once_and_nothing_secret_is_kept(
    store: Store, head: Person, clock: ManualClock
) -> None:
    totp = await with_code(store, head)
    what = await asked(store, head)
    assert (what.has_passkey, what.has_code) == (False, True)
    with pytest.raises(Forbidden, match="wrong_confirmation"):
        await by_code(store, head, what.challenge_id, totp.at(clock()))  # it has served to confirm the secret
    clock.advance(seconds=30)
    code = totp.at(clock())
    said = await asyncio.gather(
        *(by_code(store, head, what.challenge_id, code) for _ in range(3)), return_exceptions=True
    )
    (done,) = [one for one in said if isinstance(one, Confirmation)]
    at_ms = int(clock().timestamp() * 1000)
    assert done.facts == {"method": "password_and_code", "at_ms": at_ms}
    assert done.statement == STATEMENT
    again = await asked(store, head)
    with pytest.raises(Forbidden, match="wrong_confirmation"):
        await by_code(store, head, again.challenge_id, code)
    clock.advance(seconds=30)
    spaced = f"{totp.at(clock())[:3]} {totp.at(clock())[3:]}"
    assert (await by_code(store, head, again.challenge_id, spaced)).method == "password_and_code"


async def test_two_who_give_the_same_code_at_once_are_one(
    store: Store, head: Person, clock: ManualClock
) -> None:
    totp = await with_code(store, head)
    clock.advance(seconds=30)
    both = [await asked(store, head) for _ in range(2)]
    code = totp.at(clock())
    said = await asyncio.gather(
        *(by_code(store, head, one.challenge_id, code) for one in both), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in said) == ["Confirmation", "Forbidden"]


async def test_the_way_by_a_code_needs_both_a_code_in_service_and_a_password(
    store: Store, head: Person, clock: ManualClock
) -> None:
    async def refused(code: str) -> None:
        what = await asked(store, head)
        assert not what.has_code
        with pytest.raises(NotAllowed, match="no_code"):
            await by_code(store, head, what.challenge_id, code)

    await refused("123456")
    await store.run(passwords.set_password, head, A_HASH, "")
    await refused("123456")
    totp = pyotp.TOTP(await store.run(one_time_codes.begin_code, head))
    await refused(totp.at(clock()))
    await store.run(one_time_codes.confirm_code, head, totp.at(clock()))
    clock.advance(seconds=30)
    assert (await asked(store, head)).has_code

    def forget_password(tx: Transaction) -> None:
        tx.get(Account, head.id).password_hash = None

    await store.run(forget_password)
    await refused(totp.at(clock()))


async def test_a_code_is_one_s_own(store: Store, school: School, clock: ManualClock) -> None:
    await with_code(store, school.head)
    theirs = await with_code(store, school.officer)
    clock.advance(seconds=30)
    what = await asked(store, school.head)
    with pytest.raises(Forbidden, match="wrong_confirmation"):
        await by_code(store, school.head, what.challenge_id, theirs.at(clock()))


def test_the_clock_of_these_tests_stands_at_a_step_s_beginning(clock: ManualClock) -> None:
    """Else "thirty seconds later" would not be the next code."""
    assert clock() == datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
