"""What members of the staff confirm with: a passkey, or a password and a code, in service."""

import pyotp

from exam_server.acts import confirming, one_time_codes, passkeys, passwords
from exam_server.acts.confirming import Asked, Confirmation
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.storage.store import Store
from tests.support.authenticator import ORIGIN, RP_ID, Authenticator

STATEMENT, CLOSE = "passation/close/v1\nroot\n", "close"
A_HASH = "any: the acts only ask whether there is one"


async def registered(store: Store, by: Person, key: Authenticator, name: str = "Bureau") -> str:
    """Makes this key a passkey of the person; returns its credential."""
    begun = await store.run(passkeys.begin_passkey, by, RP_ID)
    made = key.make(begun.options)
    return await store.run(passkeys.add_passkey, by, begun.challenge_id, name, made, RP_ID, ORIGIN)


async def asked(store: Store, by: Person, statement: str = STATEMENT) -> Asked:
    """Asks the person to confirm a text."""
    return await store.run(confirming.ask_confirmation, by, CLOSE, statement)


async def confirm(
    store: Store, by: Person, challenge: str, answer: dict[str, JSON], purpose: str = CLOSE
) -> Confirmation:
    """With a passkey's answer."""
    return await store.run(confirming.confirm_with_passkey, by, challenge, purpose, answer, RP_ID, ORIGIN)


async def with_code(store: Store, by: Person) -> pyotp.TOTP:
    """A person with a password, and a code in service that has served a minute ago."""
    secret = await store.run(one_time_codes.begin_code, by)
    totp = pyotp.TOTP(secret)
    await store.run(one_time_codes.confirm_code, by, totp.at(store.clock()))
    await store.run(passwords.set_password, by, A_HASH, "")
    return totp


async def by_code(store: Store, by: Person, challenge: str, code: str) -> Confirmation:
    """With a code; the password has been checked."""
    return await store.run(confirming.confirm_with_code, by, challenge, CLOSE, code)
